"""Tell the live documents that somebody's rights changed."""

from realtime.documents import access_changed as changed

__all__ = ["changed"]
