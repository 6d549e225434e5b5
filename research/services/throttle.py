"""Count tries (限流), in windows of time, in the cache that all server processes share."""

import hashlib
import time

from django.core.cache import cache


def now() -> float:
    """The clock of all windows."""
    return time.time()


def allows(*what: object, limit: int, seconds: int) -> bool:
    """Count one try of ``what``; False once there were more than ``limit`` in this window."""
    window = int(now() // seconds)
    words = "\0".join(str(part) for part in (*what, seconds, window))
    key = f"throttle:{hashlib.sha256(words.encode()).hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it ended between the two lines
        return True
