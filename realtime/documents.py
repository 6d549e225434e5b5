"""The public face of the shared documents for the domain apps."""

from realtime.services import pictures
from realtime.services.access import Refusal, access_changed, on_refusal
from realtime.services.compaction import compact, compact_due
from realtime.services.documents import Doc, announce, create, edit, find, load, load_many, start_epoch
from realtime.services.history import Hour, as_of, history
from realtime.services.processes import complaint as complaint_about_processes
from realtime.services.touched import tell_forgotten

__all__ = [
    "Doc",
    "Hour",
    "Refusal",
    "access_changed",
    "announce",
    "as_of",
    "compact",
    "compact_due",
    "complaint_about_processes",
    "create",
    "edit",
    "find",
    "history",
    "load",
    "load_many",
    "on_refusal",
    "pictures",
    "start_epoch",
    "tell_forgotten",
]
