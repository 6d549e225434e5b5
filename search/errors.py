"""What can go wrong in a search."""


class SearchError(Exception):
    """Base of all errors of this app."""


class EngineUnavailableError(SearchError):
    """The engine does not answer (检索引擎没有应答)."""


class EngineBusyError(SearchError):
    """Another process writes to the index for too long."""


class QuerySyntaxError(SearchError):
    """The query cannot be read; the message says why, for whoever typed it."""
