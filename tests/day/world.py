"""A county's day in fast time: people call, engines carry, web and worker keep the books.

The world knows by itself what must come of each try and of each call, and compares as it goes.
What is left to compare at the end is in `booked` (books.py).
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from kinline.apps.calls.actions import staff as of_staff
from kinline.apps.calls.actions import sweep
from kinline.apps.people.actions import courtesies
from kinline.core.call.states import EndReason, Side
from kinline.core.control import (
    AuthorizeRequest,
    Ended,
    IdentifyRequest,
    Permit,
    Progress,
    Step,
)
from kinline.core.ids import CallId, ContactId, LineId, PersonId, StationId
from tests.day import expected
from tests.day.county import PIN, County, Device, Inside
from tests.day.engines import Engine, Live
from tests.day.plan import LINES, NOBODYS, TALKED, Plan, Try, moment
from tests.day.watch import look
from tests.day.web import LEASE, Clock, Web

# As far apart as a lease of 20 seconds allows: each costs the test time.
BEAT_SECONDS = 18
LOOK_EVERY, WORK_EVERY = timedelta(minutes=5), timedelta(minutes=1)
RING_SECONDS, ACCEPT_SECONDS, WARN_SECONDS = 45, 60, 60
IDENTIFIED_ONE_IN = 50
MISSED = {EndReason.NO_ANSWER, EndReason.BUSY, EndReason.NOT_ACCEPTED}
_NONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Booked:
    """What the books must say of one call."""

    live: Live
    reason: EndReason
    talk_seconds: int
    accepted: bool


class World:
    """Run it once: `run`, then read `booked` and the counts."""

    def __init__(self, plan: Plan, county: County) -> None:
        self.plan, self.county = plan, county
        self.clock = Clock(plan.begins)
        self.web = Web(self.clock)
        self.hours = expected.Hours(plan.facts)
        self.twice = plan.facts["twice"] / 1000
        self._chance = random.Random("world")
        trunk = str(county.trunk)
        self.engines = [Engine(name, trunk, self.clock, self.web, self) for name in ("e1", "e2")]
        # What is so in the world ...
        self._devices: dict[UUID, Live] = {}
        self._numbers: dict[str, Live] = {}
        # ... and what web can know.
        self.open: dict[CallId, Live] = {}
        self.booked: dict[CallId, Booked] = {}
        self.refused: dict[CallId, set[str]] = {}
        self.late_reports: set[CallId] = set()
        self.missed: set[CallId] = set()
        self.blocks: set[tuple[UUID, str]] = set()
        self.ended_by_staff = 0
        self._grants: dict[UUID, UUID] = {}
        self._intake: dict[UUID, list[datetime]] = {one.id: [] for one in county.intake}
        self._told_waiting: dict[str, set[UUID]] = {"e1": set(), "e2": set()}
        self._looked_at = self._worked_at = self.clock.now
        self._awake = False
        self.peak = 0

    # --- the day ----------------------------------------------------------------------

    def run(self) -> None:
        facts = self.plan.facts
        for engine in self.engines:
            engine.start()
        for one in facts["deaths"]:
            self._death({"e1": 0, "e2": 1}[one["engine"]], one)
        for one in facts["web_away"]:
            self.clock.at(moment(one["at"]), self.web.goes)
            self.clock.at(moment(one["at"], one["seconds"]), self.web.comes)
        for want in self.plan.tries:
            self.clock.at(want.moment, partial(self._dial, want))
        self.clock.run()

    def _death(self, which: int, facts: dict[str, object]) -> None:
        engine, at = self.engines[which], moment(str(facts["at"]))
        self.clock.at(at - timedelta(seconds=float(str(facts["stuck_seconds"]))), engine.sticks)
        self.clock.at(at, engine.dies)
        back = timedelta(seconds=float(str(facts["back_after_seconds"])))
        self.clock.at(at + back, engine.start)

    def _turn(self) -> None:
        """While there are calls: engines show themselves, the worker works. Else all sleep."""
        for engine in self.engines:
            engine.beat()
        if self.web.may_sweep:
            self._sweep()
        self._awake = bool(self.open) or any(engine.backlog for engine in self.engines)
        if self.clock.now - self._worked_at >= WORK_EVERY or not self._awake:
            self._worked_at = self.clock.now
            self._forget_who_waited()
            self.web.work()
        if self.clock.now - self._looked_at >= LOOK_EVERY:
            self._looked_at = self.clock.now
            self.web.clean_up()
            look(self)
        if self._awake:
            self.clock.after(BEAT_SECONDS, self._turn)

    def _sweep(self) -> None:
        now = self.clock.now
        sweep.sweep(now=now)
        for live in list(self.open.values()):
            if live.alive_at < now - LEASE:
                self._lost(live)

    def _forget_who_waited(self) -> None:
        now = self.clock.now
        sweep.clean_presence(now=now)
        for engine in self.engines:
            if engine.seen_at < now - LEASE:
                self._told_waiting[engine.id] = set()

    # --- a try ------------------------------------------------------------------------

    def _dial(self, want: Try) -> None:
        if not self._awake:
            self._turn()
        engine = self.engines[want.number % 2]
        device = self._device(want)
        if not engine.reaches_web or device is None:
            # "Try again later": the receiver is lifted again when there is a line.
            self.clock.after(7, partial(self._dial, want))
            return
        who = self._who(want)
        number, contact, on_number = self._called(want, who)
        granted = self._courtesy(want, who)
        if who and who.active and want.wall and want.number % IDENTIFIED_ONE_IN == 0:
            self._identify(who, device)
        codes = self._refusals(want, who, device, number)
        asked = AuthorizeRequest(
            key=f"day-{want.number}",
            engine=engine.id,
            station=StationId(str(device.id)),
            person=PersonId(str(who.id)) if who else None,
            number=number,
            boot=engine.boot,
            line=LineId(str(self.county.lines[want.kind].pk)) if want.kind in LINES else None,
        )
        reply = self.web.ask("authorize", asked)
        if self._chance.random() < self.twice:
            assert self.web.ask("authorize", asked) == reply
        assert {no.code for no in reply.refusals} == codes, want
        if reply.permit is None:
            self.refused[reply.call] = codes
            self._take_back(who if granted else None)
            return
        self._check(reply.permit, want, who, device, contact, on_number)
        live = Live(want, reply.permit, engine, engine.boot, device, number, self.clock.now)
        self.open[live.call] = self._devices[device.id] = engine.calls[live.call] = live
        if not self._awake:
            self._awake = True
            self.clock.after(BEAT_SECONDS, self._turn)
        self.peak = max(self.peak, sum(len(one.calls) for one in self.engines))
        engine.later(live, 2, partial(self._reach, live))

    def _device(self, want: Try) -> Device | None:
        """A free one of the kind, or none. The last of all is turned off and always there."""
        if want.kind == "station_off":
            return self.county.devices[-1]
        pool = self.county.intake if want.kind == "intake" else self.county.devices[:-1]
        free = [
            one
            for one in pool
            if one.id not in self._devices and (want.kind == "intake" or one.wall == want.wall)
        ]
        return free[want.number % len(free)] if free else None

    def _who(self, want: Try) -> Inside | None:
        if want.kind in NOBODYS:
            return None
        if want.kind == "held":
            return self.county.held[want.number % len(self.county.held)]
        return self.county.people[want.person]

    def _called(self, want: Try, who: Inside | None) -> tuple[str, UUID, int | None]:
        if want.kind in LINES:
            return "", _NONE, None
        if want.kind == "no_number":
            return "12345", _NONE, None  # too short, and no short code
        if want.kind in {"unlisted", "courtesy"}:
            return (*self.county.unlisted, None)
        if want.kind == "blocked":
            return (*self.county.blocks_us, None)
        if want.kind == "attorney":
            assert who is not None
            return (*who.attorney, None)
        theirs = (who or self.county.people[want.person]).listed
        return theirs[want.listed % len(theirs)]

    def _identify(self, who: Inside, device: Device) -> None:
        station = StationId(str(device.id))
        wrong = self.web.ask("identify", IdentifyRequest(station, who.number, "000000"))
        assert [no.code for no in wrong.refusals] == ["sign_in.wrong"]
        right = self.web.ask("identify", IdentifyRequest(station, who.number, PIN))
        assert right.person == str(who.id)

    def _courtesy(self, want: Try, who: Inside | None) -> bool:
        if want.kind != "courtesy" or who is None or who.id in self._grants:
            return False
        self._grants[who.id] = courtesies.grant(
            staff=self.county.staff,
            person_id=who.id,
            until=self.clock.now + timedelta(hours=1),
            max_call_seconds=expected.COURTESY_SECONDS,
            reason="A death in the family (invented)",
            now=self.clock.now,
        )
        return True

    def _take_back(self, who: Inside | None) -> None:
        """A grant that led to no talk is not left lying about."""
        if who is not None and (left := self._grants.pop(who.id, None)):
            courtesies.take_back(staff=self.county.staff, grant_id=left, now=self.clock.now)

    def _refusals(self, want: Try, who: Inside | None, device: Device, number: str) -> set[str]:
        if want.kind == "intake":
            return expected.intake_refusals(self._intake[device.id], self.clock.now)
        if who is None or want.kind in LINES:
            return set()
        busy = any(self._person_of(live) == who.id for live in self.open.values())
        return expected.refusals(
            self.hours,
            self.clock.now,
            kind=want.kind,
            on_a_call=busy,
            blocked=(who.id, number) in self.blocks,
            courtesy=who.id in self._grants,
        )

    def _person_of(self, live: Live) -> UUID | None:
        who = self._who(live.want)
        return who.id if who else None

    def _check(
        self,
        permit: Permit,
        want: Try,
        who: Inside | None,
        device: Device,
        contact: UUID,
        on_number: int | None,
    ) -> None:
        now, longest = self.clock.now, self.plan.facts["longest_minutes"] * 60
        if want.kind == "courtesy":
            seconds: int | None = expected.courtesy_limit(who) if who else None
        elif who is None or want.kind in LINES:
            seconds = expected.fixed_limit(want.kind)
        else:
            seconds = expected.limit(self.hours, now, who=who, on_number=on_number, longest=longest)
        assert permit.limit_seconds == seconds, want
        private = expected.private(
            want.kind, who=who, device=device, attorney=want.kind == "attorney"
        )
        assert (permit.private is not None) == private, want
        assert (permit.recording is None) == private
        if contact != _NONE:
            at_page = any(contact in told for told in self._told_waiting.values())
            assert (permit.route is None) == at_page, want
            assert at_page or permit.route.trunk == str(self.county.trunk)  # type: ignore[union-attr]

    # --- a call -----------------------------------------------------------------------

    def _reach(self, live: Live) -> None:
        """What the carrier, or the page, answers at first."""
        engine, fate = live.engine, live.want.fate
        taken = live.number and live.number in self._numbers
        if taken or fate in {"busy", "not_connected"}:
            reason = EndReason.NOT_CONNECTED if fate == "not_connected" else EndReason.BUSY
            engine.later(live, 1, partial(engine.end, live, reason))
            return
        if live.number:
            self._numbers[live.number] = live
            live.holds_number = True
        engine.step(live, Step.RANG)
        if fate == "no_answer":
            engine.later(live, RING_SECONDS, partial(engine.end, live, EndReason.NO_ANSWER))
        elif fate == "gives_up":
            hung_up = partial(engine.end, live, EndReason.HUNG_UP_INSIDE, Side.INSIDE)
            engine.later(live, live.want.ring_seconds, hung_up)
        else:
            engine.later(live, live.want.ring_seconds, partial(self._answered, live))

    def _answered(self, live: Live) -> None:
        engine, fate = live.engine, live.want.fate
        engine.step(live, Step.ANSWERED, Side.OUTSIDE)
        if fate == "not_accepted":
            engine.later(live, ACCEPT_SECONDS, partial(engine.end, live, EndReason.NOT_ACCEPTED))
        elif fate in {"declined", "blocked"}:
            reason = EndReason.DECLINED
            if fate == "blocked" and live.want.kind != "intake":
                reason = EndReason.BLOCKED
            end = partial(engine.end, live, reason, Side.OUTSIDE)
            engine.later(live, live.want.decide_seconds, end)
        else:
            engine.later(live, live.want.decide_seconds, partial(self._accepted, live))

    def _accepted(self, live: Live) -> None:
        engine, want = live.engine, live.want
        engine.accepted(live)
        most, talk = live.permit.seconds_from(self.clock.now), want.talk_seconds
        if most is not None:
            engine.later(live, most, partial(engine.end, live, EndReason.TIME_UP))
            if most > WARN_SECONDS:
                engine.later(live, most - WARN_SECONDS, partial(engine.step, live, Step.WARNED))
        if want.number % 40 == 5:
            engine.later(live, talk / 3, partial(engine.step, live, Step.LINE_LOST, Side.OUTSIDE))
            back = partial(engine.step, live, Step.LINE_BACK, Side.OUTSIDE)
            engine.later(live, talk / 3 + 5, back)
        if want.fate == "staff":
            engine.later(live, talk, partial(self._ordered, live))
        elif want.fate in TALKED and want.fate != "time_up":
            side = Side.OUTSIDE if want.fate.endswith("outside") else Side.INSIDE
            end = partial(engine.end, live, EndReason(want.fate), side)
            engine.later(live, talk, end)

    def _ordered(self, live: Live) -> None:
        """Staff end the call; its engine finds the order when it next asks."""
        if not self.web.up:
            live.engine.later(live, 60, partial(self._ordered, live))
            return
        of_staff.end(
            staff=self.county.staff,
            call_id=UUID(live.call),
            reason="A drill (invented)",
            now=self.clock.now,
        )
        self.ended_by_staff += 1

    def hung_up(self, live: Live) -> None:
        """In the world the call is over: receiver and number are free."""
        self._devices.pop(live.device.id, None)
        if live.holds_number:
            self._numbers.pop(live.number, None)

    # --- what web has been told -------------------------------------------------------

    def progressed(self, live: Live, event: Progress) -> None:
        if live.call in self.open:
            live.obeyed(event.step)
        live.alive_at = max(live.alive_at, min(event.at, self.clock.now))
        if event.step is Step.ACCEPTED and live.want.kind == "intake":
            self._intake[live.device.id].append(event.at)
        who = self._who(live.want)
        if live.talking_known and live.want.kind == "courtesy" and who is not None:
            self._grants.pop(who.id, None)

    def ended(self, live: Live, event: Ended) -> None:
        known = self.booked.get(live.call)
        if known is not None:
            if event.talk_seconds > known.talk_seconds:
                self.late_reports.add(live.call)
            return
        accepted = live.talking_known or event.talk_seconds > 0
        self._book(live, event.reason, event.talk_seconds, accepted)
        gave_up = event.reason is EndReason.HUNG_UP_INSIDE and live.stage == 1
        who = self._who(live.want)
        if (event.reason in MISSED or gave_up) and live.want.kind not in LINES:
            self.missed.add(live.call)
        if event.reason is EndReason.BLOCKED and who is not None:
            self.blocks.add((who.id, live.number))

    def gave_sign(self, engine: Engine, calls: tuple[CallId, ...]) -> None:
        for live in list(self.open.values()):
            if live.call in engine.calls:
                live.alive_at, live.boot = self.clock.now, engine.boot
            elif live.engine is engine and live.boot != engine.boot:
                self._lost(live)  # a new life's first sign: what the one before held is gone
        self._told_waiting[engine.id] = set(map(UUID, self.waiting(engine)))

    def _lost(self, live: Live) -> None:
        seconds = 0
        if live.talking_known and live.accepted_at is not None:
            seconds = max(0, int((live.alive_at - live.accepted_at).total_seconds()))
        self._book(live, EndReason.ENGINE_LOST, seconds, live.talking_known)

    def _book(self, live: Live, reason: EndReason, seconds: int, accepted: bool) -> None:
        del self.open[live.call]
        self.booked[live.call] = Booked(live, reason, seconds, accepted)
        if live.want.kind == "courtesy":
            who = self._who(live.want)
            if accepted and who is not None:
                self._grants.pop(who.id, None)
            else:
                self._take_back(who)

    def waiting(self, engine: Engine) -> tuple[ContactId, ...]:
        """Whose page is open on this engine: each on one of the two, at their hours."""
        facts = self.plan.facts["pages"]
        if not moment(facts["from"]) <= self.clock.now < moment(facts["until"]):
            return ()
        mine = self.county.pages[self.engines.index(engine) :: 2]
        return tuple(ContactId(str(contact)) for contact in mine)
