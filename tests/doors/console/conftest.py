"""A day at Bristol: one call talked and recorded, one refused, one on the line, staff at work."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.models import Call
from kinline.apps.people.models import AllowedNumber, Person
from kinline.apps.recordings.actions import grant
from kinline.apps.recordings.models import Recording
from kinline.core.call.states import EndReason, Side
from kinline.core.control import TrackFact
from kinline.sealed.track import Frame, Sealer
from tests.apps.story import Story, dial, permit
from tests.cast import Town
from tests.doors import visitors

SILENCE = b"\xf8\xff\xfe"  # an Opus packet of 20 ms in which nobody says anything


@dataclass(slots=True)
class Day:
    """What stands in Bristol's books when a test begins."""

    town: Town
    now: datetime
    call: Call
    recording: Recording
    refused: Call
    live: Call

    @property
    def julian(self) -> Person:
        return self.town.julian

    @property
    def mama(self) -> AllowedNumber:
        return self.town.list_entry(self.town.julian, self.town.numbers.odette)

    def browser(self, name: str) -> Client:
        """A browser of staff by first name, with the code given."""
        return visitors.staff(self.town.account(name))


@pytest.fixture
def day(town: Town) -> Day:
    now = timezone.now()
    call = recorded_call(town, now - timedelta(hours=1), seconds=2)
    refused = dial(town.julian, town.numbers.unknown, town.tablet(), now - timedelta(minutes=9))
    return Day(
        town=town,
        now=now,
        call=call,
        recording=Recording.objects.get(call=call.pk),
        refused=Call.objects.get(pk=UUID(refused.call)),
        live=talking(town, now - timedelta(minutes=3)),
    )


def talking(town: Town, at: datetime) -> Call:
    """Julian talks with his mother since `at`."""
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), at)).call)
    story.talk_from(at)
    return story.row


def recorded_call(town: Town, at: datetime, *, seconds: int) -> Call:
    """A call of Julian to his mother that is over, with both sides kept on disk."""
    granted = permit(dial(town.julian, town.numbers.odette, town.tablet(), at))
    assert granted.recording is not None
    story = Story(granted.call)
    story.talk_from(at)
    tracks = tuple(
        _track(granted.recording.recording, granted.recording.folder, side, seconds)
        for side in Side
    )
    message = story.ended(EndReason.HUNG_UP_OUTSIDE, at + timedelta(seconds=seconds), seconds)
    ended(replace(message, tracks=tracks), now=message.at)
    return story.row


def _track(recording: str, folder: str, side: Side, seconds: int) -> TrackFact:
    row = Recording.objects.get(pk=recording)
    sealer = Sealer(recording=recording, side=side, key=grant.data_key(row))
    path = settings.RECORDINGS / folder / f"{side}.0.ktrack"
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = [Frame(number * 20, SILENCE) for number in range(seconds * 50)]
    path.write_bytes(sealer.opening() + sealer.chunk(frames, final=True))
    return TrackFact(side, f"{folder}/{path.name}", seconds, 1, "0" * 64)


@pytest.fixture
def sam(day: Day) -> Client:
    """Officer and investigator at Bristol."""
    return day.browser("sam")


@pytest.fixture
def ines(day: Day) -> Client:
    """Administrator of Bristol."""
    return day.browser("ines")


@pytest.fixture
def theo(day: Day) -> Client:
    """Everything, at Suffolk: another county's officer."""
    return day.browser("theo")
