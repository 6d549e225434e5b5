"""How code outside the event loop reaches the live connections: it rings, whoever listens comes.

A server process listens with its event loop; a process without one (the worker, a command) hands the hint to
Redis when there is one. Nobody needs to hear it: the servers also look into the database every second.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """What a server process does when it hears something; both may be called from any thread."""

    reached: Callable[[int, int], None]
    announced: Callable[[str, str, dict[str, Any]], None]


_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    _listeners.append(listener)


def leave(listener: Listener) -> None:
    _listeners.remove(listener)


def ring(document_id: int, seq: int) -> None:
    """A document's log reaches ``seq`` now."""
    for listener in _listeners:
        listener.reached(document_id, seq)
    if not _listeners:
        _send(group_of_all(), {"type": "document.reached", "document": document_id, "seq": seq})


def announce(kind: str, key: str, event: dict[str, Any]) -> None:
    """The pages that have a document open should hear of ``event``."""
    for listener in _listeners:
        listener.announced(kind, key, event)
    if not _listeners:
        _send(group_of_all(), {"type": "document.event", "kind": kind, "key": key, "event": event})


def group_of_all() -> str:
    """The group in which every server process is, for rare messages."""
    return "realtime.processes"


def group_of(document_id: int) -> str:
    """The group of the processes that have this document open."""
    return f"realtime.document.{document_id}"


def shared_layer() -> Any | None:
    """The channel layer if it reaches other processes."""
    layer = get_channel_layer()
    return None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer


def _send(group: str, message: dict[str, Any]) -> None:
    layer = shared_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, message)
    except Exception:  # a hint; the servers' own look into the database finds it a second later
        logger.warning("a hint was lost, Redis does not answer", exc_info=True)
