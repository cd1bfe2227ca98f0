"""Calls as the person inside sees them, always their own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from kinline.apps import refusals
from kinline.apps.calls.access import access_inside_call, access_nobodys_call, loaded
from kinline.apps.calls.models import Call
from kinline.apps.calls.paying import Money, Part, money, parts_of
from kinline.apps.calls.queries import parts
from kinline.apps.calls.queries.hours import Hours, hours
from kinline.apps.calls.queries.parts import Beside, LimitView
from kinline.apps.charging.queries import ChargeView, PriceView, price
from kinline.apps.days import day_at
from kinline.apps.facilities import destinations
from kinline.apps.paging import Page, paginate
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.links import apart
from kinline.apps.people.models import AllowedNumber, PrivacyMark
from kinline.apps.people.verified import call_is_attorneys
from kinline.core.call.announcement import Acceptance, acceptance_of
from kinline.core.policy.call import told
from kinline.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class AllowedEntry:
    """A number one may call; `private`: such a call would not be recorded.

    `refusals`: why no call goes there now, though it is listed. `proven`: whoever answers has said
    yes to being called, or need not.
    """

    id: UUID
    contact: UUID
    label: str
    contact_name: str
    e164: str
    private: bool
    max_call_seconds: int | None
    refusals: tuple[Refusal, ...] = ()
    proven: bool = True


@dataclass(frozen=True, slots=True)
class CallingToday:
    """What calling is like here today: hours on the wall, and the price of a minute."""

    hours: Hours
    price: PriceView | None


@dataclass(frozen=True, slots=True)
class InsideCall:
    """One's own attempt, refused or carried. `lines`: the names of the open line called."""

    id: UUID
    state: str
    contact_name: str
    label: str
    lines: dict[str, str]
    number: str
    place: str
    facility_name: str
    zone: str
    private: bool
    recorded: bool
    asked_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    ends_at: datetime | None
    limit_seconds: int | None
    limits: tuple[LimitView, ...]
    warn_seconds: int
    end_reason: str
    talk_seconds: int
    refusals: tuple[Refusal, ...]
    charge: ChargeView | None
    price: PriceView | None
    paying: tuple[Part, ...]
    keep_until: date | None
    live: bool
    direct: bool


def allowed(*, inside: Inside, now: datetime) -> list[AllowedEntry]:
    """The allowed list, in the order it was made, without whom an order keeps apart."""
    marks = PrivacyMark.objects.filter(number=OuterRef("number"), lifted_at=None)
    attorney = call_is_attorneys(
        day=day_at(inside.zone, now),
        agency=inside.agency,
        contact="number__contact",
        number="number__e164",
    )
    rows = _listed(inside, now).select_related("number__contact", "person")
    full = rows.annotate(marked=Exists(marks), attorney=attorney)
    where = destinations.rules(facility_id=inside.facility)
    return [
        AllowedEntry(
            id=row.pk,
            contact=row.number.contact.pk,
            label=row.label,
            contact_name=row.number.contact.name,
            e164=row.number.e164,
            private=row.marked or row.attorney or row.person.do_not_record,
            max_call_seconds=row.max_call_seconds,
            refusals=where.refused(row.number.e164),
            proven=row.verified_at is not None or not row.key_needed,
        )
        for row in full.order_by("added_at", "label")
    ]


def today(*, inside: Inside, now: datetime) -> CallingToday:
    """Today's hours and price at this facility."""
    found = hours(zones={inside.facility: inside.zone}, now=now)[inside.facility]
    return CallingToday(found, price(place=inside.place, at=now))


def money_for(*, inside: Inside, entry: AllowedEntry | None, now: datetime) -> Money | None:
    """What there is to pay a call, to an entry of the list or to nobody in particular.

    None where calls from here are free: no account is looked at then.
    """
    return money(
        place=inside.place,
        person=inside.person,
        contact=entry.contact if entry else None,
        number=entry.e164 if entry else "",
        now=now,
    )


def history(*, inside: Inside, now: datetime, page: int = 1) -> Page[InsideCall]:
    """One's own calls and attempts, newest first."""
    rows = loaded().filter(person=inside.person).order_by("-asked_at")

    def build(found: list[Call]) -> list[InsideCall]:
        about, labels = parts.beside(found), _labels(inside, now)
        return [_inside_call(call, about, labels) for call in found]

    return paginate(rows, page, build)


def one(*, inside: Inside, call_id: UUID, now: datetime) -> InsideCall:
    """One's own call. Raises NotFound."""
    call = access_inside_call(inside=inside, call_id=call_id)
    return _inside_call(call, parts.beside([call]), _labels(inside, now))


def nobodys(*, facility_id: UUID, key: str, call_id: UUID) -> InsideCall:
    """A call without a person, for the page that made it. Raises NotFound."""
    call = access_nobodys_call(facility_id=facility_id, key=key, call_id=call_id)
    return _inside_call(call, parts.beside([call]), {})


def _listed(inside: Inside, now: datetime) -> QuerySet[AllowedNumber]:
    """The list as the person may know it: an order takes a number off it without a word."""
    rows = AllowedNumber.objects.filter(person=inside.person, removed_at=None)
    return rows.exclude(apart(person=inside.person, contact="number__contact", now=now))


def _labels(inside: Inside, now: datetime) -> dict[str, str]:
    """What the person calls each number now."""
    return dict(_listed(inside, now).values_list("number__e164", "label"))


def _inside_call(call: Call, about: Beside, labels: dict[str, str]) -> InsideCall:
    # A number that is not on the list stays a number: whose it is, is not told.
    on_list = call.number in labels
    held = about.kept.get(call.pk)
    return InsideCall(
        id=call.pk,
        state=call.state,
        contact_name=call.contact.name if call.contact and on_list else "",
        label=labels.get(call.number, ""),
        lines=call.line.names if call.line else {},
        number=call.number,
        place=call.facility.place,
        facility_name=call.facility.name,
        zone=call.facility.zone,
        private=call.private,
        recorded=parts.is_recorded(call),
        asked_at=call.asked_at,
        accepted_at=call.accepted_at,
        ended_at=call.ended_at,
        ends_at=parts.ends_at(call),
        limit_seconds=call.limit_seconds,
        limits=parts.limits(call),
        warn_seconds=parts.WARN_SECONDS,
        end_reason=call.end_reason,
        talk_seconds=parts.talk_seconds(call),
        refusals=told(refusals.read(call.refusals)),
        charge=about.charge(call),
        price=parts.price_then(call),
        paying=parts_of(call),
        keep_until=held.keep_until if held and held.seconds else None,
        live=parts.is_live(call),
        direct=acceptance_of(call.announcement) is Acceptance.DIRECT,
    )
