"""What a facility offers, what it costs since when, and who bought it.

Files lie outside the database (taking.py), named by their content. Money stands in the ledger; a
purchase keeps the price it was made at, and is never deleted.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Person
from kinline.core.shop.goods import KEPT, Kind, Rating
from kinline.core.shop.price import MOST_CENTS

KEEPS = [kind.value for kind in KEPT]


class State(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # no longer sold; who bought it keeps it


class Turn(Fact):
    """A facility's shop was turned on or off. The newest row holds; without one it is off."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="shop_turns")
    is_open = models.BooleanField()
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"], name="shop_turn_newest")]


class Item(Fact):
    """One thing on offer at one facility. `sha256` names its file; bundles have `pieces` instead.

    `members` are the files of a game and their sizes; `language` is empty where none is spoken.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="shop_items")
    kind = models.CharField(max_length=10, choices=choices(Kind))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=80)
    maker = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=600, blank=True)
    language = models.CharField(max_length=10, blank=True)
    rating = models.CharField(max_length=10, choices=choices(Rating), default=Rating.EVERYONE)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    pieces = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True)
    members = models.JSONField(default=dict)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "state", "title"], name="shop_item_on_offer")]
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=KEEPS, pieces=0) & ~Q(sha256="")
                | ~Q(kind__in=KEEPS) & Q(pieces__gt=0, sha256=""),
                name="goods_are_a_file_or_pieces",
            ),
            CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="goods_open_before_they_close",
            ),
        ]


class Price(Fact):
    """What an item costs from a moment on (core.shop.price). Rows are added, never changed."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="prices")
    cents = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["item", "-from_at", "-set_at"], name="price_newest")]
        constraints = [
            CheckConstraint(condition=Q(cents__lte=MOST_CENTS), name="a_price_is_not_endless")
        ]


class Purchase(Fact):
    """Somebody bought an item. `key` makes it once; `pieces` and `cents` are as of that moment."""

    key = models.CharField(max_length=100, unique=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="purchases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="purchases")
    cents = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField(default=0)
    bought_at = models.DateTimeField()
    paid_back_at = models.DateTimeField(null=True)
    paid_back_by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-bought_at"], name="purchase_of_person")]
        constraints = [
            UniqueConstraint(
                fields=["person", "item"],
                condition=Q(pieces=0, paid_back_at=None),
                name="a_kept_thing_is_bought_once",
            ),
            CheckConstraint(
                condition=Q(paid_back_at=None, why="") | Q(paid_back_at__isnull=False) & ~Q(why=""),
                name="who_pays_back_says_why",
            ),
        ]
