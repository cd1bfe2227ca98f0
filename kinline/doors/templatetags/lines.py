"""Open lines as templates show them: their name in the page's language, kind and picture."""

from typing import Any

from django import template
from django.utils.translation import get_language

from kinline.apps.facilities.lines import name_in
from kinline.doors.words import lines as words

register = template.Library()


@register.filter
def line_name(line: Any) -> str:
    """The line's name in the language of the page."""
    return name_in(line.names, get_language() or "en")


@register.filter
def line_kind(code: str) -> str:
    """What the line is for."""
    return words.kind(code)


@register.filter
def line_icon(code: str) -> str:
    """The picture that stands beside it."""
    return words.icon(code)
