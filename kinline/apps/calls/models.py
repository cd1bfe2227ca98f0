"""Calls: each attempt, its steps, its record (CDR), and the engines that carry them."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.calls.digits import LastDigits
from kinline.apps.facilities.models import Agency, Facility, OpenLine, Station, Trunk, Unit
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Contact, CourtesyGrant, Person
from kinline.core.call.caller import Caller
from kinline.core.call.signs import SignKind
from kinline.core.call.states import EndReason, State
from kinline.core.policy.trunk import TrunkLimit
from kinline.core.queue.turns import Stand

LIVE_STATES = [State.AUTHORIZED, State.RINGING, State.ANNOUNCING, State.TALKING]
# Said twice, because a partial index is used only where its own condition is asked for.
LIVE = Q(ended_at=None, state__in=LIVE_STATES)
# A place in line that has not come to its end.
IN_LINE = Q(state__in=[Stand.WAITING, Stand.OFFERED])


class Engine(models.Model):
    """An engine as it last showed itself. `done` is the last command it carried out."""

    id = models.CharField(max_length=40, primary_key=True)
    boot = models.CharField(max_length=40)
    seen_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    last_command = models.BigIntegerField(default=0)  # the number given out last


class Waiting(models.Model):
    """A contact with at least one page open on an engine, as of `seen_at`."""

    engine = models.ForeignKey(Engine, on_delete=models.CASCADE, related_name="waiting")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["engine", "contact"], name="waits_once_an_engine")]


class Call(Fact):
    """One attempt to call, refused or carried. State changes are by compare-and-set only.

    `caller` says why there is no person, where there is none: nobody signed in, or anonymous by
    rule, and then there is no station either (constraints and triggers). `line` is the open line
    that was called, `courtesy` the grant under which the call went out.
    """

    key = models.CharField(max_length=80, unique=True)  # the dial's own id: no second call
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="calls")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, null=True, related_name="calls")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="calls")
    caller = models.CharField(max_length=10, choices=choices(Caller), default=Caller.PERSON)
    line = models.ForeignKey(OpenLine, on_delete=models.PROTECT, null=True, related_name="calls")
    courtesy = models.ForeignKey(
        CourtesyGrant, on_delete=models.PROTECT, null=True, related_name="calls"
    )
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="calls")
    number = models.CharField(max_length=40)
    # The carrier it went out through, if it rang a telephone; what a carrier's limits count.
    trunk = models.ForeignKey(
        Trunk, on_delete=models.PROTECT, null=True, related_name="calls", db_index=False
    )
    abroad = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="en")  # the contact's, at the time
    announcement = models.JSONField(default=list)  # the prompts of the permit, in order
    engine = models.CharField(max_length=40)
    boot = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, choices=choices(State))
    private = models.BooleanField()
    private_because = models.CharField(max_length=40, blank=True)
    refusals = models.JSONField(default=list)
    limits = models.JSONField(default=list)  # every limit that was weighed; the first won
    limit_seconds = models.PositiveIntegerField(null=True)
    paying = models.JSONField(default=list)  # what was set aside for it, and what came of that
    asked_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=30, blank=True, choices=choices(EndReason))
    alive_at = models.DateTimeField()  # the engine's last sign of life for this call

    class Meta:
        indexes = [
            models.Index(fields=["facility", "-asked_at"]),
            models.Index(fields=["person", "-asked_at"]),
            models.Index(fields=["contact", "-asked_at"]),
            models.Index(fields=["number", "-asked_at"], name="call_by_number"),
            models.Index(LastDigits("number"), "asked_at", name="call_by_last_digits"),
            models.Index(fields=["engine"], condition=Q(ended_at=None), name="call_live_by_engine"),
            models.Index(fields=["trunk"], condition=Q(ended_at=None), name="call_live_by_trunk"),
            models.Index(
                fields=["trunk", "asked_at"],
                condition=Q(trunk__isnull=False),
                name="call_by_trunk",
            ),
            models.Index(
                fields=["trunk", "asked_at"],
                condition=Q(abroad=True),
                name="call_abroad_by_trunk",
            ),
        ]
        constraints = [
            # One call at a time: the database, not a check before it, decides a race of two dials.
            # A line that is always open waits for no other call.
            UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=LIVE_STATES, line=None),
                name="one_live_call_a_person",
            ),
            CheckConstraint(
                condition=Q(caller=Caller.PERSON, person__isnull=False, station__isnull=False)
                | Q(caller=Caller.NOBODY, person=None, station__isnull=False, line__isnull=False)
                | Q(caller=Caller.INTAKE, person=None, station__isnull=False, line=None)
                | Q(caller=Caller.ANONYMOUS, person=None, station=None, line__isnull=False),
                name="a_call_has_the_caller_it_may",
            ),
            CheckConstraint(
                condition=~Q(state=State.ENDED) | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="an_ended_call_says_when_and_why",
            ),
        ]


class TrunkLimitReached(Fact):
    """On this day a carrier's limit stopped a call: the first time, and how often."""

    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="limits_reached")
    on = models.DateField()
    limit = models.CharField(max_length=10, choices=choices(TrunkLimit))
    first_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["trunk", "on", "limit"], name="a_limit_is_reached_once_a_day")
        ]


