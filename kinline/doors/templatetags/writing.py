"""Addresses of the pages of written messages, whichever door shows them."""

from typing import Any

from django import template
from django.urls import reverse

from kinline.core.message.terms import PartKind
from kinline.doors.words import messages

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
