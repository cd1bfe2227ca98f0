"""The outbox (what must be told to the world after commit), notes on people's pages, and what
somebody chose: by which ways, on which devices, to which telephone, and when not.

`owner_kind` and `owner` name a contact or a person inside; this room knows nothing else of them.
"""

from django.db import models
from django.db.models import Q

from kinline.apps.facts import Fact, choices
from kinline.apps.notices.kinds import Channel, Group


class Outgoing(models.Model):
    """Something to tell after commit. `key` makes it once only; the worker sends it."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="outgoing_due")
        ]


class Note(Fact):
    """A note on a person's or contact's own page, for example of a missed call.

    `about` gathers the notes of one occasion that many are told of; `said_at` is when a wall
    phone said it.
    """

    key = models.CharField(max_length=120, unique=True)
    owner_kind = models.CharField(max_length=10)  # "contact" or "person"
    owner = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    about = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner", "-at"]),
            models.Index(
                fields=["about", "owner_kind", "id"], condition=~Q(about=""), name="note_by_about"
            ),
        ]


class Choice(Fact):
    """One wish of a contact: this group by this way, or not. Without a row the default counts."""

    owner = models.UUIDField()
    group = models.CharField(max_length=10, choices=choices(Group))
    channel = models.CharField(max_length=10, choices=choices(Channel))
    wanted = models.BooleanField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "group", "channel"], name="chosen_once")
        ]


class QuietHours(Fact):
    """When a contact's devices and telephone stay silent, by the clock of `zone`.

    From `from_at` until `until_at`, past midnight where that is earlier.
    """

    owner = models.UUIDField(unique=True)
    from_at = models.TimeField()
    until_at = models.TimeField()
    zone = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_at=models.F("until_at")), name="quiet_hours_have_a_length"
            )
        ]


class Device(Fact):
    """A browser that a contact let tell them things (Web Push, RFC 8030). Ended: never again.

    `endpoint` is the address its push service gave; what is sent is sealed with its two keys.
    """

    owner = models.UUIDField()
    endpoint_hash = models.CharField(max_length=64)
    endpoint = models.CharField(max_length=1000)
    key = models.CharField(max_length=100)  # p256dh, base64url
    secret = models.CharField(max_length=40)  # auth, base64url
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)  # "owner", "gone", "other_owner"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint_hash"], condition=Q(ended_at=None), name="a_browser_has_one_owner"
            )
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(ended_at=None), name="device_by_owner")
        ]


class DeadMailbox(Fact):
    """An email address that mail came back from, in force while `lifted_at` is empty."""

    email = models.EmailField()
    because = models.CharField(max_length=20)  # "bounced" or "complained"
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(lifted_at=None), name="a_mailbox_is_dead_once"
            )
        ]


class Consent(Fact):
    """The owner of a telephone agreed to be sent SMS; kept with the time when it ends, too.

    `proof`: how it was shown twice that it is their telephone and their wish. `purpose`:
    "notices", or "texts" carried to and from somebody inside.
    """

    e164 = models.CharField(max_length=20)
    owner = models.UUIDField()
    purpose = models.CharField(max_length=10)
    proof = models.CharField(max_length=20)  # "page_and_code" or "start_and_yes"
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=20, blank=True)  # the word sent, or "page", "number"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["e164", "purpose"], condition=Q(ended_at=None), name="agreed_once"
            )
        ]
        indexes = [models.Index(fields=["owner"], name="consent_by_owner")]


class Stop(Fact):
    """A telephone asked for silence. While `lifted_at` is empty nothing is sent to it."""

    e164 = models.CharField(max_length=20)
    word = models.CharField(max_length=20)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["e164"], condition=Q(lifted_at=None), name="stopped_once"
            )
        ]


class Proof(Fact):
    """A first proof that waits for the second: a code to type in, or a START that waits for YES."""

    e164 = models.CharField(max_length=20)
    owner = models.UUIDField()
    purpose = models.CharField(max_length=10)
    code_hash = models.CharField(max_length=64, blank=True)  # empty: YES is awaited
    wrong = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["e164", "made_at"], name="proof_by_number")]


class Sms(Fact):
    """An SMS to send; `key` makes it once only and is the provider's idempotency key.

    `purpose`: "notices" and "texts" need consent, "proof" answers who is proving a number just
    now, "answer" answers a word the telephone sent. `text` is wiped once it is out.
    """

    key = models.CharField(max_length=120, unique=True)
    e164 = models.CharField(max_length=20)
    sender = models.CharField(max_length=20)
    purpose = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    segments = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="waiting")
    provider_id = models.CharField(max_length=80, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(ended_at=None), name="sms_due"),
            models.Index(fields=["provider_id"], name="sms_by_provider_id"),
            models.Index(fields=["e164", "created_at"], name="sms_by_number"),
        ]


class SmsIn(Fact):
    """What came from a telephone, once per the provider's id. `text` is wiped when taken in."""

    provider_id = models.CharField(max_length=80, unique=True)
    e164 = models.CharField(max_length=20)
    sent_to = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    media = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=Q(taken_at=None), name="sms_in_to_take"),
            models.Index(fields=["e164", "at"], name="sms_in_by_number"),
        ]


class SmsLine(Fact):
    """Which of our numbers a telephone reaches one person inside at: no two people at one.

    Kept for ever: an old thread on a telephone must never lead to somebody else.
    """

    e164 = models.CharField(max_length=20)
    ours = models.CharField(max_length=20)
    person = models.UUIDField()
    contact = models.UUIDField()
    made_at = models.DateTimeField()
    introduced_at = models.DateTimeField(null=True)  # the first SMS said who this is
    told_no_photo_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["e164", "ours"], name="a_line_leads_to_one"),
            models.UniqueConstraint(fields=["e164", "person"], name="one_line_per_person"),
        ]