class CallStep(Fact):
    """What the engine told of a call, stored once by (call, boot, seq) and never changed.

    `obeyed` False: late or doubled, so it is kept and nothing follows from it. `reason` and
    `talk_seconds` come with an end only.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="steps")
    boot = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    side = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    obeyed = models.BooleanField()

    class Meta:
        ordering = ["told_at", "seq"]
        indexes = [
            models.Index(
                fields=["told_at"], condition=Q(kind="ended", obeyed=False), name="step_late_end"
            )
        ]
        constraints = [UniqueConstraint(fields=["call", "boot", "seq"], name="a_step_counts_once")]


class CallSign(Fact):
    """A sign of a third party in a call, stored once by (call, boot, seq), never changed.

    `cut`: the facility's rule ended the call for it. `evidence` is what strangers sent, trimmed
    to short text under fixed names (core.call.signs); it never has a key that was pressed.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="signs")
    boot = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=choices(SignKind))
    side = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    cut = models.BooleanField()
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "seq"]
        constraints = [UniqueConstraint(fields=["call", "boot", "seq"], name="a_sign_counts_once")]


class CallRecord(models.Model):
    """The CDR: written once when a call ends, never changed (triggers)."""

    call = models.OneToOneField(
        Call, on_delete=models.PROTECT, primary_key=True, related_name="record"
    )
    place = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    talk_seconds = models.PositiveIntegerField()
    end_reason = models.CharField(max_length=30)
    private = models.BooleanField()
    charge = models.UUIDField(null=True)
    written_at = models.DateTimeField()


class Command(models.Model):
    """An order to an engine, polled by it; the engine says the number of the last it has done.

    `number` counts per engine and is taken from the engine's row in the same transaction, so
    that numbers become visible in their order: a database sequence would not promise that, and
    an engine that had seen 6 would never ask for 5 again.
    """

    id = models.BigAutoField(primary_key=True)
    engine = models.ForeignKey(Engine, on_delete=models.CASCADE, related_name="commands")
    number = models.BigIntegerField()
    order = models.CharField(max_length=10)
    call = models.ForeignKey(Call, on_delete=models.CASCADE)
    reason = models.CharField(max_length=30, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["engine", "number"], name="a_command_has_one_number")
        ]


