"""No address of the site asks this machine's own index."""

from collections.abc import Iterator

import pytest

from search.engines import using
from tests.search.desk import Desk


@pytest.fixture(autouse=True)
def _empty_engine() -> Iterator[None]:
    with using(Desk()):
        yield
