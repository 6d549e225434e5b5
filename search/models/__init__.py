"""What waits to be indexed, what was read for the index, and what people do with the search."""

from search.models.entries import EntryRow, GoneEntry
from search.models.outbox import IndexerLease, OutboxRow
from search.models.use import HotSearch, QueryClick, QueryLog, RecentSearch, SavedSearch
from search.models.words import DictionaryWord, SynonymGroup

__all__ = [
    "DictionaryWord",
    "EntryRow",
    "GoneEntry",
    "HotSearch",
    "IndexerLease",
    "OutboxRow",
    "QueryClick",
    "QueryLog",
    "RecentSearch",
    "SavedSearch",
    "SynonymGroup",
]
