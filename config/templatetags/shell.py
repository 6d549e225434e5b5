"""Template tags of the shell."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@cache
def icons() -> dict[str, str]:
    """The inner SVG of each icon, by name."""
    loaded: dict[str, str] = json.loads(
        (Path(__file__).parent.parent / "icons.json").read_text(encoding="utf-8")
    )
    return loaded


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """A decorative icon (图标); ``size`` is «s» for a small one. Raises KeyError for a name that is not there."""
    paths = mark_safe(icons()[name])  # our own file
    return format_html('<svg class="ico {}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', size, paths)


@register.filter
def initial(name: str) -> str:
    """What stands in somebody's round sign: the given name's first character, 刘秀兰 → 秀."""
    compact = name.strip()
    return compact[1:2] or compact[:1]


@register.filter
def hue(person_id: int) -> int:
    """Which of the eight colours of ``.av`` somebody has."""
    return person_id % 8


@register.simple_tag
def avatar(person_id: int, name: str) -> SafeString:
    """Somebody's round sign; the name is its title and what a screen reader says."""
    return format_html(
        '<span class="av a{}" title="{}" role="img" aria-label="{}">{}</span>',
        hue(person_id),
        name,
        name,
        initial(name),
    )
