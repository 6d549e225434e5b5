"""Which engine this process asks (检索引擎): the embedded one, or an Elasticsearch where ``SEARCH_URL`` names one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.conf import settings

from search.engines.base import Engine

_made: dict[int, Engine] = {}
_instead: list[Engine] = []


def engine() -> Engine:
    """The engine of this process; made once in each, for clients and open files do not survive a fork."""
    if _instead:
        return _instead[-1]
    pid = os.getpid()
    if pid not in _made:
        _made.clear()
        _made[pid] = _make()
    return _made[pid]


def _make() -> Engine:
    if settings.SEARCH_URL:
        made: Engine = import_module("search.engines.elasticsearch").ElasticsearchEngine(settings.SEARCH_URL)
    else:
        made = import_module("search.engines.tantivy").TantivyEngine(settings.VAR / "search")
    return made


@contextmanager
def using(other: Engine) -> Iterator[Engine]:
    """Ask another engine within the block; for tests and benchmarks."""
    _instead.append(other)
    try:
        yield other
    finally:
        _instead.remove(other)
