"""Small turns of phrase the console's templates need."""

from datetime import datetime
from typing import Any

from django import template

from kinline.core.refusal import Refusal
from kinline.doors.console import say
from kinline.doors.words import price as price_words
from kinline.doors.words import refusals

register = template.Library()


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes of a number of seconds."""
    return int(seconds) // 60


@register.filter
def millis(moment: datetime | None) -> str:
    """A moment as milliseconds since 1970, for a script's clock."""
    return "" if moment is None else str(int(moment.timestamp() * 1000))


@register.filter
def running(seconds: float | None) -> str:
    """A length as a running clock shows it: 4:07, 1:02:09."""
    if seconds is None:
        return ""
    hours, rest = divmod(max(0, int(seconds)), 3600)
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60}:{rest % 60:02}"


@register.filter
def dollars(cents: int) -> str:
    """Cents as an amount: $0.32."""
    return price_words.dollars(cents)


@register.filter
def short_name(name: str) -> str:
    """A person as a list shows them: Marrow, J."""
    given, _space, family = name.rpartition(" ")
    return f"{family}, {given[:1]}." if given else name


@register.filter
def said(code: Any, kind: str) -> str:
    """The words of a code of one kind: state, limit, private, step, right, scope, act."""
    return say.word(kind, str(code))


@register.filter
def short_seal(seal: str) -> str:
    """A seal as one can compare it by eye: its first and last letters."""
    return f"{seal[:4]}…{seal[-2:]}" if seal else ""


@register.simple_tag
def refusal_rows(refusal: Refusal, call: Any, now: datetime) -> Any:
    """The five rows of one refused call, as both ends read them."""
    return refusals.rows(refusal, outside=call.contact_name or call.number, zone=call.zone, now=now)
