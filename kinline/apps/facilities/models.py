"""Agencies (the tenants), their facilities, units and stations, and dated calling rules.

What the law needs to know of a place (zone, kind, jurisdiction) lives in kinline.laws; the
database keeps only its code.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.topics import Topic
from kinline.apps.facts import Fact, choices
from kinline.core.policy.lines import (
    ANONYMOUS_BY_RULE,
    PRIVATE_BY_RULE,
    SIGNED_IN_BY_RULE,
    LineKind,
)
from kinline.core.policy.trunk import MOST_A_MINUTE, MOST_ABROAD_MINUTES, MOST_AT_ONCE


def two_languages() -> list[str]:
    return ["en", "es"]


class Agency(Fact):
    """The tenant: a department of correction or a sheriff's office."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    # Whether people outside may find somebody by name; otherwise only by their exact ID.
    search_by_name = models.BooleanField(default=False)


class Facility(Fact):
    """One institution. `place` is its code in the law book; `zone` copies the book's zone."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="facilities")
    place = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=40)
    fictional_limits = models.BooleanField(default=False)
    keep_recordings_days = models.PositiveIntegerField(default=180)
    # What wall phones offer, in this order: codes of at most four languages we have prompts in.
    phone_languages = models.JSONField(default=two_languages)
    # Whether people may call toll-free numbers. Open lines and relay services need no leave.
    toll_free = models.BooleanField(default=False)


class Unit(Fact):
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [UniqueConstraint(fields=["facility", "name"], name="one_unit_per_name")]


class Station(Fact):
    """A device in a unit, shared by its people. `secret_hash` is set when it is enrolled.

    An `intake` station may call without sign-in, by the facility's intake rule.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stations")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=[("tablet", "tablet"), ("handset", "handset")])
    active = models.BooleanField(default=True)
    do_not_record = models.BooleanField(default=False)
    intake = models.BooleanField(default=False)
    secret_hash = models.CharField(max_length=64, blank=True)
    enrolled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["unit", "name"], name="one_station_per_name")]


class EnrolmentCode(Fact):
    """A code a member of staff types into a device once; only its hash is kept."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Handset(Fact):
    """How a wall phone signs in by SIP. `sealed_secret` opens with a key outside the database."""

    station = models.OneToOneField(Station, on_delete=models.CASCADE, related_name="handset")
    user = models.CharField(max_length=40, unique=True)
    sealed_secret = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    address = models.CharField(max_length=60, blank=True)
    registered_until = models.DateTimeField(null=True, blank=True)


class PhoneNetwork(Fact):
    """Where a facility's wall phones speak from; SIP from anywhere else gets no answer."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="phone_networks")
    cidr = models.CharField(max_length=50)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["facility", "cidr"], name="a_network_is_named_once")
        ]


class Trunk(Fact):
    """A carrier's door for an agency's calls. With `user` it asks for a password.

    `up` is None until an engine has asked it; `caller` is the number that telephones show. The
    `most_...` are limits against toll fraud (core.policy.trunk), counted from the calls. `asked`
    changes with every call that is weighed, so that no two are weighed at once.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="trunks")
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField(default=5060)
    caller = models.CharField(max_length=20)
    user = models.CharField(max_length=60, blank=True)
    sealed_secret = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    up = models.BooleanField(null=True)
    told_at = models.DateTimeField(null=True, blank=True)
    most_at_once = models.PositiveIntegerField(default=MOST_AT_ONCE)
    most_a_minute = models.PositiveIntegerField(default=MOST_A_MINUTE)
    most_abroad_minutes = models.PositiveIntegerField(default=MOST_ABROAD_MINUTES)
    asked = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["agency", "name"], name="one_trunk_per_name"),
            CheckConstraint(
                condition=Q(most_at_once__gt=0, most_a_minute__gt=0),
                name="a_trunk_carries_something",
            ),
            CheckConstraint(condition=Q(port__gt=0, port__lt=65_536), name="a_trunk_has_a_port"),
            CheckConstraint(
                condition=Q(user="") | ~Q(sealed_secret=""), name="a_trunk_user_has_a_secret"
            ),
        ]


class Trial(Fact):
    """A test call through a carrier that staff asked for. `code` is the SIP status it ended with.

    It is no call: nobody inside is in it, nothing is recorded, no report counts it.
    """

    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="trials")
    number = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    engine = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["trunk", "-asked_at"]),
            models.Index(fields=["asked_at"], condition=Q(taken_at=None), name="trial_waits"),
        ]


class ClosedCountry(Fact):
    """A country a facility closed to calls, until `opened_at`; `why` is told to whoever is refused.

    `country` is a region as numbers have it ("JM"); "001" are networks of no country.
    """

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="closed_countries"
    )
    country = models.CharField(max_length=3)
    why = models.CharField(max_length=200)
    closed_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["facility", "country"],
                condition=Q(opened_at=None),
                name="a_country_is_closed_once",
            ),
            CheckConstraint(condition=~Q(why=""), name="a_closed_country_says_why"),
        ]


class CallingRule(Fact):
    """A facility's calling rule for [from_on, until_on): offered or not, hours, longest call.

    `opens_at` and `closes_at` are wall-clock times in the facility's zone; calls may begin in
    [opens_at, closes_at) and none goes on past closes_at.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="calling_rules")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    offered = models.BooleanField(default=True)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    max_call_seconds = models.PositiveIntegerField(null=True, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="opens_before_closing"),
            CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
                name="calling_rule_holds_a_day",
            ),
            UniqueConstraint(fields=["facility", "from_on"], name="one_calling_rule_per_start"),
        ]


