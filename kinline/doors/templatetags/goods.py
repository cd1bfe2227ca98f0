"""The shop's goods in templates."""

from typing import Any

from django import template

from kinline.core.shop.goods import Kind, Rating
from kinline.doors.words import goods as words

register = template.Library()


@register.filter
def price_of(cents: int | None) -> str:
    """A price: $2.50, or that it costs nothing."""
    return words.price(cents)


@register.filter
def kind_word(kind: str) -> str:
    return str(words.KINDS[Kind(kind)])


@register.filter
def kind_words(kind: str) -> str:
    """The kind as the name of a list: Games."""
    return str(words.MANY[Kind(kind)])


@register.filter
def kind_icon(kind: str) -> str:
    return words.ICONS[Kind(kind)]


@register.filter
def kind_tone(kind: str) -> str:
    """The colour of a kind's picture."""
    return words.TONES.get(Kind(kind), "")


@register.filter
def rating_word(rating: str) -> str:
    return str(words.RATINGS[Rating(rating)])


@register.filter
def length_of(good: Any) -> str:
    """How long it plays, or how many pieces it is."""
    return words.length(good)


@register.filter
def hours_word(good: Any) -> str:
    """When it may be used."""
    return words.when(good.hours)


@register.filter
def spoken(good: Any) -> str:
    """The language spoken in it; empty where none is."""
    return words.language(good.language)
