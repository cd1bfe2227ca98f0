"""Lines that are always open, by date: set one, end one. A change is both."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import OpenLine
from kinline.core.policy import lines
from kinline.core.policy.destinations import NEVER
from kinline.core.policy.lines import LineKind
from kinline.core.refusal import Refusal
from kinline.laws.numbering import leads_to
from kinline.laws.special import kind_of

LONGEST_NAME = 60
LONGEST_NOTE = 200
DIGITS = 6


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as a facility wants it. `names` by language; `e164` as people.numbers gives it."""

    kind: LineKind
    names: dict[str, str]
    e164: str
    from_on: date
    with_pin: bool = False
    private: bool = True
    anonymous: bool = False
    direct: bool = False
    digits: str = ""
    note: str = ""


@transaction.atomic
def set_line(*, facility_id: UUID, line: NewLine, by: UUID, now: datetime) -> UUID:
    """Open a line from its day on. Raises Refused with every mistake, and NotFound.

    One number and one key sequence mean one line at a facility: end the old one first.
    """
    facility = facility_of(facility_id)
    names = {code: name.strip() for code, name in line.names.items() if name.strip()}
    if found := _mistakes(line, names, day_at(facility.zone, now)):
        raise Refused(*found)
    try:
        with transaction.atomic():
            row = OpenLine.objects.create(
                facility=facility,
                kind=line.kind,
                names=names,
                e164=line.e164,
                digits=line.digits,
                with_pin=line.with_pin,
                private=line.private,
                anonymous=line.anonymous,
                direct=line.direct,
                from_on=line.from_on,
                set_by=str(by),
                set_at=now,
                note=line.note,
            )
    except IntegrityError:
        raise Refused(*_taken(facility_id, line)) from None
    facts = {
        "kind": line.kind,
        "from_on": line.from_on.isoformat(),
        "with_pin": line.with_pin,
        "private": line.private,
        "anonymous": line.anonymous,
        "direct": line.direct,
    }
    tell(facility, "line.set", by, now, facts, subject=_subject(row))
    return row.pk


@transaction.atomic
def end_line(*, facility_id: UUID, line_id: UUID, until_on: date, by: UUID, now: datetime) -> None:
    """The line is there no more from `until_on` on, today at the earliest.

    Raises Refused (line.ends_in_the_past, line.ended_already) and NotFound.
    """
    row = OpenLine.objects.filter(pk=line_id, facility=facility_id).first()
    if row is None:
        raise NotFound
    facility = facility_of(facility_id)
    if row.until_on is not None:
        raise Refused(wrong("line.ended_already", "until_on"))
    if until_on < max(day_at(facility.zone, now), row.from_on):
        raise Refused(wrong("line.ends_in_the_past", "until_on"))
    rows = OpenLine.objects.filter(pk=line_id, until_on=None)
    if rows.update(until_on=until_on, ended_by=str(by)) != 1:
        raise Refused(wrong("line.ended_already", "until_on"))
    facts = {"until_on": until_on.isoformat()}
    tell(facility, "line.ended", by, now, facts, subject=_subject(row))


def _mistakes(line: NewLine, names: dict[str, str], today: date) -> list[Refusal]:
    found = [
        wrong(code, "rule")  # of several fields at once, so beside none of them
        for code in lines.mistakes(
            line.kind, with_pin=line.with_pin, private=line.private, anonymous=line.anonymous
        )
    ]
    if line.from_on < today:
        found.append(wrong("rule.in_the_past", "from_on"))
    if not names.get(settings.LANGUAGE_CODE):
        found.append(wrong("name.missing", f"name_{settings.LANGUAGE_CODE}"))
    found += [
        wrong("name.too_long", f"name_{code}")
        for code, name in names.items()
        if len(name) > LONGEST_NAME
    ]
    if line.digits and not (line.digits.isascii() and line.digits.isdigit()):
        found.append(wrong("line.digits_only", "digits"))
    elif len(line.digits) > DIGITS:
        found.append(wrong("line.digits_too_many", "digits", {"digits": str(DIGITS)}))
    if len(line.note) > LONGEST_NOTE:
        found.append(wrong("rule.note_too_long", "note"))
    if leads_to(line.e164) is None:
        found.append(wrong("number.not_a_number", "number"))
    elif kind_of(line.e164) in NEVER:
        found.append(wrong("line.no_such_number", "number"))
    return found


def _taken(facility_id: UUID, line: NewLine) -> list[Refusal]:
    open_ended = OpenLine.objects.filter(facility=facility_id, until_on=None)
    if open_ended.filter(e164=line.e164).exists():
        return [wrong("line.number_taken", "number")]
    return [wrong("line.digits_taken", "digits")]


def _subject(row: OpenLine) -> audit.Named:
    return audit.Named("line", str(row.pk))
