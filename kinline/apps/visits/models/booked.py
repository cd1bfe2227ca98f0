"""What was booked: visits with their visitors, what each has taken, and who waits for a slot."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Contact, Person
from kinline.apps.visits.models.offered import VisitStation
from kinline.core.link import By as AskedBy
from kinline.core.visit.states import By, Missing, State
from kinline.core.visit.terms import Seat, VisitKind


class Visit(Fact):
    """One visit. `key` is its form's and makes it once; `facility` is where it is held.

    It is held in [starts_at, ends_at) by the engine's clock, whoever comes late. `asked_by` is the
    side that booked it; `booked_by` the contact who did, or whom a person inside asked first.
    `sequence` grows with each change, for calendars (RFC 5545, SEQUENCE).

    `paid` is [kind of account, holder, cents] of what was taken as it was booked, `citation` the
    rule that made the price. `returned_cents` came back, `returned_because` says by which reason.
    """

    key = models.CharField(max_length=100, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    booked_by = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visits_booked")
    asked_by = models.CharField(max_length=10, choices=choices(AskedBy))
    kind = models.CharField(max_length=20, choices=choices(VisitKind))
    private = models.BooleanField(default=False)
    recorded = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=choices(State))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    station = models.ForeignKey(VisitStation, on_delete=models.PROTECT, related_name="visits")
    # Of the rules it was booked by.
    buffer_minutes = models.PositiveSmallIntegerField()
    cancel_minutes = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    # Why it was refused or cancelled, as both sides read it.
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    cancelled_by = models.CharField(max_length=10, choices=choices(By), blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)  # cancelled later than the rules give back
    reminded = models.PositiveSmallIntegerField(default=0)  # 1: a day before, 2: an hour before
    missing = models.CharField(max_length=10, choices=choices(Missing), blank=True)
    price_cents = models.PositiveIntegerField(default=0)
    citation = models.CharField(max_length=300, blank=True)
    paid = models.JSONField(default=list)
    returned_cents = models.PositiveIntegerField(default=0)
    returned_because = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "starts_at"], name="visits_of_a_day"),
            models.Index(fields=["person", "-starts_at"], name="visits_of_person"),
            models.Index(fields=["state", "starts_at"], name="visits_by_state"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(private=False) | Q(recorded=False),
                name="a_private_visit_is_not_recorded",
            ),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_visit_has_a_length"),
            CheckConstraint(
                condition=Q(returned_cents__lte=F("price_cents")),
                name="no_more_comes_back_than_was_paid",
            ),
        ]


class VisitVisitor(Fact):
    """Somebody outside who takes part: a contact, or a minor (by name) with that contact.

    `seat` is the home they sit in; a minor sits with their adult. `minor` is people's own id.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="visitors")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visit_places")
    minor = models.UUIDField(null=True, blank=True)
    minor_name = models.CharField(max_length=120, blank=True)
    seat = models.CharField(max_length=10, choices=choices(Seat))

    class Meta:
        indexes = [models.Index(fields=["contact", "visit"], name="visits_of_contact")]
        constraints = [
            UniqueConstraint(
                fields=["visit", "contact"], condition=Q(minor=None), name="a_visitor_comes_once"
            ),
            UniqueConstraint(
                fields=["visit", "minor"],
                condition=Q(minor__isnull=False),
                name="a_minor_comes_once",
            ),
        ]


class VisitStep(models.Model):
    """What happened to a visit, for whoever reads its history. `by` is an id; empty: by rule."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    side = models.CharField(max_length=10, blank=True)  # "contact", "person" or "staff"
    by = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]


class WaitingPlace(Fact):
    """Somebody waits for a slot on [from_on, until_on], days included, within hours of the wall.

    WAITING, then OFFERED (a slot is held until `offer_until`), then TAKEN, or WAITING again; LEFT
    by themselves, OVER when the days wanted have gone by. `passed` counts offers let go, `since`
    is what their turn goes by. `contacts` and `minors` are ids; `key` makes the place once.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        OFFERED = "offered"
        TAKEN = "taken"
        LEFT = "left"
        OVER = "over"

    key = models.CharField(max_length=100, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visits_waited")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits_waited")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visits_waited")
    asked_by = models.CharField(max_length=10, choices=choices(AskedBy))
    private = models.BooleanField(default=False)
    contacts = models.JSONField()
    minors = models.JSONField(default=list)
    length_minutes = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField()
    from_time = models.TimeField(null=True, blank=True)
    until_time = models.TimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    since = models.DateTimeField()
    passed = models.PositiveSmallIntegerField(default=0)
    offered_starts_at = models.DateTimeField(null=True, blank=True)
    offered_station = models.ForeignKey(
        VisitStation, on_delete=models.PROTECT, null=True, blank=True, related_name="offers"
    )
    offer_until = models.DateTimeField(null=True, blank=True)
    visit = models.OneToOneField(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="waited"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "since"],
                condition=Q(state__in=["waiting", "offered"]),
                name="who_waits_for_a_visit",
            )
        ]
        constraints = [
            CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="waits_for_a_day"),
            CheckConstraint(
                condition=~Q(state="offered")
                | Q(
                    offered_starts_at__isnull=False,
                    offered_station__isnull=False,
                    offer_until__isnull=False,
                ),
                name="an_offer_says_what_until_when",
            ),
            CheckConstraint(
                condition=~Q(state="taken") | Q(visit__isnull=False),
                name="who_took_an_offer_has_a_visit",
            ),
        ]


class SlotClaim(models.Model):
    """A resource is taken for the five minutes from `slot_at`, by a visit or by an open offer.

    Resources are named by core.schedule: "station:<uuid>", "person:<uuid>", "visitor:<uuid>",
    "staff:<facility>:<n>", "separation:<uuid>". That a slot has one claim is what
    keeps two people out of one slot.
    """

    resource = models.CharField(max_length=100)
    slot_at = models.DateTimeField()
    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    waiting = models.ForeignKey(
        WaitingPlace, on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )

    class Meta:
        indexes = [models.Index(fields=["slot_at"], name="claims_by_time")]
        constraints = [
            UniqueConstraint(fields=["resource", "slot_at"], name="a_slot_is_claimed_once"),
            CheckConstraint(
                condition=Q(visit=None, waiting__isnull=False)
                | Q(visit__isnull=False, waiting=None),
                name="a_claim_is_of_one_thing",
            ),
        ]


class QuotaPlace(models.Model):
    """One of the visits a person or visitor may have in a week, by the week's first day.

    Numbered from 1 up to the rule's number: two who book at once cannot both have the last one.
    Deleted where the rules give it back; kept by a visit that was held, missed or cancelled late.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visit_quotas")
    holder = models.CharField(max_length=60)  # "person:<uuid>" or "visitor:<uuid>"
    week_on = models.DateField()
    number = models.PositiveSmallIntegerField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="quotas")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["facility", "holder", "week_on", "number"],
                name="a_place_of_the_week_is_taken_once",
            ),
            UniqueConstraint(fields=["visit", "holder"], name="a_visit_counts_once"),
        ]