class ContactLine(Fact):
    """What a facility told everyone of how to reach it, in its own words; a topic stands once."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="contact_lines")
    topic = models.CharField(max_length=20, choices=choices(Topic))
    words = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["facility", "topic"], name="one_contact_line_per_topic"),
            CheckConstraint(condition=~Q(words=""), name="contact_line_says_something"),
        ]


class OpenLine(Fact):
    """A line that is always open at a facility, in [from_on, until_on). Written once: a change is
    an end and a new line (triggers), so that each call keeps the rules it was made under.

    `names` by language, English always. `digits` is what a handset's keys reach it by. `direct`:
    it answers without a key. Whatever the line, its call costs nobody inside or outside anything.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="open_lines")
    kind = models.CharField(max_length=20, choices=choices(LineKind))
    names = models.JSONField()
    e164 = models.CharField(max_length=20)
    digits = models.CharField(max_length=6, blank=True)
    with_pin = models.BooleanField()
    private = models.BooleanField()
    anonymous = models.BooleanField()
    direct = models.BooleanField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="a_line_ends_after_it_begins",
            ),
            CheckConstraint(
                condition=~Q(kind__in=sorted(ANONYMOUS_BY_RULE)) | Q(anonymous=True),
                name="prea_and_tip_lines_are_anonymous",
            ),
            CheckConstraint(
                condition=~Q(kind__in=sorted(PRIVATE_BY_RULE)) | Q(private=True),
                name="such_lines_are_private",
            ),
            CheckConstraint(
                condition=~Q(kind__in=sorted(SIGNED_IN_BY_RULE)) | Q(with_pin=True),
                name="a_relay_line_asks_who_calls",
            ),
            CheckConstraint(
                condition=Q(anonymous=False) | Q(with_pin=False, private=True),
                name="an_anonymous_line_asks_and_keeps_nothing",
            ),
            UniqueConstraint(
                fields=["facility", "e164"], condition=Q(until_on=None), name="one_line_per_number"
            ),
            UniqueConstraint(
                fields=["facility", "digits"],
                condition=Q(until_on=None) & ~Q(digits=""),
                name="one_line_per_digits",
            ),
        ]


class IntakeRule(Fact):
    """A facility's rule for calls without sign-in, from its moment until the next one.

    `calls_an_hour` counts per station; 0 ends them. The newest row is in force.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="intake_rules")
    calls_an_hour = models.PositiveSmallIntegerField()
    max_call_seconds = models.PositiveIntegerField()
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"])]


class SignRule(Fact):
    """Which signs of a third party end a call, from this moment until the next rule. The newest
    is in force; where there is none, every sign is flagged and none ends a call.

    `cuts` are SignKinds, sorted, with a comma between: one column of the query that finds a caller.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="sign_rules")
    cuts = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"])]
