"""What the first search of a process would have to wait for, loaded beforehand (预热)."""

from typing import Final

from search.analysis.normal import aligned
from search.engines import engine
from search.query.compiler import compiled, suggesting
from search.query.tree import Words
from search.services.searching import FACETS_SHOWN
from search.types import Request

_NOBODY: Final = frozenset({"nobody"})
"""A reader's token that nobody holds and no entry carries."""


def warm() -> None:
    """Cut a query into words, sound it out and ask the index, which finds nothing for it.

    That loads the dictionary with what administrators added to it, the tables of characters and of sounds, and opens the
    index. Only reads. Raises EngineUnavailableError where the engine is away; the rest is loaded then.
    """
    tree = Words("教学设计 jiaoan")
    compiled(tree, synonyms=True)
    suggesting("jiaoan")
    aligned("教案")
    engine().search(Request(principals=_NOBODY, query=tree, facets=FACETS_SHOWN))
