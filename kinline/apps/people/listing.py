"""A person's own list: the facility's rules, what stands on it, and when it may be changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.people.links import apart, kept_apart, number_forbidden
from kinline.apps.people.models import (
    AllowedNumber,
    Block,
    ContactNumber,
    ListRequest,
    ListRule,
    Person,
)
from kinline.apps.people.verified import call_is_attorneys, is_counsels
from kinline.core.policy.call import BlockOf
from kinline.core.policy.listing import (
    ASK_AGAIN,
    ListFacts,
    ListRules,
    Reason,
    Relation,
    Shown,
    State,
    may_add,
    next_change,
    shown,
)
from kinline.core.refusal import Refusal

RULES_SHOWN = 20
BY_PERSON, BY_RULE = "person", "kinline"  # who put a number on a list, where it was not staff
# Entries of staff, and those whose owner said yes or need not: they open more than calls.
SAID_YES = Q(key_needed=False) | Q(verified_at__isnull=False)
COUNTED = (State.ASKED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class ListRuleView:
    """One rule; it holds from `set_at` until the next one. `set_by` is an account id."""

    self_kept: bool
    rules: ListRules
    note: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """One number as its person sees it. `entry` is its place on the list, `request` what waits or
    was refused; one of the two is there. `at`: since when it is as `shown` says.
    """

    entry: UUID | None
    request: UUID | None
    name: str
    e164: str
    relation: Relation | None
    shown: Shown
    at: datetime
    counsel: bool = False
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnList:
    """All of it. `refusals`: why nobody at all can be added now, counsel aside; `next_on`: the
    first day on which the rules of change allow it, None where no rule is set."""

    rules: ListRules | None
    note: str
    numbers: tuple[OwnNumber, ...]
    kept: int
    waiting: int
    refusals: tuple[Refusal, ...]
    next_on: date | None


def rule_of(facility_id: UUID) -> ListRule | None:
    """The rule in force, None where none was ever set."""
    return ListRule.objects.filter(facility=facility_id).order_by("-set_at", "-pk").first()


def rules_in(row: ListRule | None) -> ListRules | None:
    """A rule as the core has it; None where staff keep the lists."""
    return _rules(row) if row is not None and row.self_kept else None


def list_rules(*, facility_id: UUID) -> list[ListRuleView]:
    """The newest rules, the one in force first; none where none was ever set."""
    rows = ListRule.objects.filter(facility=facility_id).order_by("-set_at", "-pk")[:RULES_SHOWN]
    return [
        ListRuleView(row.self_kept, _rules(row), row.note, row.set_by, row.set_at) for row in rows
    ]


def facts_of(person: Person, e164: str, rules: ListRules | None, now: datetime) -> ListFacts:
    """What a decision about this number rests on. `person` was read with facility."""
    facility, rows = person.facility, ListRequest.objects.filter(person=person)
    refused = rows.filter(e164=e164, state=State.REFUSED).order_by("-decided_at").first()
    counsel = is_counsels(e164=e164, agency=facility.agency_id, day=day_at(facility.zone, now))
    listed = AllowedNumber.objects.filter(person=person, removed_at=None, number__e164=e164)
    kept = _entries(person, now).filter(Q(attorney=False))
    asked = _changes(person, rules, now)
    return ListFacts(
        rules=rules,
        zone=ZoneInfo(facility.zone),
        kept=kept.count(),
        waiting=rows.filter(state=State.ASKED, counsel=False).count(),
        changed_on=tuple(day_at(facility.zone, at) for at in asked),
        counsel=counsel,
        listed=listed.exists(),
        blocked=_block(person, e164),
        refused_at=refused.decided_at if refused else None,
    )


def is_apart(person: Person, e164: str, now: datetime) -> bool:
    """Whether an order in force is about this number or about whoever has it."""
    if number_forbidden(person_id=person.pk, e164=e164, now=now):
        return True
    contact = ContactNumber.objects.filter(e164=e164).values_list("contact", flat=True).first()
    return contact is not None and kept_apart(person_id=person.pk, contact_id=contact, now=now)


def own_list(*, person_id: UUID, now: datetime) -> OwnList:
    """The list as the person may know it: an order takes a number off it without a word."""
    person = Person.objects.select_related("facility").get(pk=person_id)
    row = rule_of(person.facility_id)
    rules, zone = rules_in(row), person.facility.zone
    entries = list(
        _entries(person, now)
        .select_related("number__contact")
        .annotate(blocked=Exists(_blocks(person, OuterRef("number__contact"))))
        .order_by("added_at", "label")
    )
    requests = list(
        ListRequest.objects.filter(person=person)
        .filter(Q(state__in=COUNTED) | Q(state=State.REFUSED, decided_at__gt=now - ASK_AGAIN))
        .order_by("-asked_at", "pk")
    )
    waiting = [one for one in requests if one.state == State.ASKED]
    kept = sum(not one.attorney for one in entries)  # type: ignore[attr-defined]
    changed = tuple(day_at(zone, at) for at in _changes(person, rules, now))
    facts = ListFacts(
        rules=rules,
        zone=ZoneInfo(zone),
        kept=kept,
        waiting=sum(1 for one in waiting if not one.counsel),
        changed_on=changed,
    )
    return OwnList(
        rules=rules,
        note=row.note if row else "",
        numbers=tuple(_own(entries, requests)),
        kept=kept,
        waiting=facts.waiting,
        refusals=may_add(facts, now),
        next_on=next_change(rules, changed, day_at(zone, now)) if rules else None,
    )


def _own(entries: Sequence[AllowedNumber], requests: list[ListRequest]) -> Iterator[OwnNumber]:
    """What waits, then the list, then what was refused and is not settled since."""
    relations = {one.entry_id: Relation(one.relation) for one in requests if one.entry_id}
    settled = set()
    for one in requests:
        if one.state == State.ASKED:
            settled.add(one.e164)
            yield _asked(one, Shown.WAITS_FOR_STAFF, one.asked_at)
    for entry in entries:
        settled.add(entry.number.e164)
        yield _listed(entry, relations.get(entry.pk))
    for one in requests:
        if one.state == State.REFUSED and one.decided_at and one.e164 not in settled:
            settled.add(one.e164)
            yield _asked(one, Shown.REFUSED, one.decided_at)


def _listed(entry: AllowedNumber, relation: Relation | None) -> OwnNumber:
    verified = entry.verified_at is not None
    blocked: bool = entry.blocked  # type: ignore[attr-defined]
    return OwnNumber(
        entry=entry.pk,
        request=None,
        name=entry.label or entry.number.contact.name,
        e164=entry.number.e164,
        relation=relation,
        shown=shown(blocked=blocked, verified=verified, key_needed=entry.key_needed),
        at=entry.verified_at or entry.added_at,
        counsel=entry.attorney,  # type: ignore[attr-defined]
    )


def _asked(row: ListRequest, as_: Shown, at: datetime) -> OwnNumber:
    return OwnNumber(
        entry=None,
        request=row.pk,
        name=row.name,
        e164=row.e164,
        relation=Relation(row.relation),
        shown=as_,
        at=at,
        counsel=row.counsel,
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
    )


def _rules(row: ListRule) -> ListRules:
    return ListRules(
        most=row.most,
        changes=row.changes,
        within_days=row.within_days,
        days=frozenset(int(day) for day in row.days.split(",") if day),
        approval=row.approval,
        owner_key=row.owner_key,
    )


def _entries(person: Person, now: datetime) -> QuerySet[AllowedNumber]:
    """The list, each entry with whether it is counsel's; without whom an order keeps apart."""
    attorney = call_is_attorneys(
        day=day_at(person.facility.zone, now),
        agency=person.facility.agency_id,
        contact="number__contact",
        number="number__e164",
    )
    rows = AllowedNumber.objects.filter(person=person, removed_at=None)
    return rows.exclude(apart(person=person.pk, contact="number__contact", now=now)).annotate(
        attorney=attorney
    )


def _changes(person: Person, rules: ListRules | None, now: datetime) -> list[datetime]:
    """When the changes were that may still count."""
    if rules is None or rules.within_days is None:
        return []
    since = now - timedelta(days=rules.within_days + 1)
    rows = ListRequest.objects.filter(person=person, counsel=False, state__in=COUNTED)
    return list(rows.filter(asked_at__gt=since).values_list("asked_at", flat=True))


def _blocks(person: Person, contact: Any) -> QuerySet[Block]:
    mine = Q(person=person) | Q(facility=person.facility_id)
    return Block.objects.filter(mine, contact=contact, lifted_at=None)


def _block(person: Person, e164: str) -> BlockOf | None:
    """Whether whoever has the number wants no calls from here, and from whom."""
    mine = Q(person=person) | Q(facility=person.facility_id)
    rows = Block.objects.filter(mine, contact__numbers__e164=e164, lifted_at=None)
    row = rows.order_by("facility").first()
    if row is None:
        return None
    return BlockOf.PERSON if row.person_id else BlockOf.FACILITY
