"""Notes on people's pages, and the outbox: recorded with the act, sent after commit."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from kinline.apps.errors import NotFound
from kinline.apps.notices import fanning, mail, sign_in, watched
from kinline.apps.notices.mail import Letter
from kinline.apps.notices.models import Note, Outgoing
from kinline.apps.notices.outbox import Closed, Later
from kinline.apps.notices.push import ringing
from kinline.apps.prepared_writes import Insert

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12
MOST_SINGLY = 4  # rows that are sooner written one by one, by what is compiled, than together
CONTACT = "contact"
_NOTE, _OUTGOING = Insert(Note, once=True), Insert(Outgoing, once=True)


def note(
    *,
    key: str,
    owner_kind: str,
    owner: UUID,
    kind: str,
    facts: Mapping[str, str],
    now: datetime,
) -> None:
    """Put a note on someone's own page, once per `key`, in the caller's transaction.

    A contact is also told of it by the ways they chose, without what it says.
    """
    defaults = {
        "owner_kind": owner_kind,
        "owner": str(owner),
        "kind": kind,
        "facts": dict(facts),
        "at": now,
    }
    _, fresh = Note.objects.get_or_create(key=key, defaults=defaults)
    told = fanning.told(key=key, owner=owner, kind=kind, now=now, service=facts.get("service", ""))
    if fresh and owner_kind == CONTACT and told is not None:
        Outgoing.objects.bulk_create([told], ignore_conflicts=True)


@transaction.atomic
def mark_said(*, owner: UUID, note_id: UUID, now: datetime) -> bool:
    """A wall phone has said a note to a person inside; whether there is such a note."""
    mine = Note.objects.filter(pk=note_id, owner_kind="person", owner=str(owner))
    mine.filter(said_at=None).update(said_at=now)
    return mine.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A note to be put on somebody's page; see `note` and models.Note."""

    key: str
    owner_kind: str
    owner: UUID
    kind: str
    facts: Mapping[str, str]
    about: str = ""


