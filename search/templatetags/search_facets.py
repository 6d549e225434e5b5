"""The values of a facet (分面值). A page has up to two hundred: written as templates in one another they took a third of its time."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from search.facets import Value

register = template.Library()


@register.simple_tag
def facet_values(name: str, values: Iterable[Value]) -> SafeString:
    """Boxes to tick, each with what is finer below it, folded unless something of it is chosen."""
    boxes = "".join(_value(escape(name), one) for one in values)
    return mark_safe(boxes)  # each path and label is escaped below


def _value(name: str, value: Value) -> str:
    checked = " checked" if value.is_chosen else ""
    return (
        f'<label class="box"><input type="checkbox" id="f-{name}-{quote(value.path, safe="")}" name="{name}"'
        f' value="{escape(value.path)}"{checked}><span>{escape(value.label)}</span>'
        f'<span class="num count">{value.count}</span></label>\n{_below(name, value) if value.below else ""}'
    )


def _below(name: str, value: Value) -> str:
    is_open = " open" if value.is_chosen or value.is_open else ""
    folded, more = escape(_("Finer")), escape(_("Tick it to see more."))
    finer = "".join(_value(name, one) for one in value.below)
    cut = f'<span class="small muted">{more}</span>' if value.is_cut else ""
    return (
        f'<details class="facet-below"{is_open}><summary>{folded}'
        f'<span class="visually-hidden"> {escape(value.label)}</span></summary>{finer}{cut}</details>'
    )
