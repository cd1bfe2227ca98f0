"""The eCards of the gallery: what each is for, its name, and what it shows to who cannot see it.

The pictures are drawn by tools/cards and lie in web/img/cards. Own words are set beside a card by
the page, in the writer's hand; nothing is ever drawn into a picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WIDTH, HEIGHT = 960, 720


class Occasion(StrEnum):
    """By what the gallery is arranged. The order is the gallery's."""

    EVERY_DAY = "every_day"
    LOVE = "love"
    BIRTHDAY = "birthday"
    THANKS = "thanks"
    COURAGE = "courage"
    SEASON = "season"


OCCASIONS: dict[Occasion, str | Promise] = {
    Occasion.EVERY_DAY: _("Every day"),
    Occasion.LOVE: _("With love"),
    Occasion.BIRTHDAY: _("Birthdays and good news"),
    Occasion.THANKS: _("Saying thanks"),
    Occasion.COURAGE: _("Courage"),
    Occasion.SEASON: _("Seasons and holidays"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """`language` is that of the words drawn on it, "" where it has none."""

    code: str
    occasion: Occasion
    title: str | Promise
    alt: str | Promise
    language: str = ""

    @property
    def image(self) -> str:
        """Its address among the static files."""
        return f"kinline/img/cards/{self.code}.png"


def of(code: str) -> Card | None:
    """The card of this code; None for one that is not, or no longer, in the gallery."""
    return _BY_CODE.get(code)


def gallery(language: str) -> list[tuple[str | Promise, list[Card]]]:
    """All cards by occasion, those that speak the reader's language before those that do not."""
    return [(name, list(_sorted(occasion, language))) for occasion, name in OCCASIONS.items()]


def _sorted(occasion: Occasion, language: str) -> Iterable[Card]:
    fitting = [card for card in CARDS if card.occasion is occasion]
    return sorted(fitting, key=lambda card: card.language not in {"", language[:2]})


_CAKE = _("A birthday cake with five lit candles and confetti.")
_LETTER = _("A letter with white wings flies over green hills.")
_SPRIGS = _("Flowers on both sides of the words.")
_JUG = _("A blue jug full of flowers on a kitchen table.")

CARDS = (
    Card(
        "thinking-of-you",
        Occasion.EVERY_DAY,
        _("Thinking of you"),
        _("Two small houses at dusk, far apart. A line of light joins them over the hills."),
    ),
    Card(
        "good-night",
        Occasion.EVERY_DAY,
        _("Good night"),
        _("A moon and stars over dark hills. One small house has its light on."),
    ),
    Card(
        "new-day",
        Occasion.EVERY_DAY,
        _("A new day"),
        _("The sun comes up over the sea. Birds fly in a pink and gold sky."),
    ),
    Card(
        "home",
        Occasion.EVERY_DAY,
        _("Home waits for you"),
        _("A red house in the evening with every window lit and flowers by the door."),
    ),
    Card(
        "love",
        Occasion.LOVE,
        _("With all my love"),
        _("Two birds on a branch look at each other under a large red heart."),
    ),
    Card("missing-en", Occasion.LOVE, _("I miss you"), _LETTER, "en"),
    Card("missing-es", Occasion.LOVE, _("I miss you, in Spanish"), _LETTER, "es"),
    Card("mother-en", Occasion.LOVE, _("For you, Mom"), _JUG, "en"),
    Card("mother-es", Occasion.LOVE, _("For you, Mom, in Spanish"), _JUG, "es"),
    Card("birthday-en", Occasion.BIRTHDAY, _("Happy birthday"), _CAKE, "en"),
    Card("birthday-es", Occasion.BIRTHDAY, _("Happy birthday, in Spanish"), _CAKE, "es"),
    Card(
        "celebrate",
        Occasion.BIRTHDAY,
        _("Good news"),
        _("Three bright balloons rise over green hills with confetti in the air."),
    ),
    Card(
        "proud",
        Occasion.BIRTHDAY,
        _("Proud of you"),
        _("A gold star on a purple rosette with red ribbons, in rays of sunlight."),
    ),
    Card("thanks-en", Occasion.THANKS, _("Thank you"), _SPRIGS, "en"),
    Card("thanks-es", Occasion.THANKS, _("Thank you, in Spanish"), _SPRIGS, "es"),
    Card(
        "courage",
        Occasion.COURAGE,
        _("I am with you"),
        _("A lighthouse shines over the sea at night. A small boat sails toward it."),
    ),
    Card(
        "get-well",
        Occasion.COURAGE,
        _("Get well soon"),
        _("A steaming cup of tea with a heart on it, a slice of lemon and a plant."),
    ),
    Card(
        "flowers",
        Occasion.SEASON,
        _("Spring"),
        _("Red, yellow and purple flowers in the morning sun."),
    ),
    Card(
        "winter",
        Occasion.SEASON,
        _("Winter light"),
        _("A candle burns in a window. Outside are snow, fir trees and stars."),
    ),
)
_BY_CODE = {card.code: card for card in CARDS}
