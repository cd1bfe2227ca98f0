"""Each law is shown at work in scenarios that a lawyer can read; a law without one fails here."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.place import Custody, Place
from kinline.core.rating.book import NoRuleInForce
from kinline.core.rating.caps import above
from kinline.core.rating.rate import rate
from kinline.core.rating.terms import Service
from kinline.laws import loader, usages
from kinline.laws.reading import plain, read

FOLDER = loader.HOME / "scenarios"
USAGE = {"facility", "service", "at", "scheduled_for", "seconds", "units", "to"}
MORE = {"name", "used_minutes", "custody", "__line__"}
THEN = {"consumer_cents", "agency_cents", "stamps", "credits", "rules", "error"}
CAPS = {"asks_cents", "from", "to", "refused_by"}


def scenarios() -> list[Any]:
    """Every scenario of every file, named after file and line."""
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for scenario in read(file)["scenarios"]:
            found.append(pytest.param(scenario, id=f"{file.stem}:{scenario['__line__']}"))
    return found


EVERY = scenarios()


def place_of(scenario: dict[str, Any]) -> dict[PlaceCode, Place]:
    """The places as this scenario wants them: one of them may hold other people."""
    places = dict(loader.places())
    code = PlaceCode(scenario["facility"])
    if "custody" in scenario:
        other = frozenset(Custody(word) for word in scenario["custody"])
        places[code] = replace(places[code], custody=other)
    return places


def usage_of(scenario: dict[str, Any]) -> usages.Told:
    fields = {name: scenario[name] for name in USAGE & set(scenario)}
    if "at" in fields:
        fields["began_at"] = fields.pop("at")
    return usages.read(fields, place_of(scenario))


def is_cap(scenario: dict[str, Any]) -> bool:
    return "asks_cents" in scenario


@pytest.mark.parametrize("scenario", EVERY)
def test_the_scenario_is_as_it_says(scenario: dict[str, Any]) -> None:
    assert set(scenario) <= USAGE | MORE | THEN | CAPS
    if is_cap(scenario):
        refused = [one.cap.id for one in broken(scenario)]
        assert refused == [one for one in [scenario["refused_by"]] if one != "nobody"]
    elif "error" in scenario:
        with pytest.raises((usages.BadUsage, NoRuleInForce)) as refused_usage:
            rate(usage_of(scenario).usage, loader.book())
        assert scenario["error"] in str(refused_usage.value)
    else:
        check(scenario)


def check(scenario: dict[str, Any]) -> None:
    # A changed kind of custody is another place to the book: nothing compiled may be reused.
    book = replace(loader.book(), tables={}) if "custody" in scenario else loader.book()
    told = usage_of(scenario)
    week = told.usage.place.week(told.usage.began_at)
    charge = rate(told.usage, book, {week: scenario.get("used_minutes", 0)})
    seen = {
        "consumer_cents": charge.consumer_cents,
        "agency_cents": charge.agency_cents,
        "stamps": charge.stamps,
        "credits": charge.credits,
        "rules": [line.rule.id for line in charge.lines],
    }
    expected = {name: scenario.get(name, 0) for name in seen}
    assert seen == expected, scenario["name"]
    assert all(line.citation for line in charge.lines)


def broken(scenario: dict[str, Any]) -> list[Any]:
    place = loader.places()[PlaceCode(scenario["facility"])]
    period = Period(scenario["from"], scenario.get("to"))
    caps, service = loader.book().caps, Service(scenario["service"])
    return list(above(caps, place, service, period, scenario["asks_cents"]))


def days_shown() -> dict[str, set[date]]:
    """By law: the facility's days on which a scenario speaks of a place the law covers."""
    shown: dict[str, set[date]] = {law.id: set() for law in loader.book().laws}
    for param in EVERY:
        (scenario,) = param.values
        if is_cap(scenario) or "error" in scenario:
            continue
        usage = usage_of(scenario).usage
        for law in loader.book().laws:
            if law.covers(usage.place) and usage.service in law.services:
                shown[law.id].add(usage.place.day(usage.began_at))
    return shown


@pytest.mark.parametrize("law", loader.book().laws, ids=lambda law: law.id)
def test_every_law_is_shown_on_the_day_before_the_day_and_a_year_after(law: Any) -> None:
    first = law.period.from_on
    wanted = {date.fromordinal(first.toordinal() - 1), first, first.replace(year=first.year + 1)}
    missing = sorted(wanted - days_shown()[law.id])
    assert not missing, f"{law.id} wants scenarios on {missing}"


def test_every_law_decides_in_a_scenario_and_every_cap_is_put_to_the_test() -> None:
    decided = {rule for param in EVERY for rule in param.values[0].get("rules", [])}
    laws = {law.id for law in loader.book().laws}
    tariffs = {tariff.id for tariff in loader.book().tariffs}
    assert laws | tariffs <= decided
    refusing = {param.values[0].get("refused_by") for param in EVERY}
    assert {cap.id for cap in loader.book().caps if cap.binds} <= refusing


def test_every_kind_of_place_and_every_service_is_in_a_scenario() -> None:
    usage = [usage_of(p.values[0]).usage for p in EVERY if "rules" in p.values[0]]
    assert {custody for one in usage for custody in one.place.custody} == set(Custody)
    assert {one.service for one in usage} == set(Service)


def test_a_law_file_without_scenarios_is_seen(tmp_path: Path) -> None:
    files = {file.name for file in loader.HOME.glob("*.yaml")}
    assert files <= {file.name for file in FOLDER.glob("*.yaml")}
    assert all(plain(read(file))["scenarios"] for file in FOLDER.glob("*.yaml"))