class LiveListening(Fact):
    """One member of staff who listens to a call under way, for a purpose they gave first.

    Triggers refuse a row for a private call: there is none to listen to.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="listenings")
    account = models.UUIDField()
    purpose = models.TextField()
    began_at = models.DateTimeField()
    heard_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["began_at"]
        constraints = [
            CheckConstraint(condition=~Q(purpose=""), name="live_listening_has_a_purpose")
        ]


class Watch(Fact):
    """Staff want to be told when a person or a number is on the phone, until a moment.

    At one facility, or at all of an agency. `number` is E.164 and None where a person is watched:
    an empty one would be equal to another.
    """

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, related_name="watches"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="watches")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="watches", db_index=False
    )
    number = models.CharField(max_length=40, null=True)
    reason = models.TextField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    until_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at=None), name="watch_of_person"),
            models.Index(fields=["number"], condition=Q(ended_at=None), name="watch_of_number"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(facility=None, agency__isnull=False)
                | Q(facility__isnull=False, agency=None),
                name="a_watch_has_one_scope",
            ),
            CheckConstraint(
                condition=Q(person=None, number__isnull=False)
                | Q(person__isnull=False, number=None),
                name="a_watch_is_of_one",
            ),
            CheckConstraint(condition=~Q(reason=""), name="a_watch_has_a_reason"),
        ]


class WatchAlert(Fact):
    """A call that a watch was set for. What became of it since stands with the call itself.

    Triggers refuse one for a private call: a call with an attorney is nobody's to be told of.
    """

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="alerts")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="alerts")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="watch_alert_newest")]
        constraints = [
            UniqueConstraint(fields=["watch", "call"], name="a_watch_tells_once_of_a_call")
        ]


class QueueRule(Fact):
    """Whether people of a unit wait in line for its phones, from this moment until its next rule.

    The newest is in force. `devices` are the kinds of station that count, sorted, with a comma
    between; `offer_seconds` is how long a phone is held for whoever it is offered to.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="queue_rules")
    on = models.BooleanField()
    devices = models.CharField(max_length=20)
    offer_seconds = models.PositiveIntegerField()
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "-set_at"], name="queue_rule_newest")]
        constraints = [
            CheckConstraint(
                condition=Q(offer_seconds__gt=0) & ~Q(devices=""), name="a_queue_offers_something"
            )
        ]


class QueuePlace(Fact):
    """Somebody's place in line for the phones of a unit, for one day (core.queue.turns).

    `number` is all that others see of it. `since` is when they joined, or last let an offer pass;
    at `until_at` the day's calls end. `station` and the moments of the offer stay with a place
    only while it is offered one; `call` is the one that took it.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="queue_places")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="queue_places", db_index=False
    )
    on = models.DateField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=choices(Stand), default=Stand.WAITING)
    joined_at = models.DateTimeField()
    since = models.DateTimeField()
    until_at = models.DateTimeField()
    passed = models.PositiveSmallIntegerField(default=0)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, null=True, related_name="held")
    offered_until = models.DateTimeField(null=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, related_name="turns")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "joined_at"], name="queue_place_of_unit"),
            models.Index(fields=["person", "-joined_at"], name="queue_place_of_person"),
        ]
        constraints = [
            # Two who join at once, two phones that come free at once: the database decides.
            UniqueConstraint(
                fields=["person"], condition=IN_LINE, name="one_place_in_line_a_person"
            ),
            UniqueConstraint(
                fields=["station"],
                condition=Q(state=Stand.OFFERED),
                name="a_phone_is_offered_once",
            ),
            UniqueConstraint(fields=["unit", "on", "number"], name="a_number_in_line_is_one"),
            CheckConstraint(
                condition=(
                    Q(state=Stand.OFFERED, station__isnull=False, offered_until__isnull=False)
                    | (~Q(state=Stand.OFFERED) & Q(station=None, offered_until=None))
                ),
                name="an_offer_names_its_phone",
            ),
            CheckConstraint(
                condition=Q(IN_LINE, ended_at=None) | (~IN_LINE & Q(ended_at__isnull=False)),
                name="a_place_ends_once",
            ),
        ]
