"""An attorney is verified once for all agencies of a state; each number is private once proven."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls import asking as calls
from kinline.apps.calls import callers
from kinline.apps.calls.queries import portal
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Facility
from kinline.apps.messaging.privileged.access import verified as letters_private
from kinline.apps.notices.models import Note
from kinline.apps.people import attorney_desk, attorneys
from kinline.apps.people.actions import attorneys as by_agency
from kinline.apps.people.actions import closing
from kinline.apps.people.actions.statewide import asking, deciding, documents, effect, proving
from kinline.apps.people.models import (
    AttorneyDocument,
    AttorneyNumber,
    AttorneyRequest,
    AttorneyVerification,
    ContactNumber,
    Person,
)
from kinline.apps.people.rights import Right
from kinline.apps.people.visitors import verified as visits_private
from kinline.apps.recordings.models import Recording
from kinline.core.attorney import NotPrivate
from kinline.core.visitor import State
from tests.apps.attorneys.desk import (
    BAR,
    MA,
    UNTIL,
    approved,
    asked,
    clerk,
    colleague,
    proven,
    row,
)
from tests.apps.story import dial, permit
from tests.cast import Town

DAY = timedelta(days=1)
OFFICE, MOBILE = "+16175550181", "+16175550177"


def codes(act: Callable[..., Any], **facts: Any) -> list[str]:
    with pytest.raises(Refused) as no:
        act(**facts)
    return [one.code for one in no.value.refusals]


def private(town: Town, person: Person, number: str, now: datetime) -> bool:
    """Whether the decision of a call would make it an attorney's."""
    found = calls.called_at(number, callers.caller(person_id=person.pk), now)
    return found is not None and found.attorney


