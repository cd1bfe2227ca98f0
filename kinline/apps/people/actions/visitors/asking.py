"""A contact asks to visit: begun, filled in step by step, sent; taken back, renewed, appealed.

Nobody but the contact sees a request before it is sent. Each move happens once, however often it
is pressed.
"""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Facility
from kinline.apps.people.actions.links import NOT_FOUND, count_look_up
from kinline.apps.people.actions.visitors import pictures
from kinline.apps.people.links import kept_apart
from kinline.apps.people.models import Minor, Person, VisitorAccess
from kinline.apps.people.visitors import may_choose, mine, rule_of
from kinline.apps.text import typed
from kinline.core import visitor as core
from kinline.core.refusal import Refusal, Whose
from kinline.core.visitor import Asking, Event, Picture, State, VisitorKind

LONGEST_WORDS = 2000
LONGEST_NAME = 120
BY_CONTACT = "contact"


def begin(
    *,
    contact_id: UUID,
    place: str,
    now: datetime,
    person_id: UUID | None = None,
    number: str = "",
    asks_as: VisitorKind = VisitorKind.ORDINARY,
) -> UUID:
    """Begin a request for a facility, or for somebody there; the one that is begun already, if any.

    `person_id`: somebody they are linked with, or on whose list they stand; `number`: the exact ID
    of anybody else, which counts as a look-up. Raises NotFound, and Refused: visitor.not_offered,
    visitor.asked_already, link.not_found, link.look_ups.
    """
    facility = Facility.objects.filter(place=place).first()
    if facility is None:
        raise NotFound
    if not rule_of(facility.pk).offered:
        raise Refused(Refusal("visitor.not_offered", Whose.FACILITY))
    person = _meant(contact_id, facility, person_id, number, now)
    return _begun(contact_id, facility, person, asks_as, now)


def renew(*, contact_id: UUID, access_id: UUID, now: datetime) -> UUID:
    """Begin anew what was decided or is over, for the same people, with the same children.

    Raises NotFound, and Refused: visitor.not_offered, visitor.asked_already, visitor.not_there.
    """
    row = _row(contact_id, access_id)
    if row.state in (State.DRAFT, State.PENDING):
        raise NotFound
    if not rule_of(row.facility_id).offered:
        raise Refused(Refusal("visitor.not_offered", Whose.FACILITY))
    if row.person is not None and not _is_there(row.person, row.facility_id):
        raise Refused(Refusal("visitor.not_there", Whose.FACILITY))
    with transaction.atomic():
        made = _begun(contact_id, row.facility, row.person, VisitorKind(row.asks_as), now)
        today = day_at(row.facility.zone, now)
        if not Minor.objects.filter(access=made).exists():
            Minor.objects.bulk_create(
                Minor(access_id=made, name=one.name, born_on=one.born_on)
                for one in row.minors.all()
                if core.is_minor(one.born_on, today)
            )
    return made


@transaction.atomic
def add_minor(
    *, contact_id: UUID, access_id: UUID, name: str, born_on: date, now: datetime
) -> None:
    """Name a child who comes along.

    Raises NotFound, and Refused: visitor.minor_name, visitor.not_a_minor, visitor.minors_full.
    """
    row = _draft(contact_id, access_id)
    today = day_at(row.facility.zone, now)
    if not (name := typed(name, LONGEST_NAME)):
        raise Refused(wrong("visitor.minor_name", "name"))
    if born_on > today or not core.is_minor(born_on, today):
        raise Refused(wrong("visitor.not_a_minor", "born_on"))
    if row.minors.filter(name=name, born_on=born_on).exists():
        return  # pressed twice
    if row.minors.count() >= core.MOST_MINORS:
        raise Refused(wrong("visitor.minors_full", "name", {"most": str(core.MOST_MINORS)}))
    Minor.objects.create(access=row, name=name, born_on=born_on)


@transaction.atomic
def drop_minor(*, contact_id: UUID, access_id: UUID, minor_id: UUID) -> None:
    """Take a child off again. Twice is once. Raises NotFound."""
    _draft(contact_id, access_id).minors.filter(pk=minor_id).delete()


def add_picture(
    *, contact_id: UUID, access_id: UUID, kind: Picture, source: Path, now: datetime
) -> None:
    """Put the ID or the selfie with a request that is not sent; another takes its place.

    Raises NotFound, and Refused: file.*, photo.* (darkroom.terms.Code), file.busy, file.no_room,
    file.no_scan.
    """
    pictures.keep(row=_draft(contact_id, access_id), kind=kind, source=source, now=now)


@transaction.atomic
def send(*, contact_id: UUID, access_id: UUID, now: datetime) -> None:
    """Give it to staff. Sent twice is sent once.

    Raises NotFound, and Refused with every reason: visitor.not_offered, visitor.not_there,
    visitor.too_many, visitor.document_missing, visitor.selfie_missing.
    """
    row = _row(contact_id, access_id)
    if row.state == State.PENDING:
        return
    if row.state != State.DRAFT:
        raise NotFound
    if no := core.may_send(_asking(row, now)):
        raise Refused(*no)
    drafts = VisitorAccess.objects.filter(pk=row.pk, state=State.DRAFT)
    if drafts.update(state=core.step(State.DRAFT, Event.SEND), asked_at=now) == 1:
        _tell(row, "visitor.asked", now)


def take_back(*, contact_id: UUID, access_id: UUID, now: datetime) -> None:
    """The contact wants it no more: a draft is gone, what was sent or approved is withdrawn.

    The pictures are erased at once. Twice is once. Raises NotFound.
    """
    row = _row(contact_id, access_id)
    if row.state == State.DRAFT:
        pictures.drop_draft(row)
        return
    _withdraw_own(row, now)


