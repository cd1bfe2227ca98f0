"""Recordings: sealed files, wrapped keys, a purpose before sound, deletion by the key."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import sweep
from kinline.apps.calls.queries import console
from kinline.apps.errors import NotFound, Refused
from kinline.apps.recordings import keys, queries
from kinline.apps.recordings.actions import destroy, grant, listen
from kinline.apps.recordings.files import Unreadable
from kinline.apps.recordings.models import Listening, Recording, Track
from kinline.core.call.states import Side
from kinline.sealed.keys import KeyRefused
from kinline.sealed.track import Frame, Sealer
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town

# 20 ms of Opus: a table of contents (SILK, wideband, one mono frame) and a few bytes.
PACKET = bytes([0x48]) + b"\x01\x02\x03"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.RECORDINGS = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def write_track(
    row: Recording, side: Side, *, seconds: int, part: int = 1, from_ms: int = 0, torn: bool = False
) -> Path:
    """What an engine leaves on disk: a chunk a second, whole or torn off at the end."""
    sealer = Sealer(recording=str(row.pk), side=side, key=grant.data_key(row))
    data = sealer.opening()
    for second in range(seconds):
        at = from_ms + second * 1000
        frames = [Frame(at + ms, PACKET) for ms in range(0, 1000, 20)]
        data += sealer.chunk(frames, final=second == seconds - 1 and not torn)
    home = settings.RECORDINGS / row.folder
    home.mkdir(exist_ok=True)
    path: Path = home / f"{side}.{part}.ktrack"
    path.write_bytes(data[:-7] if torn else data)
    return path


@pytest.fixture
def recording(town: Town, now: datetime) -> Recording:
    """Julian's and Odette's call of a minute, with three seconds of sound on each side."""
    story = talked(town.julian, town.numbers.odette, town.tablet(), now, 60)
    row = Recording.objects.get(call=story.pk)
    for side in Side:
        write_track(row, side, seconds=3)
    Recording.objects.filter(pk=row.pk).update(to_measure=True)
    grant.measure_left()
    return Recording.objects.get(pk=row.pk)


def test_what_a_dead_engine_left_is_measured_and_becomes_playable(
    town: Town, now: datetime
) -> None:
    call = permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call
    story = Story(call)
    story.talk_from(now)
    row = Recording.objects.get(call=story.pk)
    write_track(row, Side.INSIDE, seconds=4, torn=True)
    write_track(row, Side.OUTSIDE, seconds=2)
    sweep.sweep(now=now + timedelta(minutes=1))
    assert grant.measure_left() == 1
    assert grant.measure_left() == 0
    told = {track.side: (track.seconds, track.chunks) for track in Track.objects.all()}
    assert told == {"inside": (3, 3), "outside": (2, 2)}  # the torn last chunk is left out
    assert queries.of(staff=town.staff("sam"), recording_id=row.pk).playable
    assert console.one(staff=town.staff("sam"), call_id=story.pk).call.recording == row.pk


def test_a_file_that_does_not_open_is_told_and_stops_nothing(town: Town, now: datetime) -> None:
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    row = Recording.objects.get(call=story.pk)
    path = write_track(row, Side.INSIDE, seconds=2)
    path.write_bytes(path.read_bytes()[:-40] + bytes(40))
    (settings.RECORDINGS / row.folder / "outside.1.ktrack").write_bytes(b"")
    sweep.sweep(now=now + timedelta(minutes=1))
    grant.measure_left()
    assert sorted(Track.objects.values_list("side", "seconds")) == [("inside", 0), ("outside", 0)]


def sound(town: Town, recording: Recording, now: datetime) -> bytes:
    opened = listen.listen(
        staff=town.staff("sam"), recording_id=recording.pk, purpose="a complaint", now=now
    )
    return b"".join(listen.audio(staff=town.staff("sam"), listening_id=opened, now=now))


def test_the_sound_is_one_webm(town: Town, recording: Recording, now: datetime) -> None:
    webm = sound(town, recording, now)
    assert webm[:4] == b"\x1a\x45\xdf\xa3"
    assert b"OpusHead" in webm
    # Both streams of a grid slot: the first is self-delimited, so its length stands in it.
    assert webm.count(PACKET[1:]) >= 2 * 3 * 50


def test_the_parts_of_a_side_follow_each_other(
    town: Town, recording: Recording, now: datetime
) -> None:
    short = len(sound(town, recording, now))
    write_track(recording, Side.INSIDE, seconds=3, part=2, from_ms=10_000)
    write_track(recording, Side.INSIDE, seconds=3, part=10, from_ms=20_000)
    assert len(sound(town, recording, now)) > short


def test_a_file_of_another_recording_is_not_played_in_its_place(
    town: Town, recording: Recording, now: datetime
) -> None:
    other = talked(town.julian, town.numbers.odette, town.tablet(), now + timedelta(hours=1), 9)
    foreign = write_track(Recording.objects.get(call=other.pk), Side.INSIDE, seconds=1)
    mine = settings.RECORDINGS / recording.folder / "inside.1.ktrack"
    mine.write_bytes(foreign.read_bytes())
    with pytest.raises(Unreadable):
        sound(town, recording, now)


def test_a_purpose_comes_before_the_sound_and_into_the_audit_log(
    town: Town, recording: Recording, now: datetime
) -> None:
    with pytest.raises(Refused) as no:
        listen.listen(staff=town.staff("sam"), recording_id=recording.pk, purpose=" ", now=now)
    assert no.value.refusals[0].code == "listen.purpose_needed"
    assert not Line.objects.filter(act__startswith="recording.").exists()
    sound(town, recording, now)
    line = Line.objects.get(act="recording.opened")
    assert (line.purpose, line.facility) == ("a complaint", "ma-bristol")
    assert line.actor == str(town.account("sam").pk)
    assert line.subject == str(recording.pk)


def test_seconds_heard_are_added_up_and_each_report_is_a_line(
    town: Town, recording: Recording, now: datetime
) -> None:
    sam = town.staff("sam")
    opened = listen.listen(staff=sam, recording_id=recording.pk, purpose="p", now=now)
    for seconds in (10, 5):
        listen.heard(staff=sam, listening_id=opened, seconds=seconds, now=now)
    for senseless in (0, -1, 3601):
        with pytest.raises(ValueError, match="heard"):
            listen.heard(staff=sam, listening_id=opened, seconds=senseless, now=now)
    assert Listening.objects.get().heard_seconds == 15
    lines = Line.objects.filter(act="recording.heard").order_by("id")
    assert [line.facts["seconds"] for line in lines] == [10, 5]
    (seen,) = queries.of(staff=sam, recording_id=recording.pk).listenings
    assert (seen.account_name, seen.purpose, seen.heard_seconds) == ("Sam Duarte", "p", 15)


def test_a_listening_is_open_for_two_hours(town: Town, recording: Recording, now: datetime) -> None:
    sam = town.staff("sam")
    opened = listen.listen(staff=sam, recording_id=recording.pk, purpose="p", now=now)
    later = now + timedelta(hours=2)
    with pytest.raises(NotFound):
        listen.audio(staff=sam, listening_id=opened, now=later)


def test_deleting_destroys_the_key_and_then_the_files(
    town: Town, recording: Recording, folder: Path, now: datetime
) -> None:
    for _ in range(2):
        destroy.destroy(recording_id=recording.pk, by=destroy.audit.KINLINE, why="asked", now=now)
    row = Recording.objects.get(pk=recording.pk)
    assert (row.wrapped_key, row.deleted_at) == ("", now)
    assert not list(folder.rglob("*.ktrack"))
    assert Line.objects.filter(act="recording.destroyed").count() == 1
    with pytest.raises(Refused) as no:
        sound(town, row, now)
    assert no.value.refusals[0].code == "recording.deleted"
    assert console.finished(staff=town.staff("sam")).items[0].recording is None


def test_what_was_kept_long_enough_goes_on_its_day_at_the_facility(
    town: Town, recording: Recording, now: datetime
) -> None:
    assert recording.keep_until is not None
    days = timedelta(days=180)
    assert destroy.destroy_due(now=now + days - timedelta(hours=12)) == 0
    assert destroy.destroy_due(now=now + days) == 1
    assert destroy.destroy_due(now=now + days) == 0


def test_a_wrapped_key_opens_for_its_own_recording_and_agency_only(
    recording: Recording,
) -> None:
    def opened(name: str, bound_to: UUID) -> bytes:
        return keys.unwrap(recording.wrapped_key, name=name, bound_to=str(bound_to))

    assert opened("agency-ma-bristol", recording.pk)
    with pytest.raises(KeyRefused):
        opened("agency-ma-suffolk", recording.pk)
    with pytest.raises(KeyRefused):
        opened("agency-ma-bristol", recording.call)


def test_of_a_private_call_there_is_nothing_to_list_and_nothing_to_play(
    town: Town, now: datetime
) -> None:
    story = talked(town.julian, town.numbers.priya, town.tablet(), now, 60)
    view = console.one(staff=town.staff("sam"), call_id=story.pk)
    assert view.call.private
    assert (view.call.recording, view.kept, view.may_listen) == (None, None, False)
    with pytest.raises(NotFound):
        queries.of(staff=town.staff("sam"), recording_id=story.pk)


def test_staff_see_that_a_private_call_took_place_and_not_with_whom(
    town: Town, now: datetime
) -> None:
    story = talked(town.julian, town.numbers.priya, town.tablet(), now, 60)
    (call,) = console.finished(staff=town.staff("sam")).items
    assert (call.id, call.talk_seconds) == (story.pk, 60)
    assert (call.contact_name, call.private) == ("", True)
