"""Who is in a document (在场): one state a client, stamped with the identity the server knows.

Of a presence message only the connection's own client counts; a stock client sends everybody's states again.
The clocks that go out are the server's own, taken from the time of day: so a client that reconnects with an
unchanged clock, or after a restart of the server, is seen at once instead of at its next renewal 15 seconds
later.
"""

import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

_REMEMBERED = 1000

Entry = tuple[int, int, str]
"""(client, clock, state as JSON or "null"), as it goes over the wire."""


@dataclass(slots=True)
class Present:
    """One client that is here; ``owner`` is its connection, or the id of another process."""

    clock: int
    state: str
    owner: object
    person_id: int | None
    heard_at: float = 0.0


class Presence:
    """The states of one document in this process."""

    def __init__(self) -> None:
        self._here: dict[int, Present] = {}
        self._gone: OrderedDict[int, tuple[int, int | None]] = OrderedDict()  # client → (clock, person)
        self._changed: set[int] = set()

    def __len__(self) -> int:
        return len(self._here)

    def may_take(self, client: int, owner: object, person_id: int | None) -> bool:
        """Whether a connection may speak for a client: nobody else's now, nor another person's lately."""
        present = self._here.get(client)
        if present is not None:
            return present.owner is owner or present.person_id == person_id
        return client not in self._gone or self._gone[client][1] == person_id

    def put(self, client: int, state: str, *, owner: object, person_id: int | None) -> bool:
        """A connection's own state; whether the others see anything new in it."""
        before = self._here.get(client)
        self._here[client] = Present(self._tick(client), state, owner, person_id)
        self._gone.pop(client, None)
        self._changed.add(client)
        return before is None or before.state != state or before.owner is not owner

    def drop(self, client: int, owner: object) -> None:
        """A client left, unless another connection of it has taken its place."""
        present = self._here.get(client)
        if present is None or present.owner is not owner:
            return
        self._remember(client, self._tick(client), present.person_id)
        del self._here[client]
        self._changed.add(client)

    def take_over(self, entries: list[Entry], *, owner: object, person_ids: dict[int, int | None]) -> None:
        """States that another process tells of, with its clocks."""
        for client, clock, state in entries:
            self._hear(client, clock, state, owner, person_ids.get(client))

    def _hear(self, client: int, clock: int, state: str, owner: object, person_id: int | None) -> None:
        present = self._here.get(client)
        if present is not None and present.owner == owner and present.clock == clock:
            present.heard_at = time.monotonic()
            return
        if clock <= self._last_clock(client):
            return
        if state == "null":
            self._here.pop(client, None)
            self._remember(client, clock, person_id)
        else:
            self._here[client] = Present(clock, state, owner, person_id, time.monotonic())
            self._gone.pop(client, None)
        self._changed.add(client)

    def forget_silent(self, seconds: float) -> None:
        """Drop the clients of processes that have not been heard of for so long."""
        limit = time.monotonic() - seconds
        for client, present in list(self._here.items()):
            if present.heard_at and present.heard_at < limit:
                self.drop(client, present.owner)

    def entries(self) -> list[Entry]:
        """Everybody who is here."""
        return [(client, present.clock, present.state) for client, present in self._here.items()]

    def owned(self) -> list[tuple[Entry, int | None]]:
        """The clients that are connected to this process, with their person."""
        return [
            ((client, present.clock, present.state), present.person_id)
            for client, present in self._here.items()
            if not present.heard_at
        ]

    def recently_gone(self) -> list[Entry]:
        """The last clients that left, for processes that still show them."""
        return [(client, clock, "null") for client, (clock, _) in list(self._gone.items())[-20:]]

    @property
    def has_changes(self) -> bool:
        return bool(self._changed)

    def changes(self) -> dict[int, Entry]:
        """What changed since the last call, by client."""
        if not self._changed:
            return {}
        changed, self._changed = self._changed, set()
        return {client: self._entry(client) for client in changed}

    def _entry(self, client: int) -> Entry:
        present = self._here.get(client)
        return (
            (client, present.clock, present.state) if present else (client, self._last_clock(client), "null")
        )

    def _last_clock(self, client: int) -> int:
        present = self._here.get(client)
        return present.clock if present else self._gone.get(client, (0, None))[0]

    def _tick(self, client: int) -> int:
        return max(self._last_clock(client) + 1, time.time_ns() // 1_000_000)

    def _remember(self, client: int, clock: int, person_id: int | None) -> None:
        self._gone[client] = (clock, person_id)
        self._gone.move_to_end(client)
        if len(self._gone) > _REMEMBERED:
            self._gone.popitem(last=False)


def stamped(raw: bytes, user: dict[str, Any]) -> str | None:
    """A client's state with the identity put in by the server; None when the client hides, or sends no
    object.
    """
    try:
        state = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(state, dict):
        return None
    state["user"] = user
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))
