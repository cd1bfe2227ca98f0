"""A contact asks to be verified as an attorney in a state; takes it back; appeals.

Each move happens once, however often it is pressed.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.actions.statewide import documents
from kinline.apps.people.actions.statewide.effect import end_everywhere
from kinline.apps.people.attorneys import mine, states
from kinline.apps.people.models import AttorneyNumber, AttorneyRequest
from kinline.apps.text import typed
from kinline.core import attorney as core
from kinline.core import visitor
from kinline.core.refusal import Refusal, Whose
from kinline.core.visitor import Event, State

LONGEST_WORDS = 2000
BY_CONTACT = "contact"


def ask(*, contact_id: UUID, state: str, bar_number: str, source: Path, now: datetime) -> UUID:
    """Send a request with a photo of the bar card, which `source` keeps as it is; also to renew.

    Raises Refused with every reason: attorney.no_such_state, attorney.bar_number_missing,
    attorney.asked_already, attorney.too_many, or of the photo (file.*, photo.*).
    """
    bar_number = typed(bar_number, 40)
    if no := _may_ask(contact_id, state, bar_number, now):
        raise Refused(*no)
    with documents.sealed(source, state=state) as kept:
        try:
            with transaction.atomic():
                row = AttorneyRequest.objects.create(
                    contact_id=contact_id,
                    jurisdiction=state,
                    bar_number=bar_number,
                    asked_at=now,
                )
                documents.attach(row, kept, now)
                _tell(row, "attorney.asked", now)
        except IntegrityError:  # sent at the same moment from another page
            raise Refused(Refusal("attorney.asked_already", Whose.FACILITY)) from None
    return row.pk


def take_back(*, contact_id: UUID, request_id: UUID, now: datetime) -> None:
    """They want it no more: calls are recorded again from today on, and the photo is erased.

    Twice is once. Raises NotFound.
    """
    row = _row(contact_id, request_id)
    after = visitor.step(State(row.state), Event.TAKE_BACK)
    if after is None:
        return
    with transaction.atomic():
        rows = AttorneyRequest.objects.filter(pk=row.pk, state=row.state)
        ended = {"ended_by": BY_CONTACT, "ended_at": now, "settled_at": now}
        if rows.update(state=after, **ended) != 1:
            raise Refused(Refusal("attorney.decided_meanwhile", Whose.FACILITY))
        end_everywhere(row, now)
        _tell(row, "attorney.taken_back", now)
    documents.erase(request_id=row.pk, why="taken back by the attorney", now=now)


def leave(*, contact_id: UUID, now: datetime) -> None:
    """A contact closes their account: what they asked is taken back, numbers go."""
    for row in mine(contact_id).filter(state__in=(State.PENDING, State.APPROVED)):
        take_back(contact_id=contact_id, request_id=row.pk, now=now)
    for row in mine(contact_id).filter(document__erased_at=None, document__isnull=False):
        documents.erase(request_id=row.pk, why="the account was closed", now=now)
    left = AttorneyNumber.objects.filter(contact=contact_id, dropped_at=None)
    left.update(dropped_at=now, code_hash="")


@transaction.atomic
def appeal(*, contact_id: UUID, request_id: UUID, words: str, now: datetime) -> None:
    """Ask for another look by somebody else. Once: again it is the same appeal.

    Raises NotFound, and Refused: attorney.nothing_to_appeal, attorney.appealed_already,
    attorney.appeal_too_late, attorney.words_needed.
    """
    row = _row(contact_id, request_id)
    if row.appealed_at is not None and row.appeal_decided_at is None:
        return
    by_staff = row.state == State.WITHDRAWN and row.ended_by != BY_CONTACT
    until = row.appeal_until
    if no := core.may_appeal(
        decided_against=(row.state == State.REFUSED or by_staff) and until is not None,
        open_until=until is not None and now < until,
        appealed=row.appealed_at is not None,
    ):
        raise Refused(*no)
    if not (said := typed(words, LONGEST_WORDS)):
        raise Refused(wrong("attorney.words_needed", "words"))
    waits = AttorneyRequest.objects.filter(pk=row.pk, state=row.state, appealed_at=None)
    if waits.update(appealed_at=now, appeal_words=said, settled_at=None) == 1:
        _tell(row, "attorney.appealed", now)


def _may_ask(contact_id: UUID, state: str, bar_number: str, now: datetime) -> tuple[Refusal, ...]:
    asked = mine(contact_id).filter(jurisdiction=state)
    return core.may_ask(
        bar_number=bar_number,
        known_state=state in states(),
        pending=asked.filter(state=State.PENDING).exists(),
        asked_lately=asked.filter(asked_at__gt=now - core.ASKED_WITHIN).count(),
    )


def _row(contact_id: UUID, request_id: UUID) -> AttorneyRequest:
    row = mine(contact_id).filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def _tell(row: AttorneyRequest, act: str, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("contact", str(row.contact_id)),
        act=act,
        subject=audit.Named("attorney_request", str(row.pk)),
        facts={"state": row.jurisdiction},
    )
