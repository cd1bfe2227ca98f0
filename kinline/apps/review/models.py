"""What waits for review, what was decided and by whom, appeals, policies and stops.

The content stays where it was written: an item names its subject and nobody here can read it.
Findings are reasons to look, kept as long as the message is. Decisions are written once; a
decision can be undone or taken up, never both (sql/*/decisions.sql).
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Contact, Person
from kinline.apps.review.lists import Word as Word
from kinline.apps.review.lists import WordList as WordList
from kinline.apps.review.lists import WordsVersion as WordsVersion
from kinline.core.message.terms import WRITTEN, Direction
from kinline.core.review.states import OPEN, AppealState, State
from kinline.core.review.terms import Mode, Outcome, Reason, Side

OPEN_STATES = sorted(OPEN)
SERVICES = [(service.value, service.value) for service in WRITTEN]


class Item(Fact):
    """One message that is to be looked at. `subject` is its id in the room it comes from.

    `parts` are [name, kind] in their order; `marks` counts the findings. `claimed_by` is kept when
    a claim runs out, so that whoever left can go on if nobody came. `outcome` is empty until a
    decision has taken effect.
    """

    subject = models.CharField(max_length=64, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="reviewed")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviewed")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="reviewed")
    service = models.CharField(max_length=12, choices=SERVICES)
    direction = models.CharField(max_length=8, choices=choices(Direction))
    mode = models.CharField(max_length=10, choices=choices(Mode))
    before_delivery = models.BooleanField()
    parts = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    marks = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=choices(State), default=State.WAITING)
    claimed_by = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=choices(Outcome), blank=True)

    class Meta:
        indexes = [
            # The queue: who waits longest against the target, of one facility and of all.
            models.Index(
                fields=["facility", "due_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="review_waiting_here",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=OPEN_STATES), name="review_waiting"
            ),
            models.Index(fields=["person", "contact"], name="review_of_two_people"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="a_claim_has_an_end",
            ),
            CheckConstraint(
                condition=~Q(state=State.CLAIMED) | Q(claimed_by__isnull=False),
                name="what_is_claimed_is_somebodys",
            ),
            CheckConstraint(
                condition=Q(state=State.IN_EFFECT) & ~Q(outcome="")
                | ~Q(state=State.IN_EFFECT) & Q(outcome=""),
                name="an_outcome_is_in_effect",
            ),
        ]


class Decision(Fact):
    """What a reviewer decided, on an item or, where `appealed` is set, on appeals against one.

    `rejected` names the parts that do not go out; a reason and a note stand with every rejection.
    It takes effect from `effective_at` on, if it was not undone before, by being taken up:
    then `appeal_until` is set, the end of the clock of those who are told.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="decisions")
    appealed = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    outcome = models.CharField(max_length=10, choices=choices(Outcome))
    rejected = models.JSONField(default=list)
    reason = models.CharField(max_length=20, choices=choices(Reason), blank=True)
    note = models.CharField(max_length=1000, blank=True)
    in_bulk = models.BooleanField(default=False)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["effective_at"],
                condition=Q(undone_at=None, taken_up_at=None),
                name="decision_to_take_up",
            ),
            models.Index(fields=["decided_by", "-decided_at"], name="decision_by_reviewer"),
            models.Index(fields=["taken_up_at"], name="decision_taken_up"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["item"],
                condition=Q(appealed=None, undone_at=None),
                name="one_decision_in_force",
            ),
            UniqueConstraint(
                fields=["appealed"],
                condition=Q(appealed__isnull=False, undone_at=None, taken_up_at=None),
                name="one_answer_to_appeals_at_a_time",
            ),
            CheckConstraint(
                condition=Q(undone_at=None) | Q(taken_up_at=None),
                name="undone_or_taken_up_never_both",
            ),
            CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__lt=F("effective_at")),
                name="undone_before_it_takes_effect",
            ),
            CheckConstraint(
                condition=Q(taken_up_at=None) | Q(taken_up_at__gte=F("effective_at")),
                name="taken_up_when_it_takes_effect",
            ),
            CheckConstraint(
                condition=Q(effective_at__gt=F("decided_at")), name="there_is_time_to_undo"
            ),
            CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED) | ~Q(reason="") & ~Q(note=""),
                name="a_rejection_says_why",
            ),
        ]


