"""What can go wrong in a search."""


class SearchError(Exception):
    """Base of all errors of this app."""


class EngineUnavailableError(SearchError):
    """The engine does not answer (检索引擎没有应答)."""


class EngineBusyError(SearchError):
    """Another process writes to the index for too long."""


class RejectedEntriesError(SearchError):
    """The engine took a batch but for these entries; ``faults`` says why, by id."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(f"{len(faults)} entries were rejected")
        self.faults = faults


class SavedSearchError(SearchError):
    """A search cannot be kept; the message says why."""
