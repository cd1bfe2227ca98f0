"""Review's words in the console's templates."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from kinline.core.review.terms import Reason
from kinline.doors.console.forms.words import LANGUAGES
from kinline.doors.words import reviewing
from kinline.laws.reasons import reasons

register = template.Library()


@register.filter
def reviewed(code: Any, kind: str) -> str:
    """The words of a code of one kind: reason, outcome, mode, direction, service, part ..."""
    return reviewing.word(kind, str(code))


@register.filter
def grave(severity: int) -> str:
    """How grave a listed word is to staff."""
    return str(reviewing.grave(severity))


@register.filter
def language_name(code: str) -> str:
    """The language of a word list."""
    return str(dict(LANGUAGES).get(code, code))


@register.filter
def age(since: datetime | None, now: datetime) -> str:
    """How long something has waited: 31 minutes."""
    return "" if since is None else reviewing.age(since, now)


@register.filter
def rule_says(reason: Any) -> str:
    """What a rule says, in the reader's language, from the law book."""
    words = reasons().says[Reason(reason)]
    return words.get(get_language() or "en", words["en"])


@register.filter
def kinds_of(item: Any) -> str:
    """What a message is made of, as a list says it: eMessage, 2 photos, VideoGram."""
    return reviewing.made_of(item.service, item.kinds)


@register.simple_tag
def of_key(table: Any, key: Any) -> Any:
    """The value of a key; None where there is none."""
    return table.get(key)


@register.filter
def seconds_left(until: datetime, now: datetime) -> int:
    """Whole seconds until a moment, never less than none."""
    return max(0, int((until - now).total_seconds()))


@register.filter
def sender(item: Any) -> str:
    """Who wrote it."""
    return str(item.contact_name if item.direction == "in" else item.person_name)


@register.filter
def receiver(item: Any) -> str:
    """To whom."""
    return str(item.person_name if item.direction == "in" else item.contact_name)


@register.filter
def percent_of(part: int, whole: int) -> str:
    """A share in whole percent; empty where there is nothing to share."""
    return f"{round(100 * part / whole)}%" if whole else ""