class Opinion(Fact):
    """A question to a colleague about an item; open until it is answered or taken back."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="opinions")
    question = models.CharField(max_length=600)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=600, blank=True)
    answered_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["item"], condition=Q(ended_at=None), name="one_open_question_an_item"
            ),
            CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                name="nobody_answers_their_own_question",
            ),
            CheckConstraint(
                condition=Q(answered_by=None, answer="")
                | Q(answered_by__isnull=False, ended_at__isnull=False) & ~Q(answer=""),
                name="an_opinion_has_words",
            ),
        ]


class Appeal(Fact):
    """One side of a message asks for another look at a rejection. Once a side and decision."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="appeals")
    side = models.CharField(max_length=10, choices=choices(Side))
    words = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices(AppealState), default=AppealState.OPEN)
    answer = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="answered"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "made_at"],
                condition=Q(state=AppealState.OPEN),
                name="appeal_waiting",
            )
        ]
        constraints = [
            UniqueConstraint(fields=["decision", "side"], name="one_appeal_a_side"),
            CheckConstraint(
                condition=Q(state__in=[AppealState.OPEN, AppealState.WITHDRAWN], answer=None)
                | Q(
                    state__in=[AppealState.DECIDED, AppealState.IN_EFFECT],
                    answer__isnull=False,
                ),
                name="an_answered_appeal_has_an_answer",
            ),
        ]


class Policy(Fact):
    """What is looked at, from `set_at` on; a row ends, it is never changed.

    Without person and contact it is the facility's, for a service and direction or, where these
    are empty, for every one; the newest of the most exact holds. With one of them it is about
    that one and has a reason and an end.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="policies")
    service = models.CharField(max_length=12, choices=SERVICES, blank=True)
    direction = models.CharField(max_length=8, choices=choices(Direction), blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="policies")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="policies"
    )
    mode = models.CharField(max_length=10, choices=choices(Mode))
    sample_percent = models.PositiveIntegerField(null=True)
    target_minutes = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "-set_at"], condition=Q(ended_at=None), name="policy_in_force"
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(person=None) | Q(contact=None), name="a_policy_is_about_one"
            ),
            CheckConstraint(
                condition=Q(person=None, contact=None) | ~Q(reason="") & Q(until_at__isnull=False),
                name="about_somebody_it_says_why_and_until_when",
            ),
            CheckConstraint(
                condition=Q(mode=Mode.SAMPLE, sample_percent__gte=1, sample_percent__lte=100)
                | ~Q(mode=Mode.SAMPLE) & Q(sample_percent=None),
                name="a_sample_has_a_percentage",
            ),
            CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("set_at")),
                name="a_policy_ends_after_it_begins",
            ),
        ]


class Stop(Fact):
    """A facility's stop of writing, for a person inside, a contact, or the two together.

    `service` empty: of every one. It has a reason that both sides are told, and an end.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="stops")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="stops")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="stops")
    service = models.CharField(max_length=12, choices=SERVICES, blank=True)
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "-set_at"], condition=Q(ended_at=None), name="stop_in_force"
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(person__isnull=False) | Q(contact__isnull=False),
                name="a_stop_is_somebodys",
            ),
            CheckConstraint(condition=~Q(reason=""), name="a_stop_says_why"),
            CheckConstraint(
                condition=Q(until_at__gt=F("set_at")), name="a_stop_ends_after_it_begins"
            ),
            CheckConstraint(
                condition=Q(ended_at=None, why_ended="")
                | Q(ended_at__isnull=False) & ~Q(why_ended=""),
                name="who_ends_a_stop_says_why",
            ),
        ]
