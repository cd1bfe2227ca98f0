"""How much one message may hold. A facility may set less than ours, never more."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from kinline.core.message.terms import PartKind, Service

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of one message: characters of its text, and how many of each part.

    Raises ValueError for a negative limit.
    """

    characters: int
    photos: int = 0
    cards: int = 0
    films: int = 0
    photo_bytes: int = 10 * MEGABYTE
    film_seconds: int = 30

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 0:
                raise ValueError(f"{one.name} cannot be {getattr(self, one.name)}")

    def of(self, kind: PartKind) -> int:
        """How many parts of a kind: one text, and so many of the others."""
        counts = {PartKind.PHOTO: self.photos, PartKind.CARD: self.cards, PartKind.FILM: self.films}
        return counts.get(kind, 1)

    def lowered(self, told: Mapping[str, int | None]) -> "Limits":
        """These limits, where a facility set less. What it set higher, or not, stays ours."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        lower = {name: least for name, least in told.items() if name in known and least is not None}
        return Limits(**{name: min(most, lower.get(name, most)) for name, most in known.items()})


MOST = {
    Service.EMESSAGE: Limits(characters=20_000, photos=5, cards=5, films=1),
    Service.TEXT: Limits(characters=1_000),
}
