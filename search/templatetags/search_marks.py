"""What was found, marked in what a card says of its thing: its authors, its unit, its subject."""

import re
from collections.abc import Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def marked(text: object, pieces: Sequence[str]) -> SafeString:
    """The text, escaped, with these pieces of it marked (命中标记)."""
    longest_first = sorted(pieces, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", str(text)) if pieces else [str(text)]
    shown = "".join(
        f"<mark>{escape(one)}</mark>" if nth % 2 else escape(one) for nth, one in enumerate(parts)
    )
    return mark_safe(shown)  # each part is escaped above


@register.filter
def found_first(names: Sequence[str], pieces: Sequence[str]) -> list[str]:
    """The names, with those first that hold what was found: a card shows a few of them."""
    return sorted(names, key=lambda name: not any(piece in name for piece in pieces))
