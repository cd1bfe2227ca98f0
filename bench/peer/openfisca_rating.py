"""The same rule in openfisca-core: a dated price a minute, in its own best ways of asking.

    .venv-bench/bin/python bench/peer/openfisca_rating.py < RULE

A program of its own, in an environment of its own: openfisca-core is under AGPL, and nothing of
Kinline is imported here. RULE is JSON: `consumer` and `agency` map days to cents a minute;
`usages` are pairs of a day and minutes. Says as JSON what it answered and what it took.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy
from openfisca_core.entities import Entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = Entity("person", "persons", "A person", "")
PAYERS = ("consumer", "agency")
TURNS = 3
VECTOR = 1_000_000


class minutes(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.DAY
    label = "Started minutes of a call"


class consumer_cents(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.DAY
    label = "What the people who talk pay"

    def formula(person: Any, day: Any, parameters: Any) -> Any:
        return person("minutes", day) * parameters(day).consumer


class agency_cents(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.DAY
    label = "What the agency pays"

    def formula(person: Any, day: Any, parameters: Any) -> Any:
        return person("minutes", day) * parameters(day).agency


def system(rule: dict[str, Any]) -> TaxBenefitSystem:
    made = TaxBenefitSystem([PERSON])
    made.add_variables(minutes, consumer_cents, agency_cents)
    values = {
        payer: {"values": {day: {"value": cents} for day, cents in rule[payer].items()}}
        for payer in PAYERS
    }
    made.parameters = ParameterNode("", data=values)
    return made


def default_simulation(law: TaxBenefitSystem, day: Any, used: int) -> tuple[int, int]:
    """One person by the shortest way: nothing is parsed."""
    made = SimulationBuilder.build_default_simulation(law, 1)
    made.set_input("minutes", day, numpy.array([used]))
    return _asked(made, day)


def from_entities(law: TaxBenefitSystem, day: Any, used: int) -> tuple[int, int]:
    """One person by the documented way: a situation as a dictionary."""
    situation = {"persons": {"one": {"minutes": {str(day): used}}}}
    return _asked(SimulationBuilder().build_from_entities(law, situation), day)


def _asked(made: Any, day: Any) -> tuple[int, int]:
    consumer, agency = (made.calculate(f"{payer}_cents", day) for payer in PAYERS)
    return int(consumer[0]), int(agency[0])


def single(ask: Callable[..., tuple[int, int]], law: Any, usages: Any) -> dict[str, Any]:
    days = {day: period(day) for day, _ in usages}
    answers = [ask(law, days[day], used) for day, used in usages]  # warm
    best = min(
        _cpu(lambda: [ask(law, days[day], used) for day, used in usages]) for _ in range(TURNS)
    )
    return {"answers": answers, "a_second": round(len(usages) / best)}


def vectorised(law: Any, usages: Any) -> int:
    """Persons a second of one simulation over a million, both amounts, on one day."""
    day = period(usages[0][0])
    used = numpy.resize(numpy.array([minutes for _, minutes in usages]), VECTOR)

    def ask() -> None:
        made = SimulationBuilder.build_default_simulation(law, VECTOR)
        made.set_input("minutes", day, used)
        for payer in PAYERS:
            made.calculate(f"{payer}_cents", day)

    ask()
    return round(VECTOR / min(_cpu(ask) for _ in range(TURNS)))


def _cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def main() -> None:
    rule = json.load(sys.stdin)
    law = system(rule)
    ways = {
        ask.__name__: single(ask, law, rule["usages"])
        for ask in (default_simulation, from_entities)
    }
    json.dump({"ways": ways, "vectorised_a_second": vectorised(law, rule["usages"])}, sys.stdout)


if __name__ == "__main__":
    main()
