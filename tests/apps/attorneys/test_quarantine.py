"""A recording of a number that was private then: nobody plays it, and its end has a proof."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import quarantine
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.models import Call
from kinline.apps.calls.queries import attorney as own_page
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.people import access
from kinline.apps.people.actions import attorneys
from kinline.apps.people.models import AttorneyVerification, Grant
from kinline.apps.people.rights import Right
from kinline.apps.recordings import queries
from kinline.apps.recordings.actions import destroy, listen
from kinline.apps.recordings.models import Listening, Quarantine, Recording
from kinline.core.call.states import EndReason, Side
from kinline.core.control import TrackFact
from tests.apps.attorneys.desk import approved, proven
from tests.apps.story import Story, dial, permit
from tests.cast import Town

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def recordings(settings: Any, tmp_path: Path) -> None:
    settings.RECORDINGS = tmp_path / "recordings"


def codes(act: Callable[..., Any], **facts: Any) -> list[str]:
    with pytest.raises(Refused) as no:
        act(**facts)
    return [one.code for one in no.value.refusals]


def recorded(town: Town, at: datetime, number: str = "") -> Call:
    """Julian calls his mother; it is recorded, and both sealed files lie there."""
    granted = permit(dial(town.julian, number or town.numbers.odette, town.tablet(), at))
    assert granted.recording is not None
    story = Story(granted.call)
    story.talk_from(at)
    folder = granted.recording.folder
    tracks = []
    for side in Side:
        path = configured.RECORDINGS / folder / f"{side}.0.ktrack"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sealed")
        tracks.append(TrackFact(side, f"{folder}/{path.name}", 20, 1, "0" * 64))
    message = story.ended(EndReason.HUNG_UP_OUTSIDE, at + timedelta(seconds=20), 20)
    ended(replace(message, tracks=tuple(tracks)), now=message.at)
    return story.row


def keeper(town: Town, name: str, now: datetime) -> access.Staff:
    """A member of Bristol's staff with the right to lock away."""
    Grant.objects.get_or_create(
        account=town.account(name),
        right=Right.QUARANTINE,
        facility=town.facility("ma-bristol"),
        defaults={"given_by": "test", "given_at": now},
    )
    return access.staff(account_id=town.account(name).pk, now=now)


def verified_back_to(town: Town, day: date, now: datetime) -> None:
    """Ines learns that Odette is an attorney, and has been since `day`."""
    entry = town.list_entry(town.julian, town.numbers.odette)
    attorneys.verify(
        staff=town.staff("ines", now), allowed_id=entry.pk, bar_number="1", from_on=day, now=now
    )


def test_the_worker_finds_what_was_recorded_before_staff_knew(town: Town, now: datetime) -> None:
    before, call = recorded(town, now - 3 * DAY), recorded(town, now)
    assert quarantine.sweep(now=now + DAY) == 0, "nobody is an attorney"
    verified_back_to(town, now.date(), now + DAY)
    assert quarantine.sweep(now=now + DAY) == 1
    assert quarantine.sweep(now=now + DAY) == 0
    row = Quarantine.objects.get()
    assert (row.recording.call, row.contact, row.found_by) == (call.pk, town.odette.pk, "kinline")
    assert not Quarantine.objects.filter(recording__call=before.pk).exists()
    told = Note.objects.get(kind="attorney.tape_found")
    assert (told.owner, told.facts["at"]) == (str(town.odette.pk), call.asked_at.isoformat())


