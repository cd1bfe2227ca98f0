"""Addresses of the pages of visits, whichever door shows them, and who is led to them."""

from typing import Any

from django import template
from django.urls import reverse

from kinline.apps.visits import access
from kinline.apps.visits.queries import whom

register = template.Library()


@register.simple_tag(takes_context=True)
def at(context: dict[str, Any], name: str = "", *args: object) -> str:
    """The address of a page of visits at this door; without a name the list."""
    full = f"{context['door']}-visits-{name}" if name else f"{context['door']}-visits"
    return reverse(full, args=args)


@register.simple_tag(takes_context=True)
def visits_shown(context: dict[str, Any]) -> bool:
    """Whether visits concern whoever looks: where no facility of theirs has rules for visits and
    they never had one, nothing leads there. One query, asked once for a page."""
    request = context["request"]
    if not hasattr(request, "visits_shown"):
        contact, inside = getattr(request, "contact", None), context.get("inside")
        by = access.inside(inside) if inside else access.outside(contact) if contact else None
        request.visits_shown = whom.shown(by=by) if by else False
    shown: bool = request.visits_shown
    return shown
