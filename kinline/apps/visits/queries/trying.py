"""Trying a visit before anybody is refused: the question of a booking, and nothing written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.rights import Right
from kinline.apps.visits import standing
from kinline.apps.visits.actions.booking import Wish, asking_for
from kinline.core.policy import visit_controls
from kinline.core.policy.control_terms import Kind
from kinline.core.policy.limit import Left, Limit
from kinline.core.policy.visit import Bookable, decide
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule import claims
from kinline.core.schedule.rules import Rules
from kinline.core.schedule.slots import Asking

FACILITY = "facility"
VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Trial:
    """What every rule and control says of a visit: why not, how long, and how many are left; of
    limits and quotas the strictest first. `verdict` None: it may not be booked."""

    refusals: tuple[Refusal, ...]
    limits: tuple[Limit, ...]
    quotas: tuple[Left, ...]
    verdict: Bookable | None


def try_visit(
    *,
    staff: Staff,
    person_id: UUID,
    contact_id: UUID,
    starts_at: datetime,
    minutes: int,
    now: datetime,
) -> Trial:
    """A visit of one contact, booked at `now`. Raises NotFound."""
    access_person(staff=staff, person_id=person_id, right=Right.SEE_PEOPLE)
    who = standing.party(person_id=person_id, contact_ids=[contact_id], minor_ids=[], now=now)
    wish = Wish(who, starts_at, minutes)
    asked = asking_for(wish, now)
    facts = standing.facts(who=who, asked=asked, starts_at=starts_at, private=False, now=now)
    verdict = decide(facts, now)
    rules = who.rules_at(starts_at)
    controls = asked.controls
    limits = [*visit_controls.limits(controls, starts_at)]
    quotas = [*visit_controls.left(controls, starts_at, who.zone)]
    if rules is not None:
        limits.append(Limit(60 * max(rules.lengths), FACILITY, Whose.FACILITY))
        quotas += _of_rules(asked, rules, starts_at)
    return Trial(
        refusals=() if isinstance(verdict, Bookable) else verdict.reasons,
        limits=tuple(sorted(limits, key=lambda one: one.seconds)),
        quotas=tuple(sorted(quotas, key=lambda one: one.left)),
        verdict=verdict if isinstance(verdict, Bookable) else None,
    )


def _of_rules(asked: Asking, rules: Rules, starts_at: datetime) -> list[Left]:
    """What the facility's own rules leave of the week, for the person and for the visitor."""
    week = rules.week(starts_at.astimezone(asked.zone).date())
    holders = [
        (FACILITY, claims.person(asked.person), rules.per_person_week),
        (VISITOR, claims.visitor(asked.visitors[0]), rules.per_visitor_week),
    ]
    return [
        Left(Kind.VISITS_WEEK, most - _had(asked, rules, holder, week), most, source)
        for source, holder, most in holders
        if most is not None
    ]


def _had(asked: Asking, rules: Rules, holder: str, week: object) -> int:
    return sum(rules.week(day) == week for day in asked.had.get(holder, ()))