def withdraw_all(*, contact_id: UUID, now: datetime) -> None:
    """A contact leaves: every request of theirs is taken back, and its pictures go."""
    open_ones = (State.DRAFT, State.PENDING, State.APPROVED)
    for row in mine(contact_id).filter(state__in=open_ones):
        take_back(contact_id=contact_id, access_id=row.pk, now=now)
    for row in mine(contact_id).filter(pictures__erased_at=None, pictures__isnull=False):
        pictures.erase(access_id=row.pk, why="the account was closed", now=now)


@transaction.atomic
def appeal(*, contact_id: UUID, access_id: UUID, words: str, now: datetime) -> None:
    """Ask for another look by somebody else. Once: again it is the same appeal.

    Raises NotFound, and Refused: visitor.nothing_to_appeal, visitor.appealed_already,
    visitor.appeal_too_late, visitor.words_needed.
    """
    row = _row(contact_id, access_id)
    if row.appealed_at is not None and row.appeal_decided_at is None:
        return
    if no := core.may_appeal(
        state=State(row.state),
        by_staff=row.ended_by != BY_CONTACT,
        until=row.appeal_until,
        appealed=row.appealed_at is not None,
        now=now,
    ):
        raise Refused(*no)
    if not (said := typed(words, LONGEST_WORDS)):
        raise Refused(wrong("visitor.words_needed", "words"))
    waits = VisitorAccess.objects.filter(pk=row.pk, state=row.state, appealed_at=None)
    if waits.update(appealed_at=now, appeal_words=said, settled_at=None) == 1:
        _tell(row, "visitor.appealed", now)


def _meant(
    contact_id: UUID, facility: Facility, person_id: UUID | None, number: str, now: datetime
) -> Person | None:
    """Whom it is about, None for the whole facility. Raises NotFound, Refused."""
    if person_id is not None:
        person = may_choose(contact_id).filter(pk=person_id, facility=facility).first()
        if person is None:
            raise NotFound
    elif number := typed(number, 20):
        count_look_up(contact_id=contact_id, now=now)
        there = Person.objects.filter(facility=facility, number__iexact=number, active=True)
        person = there.first()
        if person is None:
            raise Refused(wrong(NOT_FOUND, "number"))
    else:
        return None
    # The same answer as for nobody there: an order is no news to whoever asks.
    if kept_apart(person_id=person.pk, contact_id=contact_id, now=now):
        raise Refused(wrong(NOT_FOUND, "number"))
    return person


def _begun(
    contact_id: UUID, facility: Facility, person: Person | None, asks_as: VisitorKind, now: datetime
) -> UUID:
    open_ones = VisitorAccess.objects.filter(
        contact=contact_id, facility=facility, person=person, state__in=(State.DRAFT, State.PENDING)
    )
    for _try in range(2):
        found = open_ones.first()
        if found is not None and found.state == State.PENDING:
            raise Refused(Refusal("visitor.asked_already", Whose.FACILITY))
        if found is not None:
            open_ones.filter(state=State.DRAFT).update(asks_as=asks_as)
            return found.pk
        try:
            with transaction.atomic():
                return VisitorAccess.objects.create(
                    contact_id=contact_id,
                    facility=facility,
                    person=person,
                    asks_as=asks_as,
                    begun_at=now,
                ).pk
        except IntegrityError:  # begun at the same moment
            continue
    raise NotFound


def _asking(row: VisitorAccess, now: datetime) -> Asking:
    sent = VisitorAccess.objects.filter(
        contact=row.contact_id, facility=row.facility_id, asked_at__gt=now - core.ASKED_WITHIN
    )
    kept = row.pictures.filter(erased_at=None).values_list("kind", flat=True)
    return Asking(
        offered=rule_of(row.facility_id).offered,
        pictures=frozenset(Picture(kind) for kind in kept),
        pending=False,  # one row at a time for each scope: the database keeps it
        asked_lately=sent.count(),
        person_there=row.person is None or _is_there(row.person, row.facility_id),
    )


def _is_there(person: Person, facility_id: UUID) -> bool:
    return person.active and person.facility_id == facility_id


def _withdraw_own(row: VisitorAccess, now: datetime) -> None:
    after = core.step(State(row.state), Event.TAKE_BACK)
    if after is None:
        return
    with transaction.atomic():
        rows = VisitorAccess.objects.filter(pk=row.pk, state=row.state)
        ended = {"ended_by": BY_CONTACT, "ended_at": now, "settled_at": now}
        if rows.update(state=after, **ended) != 1:
            raise Refused(Refusal("visitor.decided_meanwhile", Whose.FACILITY))
        _tell(row, "visitor.taken_back", now)
    pictures.erase(access_id=row.pk, why="taken back by the visitor", now=now)


def _row(contact_id: UUID, access_id: UUID) -> VisitorAccess:
    row = mine(contact_id).filter(pk=access_id).first()
    if row is None:
        raise NotFound
    return row


def _draft(contact_id: UUID, access_id: UUID) -> VisitorAccess:
    row = _row(contact_id, access_id)
    if row.state != State.DRAFT:
        raise NotFound
    return row


def _tell(row: VisitorAccess, act: str, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("contact", str(row.contact_id)),
        act=act,
        subject=audit.Named("visitor", str(row.pk)),
        facility=row.facility.place,
        facts={"person": str(row.person_id or "")},
    )
