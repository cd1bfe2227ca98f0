"""Sending: the only way a message is born. One transaction, under a key: twice is once."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging import price as prices
from kinline.apps.messaging.access import Writer, draft_of, thread_to_write_in
from kinline.apps.messaging.actions.drafts import touched
from kinline.apps.messaging.asking import SENT_BEFORE, Known, known_thread
from kinline.apps.messaging.delivering import arrive, show
from kinline.apps.messaging.looking import findings
from kinline.apps.messaging.models import Attachment, Draft, Message, Rule, Thread
from kinline.apps.messaging.rules import offered, rule_of
from kinline.apps.messaging.standing import facts
from kinline.apps.messaging.words import folded, written
from kinline.apps.prepared_writes import Insert
from kinline.apps.review.actions.submit import submit
from kinline.apps.review.parts import TEXT, Part
from kinline.apps.review.queries.policies import Policy, policy_of
from kinline.core.ids import PlaceCode
from kinline.core.message.states import State, begin
from kinline.core.message.terms import PartKind, Service
from kinline.core.policy.message import Allowed, Made, decide, may_write
from kinline.core.rating.book import NoRuleInForce
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Finding, Mode, Side
from kinline.laws.loader import places

_INSERT = Insert(Message)
NO_KEY = UUID(int=0)  # nothing was ever sent under it
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent. `state` WAITING: somebody looks at it first. `fresh` False: it had
    been sent before under this key, and nothing was taken now."""

    id: UUID
    thread: UUID
    state: State
    fresh: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """What is about to be sent, in which thread, and what is known of it."""

    thread: Thread
    known: Known
    service: Service
    text: str
    parts: Sequence[Attachment]
    key: UUID

    @property
    def made(self) -> Made:
        kinds = [one.kind for one in self.parts]
        return Made(
            characters=len(self.text),
            photos=kinds.count(PartKind.PHOTO),
            cards=kinds.count(PartKind.CARD),
            films=kinds.count(PartKind.FILM),
        )

    @property
    def named(self) -> tuple[Part, ...]:
        """Its parts as review and rating name them: the text, then the others by their ids."""
        text = (TEXT,) if self.text else ()
        return (*text, *(Part(str(one.pk), PartKind(one.kind)) for one in self.parts))


def send(*, by: Writer, key: UUID, now: datetime, text: str | None = None) -> Sent:
    """Send the draft with this key, with `text` where the page has newer words than were saved.

    Delivered at once, or held where the facility's policy says so. Raises NotFound, and Refused
    with every reason (core.policy.message); the draft stays as it was.
    """
    try:
        with transaction.atomic():
            if found := _sent_before(by, key):
                return found
            draft = draft_of(by, key)
            if not touched(draft):
                return _after_a_race(by, key)
            parts = list(draft.parts.order_by("place"))
            words = draft.text if text is None else written(text)
            thread, known = thread_to_write_in(by, draft.thread_id, key)
            letter = Letter(thread, known, Service(draft.service), words, parts, key)
            sent = _send(by, letter, now)
            draft.parts.update(draft=None, message=sent.id)
            Draft.objects.filter(pk=draft.pk).delete()
            return sent
    except IntegrityError:
        return _after_a_race(by, key)


def send_words(
    *, by: Writer, thread_id: UUID, service: Service, words: str, key: UUID, now: datetime
) -> Sent:
    """Send words alone, without a draft: a text, or an answer typed at once. `key` is the form's.

    Raises NotFound, and Refused with every reason.
    """
    try:
        with transaction.atomic():
            asked = known_thread(thread_id, by.side, by.id, key)
            if (asked is None or asked[1].sent) and (found := _sent_before(by, key)):
                return found
            if asked is None:
                raise NotFound
            return _send(by, Letter(*asked, service, written(words), (), key), now)
    except IntegrityError:
        return _after_a_race(by, key)


def reasons_against(
    *, by: Writer, thread_id: UUID, service: Service, now: datetime
) -> tuple[Refusal, ...]:
    """Why nothing could be sent now, whatever it says: told before writing begins."""
    thread, known = thread_to_write_in(by, thread_id, NO_KEY)
    rule, policy = rule_of(thread.person.facility_id), _policy(by, thread, service, now)
    asked = facts(
        thread=thread,
        known=known,
        rule=rule,
        policy=policy,
        service=service,
        direction=by.direction,
        made=Made(),
        now=now,
    )
    return may_write(asked, now)


