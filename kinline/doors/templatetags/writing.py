"""Addresses of the pages of written messages, whichever door shows them."""

from typing import Any

from django import template
from django.urls import reverse

from kinline.apps.messaging import access
from kinline.apps.messaging.queries.threads import unread
from kinline.core.message.terms import PartKind
from kinline.doors.words import cards, messages

register = template.Library()


@register.simple_tag(takes_context=True)
def at(context: dict[str, Any], name: str = "", *args: object) -> str:
    """The address of a page of written messages at this door; without a name the list."""
    full = f"{context['door']}-messages-{name}" if name else f"{context['door']}-messages"
    return reverse(full, args=args)


@register.filter
def kept_back(kind: PartKind) -> str:
    """What stands where a part would be that was kept back."""
    return messages.kept_back(kind)


@register.simple_tag
def card_of(code: str) -> cards.Card | None:
    """The card of the gallery with this code."""
    return cards.of(code)


@register.simple_tag(takes_context=True)
def unread_messages(context: dict[str, Any]) -> dict[str, Any]:
    """How many messages whoever looks has not read, as a number and in words. One query.

    Asked once for a page, however often it stands there.
    """
    request = context["request"]
    if not hasattr(request, "unread_messages"):
        contact, inside = getattr(request, "contact", None), context.get("inside")
        by = access.inside(inside) if inside else access.outside(contact) if contact else None
        request.unread_messages = unread(by=by) if by else 0
    number: int = request.unread_messages
    return {"number": number, "words": messages.unread(number) if number else ""}
