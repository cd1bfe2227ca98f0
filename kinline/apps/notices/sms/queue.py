"""The queue of SMS: put in within a transaction, sent by the worker, at most as fast as allowed.

Whether a telephone may be written to is asked twice: when it is put in, and right before it goes.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext

from kinline.apps.notices.models import Sms
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import consents, setup
from kinline.apps.notices.sms.consents import NOTICES, TEXTS
from kinline.apps.notices.sms.port import Never, NotNow, Provider, Reported
from kinline.apps.notices.sms.segments import size

__all__ = ["ANSWER", "NOTICES", "PROOF", "TEXTS", "add", "notice", "reported", "send_due"]

log = logging.getLogger(__name__)
PROOF, ANSWER = "proof", "answer"
LIVES = {
    NOTICES: timedelta(hours=12),
    TEXTS: timedelta(days=2),
    PROOF: timedelta(minutes=10),
    ANSWER: timedelta(hours=1),
}
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
MOST_SEGMENTS = 10  # carriers join no more
# Against a loop of two programs that answer each other, and against our own mistakes.
MOST_A_DAY = {NOTICES: 20, TEXTS: 500, PROOF: 6, ANSWER: 12}


def notice(line: str, address: str) -> str:
    """The text of a notice: that there is something, where, and how to stop."""
    return gettext("Kinline: %(line)s %(address)s Reply STOP to end.") % {
        "line": line,
        "address": address,
    }


def add(*, key: str, e164: str, text: str, purpose: str, now: datetime, sender: str = "") -> None:
    """Queue one SMS, once per `key`, in the caller's transaction. Raises Closed where it may not
    be sent, is too long, or where that telephone has had enough for a day."""
    if not setup.is_set():
        raise Closed("no SMS provider is set")
    if why := _may_not(e164, purpose):
        raise Closed(why)
    if Sms.objects.filter(key=key).exists():
        return
    measured = size(text)
    if measured.segments > MOST_SEGMENTS:
        raise Closed("too long for an SMS")
    today = Sms.objects.filter(e164=e164, purpose=purpose, created_at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY[purpose]:
        raise Closed("enough for one day")
    row = Sms(
        key=key,
        e164=e164,
        sender=sender or setup.for_notices(),
        purpose=purpose,
        text=text,
        segments=measured.segments,
        created_at=now,
        next_try_at=now,
        expires_at=now + LIVES[purpose],
    )
    Sms.objects.bulk_create([row], ignore_conflicts=True)


def _may_not(e164: str, purpose: str) -> str:
    """Why nothing may be sent there; empty: it may. Silence comes before everything."""
    if purpose == ANSWER:
        return ""  # it answers a word that this telephone has just sent, see hearing.py
    if consents.stopped(e164=e164):
        return "the telephone said STOP"
    if purpose != PROOF and not consents.holds(e164=e164, purpose=purpose):
        return "nobody agreed to it"
    return ""


def send_due(*, now: datetime, limit: int = 50, provider: Provider | None = None) -> int:
    """Send what is due; returns how many went out. Nothing where no provider is set."""
    if not setup.is_set():
        return 0
    provider = provider or setup.provider()
    sent: Counter[str] = Counter()
    for row in Sms.objects.filter(ended_at=None, next_try_at__lte=now).order_by("next_try_at")[
        :limit
    ]:
        if sent[row.sender] >= settings.SMS_PER_SECOND:
            continue  # its number has sent as many as carriers take in a second
        sent[row.sender] += _send(row, provider, now)
    return sent.total()


def _send(row: Sms, provider: Provider, now: datetime) -> bool:
    if row.expires_at <= now:
        _end(row, "expired", now)
        return False
    if why := _may_not(row.e164, row.purpose):
        _end(row, "stopped", now, error=why)
        return False
    try:
        given = provider.send(key=row.key, sender=row.sender, to=row.e164, text=row.text)
    except Never as no:
        if no.stopped:
            consents.stop(e164=row.e164, word="provider", now=now)
        _end(row, "failed", now, error=no.code)
        return False
    except (NotNow, OSError) as fault:
        _wait(row, fault, now)
        return False
    _end(row, "sent", now, given=given)
    return True


def _end(row: Sms, state: str, now: datetime, *, error: str = "", given: str = "") -> None:
    """Out of the queue, and its words out of the database."""
    Sms.objects.filter(pk=row.pk, ended_at=None).update(
        state=state,
        ended_at=now,
        text="",
        tries=row.tries + (state in ("sent", "failed")),
        provider_id=given,
        last_error=error[:200],
    )


def _wait(row: Sms, fault: Exception, now: datetime) -> None:
    code = fault.code if isinstance(fault, NotNow) else type(fault).__name__
    told = fault.wait_seconds if isinstance(fault, NotNow) else None
    grown = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.tries, 12))
    wait = timedelta(seconds=min(told, 3600)) if told is not None else grown
    log.warning("sms not sent", extra={"sms": str(row.pk), "code": code})
    Sms.objects.filter(pk=row.pk, ended_at=None).update(
        tries=row.tries + 1, next_try_at=now + wait, last_error=code[:200]
    )


def reported(report: Reported) -> None:
    """What became of one of ours; a later report does not undo an earlier one."""
    state = {True: "delivered", None: "unconfirmed", False: "undelivered"}[report.delivered]
    rows = Sms.objects.filter(provider_id=report.provider_id, state="sent")
    rows.update(state=state, last_error=report.code)
