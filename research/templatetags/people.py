"""Template tags of the pages of people."""

from urllib.parse import urlencode

from django import template

register = template.Library()
PARAMETERS = {"text": "q"}


@register.simple_tag
def people_query(chosen: dict[str, str]) -> str:
    """The filters as the beginning of a query string, «q=…&unit=…&», for links to other pages."""
    kept = {PARAMETERS.get(name, name): value for name, value in chosen.items() if value}
    return f"{urlencode(kept)}&" if kept else ""


@register.filter
def less(count: int, part: int) -> int:
    """How many are left without a part."""
    return count - part


@register.simple_tag(takes_context=True)
def query_without_page(context: template.Context) -> str:
    """The request's own query string without the page, ready to go on."""
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    return f"{parameters.urlencode()}&" if parameters else ""
