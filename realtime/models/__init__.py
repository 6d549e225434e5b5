"""Tables of the shared documents (共享文档)."""

from realtime.models.documents import Document, QuarantinedUpdate, Snapshot, Update
from realtime.models.pictures import Picture, PictureUse
from realtime.models.processes import AccessChange, ServerProcess

__all__ = [
    "AccessChange",
    "Document",
    "Picture",
    "PictureUse",
    "QuarantinedUpdate",
    "ServerProcess",
    "Snapshot",
    "Update",
]
