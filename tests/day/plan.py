"""A day's tries to call, drawn from county.yaml with a fixed seed.

    .venv/bin/python -m tests.day.plan 200      # the day as lines that can be read

A try says what somebody wants and what would become of it; whether it may be made, the rooms
decide while it happens (world.py).
"""

import json
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

BOSTON = ZoneInfo("America/New_York")
NIGHT = "night"
TALKED = frozenset(
    {
        *("hung_up_inside", "hung_up_outside", "time_up", "staff"),
        *("line_lost_inside", "line_lost_outside", "page_closed_inside", "page_closed_outside"),
    }
)
# What nobody in particular asks for.
NOBODYS = frozenset({"prea", "tip", "crisis", "legal_services", "intake"})
LINES = frozenset({"prea", "tip", "crisis", "legal_services", "relay"})


@dataclass(frozen=True, slots=True)
class Try:
    """One try to call. `at` is in UTC, seconds are spans; `person` and `listed` are places in
    the county's rows, `listed` counts the person's own list."""

    number: int
    at: str
    kind: str
    person: int
    listed: int
    wall: bool
    fate: str
    ring_seconds: int
    decide_seconds: int
    talk_seconds: int
    late: bool
    swapped: bool

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole day: `people` and `stations` are how many there are."""

    facts: Mapping[str, Any]
    people: int
    stations: int
    wall_phones: int
    tries: tuple[Try, ...]

    @property
    def opens(self) -> datetime:
        return moment(self.facts["opens"])

    @property
    def closes(self) -> datetime:
        return moment(self.facts["closes"])

    @property
    def begins(self) -> datetime:
        """An hour before midnight, on the day before."""
        return moment("00:00", -3600)


@cache
def facts() -> Mapping[str, Any]:
    known: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("county.yaml").read_text())
    return known


def moment(clock: str, seconds: float = 0) -> datetime:
    """The moment in UTC when the wall clock of the day shows `clock`."""
    wall = datetime.combine(facts()["day"], time.fromisoformat(clock), tzinfo=BOSTON)
    return wall.astimezone(UTC) + timedelta(seconds=seconds)


def draw(calls: int, hours: tuple[int, ...] = ()) -> Plan:
    """`calls` tries; only in these hours, at closing and at midnight where hours are named."""
    known = facts()
    chance = random.Random(known["seed"])
    share = {hour: n for hour, n in known["hours"].items() if hour in (*hours, NIGHT) or not hours}
    times = sorted(_moments(chance, share, calls, 2 if hours else 0), key=lambda pair: pair[0])
    people = max(30, known["people"] * calls // 1000)
    free_at = [datetime.min.replace(tzinfo=UTC)] * people
    tries = tuple(_try(chance, n, at, night, free_at) for n, (at, night) in enumerate(times))
    stations = max(16, known["stations"] * calls // 1000)
    return Plan(
        known, people, stations, stations * known["wall_phones"] // known["stations"], tries
    )


def _moments(
    chance: random.Random, share: Mapping[Any, int], calls: int, last_nights: int
) -> Iterator[tuple[datetime, bool]]:
    opens, closes = moment(facts()["opens"]), moment(facts()["closes"])
    nights = [
        tuple(moment(clock, day * 86_400) for clock, day in one) for one in facts()["nights"]
    ][-last_nights:]
    for hour in chance.choices(list(share), list(share.values()), k=calls):
        if hour == NIGHT:
            first, last = chance.choice(nights)
        else:
            first = max(opens, moment(f"{hour:02}:00"))
            last = min(closes, moment(f"{hour:02}:00", 3600))
        span = (last - first).total_seconds()
        at = first + timedelta(milliseconds=round(chance.random() * span * 1000))
        yield at, hour == NIGHT


def _try(
    chance: random.Random, number: int, at: datetime, night: bool, free_at: list[datetime]
) -> Try:
    known = facts()
    kind = _one(chance, known["night_kinds" if night else "kinds"])
    fate = _one(chance, known["fates"])
    if kind in LINES and fate in {"blocked", "declined", "staff", "time_up"}:
        fate = "hung_up_inside"  # a line blocks nobody, and neither staff nor a clock cuts it
    ring, decide = chance.randrange(4, 25), chance.randrange(3, 20)
    most = _one(chance, dict(known["talk_minutes"]))
    talk = 1800 if fate == "time_up" else chance.randrange(max(5, most * 30), most * 60)
    person = _person(chance, kind, at, free_at)
    if kind not in NOBODYS:
        free_at[person] = at + timedelta(seconds=60 + (talk if fate in TALKED else 40))
    return Try(
        number=number,
        at=at.isoformat(timespec="milliseconds"),
        kind=kind,
        person=person,
        listed=chance.randrange(100),
        wall=chance.random() < known["wall_phones"] / known["stations"],
        fate=fate,
        ring_seconds=ring,
        decide_seconds=decide,
        talk_seconds=talk,
        late=chance.random() < known["late"] / 1000,
        swapped=chance.random() < known["swapped"] / 1000 and kind != "intake",
    )


def _person(chance: random.Random, kind: str, at: datetime, free_at: list[datetime]) -> int:
    """Somebody who is most likely on no call; for a second dial somebody who is."""
    most = [n for n, free in enumerate(free_at) if (free > at) == (kind == "second_dial")]
    return chance.choice(most or range(len(free_at)))


def _one(chance: random.Random, shares: Mapping[Any, int]) -> Any:
    return chance.choices(list(shares), list(shares.values()))[0]


def written(plan: Plan) -> str:
    """One try a line, as JSON."""
    return "".join(json.dumps(asdict(one)) + "\n" for one in plan.tries)


if __name__ == "__main__":
    sys.stdout.write(written(draw(int(sys.argv[1]))))
