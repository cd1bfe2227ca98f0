"""Gates: who writes and reads, and which threads, drafts and parts are theirs.

Not yours and not there are one answer, NotFound. Threads of privileged mail pass no gate here:
theirs is in `privileged/`, which the console may not import.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from kinline.apps.errors import NotFound
from kinline.apps.messaging.asking import Known, known_thread, ordinary_thread
from kinline.apps.messaging.models import Attachment, Draft, Message, Thread
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.queries import ContactView
from kinline.core.message.states import READABLE, State
from kinline.core.message.terms import Direction
from kinline.core.review.terms import Side

# What the other side sees a line of, though not what it said.
TOLD = READABLE | {State.REJECTED, State.TAKEN_BACK}


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes or reads, as of one request: a person inside, or a contact with an account."""

    side: Side
    id: UUID
    language: str = "en"

    @property
    def direction(self) -> Direction:
        """Which way what they write goes."""
        return Direction.OUT if self.side is Side.PERSON else Direction.IN

    @property
    def mine(self) -> Q:
        """Threads of theirs."""
        return Q(person=self.id) if self.side is Side.PERSON else Q(contact=self.id)

    @property
    def seen(self) -> Q:
        """Messages they see at least a line of: all of their own, and what reached them."""
        return Q(direction=self.direction) | Q(state__in=sorted(TOLD))

    @property
    def read(self) -> Q:
        """Messages whose words they may read."""
        reached = Q(state__in=sorted(READABLE), text_rejected=False)
        return Q(direction=self.direction) | reached

    @property
    def last_at(self) -> str:
        """The column that orders their threads."""
        return f"{self.side}_last_at"


def inside(who: Inside) -> Writer:
    """The person who is signed in on a tablet."""
    return Writer(Side.PERSON, who.person, who.language)


def outside(contact: ContactView) -> Writer:
    """A contact who is signed in."""
    return Writer(Side.CONTACT, contact.id, contact.language)


def thread_of(by: Writer, thread_id: UUID) -> Thread:
    """An ordinary thread of theirs, with both people and the facility. Raises NotFound."""
    row = ordinary_thread(thread_id, by.side, by.id)
    if row is None:
        raise NotFound
    return row


def thread_to_write_in(by: Writer, thread_id: UUID, key: UUID) -> tuple[Thread, Known]:
    """The same, and what is known besides, for a message under `key`. Raises NotFound."""
    found = known_thread(thread_id, by.side, by.id, key)
    if found is None:
        raise NotFound
    return found


def draft_of(by: Writer, key: UUID) -> Draft:
    """A draft of theirs that is not sent, in an ordinary thread. Raises NotFound."""
    rows = Draft.objects.select_related(
        "thread__person__facility__agency", "thread__contact__account"
    )
    row = rows.filter(key=key, side=by.side, privileged=False).first()
    if row is None or by.id not in (row.thread.person_id, row.thread.contact_id):
        raise NotFound
    return row


def message_of(by: Writer, message_id: UUID) -> Message:
    """An ordinary message that they see at least a line of. Raises NotFound."""
    rows = Message.objects.select_related(
        "thread__person__facility", "thread__contact__account", "facility__agency"
    )
    row = rows.filter(by.seen, pk=message_id, privileged=False).first()
    if row is None or by.id not in (row.thread.person_id, row.thread.contact_id):
        raise NotFound
    return row


def part_of(by: Writer, part_id: UUID) -> Attachment:
    """A part they may look at: of their draft or message, or of one that reached them, if it was
    not rejected and is not erased. Raises NotFound."""
    rows = Attachment.objects.filter(pk=part_id, privileged=False, erased_at=None)
    names = "draft__thread__person__facility__agency", "message__facility__agency"
    row = rows.select_related(*names, "message__thread").first()
    if row is None or not _may_look(by, row):
        raise NotFound
    return row


def _may_look(by: Writer, row: Attachment) -> bool:
    if row.draft is not None:
        thread = row.draft.thread
        return row.draft.side == by.side and by.id in (thread.person_id, thread.contact_id)
    if row.message is None:
        return False  # the CHECK forbids it
    thread = row.message.thread
    if by.id not in (thread.person_id, thread.contact_id):
        return False
    mine = row.message.direction == by.direction
    return mine or (row.message.state in READABLE and row.rejected_at is None)
