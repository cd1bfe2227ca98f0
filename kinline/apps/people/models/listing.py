"""Allowed lists that people keep themselves: a facility's rules, and numbers they asked for."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models.known import AllowedNumber, Person
from kinline.core.policy.listing import Reason, Relation, State


class ListRule(Fact):
    """How people at a facility keep their own lists, from its moment until the next rule; without
    one, or with one that is not `self_kept`, staff keep them.

    Figures are as core.policy.listing.ListRules has them; `days` of the month with commas between.
    `note` is read by the people inside.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="list_rules")
    self_kept = models.BooleanField(default=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    changes = models.PositiveIntegerField(null=True, blank=True)
    within_days = models.PositiveIntegerField(null=True, blank=True)
    days = models.CharField(max_length=100, blank=True)
    approval = models.BooleanField(default=True)
    owner_key = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"], name="list_rule_newest")]
        constraints = [
            CheckConstraint(
                condition=Q(changes=None, within_days=None) | Q(changes__gt=0, within_days__gt=0),
                name="changes_of_a_list_have_a_time",
            ),
            CheckConstraint(
                condition=Q(self_kept=False) | Q(approval=True) | Q(owner_key=True),
                name="somebody_says_yes_to_a_number",
            ),
        ]


class ListRequest(Fact):
    """A number that a person inside asked for. It is decided once; asking again is another row.

    `counsel`: a verified attorney's number then, which no rule of size or change counts. `entry`
    is what it became on the list; `note` is read by the person.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="list_requests")
    e164 = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=10, choices=choices(Relation))
    counsel = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=choices(State), default=State.ASKED.value)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True)  # staff; "kinline" by the rule itself
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=choices(Reason), blank=True)
    note = models.CharField(max_length=600, blank=True)
    entry = models.ForeignKey(
        AllowedNumber, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="list_request_of"),
            models.Index(
                fields=["asked_at"], condition=Q(state=State.ASKED), name="list_request_waits"
            ),
        ]
        constraints = [
            UniqueConstraint(
                fields=["person", "e164"], condition=Q(state=State.ASKED), name="asked_for_once"
            ),
            CheckConstraint(
                condition=Q(state=State.ASKED, decided_at=None)
                | (~Q(state=State.ASKED) & Q(decided_at__isnull=False)),
                name="a_decided_number_says_when",
            ),
            CheckConstraint(
                condition=Q(state=State.REFUSED) & ~Q(reason="")
                | (~Q(state=State.REFUSED) & Q(reason="")),
                name="a_refused_number_says_why",
            ),
            CheckConstraint(
                condition=Q(state=State.APPROVED, entry__isnull=False)
                | (~Q(state=State.APPROVED) & Q(entry=None)),
                name="an_approved_number_is_an_entry",
            ),
        ]
