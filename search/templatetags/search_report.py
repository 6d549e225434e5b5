"""Numbers of the report, with what is not known as a dash."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


@register.filter
def span(interval: tuple[float, float] | None) -> str:
    return "—" if interval is None else f"{interval[0]:.1%} – {interval[1]:.1%}"
