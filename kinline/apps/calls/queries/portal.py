"""Calls as the contact who is called sees them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from kinline.apps.calls.access import access_contact_call, loaded
from kinline.apps.calls.models import Call
from kinline.apps.calls.paying import Part, parts_of
from kinline.apps.calls.queries import parts
from kinline.apps.calls.queries.hours import Hours, hours
from kinline.apps.calls.queries.parts import Beside, LimitView
from kinline.apps.charging.queries import ChargeView, PriceView, price
from kinline.apps.days import day_at
from kinline.apps.facilities import destinations
from kinline.apps.paging import Page, paginate
from kinline.apps.people.links import apart
from kinline.apps.people.models import (
    AllowedNumber,
    AttorneyNumber,
    AttorneyVerification,
    Block,
    PrivacyMark,
)
from kinline.apps.people.verified import PROVEN
from kinline.apps.people.verified import is_verified_on as on
from kinline.core.call.states import MISSED, EndReason, State
from kinline.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone inside who has this contact on their list. `number`: which of the contact's.

    `refusals`: why no call from there goes to this number, though it is listed.
    """

    person: UUID
    person_name: str
    unit: str
    place: str
    facility_name: str
    zone: str
    label: str
    number: str
    private: bool
    blocked: bool
    hours: Hours
    price: PriceView | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactCall:
    """One call to the contact. `price` is the price of a minute when it began.

    `paying` is whose money pays for it. `person` is None where nobody signed in; `lines` are the
    names of the open line called.
    """

    id: UUID
    state: str
    person: UUID | None
    person_name: str
    lines: dict[str, str]
    place: str
    facility_name: str
    zone: str
    unit: str
    number: str
    private: bool
    recorded: bool
    asked_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    ends_at: datetime | None
    limit_seconds: int | None
    limits: tuple[LimitView, ...]
    warn_seconds: int
    announcement: tuple[str, ...]
    end_reason: str
    talk_seconds: int
    missed: bool
    charge: ChargeView | None
    price: PriceView | None
    paying: tuple[Part, ...]
    keep_until: date | None
    blocked_person: bool
    blocked_facility: bool
    live: bool


def callers(*, contact_id: UUID, now: datetime) -> list[Caller]:
    """Who may call this contact, with hours and price; by name, a few queries in all.

    Not whom an order keeps apart: it looks as if no list had the number.
    """
    rows = AllowedNumber.objects.filter(
        number__contact=contact_id, removed_at=None, person__active=True
    ).exclude(apart(person=OuterRef("person"), contact="number__contact", now=now))
    mine = Block.objects.filter(contact=contact_id, lifted_at=None)
    marked = rows.select_related("person__facility", "person__unit", "number").annotate(
        blocks_person=Exists(mine.filter(person=OuterRef("person"))),
        blocks_facility=Exists(mine.filter(facility=OuterRef("person__facility"))),
        marked=Exists(PrivacyMark.objects.filter(number=OuterRef("number"), lifted_at=None)),
        proven=Exists(
            AttorneyNumber.objects.filter(PROVEN, contact=contact_id, e164=OuterRef("number__e164"))
        ),
    )
    found = list(marked.order_by("person__given_name", "person__family_name"))
    zones = {row.person.facility_id: row.person.facility.zone for row in found}
    open_hours = hours(zones=zones, now=now)
    verified = list(AttorneyVerification.objects.filter(contact=contact_id))
    where = destinations.rules_of(facilities=set(zones))
    return [
        replace(
            _caller(row, open_hours, verified, now),
            refusals=where[row.person.facility_id].refused(row.number.e164),
        )
        for row in found
    ]


def history(*, contact_id: UUID, page: int = 1) -> Page[ContactCall]:
    """Calls to this contact that were let through, newest first."""
    rows = loaded().filter(contact=contact_id).exclude(state=State.REFUSED)

    def build(found: list[Call]) -> list[ContactCall]:
        about, blocks = parts.beside(found), _blocks(contact_id)
        return [_contact_call(call, about, blocks) for call in found]

    return paginate(rows.order_by("-asked_at"), page, build)


def one(*, contact_id: UUID, call_id: UUID) -> ContactCall:
    """One call to this contact. Raises NotFound."""
    call = access_contact_call(contact_id=contact_id, call_id=call_id)
    return _contact_call(call, parts.beside([call]), _blocks(contact_id))


def _caller(
    row: AllowedNumber,
    open_hours: dict[UUID, Hours],
    verified: list[AttorneyVerification],
    now: datetime,
) -> Caller:
    person, facility = row.person, row.person.facility
    marked = row.marked or person.do_not_record  # type: ignore[attr-defined]
    day = day_at(facility.zone, now)
    attorney = any(
        one.agency_id == facility.agency_id
        and on(one, day)
        and (one.request_id is None or row.proven)  # type: ignore[attr-defined]
        for one in verified
    )
    return Caller(
        person=person.pk,
        person_name=person.full_name,
        unit=person.unit.name if person.unit else "",
        place=facility.place,
        facility_name=facility.name,
        zone=facility.zone,
        label=row.label,
        number=row.number.e164,
        private=marked or attorney,
        blocked=row.blocks_person or row.blocks_facility,  # type: ignore[attr-defined]
        hours=open_hours[facility.pk],
        price=price(place=facility.place, at=now),
    )


def _blocks(contact_id: UUID) -> set[UUID]:
    """The people and facilities this contact has blocked."""
    rows = Block.objects.filter(contact=contact_id, lifted_at=None)
    return {pk for pair in rows.values_list("person", "facility") for pk in pair if pk}


def _contact_call(call: Call, about: Beside, blocks: set[UUID]) -> ContactCall:
    gave_up = call.end_reason == EndReason.HUNG_UP_INSIDE and call.answered_at is None
    held = about.kept.get(call.pk)
    return ContactCall(
        id=call.pk,
        state=call.state,
        person=call.person_id,
        person_name=parts.person_name(call),
        lines=call.line.names if call.line else {},
        place=call.facility.place,
        facility_name=call.facility.name,
        zone=call.facility.zone,
        unit=parts.unit_name(call),
        number=call.number,
        private=call.private,
        recorded=parts.is_recorded(call),
        asked_at=call.asked_at,
        accepted_at=call.accepted_at,
        ended_at=call.ended_at,
        ends_at=parts.ends_at(call),
        limit_seconds=call.limit_seconds,
        limits=parts.limits(call),
        warn_seconds=parts.WARN_SECONDS,
        announcement=tuple(call.announcement),
        end_reason=call.end_reason,
        talk_seconds=parts.talk_seconds(call),
        missed=call.end_reason in MISSED or gave_up,
        charge=about.charge(call),
        price=parts.price_then(call),
        paying=parts_of(call),
        keep_until=held.keep_until if held and held.seconds else None,
        blocked_person=call.person_id in blocks,
        blocked_facility=call.facility_id in blocks,
        live=parts.is_live(call),
    )
