"""Every limit and interval of the live documents; ``settings.REALTIME`` overrides single ones."""

from dataclasses import dataclass
from time import monotonic

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, rows and seconds; a test shortens the intervals it needs."""

    window_seconds: float = 0.015
    window_most_seconds: float = 0.028
    """How long the committer gathers edits while edits keep coming; an idle one commits at once. The more work
    the process has, the nearer to the longer time.
    """

    busy_share: float = 0.05
    """The share of a core that the process may use before the windows grow."""

    keepalive_seconds: float = 20
    """A connection to which nothing was sent for so long gets an empty presence message (a stock client gives
    up at 30).
    """

    poll_seconds: float = 1
    """How often a process looks for rows and access changes of which no hint told it."""

    recheck_seconds: float = 30
    """How often access is re-checked even when nobody announced a change (an expired session, say)."""

    linger_seconds: float = 15
    """How long a document without connections stays in memory."""

    give_back_seconds: float = 10
    """How often at most the memory of documents that went is given back to the system."""

    touch_seconds: float = 0.5
    """How often at most the owner of a document is told that it has new content."""

    presence_share_seconds: float = 4
    """How often a process tells the others who is present here; after three silent ones they forget it."""

    beat_seconds: float = 4
    """How often a process says in the database that it lives."""

    frame_bytes: int = 8 * 2**20
    """The largest frame; a stock client sends its whole offline work as one."""

    document_bytes: int = 20_000_000
    """At this weight a document turns read-only."""

    presence_bytes: int = 2048
    """The largest presence state of one connection."""

    question_bytes: int = 2**18
    """The largest state vector, and the largest presence message (a stock client sends everybody's again): some
    twenty thousand clients, a thousand people.
    """

    quarantined_bytes: int = 2**16
    """So much of a refused update is kept."""

    barrier_bytes: int = 64
    """The largest payload of a barrier, which is sent back as it came."""

    backlog_bytes: int = 2**20
    """What may wait for a slow reader beyond the answer to its first question."""

    stuck_seconds: float = 30
    """A reader that took nothing of what waits for it for so long is cut off."""

    messages_per_second: float = 200
    messages_burst: float = 1000
    bytes_per_second: float = 2**20
    bytes_burst: float = 24 * 2**20

    snapshot_rows: int = 500
    """After so many new rows the snapshot is renewed."""

    offences: int = 5
    offence_seconds: float = 600
    """Who sent so many bad updates within that time is let in again only when it is over."""

    quarantine_per_hour: int = 20
    """So many refused updates of one person are kept in an hour; more are only counted in the log file."""


def current() -> Limits:
    """The limits of this installation."""
    return Limits(**getattr(settings, "REALTIME", {}))


class Bucket:
    """A token bucket: what flows in beyond its rate waits."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._level, self._at = rate, burst, burst, monotonic()

    def take(self, amount: float, now: float) -> float:
        """Take ``amount`` and say how many seconds to wait before going on; a debt is allowed."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate) - amount
        self._at = now
        return -self._level / self._rate if self._level < 0 else 0.0


class Flow:
    """What one page may send: so many messages and so many bytes."""

    __slots__ = ("_bytes", "_messages")

    def __init__(self, limits: Limits) -> None:
        self._messages = Bucket(limits.messages_per_second, limits.messages_burst)
        self._bytes = Bucket(limits.bytes_per_second, limits.bytes_burst)

    def take(self, messages: int, size: int) -> float:
        """Count messages of so many bytes together; how many seconds the next one has to wait."""
        now = monotonic()
        return max(self._messages.take(messages, now), self._bytes.take(size, now))
