"""The clock of unused money: holders are told ahead, and then staff find them. Nothing is taken.

Legal source: 47 CFR 64.6130, as the law book has it (core.transition.words.FundsRule).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.charging import answers
from kinline.apps.charging.answers import Answer
from kinline.apps.charging.models import IdleTold
from kinline.apps.charging.tell import tell_holder
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ids import as_uuid
from kinline.apps.ledger import queries as ledger
from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import UNUSED_MONEY
from kinline.core.refund import idle
from kinline.core.refund.idle import Told
from kinline.core.transition.words import AccountKind, Reach

NOTE = UNUSED_MONEY
INSIDE = frozenset({AccountKind.DEBIT, AccountKind.CALLING_CARD})
# Nobody is told before so long without use; so long is not even looked at.
LEAST = timedelta(days=90)
LONGEST_NOTE = 300
MANY = 500


def look(*, now: datetime) -> int:
    """Tell whoever is due to be told today; how many were. Each once for each period."""
    quiet = ledger.unused(since=now - LEAST)
    inside = _holders(kind for kind in quiet if AccountKind(kind[0]) in INSIDE)
    outside = _holders(kind for kind in quiet if AccountKind(kind[0]) not in INSIDE)
    told = 0
    for at in range(0, max(len(inside), len(outside)), MANY):
        people = answers.of_people(people=inside[at : at + MANY], now=now)
        contacts = answers.of_contacts(contacts=outside[at : at + MANY], now=now)
        for one in chain(*people.values(), *contacts.values()):
            opened = quiet.get((str(one.account.kind), one.account.holder))
            told += opened is not None and _tell(one, opened, now)
    return told


def _holders(accounts: Iterable[tuple[str, str]]) -> list[UUID]:
    return sorted({found for _, word in accounts if (found := as_uuid(word))})


@transaction.atomic
def _tell(answer: Answer, opened_at: datetime, now: datetime) -> bool:
    account, decision = answer.account, answer.decision
    rule = decision.rule if decision else None
    # Brought here and never used since: nobody knows its last use, so the day it came counts.
    used = account.used_at or opened_at
    # A rule that may not reach this kind of money starts no clock; we say so on its page.
    if rule is None or rule.reach[account.kind] is Reach.DOUBTFUL:
        return False
    if account.balance.posted <= 0:
        return False
    due = idle.due(
        last_use_on=used.astimezone(answer.zone).date(),
        inactive_days=rule.inactive_days,
        today=answer.as_of,
    )
    if due is None:
        return False
    place = answer.places[0] if answer.places else None
    _, fresh = IdleTold.objects.get_or_create(
        kind=account.kind,
        holder=account.holder,
        ends_on=due.ends_on,
        told=due.told,
        defaults={
            "agency": place.agency if place else "",
            "place": place.code if place else "",
            "at": now,
        },
    )
    if fresh:
        _say(answer, due, now)
    return fresh


def _say(answer: Answer, due: idle.Idle, now: datetime) -> None:
    account = answer.account
    key = f"idle:{account.code}:{due.ends_on}:{due.told}"[:120]
    facts = {
        "told": str(due.told),
        "ends_on": due.ends_on.isoformat(),
        "cents": str(account.balance.posted),
        "kind": str(account.kind),
    }
    tell_holder(key=key, kind=NOTE, holder=account.holder, facts=facts, now=now)
    owner = as_uuid(account.holder)
    if owner is not None:
        who = "person" if account.kind in INSIDE else "contact"
        notices.note(key=key, owner_kind=who, owner=owner, kind=NOTE, facts=facts, now=now)


@transaction.atomic
def done(*, task_id: UUID, agencies: frozenset[str], by: UUID, note: str, now: datetime) -> None:
    """Staff dealt with it, and say how. Raises NotFound, and Refused without a word on how."""
    if not note.strip():
        raise Refused(wrong("money.reason_needed", "note"))
    rows = IdleTold.objects.filter(pk=task_id, agency__in=agencies, told=Told.OVER)
    row = rows.first()
    if row is None:
        raise NotFound
    if rows.filter(done_at=None).update(
        done_at=now, done_by=str(by), note=note.strip()[:LONGEST_NOTE]
    ):
        audit.write(
            now=now,
            actor=audit.Named("account", str(by)),
            act="money.idle_done",
            subject=audit.Named("account", ""),
            facility=row.place,
            purpose=note.strip(),
            facts={"task": str(row.pk)},
        )