def test_a_call_right_up_to_the_decision_for_the_state_was_not_private_then(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    recorded(town, now - timedelta(hours=2))
    approved(town, town.odette, tmp_path, now)
    proven(town.odette, town.numbers.odette, now)
    assert quarantine.sweep(now=now) == 0
    part = AttorneyVerification.objects.filter(request__isnull=False)
    part.update(verified_at=now - timedelta(hours=3))
    assert quarantine.sweep(now=now) == 0, "nor was the number proven yet"


def test_nobody_plays_what_is_locked_away_whatever_they_hold(town: Town, now: datetime) -> None:
    call = recorded(town, now)
    recording = Recording.objects.get(call=call.pk)
    sam = town.staff("sam")
    opened = listen.listen(staff=sam, recording_id=recording.pk, purpose="Threat", now=now)
    with pytest.raises(NotFound):
        quarantine.lock(staff=sam, call_id=call.pk, why="To listen is not enough.", now=now)
    ines = keeper(town, "ines", now)
    mine = {"staff": ines, "call_id": call.pk, "now": now + DAY}
    assert codes(quarantine.lock, **mine, why=" ") == ["quarantine.why_needed"]
    quarantine.lock(**mine, why="Her law office.")
    quarantine.lock(**mine, why="pressed twice")
    both = keeper(town, "sam", now)
    for staff in (sam, both):
        with pytest.raises(NotFound):
            listen.listen(staff=staff, recording_id=recording.pk, purpose="Again", now=now)
        with pytest.raises(NotFound):
            listen.audio(staff=staff, listening_id=opened, now=now)
        with pytest.raises(NotFound):
            queries.of(staff=staff, recording_id=recording.pk)
    assert Line.objects.filter(act="recording.quarantined").count() == 1


def test_another_destroys_it_and_the_attorney_has_the_proof(town: Town, now: datetime) -> None:
    call = recorded(town, now)
    recording = Recording.objects.get(call=call.pk)
    listen.listen(staff=town.staff("sam"), recording_id=recording.pk, purpose="Threat", now=now)
    ines, sam = keeper(town, "ines", now), keeper(town, "sam", now)
    quarantine.lock(staff=ines, call_id=call.pk, why="Her law office.", now=now + DAY)
    mine = {"call_id": call.pk, "now": now + 2 * DAY}
    assert codes(quarantine.destroy, staff=ines, **mine) == ["quarantine.another_must"]
    quarantine.destroy(staff=sam, **mine)
    quarantine.destroy(staff=sam, **mine)
    recording.refresh_from_db()
    assert (recording.wrapped_key, recording.deleted_at) == ("", now + 2 * DAY)
    assert not (configured.RECORDINGS / recording.folder).exists()
    (held,) = own_page.held(contact_id=town.odette.pk)
    assert held.locked is not None
    assert held.locked.listened == 1
    assert sorted(held.locked.proof) == ["inside.0.ktrack", "outside.0.ktrack"]
    line = Line.objects.get(act="recording.proven_destroyed")
    assert line.facts["inside.0.ktrack"] == held.locked.proof["inside.0.ktrack"]
    assert line.actor == str(sam.account)
    assert Note.objects.filter(kind="attorney.tape_destroyed").count() == 1
    gone = {"staff": ines, "call_id": recorded(town, now + timedelta(hours=1)).pk}
    other = Recording.objects.get(call=gone["call_id"])
    destroy.destroy(recording_id=other.pk, by=quarantine.KINLINE, why="test", now=now)
    assert codes(quarantine.lock, **gone, why="x", now=now) == ["quarantine.gone"]


def test_at_latest_the_worker_destroys_it_and_keeping_days_do_not_come_first(
    town: Town, now: datetime
) -> None:
    call = recorded(town, now)
    ines = keeper(town, "ines", now)
    quarantine.lock(staff=ines, call_id=call.pk, why="Her law office.", now=now)
    Recording.objects.update(keep_until=now.date())
    assert destroy.destroy_due(now=now + DAY) == 0
    assert quarantine.destroy_due(now=now + 13 * DAY) == 0
    assert quarantine.destroy_due(now=now + 14 * DAY) == 1
    assert quarantine.destroy_due(now=now + 15 * DAY) == 0
    assert Quarantine.objects.get().destroyed_by == "kinline"


def test_another_county_finds_no_such_call(town: Town, now: datetime) -> None:
    call = recorded(town, now)
    Grant.objects.create(
        account=town.account("theo"),
        right=Right.QUARANTINE,
        facility=town.facility("ma-suffolk"),
        given_by="test",
        given_at=now,
    )
    theo = access.staff(account_id=town.account("theo").pk, now=now)
    for act in (quarantine.lock, quarantine.destroy):
        more = {"why": "x"} if act is quarantine.lock else {}
        with pytest.raises(NotFound):
            act(staff=theo, call_id=call.pk, now=now, **more)  # type: ignore[operator]


def test_the_database_refuses_listening_and_taking_it_back(town: Town, now: datetime) -> None:
    call = recorded(town, now)
    ines = keeper(town, "ines", now)
    quarantine.lock(staff=ines, call_id=call.pk, why="Her law office.", now=now)
    recording = Recording.objects.get(call=call.pk)
    rows = Quarantine.objects.filter(recording=recording)
    acts: list[Callable[[], object]] = [
        lambda: Listening.objects.create(
            recording=recording, account=ines.account, purpose="x", began_at=now
        ),
        lambda: rows._raw_delete("default"),  # type: ignore[attr-defined]
        lambda: rows.update(why="other"),
        lambda: rows.update(contact=ines.account),
        lambda: rows.update(destroyed_at=now, destroyed_by=str(ines.account)),
    ]
    for act in acts:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_attorneys_page_says_of_each_call_what_the_books_say(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    taped = recorded(town, now)
    approved(town, town.odette, tmp_path, now)
    proven(town.odette, town.numbers.odette, now)
    later = now + timedelta(hours=1)
    granted = permit(dial(town.julian, town.numbers.odette, town.tablet(), later))
    assert granted.recording is None
    story = Story(granted.call)
    story.talk_from(later)
    with CaptureQueriesContext(connection) as one:
        own_page.held(contact_id=town.odette.pk)
    message = story.ended(EndReason.HUNG_UP_OUTSIDE, later + timedelta(seconds=20), 20)
    ended(message, now=message.at)
    with CaptureQueriesContext(connection) as two:
        found = own_page.held(contact_id=town.odette.pk)
    assert [(row.id, row.unrecorded) for row in found] == [(story.row.pk, True), (taped.pk, False)]
    assert own_page.held(contact_id=town.grace.pk) == []
    assert len(one) == len(two)
    assert found[0].at == datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
