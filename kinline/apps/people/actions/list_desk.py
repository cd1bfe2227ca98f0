"""Staff decide about numbers that people inside ask for, and set how lists are kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.people import list_notes
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.actions.own_list import listed_by_wish
from kinline.apps.people.list_desk import access_asked
from kinline.apps.people.listing import is_apart, rule_of, rules_in
from kinline.apps.people.models import AllowedNumber, ListRequest, ListRule
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.policy import listing as core
from kinline.core.policy.listing import State
from kinline.core.refusal import Refusal, Whose

LONGEST_NOTE = 600
DECIDED = Refusal("list.decided_meanwhile", Whose.FACILITY)


def approve(*, staff: Staff, request_id: UUID, now: datetime) -> None:
    """Put the number on the list: from now on it can be called.

    Raises NotFound, and Refused: list.decided_meanwhile, list.no_contact, list.person_left.
    """
    try:
        _approve(staff, request_id, now)
    except IntegrityError:
        # A colleague listed it, or the number came into being elsewhere, just now: look again.
        _approve(staff, request_id, now)


@transaction.atomic
def refuse(*, staff: Staff, request_id: UUID, reason: str, note: str, now: datetime) -> None:
    """Say no with a reason of the list, which the person reads, with the note.

    Raises NotFound, and Refused: list.decided_meanwhile, list.reason_needed, list.note_needed.
    """
    row = access_asked(staff=staff, request_id=request_id)
    note = typed(note, LONGEST_NOTE)
    if no := core.reason_refusals(reason, note):
        raise Refused(*no)
    rows = ListRequest.objects.filter(pk=row.pk, state=State.ASKED)
    by = {"decided_by": str(staff.account), "decided_at": now}
    if rows.update(state=State.REFUSED, reason=reason, note=note, **by) != 1:
        raise Refused(DECIDED)
    _tell(staff, "list.refused", row, now, reason=reason)
    list_notes.refused(row, reason, note, now)


@dataclass(frozen=True, slots=True)
class NewListRule:
    """How lists are to be kept from now on; as core.policy.listing.ListRules, `days` as typed."""

    self_kept: bool = True
    most: int | None = None
    changes: int | None = None
    within_days: int | None = None
    days: str = ""
    approval: bool = True
    owner_key: bool = True
    note: str = ""


@transaction.atomic
def set_rule(*, staff: Staff, place: str, new: NewListRule, now: datetime) -> None:
    """A facility's rule from now on. What is on a list stays, also where it is more than `most`.

    Raises NotFound, and Refused: rule.limit_wrong, list_rule.days_wrong,
    list_rule.changes_need_a_time, list_rule.nobody_says_yes.
    """
    here = access_facility(staff=staff, place=place, right=Right.CHANGE_FACILITY)
    days = _days(new.days)
    if mistakes := [*_bounds(new), *_together(new, days)]:
        raise Refused(*mistakes)
    facts = {
        "self_kept": new.self_kept,
        "most": new.most,
        "changes": new.changes,
        "within_days": new.within_days,
        "days": ",".join(str(day) for day in sorted(days or ())),
        "approval": new.approval,
        "owner_key": new.owner_key,
    }
    ListRule.objects.create(
        facility_id=here.facility,
        note=typed(new.note, 300),
        set_by=str(staff.account),
        set_at=now,
        **facts,
    )
    tell(staff, "list.rule_set", Named("facility", str(here.facility)), place, now, facts)


@transaction.atomic
def _approve(staff: Staff, request_id: UUID, now: datetime) -> None:
    row = access_asked(staff=staff, request_id=request_id)
    if row.state != State.ASKED:
        raise Refused(DECIDED)
    if not row.person.active:
        raise Refused(Refusal("list.person_left", Whose.FACILITY))
    if is_apart(row.person, row.e164, now):
        raise Refused(Refusal("list.no_contact", Whose.FACILITY))
    rules = rules_in(rule_of(row.person.facility_id))
    listed = AllowedNumber.objects.filter(
        person=row.person, number__e164=row.e164, removed_at=None
    ).first()
    # Where staff keep the lists since, nobody is asked for a key: it is as if they had listed it.
    key = rules is not None and rules.owner_key
    entry = listed or listed_by_wish(row, key_needed=key, now=now)
    rows = ListRequest.objects.filter(pk=row.pk, state=State.ASKED)
    by = {"decided_by": str(staff.account), "decided_at": now}
    if rows.update(state=State.APPROVED, entry=entry, **by) != 1:
        raise Refused(DECIDED)
    _tell(staff, "list.approved", row, now, entry=str(entry.pk))
    list_notes.approved(row, entry, now)


def _bounds(new: NewListRule) -> list[Refusal]:
    bounds = {
        "most": (new.most, core.MOST_NUMBERS),
        "changes": (new.changes, core.MOST_CHANGES),
        "within_days": (new.within_days, core.LONGEST_WITHIN),
    }
    return [
        wrong("rule.limit_wrong", name, {"least": "1", "most": str(most)})
        for name, (number, most) in bounds.items()
        if number is not None and not 1 <= number <= most
    ]


def _together(new: NewListRule, days: frozenset[int] | None) -> list[Refusal]:
    mistakes = []
    if (new.changes is None) != (new.within_days is None):
        missing = "changes" if new.changes is None else "within_days"
        mistakes.append(wrong("list_rule.changes_need_a_time", missing))
    if days is None:
        last = {"last": str(core.DAYS_OF_MONTH[-1])}
        mistakes.append(wrong("list_rule.days_wrong", "days", last))
    if new.self_kept and not (new.approval or new.owner_key):
        mistakes.append(wrong("list_rule.nobody_says_yes", ""))
    return mistakes


def _days(text: str) -> frozenset[int] | None:
    """Days of the month as typed, "1, 15"; None where that is not what was typed."""
    words = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) < 3 for word in words):
        return None
    days = frozenset(int(word) for word in words)
    return days if days <= frozenset(core.DAYS_OF_MONTH) else None


def _tell(staff: Staff, act: str, row: ListRequest, now: datetime, **facts: object) -> None:
    subject = Named("person", str(row.person_id))
    tell(staff, act, subject, row.person.facility.place, now, {"request": str(row.pk), **facts})
