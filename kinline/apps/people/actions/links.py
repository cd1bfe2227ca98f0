"""Links: asking for one, saying yes or no, and ending it. Each move happens once, however often
it is asked for; the other side is told on its own page, and outside also by mail.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people import link_notes
from kinline.apps.people.links import OPEN, kept_apart, own
from kinline.apps.people.listing import SAID_YES
from kinline.apps.people.models import AllowedNumber, Contact, Link, LookUp, Person, Unwanted
from kinline.apps.text import typed
from kinline.core.link import LOOK_UPS, LOOK_UPS_WITHIN, By, ask_again_at, may_answer
from kinline.core.refusal import Refusal, Whose

# One answer for: no such number, not at this facility, an order between the two, not wanted.
NOT_FOUND = "link.not_found"


def ask(*, contact_id: UUID, place: str, number: str, now: datetime) -> UUID:
    """A contact asks somebody inside, named by facility and exact ID.

    Who was asked by them already is linked at once. Raises Refused: link.look_ups,
    link.not_found, link.asked_already, link.linked_already, link.wait.
    """
    count_look_up(contact_id=contact_id, now=now)
    found = Person.objects.filter(
        facility__place=place, number__iexact=typed(number, 20), active=True
    )
    person = found.select_related("facility").first()
    if person is None:
        raise Refused(wrong(NOT_FOUND, "number"))
    with transaction.atomic():
        _may_ask(person, contact_id, By.CONTACT, now, NOT_FOUND)
        return _ask(person, contact_id, By.CONTACT, now)


@transaction.atomic
def ask_from_inside(*, person_id: UUID, allowed_id: UUID, now: datetime) -> UUID:
    """A person inside asks somebody of their own list, whether or not these can sign in yet.

    Not a number whose owner has not said yes: asking would tell the name of whoever has it.

    Raises NotFound, and Refused: link.not_possible, link.asked_already, link.linked_already,
    link.wait.
    """
    rows = AllowedNumber.objects.filter(pk=allowed_id, person=person_id, removed_at=None)
    entry = rows.filter(SAID_YES).select_related("person__facility", "number").first()
    if entry is None or not entry.person.active:
        raise NotFound
    contact_id = entry.number.contact_id
    _may_ask(entry.person, contact_id, By.PERSON, now, "link.not_possible")
    wanted = Unwanted.objects.filter(person=person_id, contact=contact_id, lifted_at=None)
    wanted.update(lifted_at=now)
    return _ask(entry.person, contact_id, By.PERSON, now)


@transaction.atomic
def accept(*, side: By, owner: UUID, link_id: UUID, now: datetime) -> None:
    """The side that was asked says yes. Said twice is said once.

    Raises NotFound: not theirs, or not theirs to answer; Refused (link.not_possible, link.over).
    """
    link = _mine(side, owner, link_id)
    if not may_answer(By(link.asked_by), side):
        raise NotFound
    if kept_apart(person_id=link.person_id, contact_id=link.contact_id, now=now):
        raise Refused(Refusal("link.not_possible", Whose.FACILITY))
    if not link.person.active:
        raise Refused(Refusal("link.not_possible", Whose.FACILITY))
    waits = Link.objects.filter(OPEN, pk=link_id, accepted_at=None)
    if waits.update(accepted_at=now) != 1:
        if Link.objects.filter(OPEN, pk=link_id).exists():
            return
        raise Refused(Refusal("link.over", Whose.KINLINE))
    _tell(link, side, owner, "link.accepted", now)
    link_notes.accepted(link, side, now)


@transaction.atomic
def decline(*, side: By, owner: UUID, link_id: UUID, now: datetime, unwanted: bool = False) -> None:
    """The side that was asked says no. `unwanted`: a person inside does not want to be asked again.

    Raises NotFound: not theirs, or not theirs to answer.
    """
    link = _mine(side, owner, link_id)
    if not may_answer(By(link.asked_by), side):
        raise NotFound
    if unwanted and side is By.PERSON:
        _unwanted(link, now)
    waits = Link.objects.filter(OPEN, pk=link_id, accepted_at=None)
    if waits.update(declined_at=now) == 1:
        _tell(link, side, owner, "link.declined", now)
        link_notes.declined(link, side, now)


@transaction.atomic
def end(*, side: By, owner: UUID, link_id: UUID, now: datetime, unwanted: bool = False) -> None:
    """Either side ends a link, or whoever asked takes it back. Ended twice is ended once.

    `unwanted`: as for `decline`. Raises NotFound.
    """
    link = _mine(side, owner, link_id)
    if unwanted and side is By.PERSON:
        _unwanted(link, now)
    if Link.objects.filter(OPEN, pk=link_id).update(ended_at=now, ended_by=side) == 1:
        _tell(link, side, owner, "link.ended", now)
        link_notes.ended(link, side, now)


def end_by_staff(*, links: "QuerySet[Link]", now: datetime) -> list[Link]:
    """End every open one of these, in the caller's transaction; the caller writes the audit line.

    Both sides are told that staff ended it, and not more.
    """
    ended = []
    for link in links.filter(OPEN).select_related("person__facility", "contact__account"):
        if Link.objects.filter(OPEN, pk=link.pk).update(ended_at=now, ended_by=By.STAFF) == 1:
            link_notes.ended(link, By.STAFF, now)
            ended.append(link)
    return ended


@transaction.atomic
def end_all_of_contact(*, contact_id: UUID, now: datetime) -> int:
    """A contact leaves: every link of theirs ends by them. Returns how many."""
    rows = Link.objects.filter(OPEN, contact=contact_id)
    open_ones = list(rows.values_list("pk", flat=True))
    for link_id in open_ones:
        end(side=By.CONTACT, owner=contact_id, link_id=link_id, now=now)
    return len(open_ones)


def count_look_up(*, contact_id: UUID, now: datetime) -> None:
    """Count that a contact looks for somebody; a transaction of its own, so that it stays counted.

    Raises Refused (link.look_ups) after LOOK_UPS in LOOK_UPS_WITHIN.
    """
    LookUp.objects.create(contact_id=contact_id, at=now)
    lately = LookUp.objects.filter(contact=contact_id, at__gt=now - LOOK_UPS_WITHIN)
    if lately.count() > LOOK_UPS:
        until = now + LOOK_UPS_WITHIN
        raise Refused(Refusal("link.look_ups", Whose.KINLINE, until, {"field": "number"}))


def forget_look_ups(*, now: datetime) -> int:
    """Delete what no longer counts; returns how many."""
    deleted, _by_kind = LookUp.objects.filter(at__lte=now - LOOK_UPS_WITHIN).delete()
    return deleted


def _may_ask(person: Person, contact_id: UUID, asks: By, now: datetime, not_possible: str) -> None:
    """Raises Refused. To wait is said first: it is no secret, and hides whether one is unwanted."""
    rows = Link.objects.filter(person=person, contact=contact_id).exclude(
        ended_at=None, declined_at=None
    )
    no = rows.filter(asked_by=asks).order_by("-declined_at").values_list("declined_at", flat=True)
    no = no.exclude(declined_at=None)
    over = rows.exclude(ended_at=None).exclude(accepted_at=None).order_by("-ended_at").first()
    again = ask_again_at(
        asks, no.first(), over.ended_at if over else None, over.ended_by if over else ""
    )
    if again is not None and again > now:
        raise Refused(Refusal("link.wait", Whose.KINLINE, again, {"field": "number"}))
    unwanted = asks is By.CONTACT and (
        Unwanted.objects.filter(person=person, contact=contact_id, lifted_at=None).exists()
    )
    if unwanted or kept_apart(person_id=person.pk, contact_id=contact_id, now=now):
        raise Refused(wrong(not_possible, "number"))


def _ask(person: Person, contact_id: UUID, asks: By, now: datetime) -> UUID:
    there = Link.objects.filter(OPEN, person=person, contact=contact_id)
    if (found := there.first()) is not None:
        return _there_already(found, person, contact_id, asks, now)
    try:
        with transaction.atomic():
            link = Link.objects.create(
                person=person, contact_id=contact_id, asked_by=asks, asked_at=now
            )
    except IntegrityError:  # asked at the same moment, from either side
        return _there_already(there.get(), person, contact_id, asks, now)
    owner = contact_id if asks is By.CONTACT else person.pk
    _tell(link, asks, owner, "link.asked", now)
    link_notes.asked(_full(link.pk), now)
    return link.pk


def _there_already(found: Link, person: Person, contact_id: UUID, asks: By, now: datetime) -> UUID:
    if found.accepted_at is not None:
        raise Refused(wrong("link.linked_already", "number"))
    if not may_answer(By(found.asked_by), asks):
        raise Refused(wrong("link.asked_already", "number"))
    owner = contact_id if asks is By.CONTACT else person.pk
    accept(side=asks, owner=owner, link_id=found.pk, now=now)
    return found.pk


def _mine(side: By, owner: UUID, link_id: UUID) -> Link:
    link = own(side, owner).filter(pk=link_id).first()
    if link is None:
        raise NotFound
    return link


def _full(link_id: UUID) -> Link:
    return Link.objects.select_related("person__facility", "contact__account").get(pk=link_id)


def _unwanted(link: Link, now: datetime) -> None:
    Unwanted.objects.get_or_create(
        person_id=link.person_id,
        contact_id=link.contact_id,
        lifted_at=None,
        defaults={"made_at": now},
    )


def _tell(link: Link, side: By, owner: UUID, act: str, now: datetime) -> None:
    """The audit line: staff see who is linked with whom, and since when."""
    other = Contact if side is By.PERSON else Person
    kind = "contact" if other is Contact else "person"
    subject = audit.Named(kind, str(link.contact_id if other is Contact else link.person_id))
    actor = audit.Named(str(side), str(owner))
    audit.write(now=now, actor=actor, act=act, subject=subject, facility=link.person.facility.place)
