"""Fractional keys that put the steps of 教学过程 in order: a key fits between any two others.

The same algorithm and digits as the npm package ``fractional-indexing`` (CC0), so that the page and the
server may both make keys. A key is an integer part, whose first letter says how long it is, and a fraction
without a last zero.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEADS = DIGITS[10:]
SMALLEST = HEADS[0] + DIGITS[0] * (len(HEADS) // 2)
_HALF = len(HEADS) // 2


def key_between(before: str | None, after: str | None) -> str:
    """A key greater than ``before`` and less than ``after``; None is the start or the end.

    Raises ValueError if one of them is no key.
    """
    low, high = (_checked(key) if key is not None else None for key in (before, after))
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is None:
        return _key_before(high) if high is not None else HEADS[_HALF] + DIGITS[0]
    return _key_after(low) if high is None else _key_inside(low, high)


def keys_between(before: str | None, after: str | None, count: int) -> list[str]:
    """``count`` keys in order between the two, as short as they come."""
    if count == 0:
        return []
    if after is None:
        return _run(before, count)
    if before is None:
        return _run_down(after, count)
    middle = count // 2
    key = key_between(before, after)
    return [*keys_between(before, key, middle), key, *keys_between(key, after, count - middle - 1)]


def is_key(value: object) -> bool:
    """Whether ``value`` is a key."""
    try:
        return isinstance(value, str) and bool(_checked(value))
    except ValueError:
        return False


def _run(before: str | None, count: int) -> list[str]:
    keys: list[str] = []
    for _ in range(count):
        keys.append(key_between(keys[-1] if keys else before, None))
    return keys


def _run_down(after: str, count: int) -> list[str]:
    keys = [after]
    for _ in range(count):
        keys.append(key_between(None, keys[-1]))
    return keys[:0:-1]


def _key_before(high: str) -> str:
    whole, fraction = _split(high)
    if whole == SMALLEST:
        return whole + _midpoint("", fraction)
    if whole < high:
        return whole
    lower = _decremented(whole)
    if lower is None:
        raise ValueError("there is no key below")
    return lower


def _key_after(low: str) -> str:
    whole, fraction = _split(low)
    return _incremented(whole) or whole + _midpoint(fraction, None)


def _key_inside(low: str, high: str) -> str:
    whole, fraction = _split(low)
    high_whole, high_fraction = _split(high)
    if whole == high_whole:
        return whole + _midpoint(fraction, high_fraction)
    higher = _incremented(whole)
    if higher is None:
        raise ValueError("there is no key above")
    return higher if higher < high else whole + _midpoint(fraction, None)


def _midpoint(low: str, high: str | None) -> str:
    """A fraction between two; the empty one is the least, None stands above all."""
    zero = DIGITS[0]
    if high is not None and low >= high:
        raise ValueError(f"{low} >= {high}")
    if high:
        shared = 0
        while (low[shared : shared + 1] or zero) == high[shared : shared + 1]:
            shared += 1
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    low_digit = DIGITS.index(low[0]) if low else 0
    high_digit = DIGITS.index(high[0]) if high else len(DIGITS)
    if high_digit - low_digit > 1:
        return DIGITS[(low_digit + high_digit + 1) // 2]
    if high and len(high) > 1:
        return high[0]
    return DIGITS[low_digit] + _midpoint(low[1:], None)


def _checked(key: str) -> str:
    whole, fraction = _split(key)
    digits_known = all(digit in DIGITS for digit in key[1:])
    if key == SMALLEST or fraction.endswith(DIGITS[0]) or not digits_known or not whole:
        raise ValueError(f"{key!r} is no order key")
    return key


def _split(key: str) -> tuple[str, str]:
    length = _length(key[:1])
    if length > len(key):
        raise ValueError(f"{key!r} is no order key")
    return key[:length], key[length:]


def _length(head: str) -> int:
    """How long the integer part is that begins with this letter."""
    at = HEADS.find(head) if head else -1
    if at < 0:
        raise ValueError(f"{head!r} begins no order key")
    return _HALF - at + 1 if at < _HALF else at - _HALF + 2


def _incremented(whole: str) -> str | None:
    head, digits = whole[0], whole[1:]
    kept = digits.rstrip(DIGITS[-1])
    if kept:
        return head + kept[:-1] + DIGITS[DIGITS.index(kept[-1]) + 1] + DIGITS[0] * (len(digits) - len(kept))
    at = HEADS.index(head) + 1
    return None if at == len(HEADS) else HEADS[at] + DIGITS[0] * (_length(HEADS[at]) - 1)


def _decremented(whole: str) -> str | None:
    head, digits = whole[0], whole[1:]
    kept = digits.rstrip(DIGITS[0])
    if kept:
        return head + kept[:-1] + DIGITS[DIGITS.index(kept[-1]) - 1] + DIGITS[-1] * (len(digits) - len(kept))
    at = HEADS.index(head) - 1
    return None if at < 0 else HEADS[at] + DIGITS[-1] * (_length(HEADS[at]) - 1)
