"""What can go wrong with a shared document, in sentences that a person may read."""


class RealtimeError(Exception):
    """Anything a caller of this floor may have to tell a person."""


class DocumentMissingError(RealtimeError):
    """There is no such document, or no longer."""


class EpochChangedError(RealtimeError):
    """The document's history was rebuilt meanwhile."""


class RefusedUpdateError(RealtimeError):
    """Bytes that are no sound update of a document."""


class MalformedFrameError(RealtimeError):
    """A frame that does not follow the protocol."""


class PictureError(RealtimeError):
    """A picture that cannot be taken; ``status`` is what HTTP calls it."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status
