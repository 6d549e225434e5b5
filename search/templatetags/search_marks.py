"""What was found, marked in what a card says of its thing: its authors, its unit, its subject."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from django import template
from django.utils.safestring import SafeString, mark_safe

from search.analysis.runs import is_latin

register = template.Library()

_LATIN: Final = "[0-9A-Za-z]"


@register.filter
def marked(text: object, pieces: Sequence[str]) -> SafeString:
    """A text that is not escaped yet, escaped, with these pieces of it marked (命中标记); what begins or ends as a number or a Latin
    word is no part of a longer one.
    """
    longest_first = sorted(pieces, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(_whole, longest_first))})", str(text)) if pieces else [str(text)]
    shown = "".join(
        f"<mark>{escape(one)}</mark>" if nth % 2 else escape(one) for nth, one in enumerate(parts)
    )
    return mark_safe(shown)  # each part is escaped above


def _whole(piece: str) -> str:
    before, after = f"(?<!{_LATIN})" * is_latin(piece[0]), f"(?!{_LATIN})" * is_latin(piece[-1])
    return f"{before}{re.escape(piece)}{after}"


@register.filter
def listed(names: Iterable[str]) -> str:
    """Names in a line (顿号); unlike ``join`` it leaves escaping to whoever shows it."""
    return "、".join(names)


@register.filter
def found_first(names: Sequence[str], pieces: Sequence[str]) -> list[str]:
    """The names, with those first that hold what was found: a card shows a few of them."""
    return sorted(names, key=lambda name: not any(piece in name for piece in pieces))
