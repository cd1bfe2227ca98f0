"""The demo's shop: two things of our own making.

Apart from the town itself, which tests load without files. Only what is missing is written.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from kinline.apps.facilities.models import Facility
from kinline.apps.people.access import Staff
from kinline.apps.people.access import staff as staff_of
from kinline.apps.people.models import Account
from kinline.apps.shop.actions import catalogue, keeping
from kinline.apps.shop.actions.catalogue import Details
from kinline.apps.shop.models import Item, Turn
from kinline.core.shop.goods import Kind

PIECES = Path(__file__).parent / "pieces"
CHUNK = 1 << 16
# Where the shop is on, and who of the town keeps it there.
SHOPS = {"ma-bristol": "ines@bristol.example", "nh-example": "rae@nh.example"}
GOODS: tuple[tuple[Kind, str, int, Details], ...] = (
    (
        Kind.GAME,
        "lamps.zip",
        150,
        Details(
            title="Lamps",
            maker="Kinline",
            about="A puzzle of twenty-five lamps. Each one turns its neighbors too. / "
            "Un rompecabezas de veinticinco lámparas.",
        ),
    ),
    (
        Kind.MUSIC,
        "first_light.ogg",
        99,
        Details(
            title="First Light",
            maker="Kinline",
            about="A quiet piece for strings, computed note by note. / Una pieza tranquila.",
        ),
    ),
)


def load(*, now: datetime) -> None:
    """Put shop and goods into the database (Django must be set up)."""
    for place, email in SHOPS.items():
        keeper = staff_of(account_id=Account.objects.get(email=email).pk, now=now)
        _shop(keeper, place, now)


def _shop(keeper: Staff, place: str, now: datetime) -> None:
    facility = Facility.objects.get(place=place)
    for kind, name, cents, details in GOODS:
        # Also where it was changed or withdrawn since: that stays as it is.
        if Item.objects.filter(facility=facility, maker="Kinline", kind=kind).exists():
            continue
        with transaction.atomic(), (PIECES / name).open("rb") as file:
            item = catalogue.add(
                staff=keeper,
                place=place,
                kind=kind,
                details=details,
                cents=cents,
                chunks=iter(lambda: file.read(CHUNK), b""),
                now=now,
            )
            catalogue.publish(staff=keeper, place=place, item_id=item, now=now)
    if not Turn.objects.filter(facility=facility).exists():
        keeping.turn(staff=keeper, place=place, is_open=True, now=now)
