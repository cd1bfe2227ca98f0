"""Staff decide who may visit: whole or not at all, with reasons, and an appeal by somebody else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.people import visitor_desk, visitors
from kinline.apps.people.actions.visitors import asking, deciding, looking, pictures
from kinline.apps.people.models import (
    AttorneyVerification,
    Minor,
    VisitorAccess,
    VisitorPicture,
)
from kinline.apps.people.rights import Right
from kinline.core.visitor import Picture, Reason, State, VisitorKind
from tests.apps.visitors.asking import asked, begun, row, takes_visitors
from tests.cast import Town

ORDINARY, ATTORNEY = VisitorKind.ORDINARY, VisitorKind.ATTORNEY
EXPIRES = date(2025, 9, 30)
UNTIL = datetime(2025, 10, 1, 4, 0, tzinfo=UTC)  # midnight in Boston
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def request_id(town: Town, now: datetime, tmp_path: Path) -> UUID:
    """Grace asks to visit Wendell in Suffolk, with Ana. Theo decides there."""
    takes_visitors(town.wendell.facility, now - DAY)
    return asked(town.grace, town.wendell, tmp_path, now, child=True)


def other(town: Town, now: datetime, *rights: Right) -> Any:
    """A second member of Suffolk's staff."""
    account = town.account("sam")
    for right in rights:
        account.grants.create(
            right=right, facility=town.wendell.facility, given_by="test", given_at=now - DAY
        )
    return town.staff("sam", now)


def say_yes(town: Town, access: UUID, now: datetime, **more: Any) -> None:
    facts = {"kind": ORDINARY, "id_expires_on": EXPIRES} | more
    deciding.approve(staff=town.staff("theo", now), access_id=access, now=now, **facts)


def say_no(town: Town, access: UUID, now: datetime) -> None:
    deciding.refuse(
        staff=town.staff("theo", now),
        access_id=access,
        reason=Reason.NO_MATCH,
        note="Please take the photo without a hat.",
        now=now,
    )


def standing(town: Town, now: datetime) -> visitors.VisitorStanding:
    return visitors.approved(
        contact_id=town.grace.pk,
        facility_id=town.wendell.facility_id,
        person_id=town.wendell.pk,
        now=now,
    )


def codes(act: Callable[..., object], **facts: Any) -> list[str]:
    with pytest.raises(Refused) as no:
        act(**facts)
    return [one.code for one in no.value.refusals]


def test_grace_may_visit_with_ana_until_her_id_expires(
    town: Town, now: datetime, request_id: UUID
) -> None:
    assert not standing(town, now).approved
    say_yes(town, request_id, now, minors=list(Minor.objects.values_list("pk", flat=True)))
    found = standing(town, now)
    assert (found.approved, found.kind, found.until) == (True, ORDINARY, UNTIL)
    assert [one.name for one in found.minors] == ["Ana Example"]
    assert standing(town, UNTIL - timedelta(seconds=1)).approved
    assert not standing(town, UNTIL).approved, "also before the worker has marked it"
    note = Note.objects.get(owner=str(town.grace.pk), kind="visitor.approved")
    assert note.facts["until"] == UNTIL.isoformat()
    assert Line.objects.get(act="visitor.approved").actor == str(town.account("theo").pk)


