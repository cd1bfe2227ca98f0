"""The shop's goods in words, for people inside and for staff."""

from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from kinline.core.rating.terms import STAMP
from kinline.core.shop.goods import Kind, Rating
from kinline.core.shop.hours import Hours
from kinline.doors.words.clock import hours as hours_words
from kinline.doors.words.price import dollars, units_of

KINDS: dict[Kind, str | Promise] = {
    Kind.GAME: gettext_lazy("Game"),
    Kind.MUSIC: gettext_lazy("Music"),
    Kind.FILM: gettext_lazy("Film"),
    Kind.STAMPS: gettext_lazy("Stamps"),
    Kind.TEXTS: gettext_lazy("Text messages"),
}
MANY: dict[Kind, str | Promise] = {
    Kind.GAME: gettext_lazy("Games"),
    Kind.MUSIC: gettext_lazy("Music"),
    Kind.FILM: gettext_lazy("Films"),
    Kind.STAMPS: gettext_lazy("Stamps"),
    Kind.TEXTS: gettext_lazy("Text messages"),
}
RATINGS: dict[Rating, str | Promise] = {
    Rating.EVERYONE: gettext_lazy("For everyone"),
    Rating.TEENS: gettext_lazy("For teenagers and adults"),
    Rating.ADULTS: gettext_lazy("For adults"),
}
ICONS = {
    Kind.GAME: "emoji_events",
    Kind.MUSIC: "play",
    Kind.FILM: "video",
    Kind.STAMPS: "mail_outline",
    Kind.TEXTS: "chat",
}
TONES = {Kind.GAME: "is-lamp", Kind.MUSIC: "is-tide", Kind.FILM: "is-fern"}


class Told(Protocol):
    """What is said of an item (apps.shop.queries.views.Good)."""

    @property
    def kind(self) -> Kind: ...
    @property
    def rating(self) -> Rating: ...
    @property
    def language(self) -> str: ...
    @property
    def hours(self) -> Hours | None: ...
    @property
    def pieces(self) -> int: ...
    @property
    def seconds(self) -> int | None: ...
    @property
    def cents(self) -> int | None: ...


def price(cents: int | None) -> str:
    """$2.50, or that it costs nothing."""
    if cents is None:
        return _("No price yet")
    return dollars(cents) if cents else _("No cost")


def when(hours: Hours | None) -> str:
    """7:00 AM to 10:00 PM, or at any time."""
    return hours_words(hours.opens_at, hours.closes_at) if hours else _("At any time")


def length(good: Told) -> str:
    """How long it plays, or how many pieces it is; empty for games."""
    if good.kind is Kind.STAMPS:
        return units_of(good.pieces, STAMP)
    if good.kind is Kind.TEXTS:
        return units_of(good.pieces, "text")
    if good.seconds is None:
        return ""
    hours, rest = divmod(good.seconds, 3600)
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60}:{rest % 60:02}"


def language(code: str) -> str:
    """The language that is spoken in it, in its own words; empty where none is."""
    known = dict(settings.LANGUAGES)
    return str(get_language_info(code)["name_local"]).capitalize() if code in known else ""
