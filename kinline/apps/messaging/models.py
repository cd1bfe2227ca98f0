"""Threads between one person inside and one contact, what was written in them, and its files.

The text of ordinary mail stands here in clear: it is searched, and looked at where a facility's
policy says so. Of privileged mail the database has sealed bytes only; CHECKs and triggers (sql/)
keep it so. Files lie outside, sealed, each under a key of its own that stands here wrapped.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Contact, Person
from kinline.core.message.limits import MOST
from kinline.core.message.states import READABLE, State
from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.rating.message import Because
from kinline.core.rating.terms import GiveBack
from kinline.core.review.terms import Side

LARGEST, LARGEST_TEXT = MOST[Service.EMESSAGE], MOST[Service.TEXT]
READ_ON_THE_OTHER_SIDE = sorted(READABLE)


class Rule(Fact):
    """What a facility offers, and how much of it. The newest row holds; without one, nothing.

    `keep_..._days` count from the sending; a legal hold (Keep) goes before.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="message_rules")
    emessages = models.BooleanField(default=False)
    texts = models.BooleanField(default=False)
    privileged = models.BooleanField(default=False)
    longest_emessage = models.PositiveIntegerField(default=LARGEST.characters)
    longest_text = models.PositiveIntegerField(default=LARGEST_TEXT.characters)
    photos = models.PositiveSmallIntegerField(default=LARGEST.photos)
    photo_bytes = models.PositiveIntegerField(default=LARGEST.photo_bytes)
    cards = models.PositiveSmallIntegerField(default=LARGEST.cards)
    films = models.PositiveSmallIntegerField(default=LARGEST.films)
    film_seconds = models.PositiveSmallIntegerField(default=LARGEST.film_seconds)
    keep_emessage_days = models.PositiveIntegerField(default=3 * 365)
    keep_text_days = models.PositiveIntegerField(default=3 * 365)
    keep_privileged_days = models.PositiveIntegerField(default=3 * 365)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-set_at"], name="message_rule_newest")]


class Thread(Fact):
    """All that two people write to each other; what is privileged has a thread of its own.

    `..._last_at` is when something was last to be seen by that side: what waits for review moves
    its writer's list only.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="threads")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="threads")
    privileged = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    person_last_at = models.DateTimeField(null=True)
    contact_last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person", "contact", "privileged"], name="one_thread_for_two_people"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-person_last_at"], name="threads_of_person"),
            models.Index(fields=["contact", "-contact_last_at"], name="threads_of_contact"),
        ]


class Draft(Fact):
    """What somebody has begun to write and not sent. `key` becomes the message's when it is sent.

    One open draft for each thread, writer and service. In a privileged thread the words are
    sealed from the first letter on.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="drafts")
    side = models.CharField(max_length=10, choices=choices(Side))
    service = models.CharField(max_length=10, choices=choices(Service))
    privileged = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    agency = models.CharField(max_length=40, blank=True)  # whose key sealed it
    revision = models.PositiveBigIntegerField(
        default=0
    )  # of the page's; a late save has a lower one
    text = models.TextField(blank=True)
    sealed = models.BinaryField(default=b"")
    wrapped_key = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["thread", "side", "service"], name="one_draft_for_each_writer"
            ),
            CheckConstraint(
                condition=Q(privileged=False, sealed=b"", wrapped_key="")
                | Q(privileged=True, text=""),
                name="a_privileged_draft_is_sealed",
            ),
        ]