def test_one_decision_counts_at_every_agency_of_the_state_and_in_no_other(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    facilities = Facility.objects.filter(place__startswith="ma-")
    agencies = set(facilities.values_list("agency", flat=True))
    found = AttorneyVerification.objects.filter(request=made)
    assert set(found.values_list("agency", flat=True)) == agencies
    assert len(agencies) > 3
    assert {(one.from_on, one.until_on) for one in found} == {(date(2025, 3, 12), UNTIL)}
    for place in ("ma-suffolk", "ma-bristol", "ma-essex", "nh-example"):
        here = town.facility(place)
        at = {"contact_id": town.grace.pk, "agency_id": here.agency_id}
        assert letters_private(**at, zone=here.zone, now=now) is place.startswith("ma-")
        assert visits_private(town.grace.pk, here.agency_id, now.date()) is place.startswith("ma-")
    line = Line.objects.get(act="attorney.approved")
    assert line.subject == str(made)
    assert Note.objects.get(kind="attorney.approved").owner == str(town.grace.pk)


def test_a_call_is_private_once_the_number_is_proven_and_not_before(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    approved(town, town.grace, tmp_path, now)
    number = town.numbers.grace
    assert not private(town, town.wendell, number, now)
    recorded = permit(dial(town.wendell, number, town.tablet("ma-suffolk"), now))
    assert recorded.recording is not None
    proven(town.grace, number, now)
    assert private(town, town.wendell, number, now)
    (caller,) = portal.callers(contact_id=town.grace.pk, now=now)
    assert caller.private


def test_a_private_call_has_no_key_and_says_so_before_it_begins(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    found = permit(dial(town.wendell, town.numbers.grace, town.tablet("ma-suffolk"), now))
    assert found.recording is None
    assert found.private is not None
    assert not Recording.objects.filter(call=found.call).exists()
    assert any("private" in one for one in found.announcement)


def test_a_proven_number_is_private_whoever_listed_it_and_from_any_facility(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    """Odette's number stands with her; Grace proves another that staff listed for nobody."""
    listed = ContactNumber.objects.get(e164=town.numbers.odette)
    approved(town, town.grace, tmp_path, now)
    fresh = proven(town.grace, MOBILE, now)
    assert ContactNumber.objects.get(e164=MOBILE).contact_id == town.grace.pk
    assert private(town, town.julian, MOBILE, now)
    assert not private(town, town.julian, listed.e164, now)
    assert not private(town, town.tomas, MOBILE, now), "another state"
    proving.drop(contact_id=town.grace.pk, number_id=fresh, now=now)
    assert not private(town, town.julian, MOBILE, now)


def test_it_costs_a_call_no_query(town: Town, now: datetime, tmp_path: Path) -> None:
    who = callers.caller(person_id=town.wendell.pk)
    with CaptureQueriesContext(connection) as before:
        calls.called_at(town.numbers.grace, who, now)
    approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    with CaptureQueriesContext(connection) as after:
        calls.called_at(town.numbers.grace, who, now)
    assert len(before) == len(after) == 1


def test_it_ends_on_its_day_by_itself_and_a_reminder_goes_out_thirty_days_before(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    last, first = (datetime(2026, *day, 17, tzinfo=now.tzinfo) for day in ((2, 28), (3, 1)))
    assert private(town, town.wendell, town.numbers.grace, last)
    assert not private(town, town.wendell, town.numbers.grace, first)
    assert deciding.remind_due(now=first - 31 * DAY) == 0
    assert deciding.remind_due(now=first - 30 * DAY) == 1
    assert deciding.remind_due(now=first - 29 * DAY) == 0
    assert Note.objects.filter(kind="attorney.ending").count() == 1
    assert deciding.expire_due(now=last) == 0
    assert deciding.expire_due(now=first) == 1
    assert row(made).state == State.EXPIRED


def test_a_renewal_takes_the_place_of_what_held(town: Town, now: datetime, tmp_path: Path) -> None:
    first = approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    later = now + 350 * DAY
    again = asked(town.grace, tmp_path, later)
    assert private(town, town.wendell, town.numbers.grace, later), "it holds while it is renewed"
    until = UNTIL + 365 * DAY
    deciding.approve(staff=clerk(town, "theo", later), request_id=again, until_on=until, now=later)
    assert (row(first).state, row(again).state) == (State.EXPIRED, State.APPROVED)
    for at, holds in ((later, True), (later + 300 * DAY, True), (later + 400 * DAY, False)):
        assert private(town, town.wendell, town.numbers.grace, at) is holds


def test_an_agency_ends_it_for_itself_alone_and_may_take_that_back(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    theo = clerk(town, "theo", now)
    mine = {"staff": theo, "request_id": made, "now": now + DAY}
    assert codes(deciding.end, **mine, reason="misused", note="x") == ["attorney.not_yours_to_end"]
    assert codes(deciding.end_here, **mine, reason="misused", note="") == ["attorney.note_needed"]
    assert codes(deciding.end_here, **mine, reason="nope", note="") == ["attorney.reason_needed"]
    deciding.end_here(**mine, reason="misused", note="A stranger spoke on it.")
    assert not private(town, town.wendell, town.numbers.grace, now + DAY)
    assert private(town, town.julian, town.numbers.grace, now + DAY), "Bristol's part holds"
    told = Note.objects.get(kind="attorney.ended_here")
    assert told.facts["note"] == "A stranger spoke on it."
    assert effect.spread_due(now=now + 2 * DAY) == 0, "the worker does not undo it"
    seen = attorneys.checks(contact_id=town.grace.pk, now=now + DAY)
    whys = {one.facility_name: one.why for one in seen}
    assert whys[town.wendell.facility.name] is NotPrivate.ENDED_HERE
    assert whys[town.julian.facility.name] is None
    again = asked(town.grace, tmp_path, now + 10 * DAY)
    ines = clerk(town, "ines", now)
    deciding.approve(staff=ines, request_id=again, until_on=UNTIL, now=now + 11 * DAY)
    assert not private(town, town.wendell, town.numbers.grace, now + 12 * DAY), "nor a renewal"
    deciding.resume_here(staff=theo, request_id=again, now=now + 13 * DAY)
    assert private(town, town.wendell, town.numbers.grace, now + 14 * DAY)


def test_an_agency_that_comes_later_is_told_by_the_worker(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    theirs = town.wendell.facility.agency
    AttorneyVerification.objects.filter(request=made, agency=theirs).delete()
    assert effect.spread_due(now=now + DAY) == 1
    assert effect.spread_due(now=now + DAY) == 0
    found = AttorneyVerification.objects.get(request=made, agency=theirs)
    assert found.from_on == (now + DAY).date()


def test_a_refusal_has_a_reason_and_is_appealed_to_somebody_else(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = asked(town.grace, tmp_path, now)
    ines, vera = clerk(town, "ines", now), colleague(town, now)
    no = {"staff": ines, "request_id": made, "now": now}
    assert codes(deciding.refuse, **no, reason="", note="") == ["attorney.reason_needed"]
    assert codes(deciding.refuse, **no, reason="misused", note="x") == ["attorney.reason_needed"]
    deciding.refuse(**no, reason="not_listed", note="")
    assert codes(deciding.approve, **no, until_on=UNTIL) == ["attorney.decided_meanwhile"]
    own = {"contact_id": town.grace.pk, "request_id": made}
    assert codes(asking.appeal, **own, words=" ", now=now + DAY) == ["attorney.words_needed"]
    assert codes(asking.appeal, **own, words="I am.", now=now + 9 * DAY) == [
        "attorney.appeal_too_late"
    ]
    asking.appeal(**own, words="I was admitted last week.", now=now + DAY)
    asking.appeal(**own, words="pressed twice", now=now + DAY)
    answer = {"request_id": made, "right": True, "now": now + 2 * DAY}
    assert codes(deciding.decide_appeal, staff=ines, **answer, note="ok") == [
        "attorney.own_decision"
    ]
    assert codes(deciding.decide_appeal, staff=vera, **answer, note="") == ["attorney.note_needed"]
    deciding.decide_appeal(staff=vera, **answer, note="Now listed.")
    assert row(made).state == State.APPROVED
    proven(town.grace, town.numbers.grace, now + 2 * DAY)
    assert private(town, town.wendell, town.numbers.grace, now + 2 * DAY)
    assert codes(deciding.decide_appeal, staff=vera, **answer, note="x") == [
        "attorney.no_open_appeal"
    ]


def test_what_was_ended_for_the_state_is_ended_everywhere_until_an_appeal_is_right(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    ines = clerk(town, "ines", now)
    deciding.end(staff=ines, request_id=made, reason="left_the_bar", note="", now=now + DAY)
    for person in (town.wendell, town.julian):
        assert not private(town, person, town.numbers.grace, now + DAY)
    own = {"contact_id": town.grace.pk, "request_id": made}
    asking.appeal(**own, words="I did not.", now=now + 2 * DAY)
    vera = colleague(town, now)
    deciding.decide_appeal(staff=vera, request_id=made, right=True, note="True.", now=now + 3 * DAY)
    for person in (town.wendell, town.julian):
        assert private(town, person, town.numbers.grace, now + 3 * DAY)
    deciding.end(staff=ines, request_id=made, reason="left_the_bar", note="", now=now + 4 * DAY)
    assert not attorneys.request_of(**own).may_appeal(now + 5 * DAY), "not twice"


def test_only_staff_of_the_state_with_the_right_for_a_whole_agency_see_it(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = asked(town.grace, tmp_path, now)
    rae, sam = clerk(town, "rae", now), town.staff("sam")
    here = {"request_id": made, "now": now}
    for staff in (rae, sam):
        with pytest.raises(NotFound):
            attorney_desk.case(staff=staff, **here)
        with pytest.raises(NotFound):
            deciding.approve(staff=staff, **here, until_on=UNTIL)
        with pytest.raises(NotFound):
            documents.look(staff=staff, **here)
        assert attorney_desk.queue(staff=staff, page=1).items == []
    theo = clerk(town, "theo", now, Right.ATTORNEY_APPEALS)
    assert attorney_desk.case(staff=theo, **here).row.contact_name == town.grace.name
    with pytest.raises(NotFound):
        deciding.refuse(staff=theo, **here, reason="not_listed", note="")


@pytest.mark.parametrize("days", [-1, 0, 731], ids=["past", "today", "too-far"])
def test_the_renewal_day_lies_ahead_and_within_two_years(
    town: Town, now: datetime, tmp_path: Path, days: int
) -> None:
    made = asked(town.grace, tmp_path, now)
    until = now.date() + days * DAY
    facts = {"staff": clerk(town, "ines", now), "request_id": made, "until_on": until, "now": now}
    assert codes(deciding.approve, **facts) == ["attorney.until_wrong"]


def test_a_request_is_whole_or_not_at_all(town: Town, now: datetime, tmp_path: Path) -> None:
    page = tmp_path / "card.jpg"
    page.write_text("<svg onload=alert(1)>")
    mine = {"contact_id": town.grace.pk, "now": now}
    assert codes(asking.ask, **mine, state="us-tx", bar_number=" ", source=page) == [
        "attorney.no_such_state",
        "attorney.bar_number_missing",
    ]
    assert codes(asking.ask, **mine, state=MA, bar_number=BAR, source=page) == ["file.wrong_kind"]
    assert not AttorneyRequest.objects.exists()
    asked(town.grace, tmp_path, now)
    assert codes(asked, contact=town.grace, folder=tmp_path, now=now) == ["attorney.asked_already"]
    assert AttorneyDocument.objects.count() == 1


def test_the_card_lies_sealed_each_look_is_on_record_and_it_is_erased_with_its_hash(
    town: Town, now: datetime, tmp_path: Path, settings: Any
) -> None:
    made = asked(town.grace, tmp_path, now)
    files = [path for path in settings.STORED.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert not files[0].read_bytes().startswith(b"\xff\xd8")
    ines = clerk(town, "ines", now)
    file = documents.look(staff=ines, request_id=made, now=now)
    assert b"".join(file.opened.read()).startswith(b"\xff\xd8")
    file.opened.close()
    assert Line.objects.filter(act="attorney.looked").count() == 1
    deciding.approve(staff=ines, request_id=made, until_on=UNTIL, now=now)
    look = {"staff": ines, "request_id": made, "now": now}
    assert codes(documents.look, **look) == ["attorney.purpose_needed"]
    assert documents.erase_due(now=now + 29 * DAY) == 0
    assert documents.erase_due(now=now + 30 * DAY) == 1
    kept = AttorneyDocument.objects.get()
    assert (kept.wrapped_key, len(kept.sha256)) == ("", 64)
    with pytest.raises(NotFound):
        documents.look(**look, purpose="to see")


def test_taking_it_back_and_closing_the_account_end_all_of_it(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = approved(town, town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    own = {"contact_id": town.grace.pk, "request_id": made}
    with pytest.raises(NotFound):
        asking.take_back(contact_id=town.odette.pk, request_id=made, now=now)
    asking.take_back(**own, now=now + DAY)
    asking.take_back(**own, now=now + DAY)
    assert not private(town, town.wendell, town.numbers.grace, now + DAY)
    again = asked(town.grace, tmp_path, now + DAY)
    closing.close(contact_id=town.grace.pk, now=now + 2 * DAY)
    assert row(again).state == State.WITHDRAWN
    assert not AttorneyDocument.objects.filter(erased_at=None).exists()
    assert not AttorneyNumber.objects.filter(dropped_at=None).exists()


def test_a_code_is_proof_once_in_time_and_after_few_tries(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = asked(town.grace, tmp_path, now)
    mine = {"contact_id": town.grace.pk}
    number = proving.add(**mine, number="(617) 555-0177", now=now)
    assert proving.add(**mine, number=MOBILE, now=now) == number
    assert codes(proving.add, **mine, number="12", now=now) == ["number.not_valid"]
    ines = clerk(town, "ines", now)
    code = proving.call_back(staff=ines, request_id=made, number_id=number, now=now)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    give = {**mine, "number_id": number}
    assert codes(proving.give_code, **give, code=wrong, now=now) == ["attorney.wrong_code"]
    late = now + proving.CALL_LIVES
    assert codes(proving.give_code, **give, code=code, now=late) == ["attorney.wrong_code"]
    with pytest.raises(NotFound):
        proving.give_code(contact_id=town.odette.pk, number_id=number, code=code, now=now)
    for _ in range(4):
        codes(proving.give_code, **give, code=wrong, now=now)
    assert codes(proving.give_code, **give, code=code, now=now) == ["attorney.wrong_code"]
    code = proving.call_back(staff=ines, request_id=made, number_id=number, now=now)
    proving.give_code(**give, code=code, now=now)
    proving.give_code(**give, code=code, now=now)  # sent twice
    found = AttorneyNumber.objects.get(pk=number)
    assert (found.proven_at, found.proven_by) == (now, str(ines.account))
    told = Line.objects.filter(act="attorney.called_back")
    assert [line.facts for line in told] == [{"number": str(number)}] * 2


def test_a_number_is_proven_by_one_attorney_only(town: Town, now: datetime) -> None:
    proven(town.grace, MOBILE, now)
    with pytest.raises(Refused) as no:
        proven(town.nadia, MOBILE, now)
    assert [one.code for one in no.value.refusals] == ["attorney.number_of_another"]


@pytest.mark.db
def test_the_database_keeps_decisions_and_proofs(town: Town, now: datetime, tmp_path: Path) -> None:
    made = approved(town, town.grace, tmp_path, now)
    number = proven(town.grace, MOBILE, now)
    rows = AttorneyRequest.objects.filter(pk=made)
    numbers = AttorneyNumber.objects.filter(pk=number)
    documents_ = AttorneyDocument.objects.filter(request=made)
    acts: list[Callable[[], object]] = [
        lambda: rows.update(decided_by="somebody"),
        lambda: rows.update(state="pending"),
        lambda: rows.update(bar_number="1"),
        lambda: AttorneyRequest.objects.filter(pk=made)._raw_delete("default"),
        lambda: numbers.update(proven_at=now - DAY),
        lambda: numbers.update(e164=OFFICE),
        lambda: documents_.update(blob="0" * 32),
        lambda: rows.update(
            appeal_decided_by=row(made).decided_by, appeal_decided_at=now, appealed_at=now
        ),
    ]
    for act in acts:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_agencys_own_verification_stays_as_it_was(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    """Priya was verified by Bristol from Julian's list: every number of hers is private there."""
    assert private(town, town.julian, town.numbers.priya, now)
    made = approved(town, town.priya, tmp_path, now)
    part = AttorneyVerification.objects.filter(request=made).first()
    assert part is not None
    with pytest.raises(NotFound):
        by_agency.end(staff=town.staff("ines"), verification_id=part.pk, now=now)


def test_whom_one_agency_verified_reads_that_its_calls_to_them_are_private(
    town: Town, now: datetime
) -> None:
    seen = attorneys.checks(contact_id=town.priya.pk, now=now)
    assert [(one.facility_name, one.e164, one.why) for one in seen] == [
        (town.julian.facility.name, town.numbers.priya, None)
    ]
    AttorneyVerification.objects.filter(contact=town.priya).update(until_on=now.date())
    assert [one.private for one in attorneys.checks(contact_id=town.priya.pk, now=now)] == [False]
