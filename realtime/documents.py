"""The public face of the shared documents for the domain apps."""

from realtime.services.access import Refusal, access_changed, on_refusal
from realtime.services.documents import Doc, announce, create, edit, find, load, start_epoch

__all__ = [
    "Doc",
    "Refusal",
    "access_changed",
    "announce",
    "create",
    "edit",
    "find",
    "load",
    "on_refusal",
    "start_epoch",
]
