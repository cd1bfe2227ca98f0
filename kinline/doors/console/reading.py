"""The content of a message as its reviewer reads it: the only way it comes to the console."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kinline.apps.errors import NotFound
from kinline.apps.messaging.queries import reading
from kinline.apps.messaging.views import PartView
from kinline.apps.people.access import Staff
from kinline.apps.review.parts import Part
from kinline.apps.review.queries.item import ItemView
from kinline.core.message.terms import PartKind
from kinline.core.review.terms import TEXT_PART, Finding


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the text; `finding` where it stands out."""

    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One part to be looked at. `number` counts from 1, `file`: it is a photo or film.

    `stretches` are the words of a text, `view` what is known of the others; None: it is gone.
    """

    number: int
    name: str
    kind: PartKind
    findings: tuple[Finding, ...]
    stretches: tuple[Stretch, ...] = ()
    view: PartView | None = None

    @property
    def file(self) -> bool:
        return self.view is not None and self.kind in {PartKind.PHOTO, PartKind.FILM}


@dataclass(frozen=True, slots=True)
class Content:
    """All parts in their order; `gone`: the message was deleted, by its retention."""

    parts: tuple[Shown, ...]
    gone: bool
    about_all: tuple[Finding, ...]


def content(item: ItemView, viewer: Staff) -> Content:
    """What is in a message. Its reading is in the audit log before this is called."""
    try:
        message = reading.reading(subject=item.subject, viewer=viewer)
    except NotFound:
        message = None
    gone = message is None or message.erased
    views = {str(part.id): part for part in message.parts} if message and not gone else {}
    text = message.text if message and not gone else ""
    shown = [
        _shown(number, part, item.findings, text, views)
        for number, part in enumerate(item.parts, start=1)
    ]
    about_all = tuple(one for one in item.findings if not one.part)
    return Content(tuple(shown), gone, about_all)


def marked(text: str, findings: Iterable[Finding]) -> tuple[Stretch, ...]:
    """The text cut where something stands out. Of two that overlap the first one is shown."""
    cuts: list[tuple[int, int, Finding]] = []
    for one in sorted(findings, key=lambda found: (found.start, -found.end)):
        if 0 <= one.start < one.end <= len(text) and (not cuts or one.start >= cuts[-1][1]):
            cuts.append((one.start, one.end, one))
    pieces = [Stretch(text[: cuts[0][0]])] if cuts else [Stretch(text)]
    for here, after in pairwise([*cuts, (len(text), len(text), None)]):
        pieces.append(Stretch(text[here[0] : here[1]], here[2]))
        pieces.append(Stretch(text[here[1] : after[0]]))
    return tuple(piece for piece in pieces if piece.text)


def _shown(
    number: int,
    part: Part,
    findings: Iterable[Finding],
    text: str,
    views: dict[str, PartView],
) -> Shown:
    mine = tuple(one for one in findings if one.part == part.name)
    if part.name == TEXT_PART:
        return Shown(number, part.name, part.kind, mine, marked(text, mine))
    return Shown(number, part.name, part.kind, mine, view=views.get(part.name))
