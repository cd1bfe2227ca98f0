"""Visitors on pages: states, kinds and pictures in words, and the last day of something."""

from datetime import datetime

from django import template

from kinline.doors.words import visitors

register = template.Library()


@register.filter
def visit_state(state: str) -> str:
    """How far a request is, as its visitor reads it."""
    return str(visitors.STATES[state])


@register.filter
def visit_tone(state: str) -> str:
    """The look of its chip."""
    return visitors.TONES[state]


@register.filter
def visit_kind(kind: str) -> str:
    """What somebody comes as."""
    return str(visitors.KINDS[kind])


@register.filter
def visit_picture(kind: str) -> str:
    """What a picture shows."""
    return str(visitors.PICTURES[kind])


@register.filter
def visit_reason(reason: str) -> str:
    """Why not."""
    return str(visitors.REASONS[reason])


@register.filter
def lastday(until: datetime, zone: str) -> str:
    """The last day on which something holds."""
    return visitors.last_day(until, zone)
