"""Who agreed to be sent SMS, and the silence after STOP. How it is proved: proving.py.

Each consent and each end is kept with its time.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.notices.models import Consent, Proof, Sms, Stop

NOTICES, TEXTS = "notices", "texts"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent in force."""

    id: UUID
    e164: str
    purpose: str
    agreed_at: datetime


def stopped(*, e164: str) -> bool:
    """Whether this telephone asked for silence."""
    return Stop.objects.filter(e164=e164, lifted_at=None).exists()


def holds(*, e164: str, purpose: str) -> bool:
    """Whether its owner agreed to this."""
    return Consent.objects.filter(e164=e164, purpose=purpose, ended_at=None).exists()


def agreed(*, owner: UUID, purpose: str) -> list[str]:
    """The telephones to which a contact agreed to this, and which asked for no silence since."""
    rows = Consent.objects.filter(owner=owner, purpose=purpose, ended_at=None)
    silent = Stop.objects.filter(lifted_at=None).values("e164")
    return list(rows.exclude(e164__in=silent).order_by("e164").values_list("e164", flat=True))


def mine(*, owner: UUID) -> list[ConsentView]:
    """A contact's consents in force."""
    rows = Consent.objects.filter(owner=owner, ended_at=None).order_by("e164", "purpose")
    return [ConsentView(row.pk, row.e164, row.purpose, row.agreed_at) for row in rows]


def agree(*, e164: str, owner: UUID, purpose: str, proof: str, now: datetime) -> None:
    """Both proofs were given; in the caller's transaction."""
    held = Consent.objects.filter(e164=e164, purpose=purpose, ended_at=None)
    if held.filter(owner=owner).exists():
        return
    # A number that is somebody else's now: the former owner's word no longer counts.
    held.update(ended_at=now, ended_by="number")
    made = Consent(e164=e164, owner=owner, purpose=purpose, proof=proof, agreed_at=now)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        pass  # agreed to at the same moment elsewhere


@transaction.atomic
def stop(*, e164: str, word: str, now: datetime) -> None:
    """Silence for this telephone: consents end, proofs are void, what waits is thrown away."""
    try:
        with transaction.atomic():
            Stop.objects.create(e164=e164, word=word[:20], at=now)
    except IntegrityError:
        pass  # it is silent already
    Consent.objects.filter(e164=e164, ended_at=None).update(ended_at=now, ended_by=word[:20])
    Proof.objects.filter(e164=e164, used_at=None, until__gt=now).update(until=now)
    waiting = Sms.objects.filter(e164=e164, ended_at=None)
    waiting.update(ended_at=now, state="stopped", text="")


def lift(*, e164: str, now: datetime) -> None:
    """START came: silence ends. No consent comes back by it; that needs its proofs anew."""
    Stop.objects.filter(e164=e164, lifted_at=None).update(lifted_at=now)


@transaction.atomic
def end(*, owner: UUID, e164: str, purpose: str, now: datetime) -> None:
    """A contact ends one consent on the page; the telephone is not told."""
    rows = Consent.objects.filter(owner=owner, e164=e164, purpose=purpose, ended_at=None)
    rows.update(ended_at=now, ended_by="page")
    waiting = Sms.objects.filter(e164=e164, purpose=purpose, ended_at=None)
    waiting.update(ended_at=now, state="stopped", text="")
