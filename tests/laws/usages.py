"""Usages at random, with everything that a rating must get right, and much that is wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from kinline.core.place import Place
from kinline.core.rating.terms import TIMED, Service
from kinline.laws import loader

BOSTON, PUERTO_RICO, TORONTO, MEXICO, LONDON = (
    "+16175550100", "+17875550100", "+14165550100", "+525512345678", "+442079460000",
)  # fmt: skip
WRONG_NUMBERS = [
    "+1999",
    "6175550100",
    "+16171550100",
    "+99912345",
    "+52",
    "",
    "+1617555010a",
    "+0",
]
SKIPPED = datetime(2023, 3, 12, 2, 30)  # noqa: DTZ001
CLOCKS = [date(2023, 3, 12), date(2023, 11, 5)]
MONDAYS = [date(2023, 11, 13), date(2023, 11, 20), date(2021, 8, 2)]


def borders() -> list[date]:
    """The first days of every law and tariff that ships, and the first days after them."""
    found = {day for rule in loader.book().rules for day in (rule.period.from_on, _until(rule))}
    return sorted(day for day in found if day is not None)


def _until(rule: Any) -> date | None:
    until: date | None = rule.period.until_on
    return until


def usages(seed: int, many: int) -> Iterator[dict[str, Any]]:
    """As fields of `rate`; moments are datetimes, aware or on the facility's wall."""
    chance = Random(seed)
    places = sorted(loader.places().values(), key=lambda place: place.code)
    days = borders()
    for number in range(many):
        place, service = (
            chance.choice(places),
            chance.choice([*Service, Service.CALL, Service.CALL]),
        )
        if chance.random() < 0.2:  # where free minutes of a week are counted
            place, service = next(one for one in places if one.code == "ma-essex"), Service.CALL
        fields: dict[str, Any] = {
            "id": f"u{number}",
            "person": f"p{chance.randrange(40)}",
            "facility": place.code,
            "service": service.value,
        }
        name = "scheduled_for" if service is Service.VISIT else "began_at"
        fields[name] = _moment(chance, place, days)
        if service in TIMED:
            fields["seconds"] = chance.choice(
                [0, 1, 59, 60, 61, 600, 86_400, chance.randrange(3600)]
            )
        else:
            fields["units"] = chance.choice([0, 1, 2, 3, 1000])
        if service is Service.CALL:
            fields["to"] = chance.choice(
                [BOSTON, BOSTON, PUERTO_RICO, TORONTO, MEXICO, LONDON, None]
            )
        if chance.random() < 0.05:
            _spoil(chance, fields)
        yield {key: value for key, value in fields.items() if value is not None}


def _moment(chance: Random, place: Place, days: list[date]) -> datetime:
    """Mostly near a midnight, a change of clocks or a week's end; else on any day."""
    kind = chance.randrange(5)
    if kind == 0:
        day = date(2014, 12, 1) + timedelta(days=chance.randrange(13 * 365))
        wall = datetime.combine(day, datetime.min.time()) + timedelta(
            seconds=chance.randrange(86_400), microseconds=chance.choice([0, 0, 1, 999_999])
        )
    elif kind == 1:
        hour = timedelta(hours=chance.choice([0, 1, 2, 3]), minutes=chance.randrange(60))
        wall = datetime.combine(chance.choice(CLOCKS), datetime.min.time()) + hour
    else:
        day = chance.choice(days if kind == 2 else MONDAYS)
        near = chance.choice([-61, -60, -59, -1, 0, 1, 59, 60, -600, 600, -90_000, 90_000])
        wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=near)
    if chance.random() < 0.3:
        return wall.replace(tzinfo=place.zone).astimezone(UTC)
    return wall


def _spoil(chance: Random, fields: dict[str, Any]) -> None:
    """Make one thing wrong that a file of usages may have wrong."""
    name, values = chance.choice(
        [
            ("facility", ["nowhere", None, ""]),
            ("service", ["fax", None]),
            ("seconds", [-1, 86_401, None, 5]),
            ("units", [-1, 1_000_001, None, 2]),
            ("to", WRONG_NUMBERS),
            ("person", [None, ""]),
            (
                "began_at",
                [None, SKIPPED, datetime(2023, 3, 12, 7, tzinfo=UTC)],
            ),
            ("scheduled_for", [None, SKIPPED]),
            ("id", [None]),
        ]
    )
    fields[name] = chance.choice(values)
