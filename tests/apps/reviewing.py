"""What tests of review share: a message of Odette to Julian, and who reads at Bristol."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kinline.apps.people import access
from kinline.apps.people.access import Staff
from kinline.apps.people.models import Account, Grant
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import decide, take_up
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.actions.submit import submit
from kinline.apps.review.actions.take_up import Verdict
from kinline.apps.review.parts import TEXT, Part
from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.review.terms import UNDO, Finding, FindingKind, Mode, Reason
from tests.cast import Town

PHOTO = Part("photo-1", PartKind.PHOTO)
CARD = Part("card-1", PartKind.CARD)
FILM = Part("film-1", PartKind.FILM)
MARK = Finding(FindingKind.WORD, "package", start=4, end=11)
NOT_DELIVERED = Said(frozenset({"text"}), Reason.CODE, "The third line is a row of numbers.")
EVERY = frozenset(right for right in Right if right.value.startswith("review."))


def reviewer(
    town: Town,
    name: str,
    now: datetime,
    *,
    place: str = "ma-bristol",
    rights: frozenset[Right] = EVERY,
) -> Staff:
    """A member of staff who reads messages at a facility, made where there is none yet."""
    account, _ = Account.objects.get_or_create(
        email=f"{name}@reviewers.example", defaults={"name": name.title()}
    )
    for right in rights:
        Grant.objects.get_or_create(
            account=account,
            right=right,
            facility=town.facility(place),
            defaults={"given_by": "test", "given_at": now - timedelta(days=1)},
        )
    return access.staff(account_id=account.pk, now=now)


def sent(
    town: Town,
    now: datetime,
    *,
    findings: Sequence[Finding] = (),
    parts: Sequence[Part] = (TEXT,),
    subject: str = "",
    **other: object,
) -> UUID:
    """Odette's message to Julian comes in to be looked at; its item."""
    facts: dict[str, object] = {
        "service": Service.EMESSAGE,
        "direction": Direction.IN,
        "facility_id": town.julian.facility_id,
        "person_id": town.julian.pk,
        "contact_id": town.odette.pk,
        "mode": Mode.HOLD,
        "before_delivery": True,
    }
    return submit(
        subject=subject or str(uuid4()),
        findings=findings,
        parts=parts,
        now=now,
        **(facts | other),  # type: ignore[arg-type]
    )


def taken(now: datetime) -> list[Verdict]:
    """What the worker takes up at this moment."""
    return [
        one
        for one in take_up.due(now=now)
        if take_up.taken_up(decision_id=one.decision_id, now=now)
    ]


def decided(staff: Staff, item: UUID, now: datetime, said: Said = NOT_DELIVERED) -> Verdict:
    """Decided, and taken up when the time to undo it is over."""
    decide.decide(staff=staff, item_id=item, said=said, now=now)
    (verdict,) = taken(now + UNDO)
    return verdict