def test_a_child_that_staff_did_not_tick_does_not_come_along(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_yes(town, request_id, now)
    assert standing(town, now).minors == ()


def test_a_child_that_grew_up_needs_its_own_request(
    town: Town, now: datetime, request_id: UUID
) -> None:
    Minor.objects.update(born_on=date(2007, 3, 20))
    say_yes(town, request_id, now, minors=list(Minor.objects.values_list("pk", flat=True)))
    assert standing(town, now).minors
    assert not standing(town, datetime(2025, 3, 20, 4, 0, tzinfo=UTC)).minors


def test_for_somebody_else_and_elsewhere_it_says_nothing(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_yes(town, request_id, now)
    grace = {"contact_id": town.grace.pk, "now": now}
    suffolk, bristol = town.wendell.facility_id, town.julian.facility_id
    for person, facility in ((town.julian.pk, suffolk), (town.wendell.pk, bristol)):
        found = visitors.approved(**grace, facility_id=facility, person_id=person)
        assert not found.approved


def test_a_whole_facility_is_everybody_there(town: Town, now: datetime, tmp_path: Path) -> None:
    takes_visitors(town.wendell.facility, now - DAY)
    made = begun(town.grace, town.wendell, tmp_path, now)
    whole = asking.begin(contact_id=town.grace.pk, place="ma-suffolk", now=now)
    assert whole != made, "one for a person, one for everybody: two requests"
    VisitorAccess.objects.filter(pk=whole).update(
        state=State.APPROVED, asked_at=now, decided_by="x", decided_at=now, until_at=now + DAY
    )
    assert standing(town, now).approved


def test_a_no_has_a_reason_and_the_visitor_reads_it(
    town: Town, now: datetime, request_id: UUID
) -> None:
    theo = {"staff": town.staff("theo"), "access_id": request_id, "now": now}
    assert codes(deciding.refuse, **theo, reason="", note="") == ["visitor.reason_needed"]
    bare = {"reason": Reason.FACILITY_RULE, "note": " "}
    assert codes(deciding.refuse, **theo, **bare) == ["visitor.note_needed"]
    say_no(town, request_id, now)
    seen = visitors.request_of(contact_id=town.grace.pk, access_id=request_id)
    assert (seen.state, seen.reason) == (State.REFUSED, Reason.NO_MATCH)
    assert seen.note == "Please take the photo without a hat."
    assert seen.may_appeal(now)
    note = Note.objects.get(kind="visitor.refused")
    assert note.facts["reason"] == "no_match"
    assert not standing(town, now).approved


def test_two_who_decide_at_once_are_one_decision(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_no(town, request_id, now)
    facts = {"kind": ORDINARY, "id_expires_on": None, "now": now}
    theo = {"staff": town.staff("theo"), "access_id": request_id}
    assert codes(deciding.approve, **theo, **facts) == ["visitor.decided_meanwhile"]


def test_an_id_of_yesterday_is_no_id(town: Town, now: datetime, request_id: UUID) -> None:
    theo = {"staff": town.staff("theo"), "access_id": request_id, "kind": ORDINARY, "now": now}
    over = date(2025, 3, 11)
    assert codes(deciding.approve, **theo, id_expires_on=over) == ["visitor.id_expired"]


def test_without_the_right_it_is_not_there(town: Town, now: datetime, request_id: UUID) -> None:
    for name in ("sam", "rae", "ines"):
        staff = town.staff(name)
        with pytest.raises(NotFound):
            deciding.refuse(
                staff=staff, access_id=request_id, reason=Reason.NO_MATCH, note="", now=now
            )
        with pytest.raises(NotFound):
            visitor_desk.one(staff=staff, access_id=request_id, now=now)
        with pytest.raises(NotFound):
            looking.look(staff=staff, access_id=request_id, kind=Picture.SELFIE, now=now)


def test_a_draft_is_nobodys_but_its_writers(town: Town, now: datetime, tmp_path: Path) -> None:
    takes_visitors(town.wendell.facility, now - DAY)
    made = begun(town.grace, town.wendell, tmp_path, now)
    with pytest.raises(NotFound):
        visitor_desk.one(staff=town.staff("theo"), access_id=made, now=now)
    assert visitor_desk.queue(staff=town.staff("theo"), place="", page=1).items == []


def test_the_appeal_is_decided_by_another(town: Town, now: datetime, request_id: UUID) -> None:
    say_no(town, request_id, now)
    mine = {"contact_id": town.grace.pk, "access_id": request_id}
    assert codes(asking.appeal, **mine, words=" ", now=now) == ["visitor.words_needed"]
    asking.appeal(**mine, words="That is my work cap.", now=now + DAY)
    asking.appeal(**mine, words="Again.", now=now + DAY)  # pressed twice
    assert row(request_id).appeal_words == "That is my work cap."
    answer = {"access_id": request_id, "right": True, "note": "It is her.", "now": now + DAY}
    own = codes(deciding.decide_appeal, staff=town.staff("theo"), **answer)
    assert own == ["visitor.own_decision"]
    another = other(town, now, Right.VISITOR_APPEALS)
    deciding.decide_appeal(staff=another, **answer)
    found = standing(town, now + DAY)
    assert found.approved
    assert [one.name for one in found.minors] == ["Ana Example"]
    assert Note.objects.get(kind="visitor.appeal_decided").facts["right"] == "yes"
    assert codes(deciding.decide_appeal, staff=another, **answer) == ["visitor.no_open_appeal"]


def test_an_appeal_that_fails_leaves_the_no(town: Town, now: datetime, request_id: UUID) -> None:
    say_no(town, request_id, now)
    mine = {"contact_id": town.grace.pk, "access_id": request_id}
    asking.appeal(**mine, words="It is me.", now=now)
    another = other(town, now, Right.VISITOR_APPEALS)
    deciding.decide_appeal(
        staff=another, access_id=request_id, right=False, note="Not the same face.", now=now
    )
    assert row(request_id).state == State.REFUSED
    assert codes(asking.appeal, **mine, words="Please.", now=now) == ["visitor.appealed_already"]


def test_on_the_eighth_day_it_is_too_late(town: Town, now: datetime, request_id: UUID) -> None:
    say_no(town, request_id, now)
    mine = {"contact_id": town.grace.pk, "access_id": request_id, "words": "It is me."}
    late = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
    assert codes(asking.appeal, **mine, now=late) == ["visitor.appeal_too_late"]
    asking.appeal(**mine, now=late - timedelta(seconds=1))


def test_an_approval_is_withdrawn_with_a_reason(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_yes(town, request_id, now)
    theo = {"staff": town.staff("theo"), "access_id": request_id, "now": now + DAY}
    said = {"reason": Reason.BROKE_RULES, "note": "Showed a weapon to the camera."}
    deciding.withdraw(**theo, **said)
    assert not standing(town, now + DAY).approved
    assert Note.objects.get(kind="visitor.withdrawn").facts["reason"] == "broke_rules"
    assert codes(deciding.withdraw, **theo, **said) == ["visitor.decided_meanwhile"]
    asking.appeal(
        contact_id=town.grace.pk, access_id=request_id, words="It was a comb.", now=now + DAY
    )


def test_a_renewal_takes_the_place_of_what_ran_out(
    town: Town, now: datetime, request_id: UUID, tmp_path: Path
) -> None:
    say_yes(town, request_id, now)
    made = asking.renew(contact_id=town.grace.pk, access_id=request_id, now=now)
    assert standing(town, now).approved, "the old one holds meanwhile"
    assert [one.name for one in row(made).minors.all()] == ["Ana Example"]
    begun(town.grace, town.wendell, tmp_path, now)
    asking.send(contact_id=town.grace.pk, access_id=made, now=now)
    say_yes(town, made, now, id_expires_on=None)
    assert row(request_id).state == State.EXPIRED
    assert standing(town, now).access == made


def test_the_worker_ends_what_is_over_and_reminds_before(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_yes(town, request_id, now)
    assert deciding.remind_due(now=UNTIL - 22 * DAY) == 0
    assert deciding.remind_due(now=UNTIL - 20 * DAY) == 1
    assert deciding.remind_due(now=UNTIL - 20 * DAY) == 0
    assert Note.objects.filter(kind="visitor.ending").count() == 1
    assert deciding.expire_due(now=UNTIL - DAY) == 0
    assert deciding.expire_due(now=UNTIL) == 1
    assert row(request_id).state == State.EXPIRED
    assert Line.objects.filter(act="visitor.expired").count() == 1


def test_an_attorney_is_one_by_the_agencys_verification(
    town: Town, now: datetime, request_id: UUID
) -> None:
    theo = {"staff": town.staff("theo"), "access_id": request_id, "id_expires_on": None}
    facts = {**theo, "kind": ATTORNEY, "now": now}
    assert codes(deciding.approve, **facts) == ["visitor.bar_number_needed"]
    deciding.approve(**facts, bar_number="BBO 123456")
    assert standing(town, now).kind is ATTORNEY
    made = AttorneyVerification.objects.get(contact=town.grace)
    assert (made.agency_id, made.bar_number) == (town.wendell.facility.agency_id, "BBO 123456")
    AttorneyVerification.objects.filter(pk=made.pk).update(until_on=date(2025, 3, 14))
    assert standing(town, now + 3 * DAY).kind is ORDINARY, "the verification ended, the visit not"


def test_verifying_an_attorney_needs_its_own_right(
    town: Town, now: datetime, request_id: UUID
) -> None:
    desk = other(town, now, Right.DECIDE_VISITORS, Right.SEE_VISITORS)
    facts = {"staff": desk, "access_id": request_id, "id_expires_on": None, "now": now}
    said = codes(deciding.approve, **facts, kind=ATTORNEY, bar_number="BBO 1")
    assert said == ["visitor.attorney_right"]
    deciding.approve(**facts, kind=VisitorKind.CLERGY)
    assert standing(town, now).kind is VisitorKind.CLERGY
    deciding.mark(staff=desk, access_id=request_id, kind=VisitorKind.OTHER_VERIFIED, now=now)
    assert standing(town, now).kind is VisitorKind.OTHER_VERIFIED


def test_every_look_is_on_record_before_the_first_byte(
    town: Town, now: datetime, request_id: UUID
) -> None:
    theo = {"staff": town.staff("theo"), "access_id": request_id, "kind": Picture.DOCUMENT}
    with looking.look(**theo, now=now).opened as opened:
        assert b"".join(opened.read()).startswith(b"\xff\xd8")
    line = Line.objects.get(act="visitor.looked")
    assert (line.purpose, line.facts["picture"]) == ("to decide the request", "document")
    say_yes(town, request_id, now)
    assert codes(looking.look, **theo, now=now) == ["visitor.purpose_needed"]
    assert Line.objects.filter(act="visitor.looked").count() == 1
    looking.look(**theo, now=now, purpose="a complaint about the photo").opened.close()
    last = Line.objects.filter(act="visitor.looked").last()
    assert last is not None
    assert last.purpose == "a complaint about the photo"


def test_pictures_go_after_the_facilitys_days_and_a_proof_stays(
    town: Town, now: datetime, request_id: UUID, django_capture_on_commit_callbacks: Any
) -> None:
    assert pictures.erase_due(now=now + 400 * DAY) == 0, "never while a decision waits"
    say_no(town, request_id, now)
    blobs = list(VisitorPicture.objects.values_list("blob", flat=True))
    assert pictures.erase_due(now=now + 29 * DAY) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert pictures.erase_due(now=now + 30 * DAY) == 1
    assert not any(stored.path_of(blob).exists() for blob in blobs)
    assert set(VisitorPicture.objects.values_list("wrapped_key", flat=True)) == {""}
    assert Line.objects.get(act="visitor.pictures_erased").purpose == "kept long enough"
    assert not row(request_id).minors.exists(), "a child who may not visit is not kept either"
    with pytest.raises(NotFound):
        looking.look(
            staff=town.staff("theo"), access_id=request_id, kind=Picture.SELFIE, now=now,
            purpose="curious",
        )  # fmt: skip
    assert pictures.erase_due(now=now + 31 * DAY) == 0


def test_an_open_appeal_keeps_them_and_its_answer_counts_anew(
    town: Town, now: datetime, request_id: UUID
) -> None:
    say_no(town, request_id, now)
    mine = {"contact_id": town.grace.pk, "access_id": request_id}
    asking.appeal(**mine, words="It is me.", now=now + DAY)
    assert pictures.erase_due(now=now + 100 * DAY) == 0
    deciding.decide_appeal(
        staff=other(town, now, Right.VISITOR_APPEALS),
        access_id=request_id,
        right=False,
        note="Not the same face.",
        now=now + 100 * DAY,
    )
    assert pictures.erase_due(now=now + 129 * DAY) == 0
    assert pictures.erase_due(now=now + 130 * DAY) == 1


def test_a_facility_sets_its_own_days_and_never_too_few(
    town: Town, now: datetime, request_id: UUID
) -> None:
    theo = {"staff": town.staff("theo"), "place": "ma-suffolk", "offered": True, "note": ""}
    few = {"keep_days": 5, "good_days": 10, "now": now}
    assert codes(deciding.set_rule, **theo, **few) == ["rule.limit_wrong", "rule.limit_wrong"]
    deciding.set_rule(**theo, keep_days=12, good_days=90, now=now)
    say_yes(town, request_id, now)
    assert standing(town, now).until == datetime(2025, 6, 11, 4, 0, tzinfo=UTC)
    assert pictures.erase_due(now=now + 12 * DAY) == 1
    assert row(request_id).minors.exists(), "who may visit stays known by name"


def test_the_database_keeps_what_was_decided(town: Town, now: datetime, request_id: UUID) -> None:
    def refused(act: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

    rows = VisitorAccess.objects.filter(pk=request_id)
    say_no(town, request_id, now)
    refused(lambda: rows.update(decided_by="somebody else"))
    refused(lambda: rows.update(state=State.APPROVED, until_at=now + DAY))
    refused(lambda: rows.update(state=State.DRAFT))
    refused(lambda: rows.update(contact=town.odette))
    refused(lambda: rows.update(
        appealed_at=now, appeal_decided_at=now, appeal_right=True,
        appeal_decided_by=str(town.account("theo").pk),
    ))  # fmt: skip
    refused(lambda: VisitorPicture.objects.update(wrapped_key="other"))
    refused(lambda: VisitorPicture.objects.update(wrapped_key=""))
    refused(lambda: (Minor.objects.all().delete(), VisitorPicture.objects.all().delete(),
                     rows.delete()))  # fmt: skip


def test_the_queue_says_since_when_and_the_list_who_may(
    town: Town, now: datetime, request_id: UUID
) -> None:
    theo = town.staff("theo")
    (one,) = visitor_desk.queue(staff=theo, place="ma-suffolk", page=1).items
    assert (one.id, one.contact_name, one.minors) == (request_id, town.grace.name, 1)
    assert not one.late(now + 2 * DAY)
    assert one.late(now + 4 * DAY)
    seen = visitor_desk.counts(staff=theo, place="", now=now + 4 * DAY)
    assert (seen.waiting, seen.late, seen.appeals, seen.oldest_at) == (1, 1, 0, now)
    assert visitor_desk.visitors(staff=theo, place="", text="", state=None, page=1).items == []
    say_yes(town, request_id, now)
    for text, found in (("grace", 1), ("31-0007", 1), ("odette", 0)):
        page = visitor_desk.visitors(staff=theo, place="", text=text, state=None, page=1)
        assert len(page.items) == found
