"""A call told step by step, as an engine would, for tests that are about what follows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.actions.progress import progress
from kinline.apps.calls.models import Call
from kinline.apps.facilities.models import Station
from kinline.apps.people.models import Person
from kinline.core.call.states import EndReason, Side
from kinline.core.control import (
    Ack,
    AuthorizeReply,
    AuthorizeRequest,
    Ended,
    Permit,
    Progress,
    Step,
    TrackFact,
)
from kinline.core.ids import CallId, EngineId, PersonId, StationId

ENGINE, BOOT = EngineId("e1"), "boot-1"
_keys: Iterator[int] = count(1)


def request(
    person: Person,
    number: str,
    station: Station,
    *,
    key: str = "",
    engine: EngineId = ENGINE,
    boot: str = BOOT,
) -> AuthorizeRequest:
    return AuthorizeRequest(
        key=key or f"dial-{next(_keys)}",
        engine=engine,
        station=StationId(str(station.pk)),
        person=PersonId(str(person.pk)),
        number=number,
        boot=boot,
    )


def dial(
    person: Person, number: str, station: Station, now: datetime, **more: str
) -> AuthorizeReply:
    return authorize(request(person, number, station, **more), now=now)  # type: ignore[arg-type]


def codes(reply: AuthorizeReply) -> list[str]:
    return [refusal.code for refusal in reply.refusals]


def permit(reply: AuthorizeReply) -> Permit:
    assert reply.permit is not None, codes(reply)
    return reply.permit


@dataclass
class Story:
    """One call and its engine. Each act takes its moment and sends the next message."""

    call: CallId
    boot: str = BOOT
    seq: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def row(self) -> Call:
        return Call.objects.get(pk=self.pk)

    @property
    def pk(self) -> UUID:
        return UUID(self.call)

    def step(self, step: Step, at: datetime) -> Progress:
        event = Progress(self.call, next(self.seq), ENGINE, self.boot, step, at)
        assert progress(event, now=at).known
        return event

    def talk_from(self, at: datetime) -> None:
        """Rings, is answered two seconds later and accepted after five."""
        self.step(Step.RANG, at - timedelta(seconds=5))
        self.step(Step.ANSWERED, at - timedelta(seconds=3))
        self.step(Step.ACCEPTED, at)

    def ended(
        self,
        reason: EndReason,
        at: datetime,
        talk_seconds: int = 0,
        side: Side | None = None,
        tracks: tuple[TrackFact, ...] = (),
    ) -> Ended:
        return Ended(
            self.call, next(self.seq), ENGINE, self.boot, reason, at, side, talk_seconds, tracks
        )

    def end(self, reason: EndReason, at: datetime, talk_seconds: int = 0) -> Ack:
        return ended(self.ended(reason, at, talk_seconds), now=at)


def talked(person: Person, number: str, station: Station, now: datetime, seconds: int) -> Story:
    """A whole call of `seconds`, accepted at `now` and hung up inside."""
    story = Story(permit(dial(person, number, station, now - timedelta(seconds=6))).call)
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=seconds), seconds)
    return story
