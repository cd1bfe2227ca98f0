"""Attorneys: requests to be verified for a whole state, their photos, their proven numbers."""

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from kinline.apps.facilities.models import Agency, Trunk
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models.known import Contact
from kinline.core.attorney import Reason
from kinline.core.call.rings import Kind
from kinline.core.visitor import State


class AttorneyRequest(Fact):
    """One request to be verified as an attorney in one state (`jurisdiction`, as in "us-ma").

    A decision of any agency there (`agency`) stands for all of them; each has its own
    AttorneyVerification row that names this request. [from the decision, until_on). A renewal is
    a row of its own. An appeal is decided by somebody who had no part in what it is against.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="attorney_requests")
    jurisdiction = models.CharField(max_length=20)
    bar_number = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=choices(State), default=State.PENDING.value)
    asked_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    # Why it was refused or ended, for the attorney to read.
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
            models.Index(fields=["contact", "-asked_at"], name="attorney_by_contact"),
            models.Index(fields=["jurisdiction", "state", "asked_at"], name="attorney_by_state"),
            models.Index(fields=["state", "until_on"], name="attorney_by_end"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["contact", "jurisdiction"],
                condition=Q(state="pending"),
                name="an_attorney_asks_once",
            ),
            UniqueConstraint(
                fields=["contact", "jurisdiction"],
                condition=Q(state="approved"),
                name="an_attorney_is_verified_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") & ~Q(bar_number=""), name="an_attorney_asks_whole"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | Q(decided_at__isnull=False, agency__isnull=False) & ~Q(decided_by=""),
                name="somebody_decides_an_attorney",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(until_on__isnull=False),
                name="a_verified_attorney_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="a_refused_attorney_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "expired"])
                | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="somebody_ends_an_attorney",
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
                name="another_decides_an_attorneys_appeal",
            ),
        ]


class AttorneyDocument(Fact):
    """The photo of the bar card of a request: a sealed file (apps.stored), until it is erased.

    An erased one has no key: `sha256` of what lay there is the proof of what was erased.
    """

    request = models.OneToOneField(
        AttorneyRequest, on_delete=models.PROTECT, related_name="document"
    )
    keyring = models.CharField(max_length=40)  # whose key wraps it: the state's own
    blob = models.CharField(max_length=32, unique=True)
    wrapped_key = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(wrapped_key="")
                | Q(erased_at__isnull=False, wrapped_key=""),
                name="an_erased_document_has_no_key",
            ),
        ]


class AttorneyNumber(Fact):
    """A number an attorney says is theirs (E.164); private only from `proven_at` to `dropped_at`.

    A code proves it, sent as a text message, told by a call of ours, or read out by staff who call
    the number back (`code_by`: "text", "call", or their account). Only the newest code counts, and
    only its hash is kept.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="attorney_numbers")
    e164 = models.CharField(max_length=20)
    added_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    code_by = models.CharField(max_length=64, blank=True)
    wrong = models.PositiveIntegerField(default=0)
    proven_at = models.DateTimeField(null=True, blank=True)
    proven_by = models.CharField(max_length=64, blank=True)  # "sign_in", or as `code_by`
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["contact", "e164"],
                condition=Q(dropped_at=None),
                name="an_attorney_names_a_number_once",
            ),
            UniqueConstraint(
                fields=["e164"],
                condition=Q(dropped_at=None, proven_at__isnull=False),
                name="a_proven_number_is_one_attorneys",
            ),
            models.CheckConstraint(
                condition=Q(proven_at=None) | ~Q(proven_by=""),
                name="a_number_is_proven_by_something",
            ),
        ]


class AttorneyRing(Fact):
    """A call of Kinline's own to an attorney's number, which the attorney asked for.

    `sealed` is what it says, with the code in it: gone once an engine has taken it. `code` is the
    SIP status it ended with; of a test call also at how many facilities it was private.
    """

    number = models.ForeignKey(AttorneyNumber, on_delete=models.PROTECT, related_name="rings")
    kind = models.CharField(max_length=10, choices=choices(Kind))
    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    sealed = models.CharField(max_length=2000, blank=True)
    private_places = models.PositiveIntegerField(default=0)
    recorded_places = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    engine = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["number", "-asked_at"], name="ring_by_number"),
            models.Index(fields=["asked_at"], condition=Q(taken_at=None), name="ring_waits"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(sealed=""), name="a_taken_ring_tells_nothing"
            ),
        ]
