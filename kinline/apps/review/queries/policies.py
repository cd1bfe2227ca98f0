"""Which policy holds for one message, and all that a facility has set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.prepared import Prepared, row_of
from kinline.apps.review import models
from kinline.core.message.terms import WRITTEN, Direction, Service
from kinline.core.review.terms import Mode

TARGET_MINUTES = 120
# What looks at more is stricter: of two policies about somebody it holds.
STRICTER = {Mode.HOLD: 0, Mode.FLAGGED: 1, Mode.SAMPLE: 2}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is looked at. `why`: "default" where the facility said nothing, "facility", "person" or
    "contact". `until` is the end of one about somebody; `sample_percent` is 0 unless SAMPLE.
    """

    mode: Mode
    sample_percent: int
    target_minutes: int
    until: datetime | None
    why: str


# What a facility has before it says anything: nothing goes by unseen.
DEFAULT = Policy(Mode.HOLD, 0, TARGET_MINUTES, None, "default")


@dataclass(frozen=True, slots=True)
class Set:
    """A policy in force as staff see it. None for service or direction: every one."""

    id: UUID
    policy: Policy
    service: Service | None
    direction: Direction | None
    person: UUID | None
    contact: UUID | None
    who: str
    reason: str
    set_by: str
    set_at: datetime


def policy_of(
    *,
    facility_id: UUID,
    service: Service,
    direction: Direction,
    person_id: UUID,
    contact_id: UUID,
    now: datetime,
) -> Policy:
    """The policy for one message, in one query.

    One about the person or the contact goes before the facility's (of two the stricter); of the
    facility's the one that names service and direction most exactly, of those the newest.
    """
    rows = _FOR_ONE(
        facility=facility_id,
        service=str(service),
        direction=str(direction),
        person=person_id,
        contact=contact_id,
        now=now,
    )
    found = [row_of(models.Policy, _COLUMNS, row) for row in rows]
    own = [row for row in found if row.person_id or row.contact_id]
    if own:
        return _policy(min(_newest_each(own), key=lambda row: STRICTER[Mode(row.mode)]))
    if found:
        return _policy(min(found, key=lambda row: (-_exact(row), -row.set_at.timestamp())))
    return DEFAULT


def policies(*, staff: Staff, place: str, now: datetime) -> list[Set]:
    """Everything in force at a facility, about it first. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    rows = _in_force(here.facility, now).select_related("person", "contact")
    return [_set(row) for row in rows.order_by("person", "contact", "service", "-set_at")]


def holding(*, staff: Staff, place: str, now: datetime) -> list[tuple[Service, Direction, Policy]]:
    """What holds here for everybody, service by service and both ways. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    rows = list(_in_force(here.facility, now).filter(person=None, contact=None))
    return [
        (service, direction, _for_all(rows, service, direction))
        for service in WRITTEN
        for direction in Direction
    ]


def _for_all(rows: list[models.Policy], service: Service, direction: Direction) -> Policy:
    mine = [
        row for row in rows if row.service in ("", service) and row.direction in ("", direction)
    ]
    if not mine:
        return DEFAULT
    return _policy(max(mine, key=lambda row: (_exact(row), row.set_at)))


def _in_force(facility: UUID, now: datetime) -> "QuerySet[models.Policy]":
    rows = models.Policy.objects.filter(facility=facility, ended_at=None, set_at__lte=now)
    return rows.filter(Q(until_at=None) | Q(until_at__gt=now))


# Each message asks it, so it is compiled once (see apps.prepared).
_COLUMNS = [field.attname for field in models.Policy._meta.concrete_fields]


def _for_one(
    facility: Any, service: Any, direction: Any, person: Any, contact: Any, now: Any
) -> Any:
    rows = _in_force(facility, now).filter(
        Q(service__in=["", service]),
        Q(direction__in=["", direction]),
        Q(person=None) | Q(person=person),
        Q(contact=None) | Q(contact=contact),
    )
    return rows.order_by("-set_at", "-pk").values_list(*_COLUMNS)


_FOR_ONE = Prepared(
    _for_one, facility=UUID, service=str, direction=str, person=UUID, contact=UUID, now=datetime
)


def _newest_each(rows: Iterable[models.Policy]) -> list[models.Policy]:
    """Of the policies about one somebody, the most exact and newest; `rows` come newest first."""
    best: dict[tuple[UUID | None, UUID | None], models.Policy] = {}
    for row in rows:
        key = row.person_id, row.contact_id
        if key not in best or _exact(row) > _exact(best[key]):
            best[key] = row
    return list(best.values())


def _exact(row: models.Policy) -> int:
    return 2 * bool(row.service) + bool(row.direction)


def _policy(row: models.Policy) -> Policy:
    why = "person" if row.person_id else "contact" if row.contact_id else "facility"
    return Policy(Mode(row.mode), row.sample_percent or 0, row.target_minutes, row.until_at, why)


def _set(row: models.Policy) -> Set:
    who = ""
    if row.person is not None:
        who = row.person.full_name
    elif row.contact is not None:
        who = row.contact.name
    return Set(
        id=row.pk,
        policy=_policy(row),
        service=Service(row.service) if row.service else None,
        direction=Direction(row.direction) if row.direction else None,
        person=row.person_id,
        contact=row.contact_id,
        who=who,
        reason=row.reason,
        set_by=row.set_by,
        set_at=row.set_at,
    )