def notes(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Put many notes on pages, each once per key, in the caller's transaction.

    Contacts are also told of them by the ways they chose, as by `note`.
    """
    drafts = list(drafts)
    rows = [
        Note(
            key=one.key,
            owner_kind=one.owner_kind,
            owner=str(one.owner),
            kind=one.kind,
            facts=dict(one.facts),
            about=one.about,
            at=now,
        )
        for one in drafts
    ]
    if len(rows) > MOST_SINGLY:
        Note.objects.bulk_create(rows, ignore_conflicts=True)
    else:
        for row in rows:
            _NOTE(row)
    told = [
        fanning.told(
            key=one.key,
            owner=one.owner,
            kind=one.kind,
            now=now,
            service=one.facts.get("service", ""),
        )
        for one in drafts
        if one.owner_kind == CONTACT
    ]
    if letters := [one for one in told if one is not None]:
        for letter in letters if len(letters) <= MOST_SINGLY else ():
            _OUTGOING(letter)
        if len(letters) > MOST_SINGLY:
            Outgoing.objects.bulk_create(letters, ignore_conflicts=True)


@transaction.atomic
def mark_read(*, owner_kind: str, owner: UUID, note_id: UUID, now: datetime) -> None:
    """The owner has seen it; seen twice is seen once. Raises NotFound."""
    mine = Note.objects.filter(pk=note_id, owner_kind=owner_kind, owner=str(owner))
    if not mine.exists():
        raise NotFound
    mine.filter(read_at=None).update(read_at=now)


def post(*, key: str, kind: str, facts: Mapping[str, str], now: datetime) -> None:
    """Record what must be told to the world, once per `key`, in the caller's transaction."""
    defaults = {"kind": kind, "facts": dict(facts), "created_at": now, "next_try_at": now}
    Outgoing.objects.get_or_create(key=key, defaults=defaults)


def post_all(*, kind: str, letters: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """The same for many letters of one kind, each under its key."""
    rows = [
        Outgoing(key=key, kind=kind, facts=dict(facts), created_at=now, next_try_at=now)
        for key, facts in letters.items()
    ]
    Outgoing.objects.bulk_create(rows, ignore_conflicts=True)


def send_due(*, now: datetime, limit: int = 50) -> int:
    """Send what is due; returns how many went out. Failures wait longer each time.

    Where no mail server is set, a letter is closed and says so: the note on the page remains.

    Sent outside a transaction and marked after: a crash in between sends twice rather than
    never. After MOST_TRIES it stays in the table, unsent, for staff to see.
    """
    _send_some(_due(now).filter(kind=fanning.TOLD), now, limit)
    return _send_some(_due(now).exclude(kind__in=[ringing.RING, fanning.TOLD]), now, limit)


def ring_due(*, now: datetime, limit: int = 50) -> int:
    """The same for calls that ring now, which wait for no letter."""
    return _send_some(_due(now).filter(kind=ringing.RING), now, limit)


def _due(now: datetime) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(sent_at=None, next_try_at__lte=now, tries__lt=MOST_TRIES)


def _send_some(due: QuerySet[Outgoing], now: datetime, limit: int) -> int:
    return sum(_send(item, now) for item in due.order_by("next_try_at")[:limit])


def _send(item: Outgoing, now: datetime) -> bool:
    row = Outgoing.objects.filter(pk=item.pk, sent_at=None)
    try:
        _hand_over(item, now)
    except Closed as no:
        row.update(sent_at=now, last_error=no.reason[:200])
        return False
    except Later as wait:
        row.update(next_try_at=wait.at)
        return False
    except Exception as fault:  # whatever a mail server may throw must not stop the others
        log.warning("notice not sent", extra={"outgoing": item.pk, "fault": type(fault).__name__})
        wait_for = min(LONGEST_WAIT, timedelta(seconds=2 ** (item.tries + 2)))
        row.update(
            tries=item.tries + 1, next_try_at=now + wait_for, last_error=type(fault).__name__
        )
        return False
    return row.update(sent_at=now, tries=item.tries + 1, last_error="") == 1


def _hand_over(item: Outgoing, now: datetime) -> None:
    """By whatever way the item names; letters are the rest."""
    if item.kind == fanning.TOLD:
        fanning.fan_out(item, now, own_letters=KINDS)
    elif way := WAYS.get(item.kind):
        way(item, now)
    else:
        _post(item)


def _post(item: Outgoing) -> None:
    """A letter with words of its own."""
    if not mail.is_set():
        raise Closed("no mail server is set")
    letter = KINDS[item.kind](item.facts)
    if letter is not None:
        mail.send(
            letter,
            key=item.key,
            kind=item.kind,
            to=item.facts["email"],
            language=item.facts["language"],
        )


WAYS: dict[str, Callable[[Outgoing, datetime], None]] = {
    fanning.BY_EMAIL: fanning.by_email,
    fanning.BY_PUSH: fanning.by_push,
    fanning.BY_SMS: fanning.by_sms,
    ringing.RING: ringing.send,
}


def _missed_call(facts: Mapping[str, str]) -> Letter:
    with translation.override(facts["language"]):
        subject = gettext("You missed a call")
        who = facts["person_name"] or gettext("Someone inside")
        body = gettext(
            "%(person_name)s at %(facility_name)s called you and you could not be reached. "
            "You cannot call back, but they can call again. "
            "Open Kinline at %(address)s to be there for the next call."
        ) % {**facts, "person_name": who, "address": settings.WEB_URL}
    return Letter(subject, body)


def _dollars(facts: Mapping[str, str]) -> str:
    dollars, cents = divmod(int(facts["cents"]), 100)
    return f"${dollars:,}.{cents:02d}"


def _refund_step(facts: Mapping[str, str]) -> Letter:
    with translation.override(facts["language"]):
        said = {
            "requested": gettext("You asked for %(amount)s back. It is set aside for you."),
            "approved": gettext("Staff agreed to pay %(amount)s back."),
            "paying": gettext("%(amount)s left your account and is on its way to you."),
            "paid": gettext("%(amount)s is paid back. Banks take 5 to 10 days to show it."),
            "failed": gettext(
                "A part of your refund of %(amount)s could not be paid. That part is back on your "
                "account."
            ),
            "withdrawn": gettext("You took back your wish for a refund of %(amount)s."),
            "refused": gettext("Staff did not agree to pay %(amount)s back. The page says why."),
        }[facts["state"]]
        return _about_money(gettext("Your refund"), said, facts, f"refunds/{facts['refund']}/")


def _payment_ended(facts: Mapping[str, str]) -> Letter:
    with translation.override(facts["language"]):
        subject, said = {
            "succeeded": (
                gettext("Receipt"),
                gettext("You added %(amount)s by card. There was no fee."),
            ),
            "failed": (
                gettext("Nothing was taken"),
                gettext("Your payment of %(amount)s did not go through. Nothing was taken."),
            ),
            "taken_back": (
                gettext("A payment went back"),
                gettext("%(amount)s of your payment went back to the card it came from."),
            ),
        }[facts["state"]]
        return _about_money(subject, said, facts, f"payments/{facts['payment']}/")


def _unused_money(facts: Mapping[str, str]) -> Letter:
    with translation.override(facts["language"]):
        day = format_date(date.fromisoformat(facts["ends_on"]), gettext("F j, Y"))
        said = (
            gettext(
                "%(amount)s on your account was not used for long. It is yours and stays yours. We "
                "try to reach you now to pay it back."
            )
            if facts["told"] == "over"
            else gettext(
                "%(amount)s on your account was not used for long. It is yours and stays yours. On "
                "%(day)s the time without use ends, and then whoever holds it must try to pay it "
                "back to you. Use it or ask for it back, and the time begins anew."
            )
        )
        return _about_money(gettext("Money you did not use"), said, facts, "", day=day)


def _about_money(
    subject: str, said: str, facts: Mapping[str, str], page: str, **more: str
) -> Letter:
    address = f"{settings.WEB_URL.rstrip('/')}/portal/accounts/{page}"
    body = f"{said % ({'amount': _dollars(facts)} | more)}\n\n{address}"
    return Letter(subject, body)


# A kind without an entry needs none: contacts are told of their notes in general words.
KINDS: dict[str, Callable[[Mapping[str, str]], Letter | None]] = {
    "call.missed": _missed_call,
    "refund.step": _refund_step,
    "payment.ended": _payment_ended,
    "money.idle": _unused_money,
    sign_in.KIND: sign_in.letter,
    watched.KIND: watched.letter,
}