def _send(by: Writer, letter: Letter, now: datetime) -> Sent:
    thread, facility = letter.thread, letter.thread.person.facility
    rule = rule_of(facility.pk)
    policy = _policy(by, thread, letter.service, now)
    price = _price(by, letter, rule, now)
    mode = _allowed(by, letter, rule, policy, price, now).mode
    found = findings(thread=thread, known=letter.known, text=letter.text, parts=letter.parts)
    state = begin(mode, bool(found))
    message = Message(pk=uuid4(), key=letter.key, thread=thread, facility=facility)
    message.service, message.direction = letter.service, by.direction
    message.text, message.folded = letter.text, folded(letter.text)
    message.size, message.state, message.sent_at = len(letter.text), state, now
    message.delivered_at = now if state is State.DELIVERED else None
    message.paid = prices.take(
        price=price,
        message=message.pk,
        by=by,
        person=thread.person_id,
        place=places()[PlaceCode(facility.place)],
        now=now,
    )
    message.citation, message.gives_back = price.citation, price.charge.back
    if _looked_at(state, mode, policy):
        message.item = _submitted(by, letter, message, mode, policy, found, now)
    _INSERT(message)
    if state is State.DELIVERED:
        arrive(message, thread, now)
    show(thread, now, *(Side if state is State.DELIVERED else (by.side,)))
    return Sent(message.pk, thread.pk, state, fresh=True)


def _price(by: Writer, letter: Letter, rule: Rule, now: datetime) -> prices.Price:
    """What it costs; of what is not offered anyway nobody asks. A gap in the book is our fault and
    never free: refused, and logged."""
    facility = letter.thread.person.facility
    if not offered(rule, letter.service):
        return prices.NOTHING
    try:
        return prices.price_of(
            by=by,
            facility=facility,
            service=letter.service,
            parts=[(part.name, part.kind) for part in letter.named],
            now=now,
        )
    except NoRuleInForce:
        log.error("no price for a message", extra={"place": facility.place})
        raise Refused(Refusal("message.no_price_known", Whose.KINLINE)) from None


def _allowed(
    by: Writer, letter: Letter, rule: Rule, policy: Policy, price: prices.Price, now: datetime
) -> Allowed:
    """The core's word on it. Raises Refused with all reasons."""
    verdict = decide(
        facts(
            thread=letter.thread,
            known=letter.known,
            rule=rule,
            policy=policy,
            service=letter.service,
            direction=by.direction,
            made=letter.made,
            now=now,
            needs=price.needs,
            citation=price.citation,
            in_turn=True,
        ),
        now,
    )
    if not isinstance(verdict, Allowed):
        raise Refused(*verdict.reasons)
    return verdict


def _policy(by: Writer, thread: Thread, service: Service, now: datetime) -> Policy:
    return policy_of(
        facility_id=thread.person.facility_id,
        service=service,
        direction=by.direction,
        person_id=thread.person_id,
        contact_id=thread.contact_id,
        now=now,
    )


def _looked_at(state: State, mode: Mode, policy: Policy) -> bool:
    """Whether somebody looks at it: before it is delivered, or after, by the sample's chance."""
    if state is State.WAITING:
        return True
    return mode is Mode.SAMPLE and secrets.randbelow(100) < policy.sample_percent


def _submitted(
    by: Writer,
    letter: Letter,
    message: Message,
    mode: Mode,
    policy: Policy,
    found: Sequence[Finding],
    now: datetime,
) -> UUID:
    return submit(
        subject=str(message.pk),
        service=letter.service,
        direction=by.direction,
        facility_id=letter.thread.person.facility_id,
        person_id=letter.thread.person_id,
        contact_id=letter.thread.contact_id,
        mode=mode,
        findings=found,
        before_delivery=message.state == State.WAITING,
        now=now,
        parts=letter.named,
        target_minutes=policy.target_minutes,
    )


def _sent_before(by: Writer, key: UUID) -> Sent | None:
    """The message under this key. Somebody else's key is nobody's: NotFound."""
    rows = SENT_BEFORE(key=key)
    if not rows:
        return None
    pk, direction, privileged, state, thread, person, contact = rows[0]
    if privileged or direction != by.direction or by.id not in (person, contact):
        raise NotFound
    return Sent(pk, thread, State(state), fresh=False)


def _after_a_race(by: Writer, key: UUID) -> Sent:
    """The same form was sent twice at once: what the quicker one sent is what was wanted."""
    found = _sent_before(by, key)
    if found is None:
        raise RuntimeError("a message was not written, and no other stands in its way")
    return found
