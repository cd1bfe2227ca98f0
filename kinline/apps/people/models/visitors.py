"""Visitors: who asked to visit whom, what staff decided and why, and the pictures of it."""

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models.known import Contact, Person
from kinline.core.visitor import GOOD_DAYS, KEEP_DAYS, Picture, Reason, State, VisitorKind


class VisitorRule(Fact):
    """How a facility takes visitors, from its moment until the next; without one it takes none.

    `keep_days`: pictures after the last decision. `good_days`: an approval, at most. `note` is
    read by whoever asks.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visitor_rules")
    offered = models.BooleanField(default=True)
    keep_days = models.PositiveIntegerField(default=KEEP_DAYS)
    good_days = models.PositiveIntegerField(default=GOOD_DAYS)
    note = models.CharField(max_length=300, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"], name="visitor_rule_newest")]


class VisitorAccess(Fact):
    """One request to visit, from its first step to its end; a renewal is a row of its own.

    `person` empty: anybody at the facility. A decision stands once it is made (triggers); an
    appeal is decided by somebody who had no part in what it is against. `settled_at` is the last
    decision, from which the pictures are kept `VisitorRule.keep_days`; empty while one waits.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visitor_accesses")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visitors")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="visitors"
    )
    state = models.CharField(max_length=10, choices=choices(State), default=State.DRAFT.value)
    kind = models.CharField(
        max_length=20, choices=choices(VisitorKind), default=VisitorKind.ORDINARY.value
    )
    asks_as = models.CharField(
        max_length=20, choices=choices(VisitorKind), default=VisitorKind.ORDINARY.value
    )
    begun_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    id_expires_on = models.DateField(null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    # Why it was refused or withdrawn, for the visitor to read.
    reason = models.CharField(max_length=20, choices=choices(Reason), blank=True)
    note = models.CharField(max_length=600, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)  # staff; "contact"; "kinline"
    ended_at = models.DateTimeField(null=True, blank=True)
    appeal_until = models.DateTimeField(null=True, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_words = models.CharField(max_length=2000, blank=True)
    appeal_decided_by = models.CharField(max_length=64, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    appeal_right = models.BooleanField(null=True)
    appeal_note = models.CharField(max_length=600, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-begun_at"], name="visitor_by_contact"),
            models.Index(fields=["facility", "state", "asked_at"], name="visitor_by_facility"),
            models.Index(fields=["state", "until_at"], name="visitor_by_end"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["contact", "person"],
                condition=Q(state__in=["draft", "pending"], person__isnull=False),
                name="a_person_is_asked_for_once",
            ),
            UniqueConstraint(
                fields=["contact", "facility"],
                condition=Q(state__in=["draft", "pending"], person=None),
                name="a_facility_is_asked_for_once",
            ),
            UniqueConstraint(
                fields=["contact", "facility", "person"],
                condition=Q(state="approved", person__isnull=False),
                name="approved_once_for_a_person",
            ),
            UniqueConstraint(
                fields=["contact", "facility"],
                condition=Q(state="approved", person=None),
                name="approved_once_for_a_facility",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(asked_at__isnull=False), name="a_request_was_asked"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | Q(decided_at__isnull=False) & ~Q(decided_by=""),
                name="somebody_decides_a_visitor",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(until_at__isnull=False),
                name="an_approval_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="a_refusal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "expired"])
                | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="somebody_ends_an_access",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by="")
                | Q(appealed_at__isnull=False, appeal_decided_at__isnull=False)
                & ~Q(appeal_decided_by=F("decided_by"))
                # What ended it after the appeal is no part of what was appealed.
                & (
                    Q(ended_at=None)
                    | Q(ended_at__gt=F("appeal_decided_at"))
                    | ~Q(appeal_decided_by=F("ended_by"))
                ),
                name="another_decides_the_appeal",
            ),
        ]


class Minor(Fact):
    """A child who comes with the adult of a request. `allowed` is set by the approval."""

    access = models.ForeignKey(VisitorAccess, on_delete=models.CASCADE, related_name="minors")
    name = models.CharField(max_length=120)
    born_on = models.DateField()
    allowed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="a_minor_has_a_name")]


class VisitorPicture(Fact):
    """The ID or the selfie of a request: a sealed file (apps.stored), until it is erased.

    An erased one has no key: `sha256` of what lay there is the proof of what was erased.
    """

    access = models.ForeignKey(VisitorAccess, on_delete=models.PROTECT, related_name="pictures")
    kind = models.CharField(max_length=10, choices=choices(Picture))
    agency = models.CharField(max_length=40)
    blob = models.CharField(max_length=32, unique=True)
    wrapped_key = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["access", "kind"],
                condition=Q(erased_at=None),
                name="one_picture_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(wrapped_key="")
                | Q(erased_at__isnull=False, wrapped_key=""),
                name="an_erased_picture_has_no_key",
            ),
        ]
