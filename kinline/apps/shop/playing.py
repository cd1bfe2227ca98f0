"""Playing what one owns: the file of a sound or film, and the pages of a game.

A game is a stranger's program. Its frame has no origin, so the tablet's session never goes with
what it asks for; a pass in the address stands in for it: signed, for one purchase and one
signed-in time, of no use once that time is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing

from kinline.apps.errors import NotFound
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.models import InsideSession
from kinline.apps.shop import bundles
from kinline.apps.shop.access import purchase_of
from kinline.apps.shop.models import Item, Purchase
from kinline.apps.shop.queries.views import hours_of
from kinline.apps.shop.taking import path_of
from kinline.core.shop.goods import Kind
from kinline.core.shop.hours import closed

SALT = "kinline.shop.play"


@dataclass(frozen=True, slots=True)
class Media:
    """A file to send. `sha256` is its name for ever: its content never changes."""

    path: Path
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class GameFile:
    """One file of a game."""

    content: bytes
    media_type: str


def media(*, inside: Inside, purchase_id: UUID, now: datetime) -> Media:
    """The file of a sound or film the person owns, in its hours. Raises NotFound."""
    item = purchase_of(inside, purchase_id).item
    if item.kind == Kind.GAME or _is_closed(item, inside.zone, now):
        raise NotFound
    return Media(path_of(item.sha256), item.media_type, item.size_bytes, item.sha256)


def pass_for(*, inside: Inside, purchase_id: UUID) -> str:
    """The word in the addresses of a game's files. Raises NotFound for what is not theirs."""
    row = purchase_of(inside, purchase_id)
    return signing.Signer(salt=SALT).sign(f"{row.pk.hex}.{inside.session.hex}")


def game_file(*, word: str, name: str, now: datetime) -> GameFile:
    """A file of the game that a pass is for. Raises NotFound.

    Asked each time: that the person is still signed in, still owns it, and may play now.
    """
    purchase, session = _opened(word)
    person = _signed_in(session, now)
    rows = Purchase.objects.select_related("item__facility", "person__facility")
    row = rows.filter(pk=purchase, person=person, paid_back_at=None).first()
    if row is None or row.item.kind != Kind.GAME or name not in row.item.members:
        raise NotFound
    if _is_closed(row.item, row.person.facility.zone, now):
        raise NotFound
    content = bundles.read(path_of(row.item.sha256), name, row.item.members[name])
    return GameFile(content, bundles.media_type(name))


def _opened(word: str) -> tuple[UUID, UUID]:
    try:
        purchase, _, session = signing.Signer(salt=SALT).unsign(word).partition(".")
    except signing.BadSignature:
        raise NotFound from None
    return UUID(purchase), UUID(session)


def _signed_in(session: UUID, now: datetime) -> UUID:
    """Whose signed-in time it is, if it goes on. Asking does not prolong it."""
    since = now - timedelta(seconds=settings.TABLET_IDLE_SECONDS)
    rows = InsideSession.objects.filter(pk=session, ended_at=None, seen_at__gt=since)
    rows = rows.filter(person__active=True, station__active=True)
    person = rows.values_list("person_id", flat=True).first()
    if person is None:
        raise NotFound
    return person


def _is_closed(item: Item, zone: str, now: datetime) -> bool:
    return closed(hours_of(item), ZoneInfo(zone), now) is not None