class Message(Fact):
    """One message. `key` makes it once; `facility` is where the person was when it was sent.

    `folded` is the text as search wants it. `item` is where it stands in review. `erased_at`:
    kept long enough, or wished away; what was said is gone, that it was said stays.
    """

    key = models.UUIDField(unique=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="messages")
    service = models.CharField(max_length=10, choices=choices(Service))
    direction = models.CharField(max_length=10, choices=choices(Direction))
    privileged = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    sealed = models.BinaryField(default=b"")
    wrapped_key = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)  # letters of the text
    state = models.CharField(max_length=12, choices=choices(State))
    item = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # withdrawn, rejected or taken back
    # Why a part or the whole was not let through, as review said it.
    text_rejected = models.BooleanField(default=False)  # the text alone, while parts went through
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    # What its writer gave: [part, unit, amount, kind of account] for each part that cost something,
    # nothing under a law; `citation` says by which rule. `back` is what came back, `because` why.
    paid = models.JSONField(default=list)
    citation = models.CharField(max_length=300, blank=True)
    gives_back = models.CharField(max_length=20, choices=choices(GiveBack), blank=True)
    back = models.JSONField(default=list)
    because = models.CharField(max_length=20, choices=choices(Because), blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["thread", "-sent_at"], name="messages_of_thread"),
            models.Index(
                fields=["thread", "direction"],
                condition=Q(state__in=READ_ON_THE_OTHER_SIDE, read_at=None),
                name="messages_not_read",
            ),
            models.Index(
                fields=["facility", "service", "sent_at"],
                condition=Q(erased_at=None),
                name="messages_to_keep",
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(privileged=False, sealed=b"", wrapped_key="")
                | Q(privileged=True, text="", folded="", item=None, reason="", note=""),
                name="privileged_mail_is_sealed",
            ),
            CheckConstraint(
                condition=Q(delivered_at=None) | Q(delivered_at__gte=F("sent_at")),
                name="delivered_after_it_was_sent",
            ),
            CheckConstraint(
                condition=~Q(state__in=READ_ON_THE_OTHER_SIDE) | Q(delivered_at__isnull=False),
                name="what_is_delivered_says_when",
            ),
            CheckConstraint(
                condition=Q(erased_at=None) | Q(text="", folded="", wrapped_key=""),
                name="what_is_erased_says_nothing",
            ),
        ]


class Attachment(Fact):
    """A photo, card or film of a draft or of a message. Its file is sealed; `thumb` is smaller.

    `rejected_at`: this one was not let through while the rest was. A card has no file of its own:
    `card` names it in the gallery and `text` is what was written on it.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="parts")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="parts")
    privileged = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=choices(PartKind))
    place = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=300, blank=True)
    card = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    sealed = models.BinaryField(default=b"")
    agency = models.CharField(max_length=40, blank=True)  # whose key sealed its files
    blob = models.CharField(max_length=80, blank=True)
    wrapped_key = models.CharField(max_length=200, blank=True)
    thumb = models.CharField(max_length=80, blank=True)
    thumb_key = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    added_at = models.DateTimeField()
    rejected_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The sweep asks which of these files a row still names.
            models.Index(fields=["blob"], condition=~Q(blob=""), name="part_by_blob"),
            models.Index(fields=["thumb"], condition=~Q(thumb=""), name="part_by_thumb"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(draft=None, message__isnull=False)
                | Q(draft__isnull=False, message=None),
                name="a_part_has_one_home",
            ),
            UniqueConstraint(fields=["draft", "place"], name="one_part_a_place_of_a_draft"),
            UniqueConstraint(fields=["message", "place"], name="one_part_a_place_of_a_message"),
            CheckConstraint(
                condition=Q(privileged=False, sealed=b"") | Q(privileged=True, text="", alt=""),
                name="privileged_parts_say_nothing",
            ),
            CheckConstraint(
                condition=Q(erased_at=None) | Q(wrapped_key="", thumb_key="", text="", alt=""),
                name="an_erased_part_has_no_key",
            ),
        ]


class CopyWish(Fact):
    """A person inside asks staff for a copy of their messages; a tablet keeps no files.

    One that is open at a time. `given_at`: handed out, or taken back where `given_by` is empty.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="copy_wishes")
    asked_at = models.DateTimeField()
    given_by = models.CharField(max_length=64, blank=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person"], condition=Q(given_at=None), name="one_open_copy_wish"
            ),
            CheckConstraint(
                condition=Q(given_at=None, given_by="") | Q(given_at__isnull=False),
                name="a_copy_is_given_once",
            ),
        ]


class Keep(Fact):
    """A legal hold: nothing of a person's, or of two people's, is erased until it is lifted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="message_keeps")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="message_keeps"
    )
    why = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=~Q(why=""), name="who_keeps_says_why")]
        indexes = [
            models.Index(
                fields=["person", "contact"], condition=Q(lifted_at=None), name="message_keeps"
            )
        ]
