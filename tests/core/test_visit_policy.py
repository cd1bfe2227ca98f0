"""Which visits may be booked, every reason why not, and who is offered a freed slot first."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.period import Period
from kinline.core.policy.call import BlockOf
from kinline.core.policy.controls import Control, Kind, Level, Talk
from kinline.core.policy.message import Stop
from kinline.core.policy.visit import (
    CODES,
    Bookable,
    Refused,
    VisitFacts,
    VisitorFacts,
    decide,
    private_because,
)
from kinline.core.policy.visit_controls import Had, VisitControls
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Side
from kinline.core.schedule.rules import Closure, Holiday, Rules, Taken, WeekTime
from kinline.core.schedule.slots import Asking, Standing, open_slots
from kinline.core.schedule.waiting import OFFER, Freed, Place, in_order, offer_until
from kinline.core.visit.terms import VisitKind

BOSTON = ZoneInfo("America/New_York")
NOW = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)  # a Wednesday, eleven in the morning in Boston
THURSDAY = datetime(2025, 3, 20, 9, 0, tzinfo=BOSTON)
RULES = Rules(
    period=Period(date(2025, 1, 1)),
    lengths=(20, 40),
    template=tuple(WeekTime(day, time(9), time(11)) for day in range(7)),
    every_minutes=30,
    per_person_week=2,
    per_visitor_week=1,
    private_kinds=frozenset({VisitKind.CLERGY}),
)
ODETTE = VisitorFacts("odette", approved=True)
GRACE = VisitorFacts("grace", approved=True, kind=VisitKind.ATTORNEY)
NOAH = VisitorFacts("noah", approved=True, minor=True)
# Odette would meet Julian.
VISIT = VisitFacts(
    asking=Asking(
        facility="suffolk",
        zone=BOSTON,
        rules=(RULES,),
        length_minutes=20,
        person="julian",
        visitors=("odette",),
        stations=("kiosk-1",),
    ),
    starts_at=THURSDAY,
    visitors=(ODETTE,),
)


def visit(**changed: Any) -> VisitFacts:
    """The visit otherwise; what is no fact of its own is one of its asking, or of its rules."""
    asked = {name: changed.pop(name) for name in list(changed) if hasattr(VISIT.asking, name)}
    ruled = {name: changed.pop(name) for name in list(changed) if hasattr(RULES, name)}
    asking = replace(VISIT.asking, **asked)
    if ruled:
        asking = replace(asking, rules=(replace(RULES, **ruled),))
    return replace(VISIT, asking=asking, **changed)


def party(*visitors: VisitorFacts, **changed: Any) -> VisitFacts:
    return replace(
        visit(visitors=(), **changed),
        visitors=visitors,
        asking=replace(visit(**changed).asking, visitors=tuple(one.id for one in visitors)),
    )


def one(**changed: Any) -> tuple[VisitorFacts, ...]:
    return (replace(ODETTE, **changed),)


def people(**changed: Any) -> VisitFacts:
    return replace(VISIT, **changed)


def refused(facts: VisitFacts, now: datetime = NOW) -> tuple[Refusal, ...]:
    verdict = decide(facts, now)
    assert isinstance(verdict, Refused)
    return verdict.reasons


def test_a_visit_is_booked_recorded_and_not_private() -> None:
    assert decide(VISIT, NOW) == Bookable(approval=False, private=False, recorded=True)


def test_a_facility_may_approve_each_and_may_record_none() -> None:
    verdict = decide(visit(approval=True, recorded=False), NOW)
    assert verdict == Bookable(approval=True, private=False, recorded=False)


AT_NINE = THURSDAY.astimezone(UTC)
DAY = timedelta(days=1)
EARLIER = Had(THURSDAY - timedelta(minutes=50), THURSDAY - timedelta(minutes=30))


def on_visits(kind: Kind, **more: Any) -> Control:
    """A control on all visits of the jail, in force for a day."""
    said = {"level": Level.FACILITY, "since": NOW - DAY, "talk": Talk.VISITS, **more}
    return Control(id=str(kind), kind=kind, **said)


CASES: list[tuple[str, VisitFacts, Whose]] = [
    ("visit.not_offered", visit(period=Period(date(2025, 4, 1))), Whose.FACILITY),
    ("visit.length_not_offered", visit(length_minutes=30), Whose.FACILITY),
    ("visit.past", people(starts_at=THURSDAY - 14 * DAY), Whose.KINLINE),
    ("visit.too_soon", people(starts_at=THURSDAY - 7 * DAY), Whose.FACILITY),
    ("visit.too_far", people(starts_at=THURSDAY + 14 * DAY), Whose.FACILITY),
    ("visit.outside_hours", people(starts_at=THURSDAY.replace(hour=11)), Whose.FACILITY),
    ("visit.no_such_time", people(starts_at=THURSDAY.replace(minute=10)), Whose.FACILITY),
    ("visit.closed", visit(closures=(Closure(NOW, None, "water"),)), Whose.FACILITY),
    ("visit.lockdown", visit(closures=(Closure(NOW, None, "count", True),)), Whose.FACILITY),
    ("visit.holiday", visit(holidays=(Holiday(date(2025, 3, 20), "Jail Day"),)), Whose.FACILITY),
    ("visit.no_station", visit(stations=()), Whose.FACILITY),
    ("visit.full", visit(taken=frozenset({Taken("station:kiosk-1", AT_NINE)})), Whose.FACILITY),
    ("visit.person_busy", visit(taken=frozenset({Taken("person:julian", AT_NINE)})), Whose.PERSON),
    (
        "visit.visitor_busy",
        visit(taken=frozenset({Taken("visitor:odette", AT_NINE)})),
        Whose.CONTACT,
    ),
    (
        "visit.person_quota",
        visit(had={"person:julian": (date(2025, 3, 17), date(2025, 3, 23))}),
        Whose.FACILITY,
    ),
    ("visit.visitor_quota", visit(had={"visitor:odette": (date(2025, 3, 18),)}), Whose.FACILITY),
    ("visit.too_many_visitors", party(ODETTE, NOAH, max_visitors=1), Whose.FACILITY),
    ("visit.no_visitor", party(), Whose.KINLINE),
    ("visit.minor_alone", party(NOAH), Whose.FACILITY),
    ("visit.visitor_not_approved", people(visitors=one(approved=False)), Whose.FACILITY),
    ("visit.visitor_gone", people(visitors=one(active=False)), Whose.CONTACT),
    ("visit.blocked", people(visitors=one(blocked=BlockOf.PERSON)), Whose.CONTACT),
    ("visit.separated", people(separated=True), Whose.FACILITY),
    ("visit.stopped", people(stops=(Stop(Side.PERSON, "rules", None),)), Whose.FACILITY),
    ("visit.person_inactive", people(person_active=False), Whose.FACILITY),
    ("visit.person_elsewhere", people(person_here=False), Whose.FACILITY),
    ("visit.private_not_verified", people(wants_private=True), Whose.FACILITY),
    ("visit.private_mixed", party(GRACE, ODETTE, private_ready=True), Whose.FACILITY),
    ("visit.private_not_offered", party(GRACE), Whose.KINLINE),
    *(
        (f"control.{one.kind}", visit(controls=VisitControls((one,), (EARLIER,))), Whose.FACILITY)
        for one in (
            on_visits(Kind.CLOSED),
            on_visits(Kind.HOURS, hours=(WeekTime(3, time(10), time(11)),)),
            on_visits(Kind.LONGEST, amount=15 * 60),
            on_visits(Kind.VISITS_DAY, amount=1),
            on_visits(Kind.VISITS_WEEK, amount=1),
            on_visits(Kind.GAP, amount=60 * 60),
        )
    ),
    (
        "visit.private_one_home",
        party(GRACE, replace(GRACE, id="priya"), private_ready=True),
        Whose.KINLINE,
    ),
]


@pytest.mark.parametrize(("code", "facts", "whose"), CASES, ids=[code for code, _, _ in CASES])
def test_each_reason_alone_is_the_only_one_and_says_whose_rule_it_is(
    code: str, facts: VisitFacts, whose: Whose
) -> None:
    now = NOW + timedelta(hours=3) if code == "visit.too_soon" else NOW
    (reason,) = refused(facts, now)
    assert (reason.code, reason.whose) == (code, whose)


def test_every_reason_that_there_is_is_shown() -> None:
    assert {code for code, _, _ in CASES} == CODES


def test_what_a_calendar_shows_as_free_can_be_booked_and_nothing_else_it_shows() -> None:
    facts = visit(
        taken=frozenset({Taken("station:kiosk-1", AT_NINE), Taken("person:julian", AT_NINE + DAY)}),
        had={"visitor:odette": (date(2025, 3, 14),)},
        holidays=(Holiday(date(2025, 3, 22), "Jail Day"),),
    )
    standings = set()
    for day in open_slots(facts.asking, NOW):
        for slot in day.slots:
            standings.add(slot.standing)
            verdict = decide(replace(facts, starts_at=slot.starts_at), NOW)
            assert isinstance(verdict, Bookable) == (slot.standing is Standing.FREE)
            if isinstance(verdict, Refused):
                assert slot.why in verdict.reasons
    assert standings == {Standing.FREE, Standing.TAKEN, Standing.TOO_SOON, Standing.QUOTA}


def test_all_reasons_are_told_at_once_each_with_its_end() -> None:
    facts = replace(
        visit(
            closures=(
                Closure(NOW, datetime(2025, 3, 21, 16, 0, tzinfo=UTC), "painting"),
                Closure(NOW, None, "count", lockdown=True),
            ),
            had={"visitor:odette": (date(2025, 3, 18),)},
            length_minutes=35,
        ),
        visitors=one(blocked=BlockOf.FACILITY),
        person_here=False,
        separated=True,
        stops=(Stop(Side.CONTACT, "rules", datetime(2025, 4, 1, tzinfo=UTC)),),
        wants_private=True,
    )
    told = {reason.code: reason.until for reason in refused(facts)}
    assert told == {
        "visit.length_not_offered": None,
        "visit.lockdown": None,
        "visit.closed": datetime(2025, 3, 21, 16, 0, tzinfo=UTC),
        "visit.private_not_verified": None,
        "visit.person_elsewhere": None,
        "visit.blocked": None,
        "visit.separated": None,
        "visit.stopped": datetime(2025, 4, 1, tzinfo=UTC),
        "visit.visitor_quota": datetime(2025, 3, 24, 4, 0, tzinfo=UTC),
    }


@st.composite
def combined(draw: st.DrawFn) -> tuple[VisitFacts, frozenset[str]]:
    """Facts of the people against a visit, in any combination, with the reasons they must give."""
    against: dict[str, dict[str, Any]] = {
        "visit.person_inactive": {"person_active": False},
        "visit.separated": {"separated": True},
        "visit.stopped": {"stops": (Stop(Side.PERSON, "rules", None),)},
        "visit.private_not_verified": {"wants_private": True},
        "visit.outside_hours": {"starts_at": THURSDAY.replace(hour=12)},
    }
    codes = draw(st.sets(st.sampled_from(sorted(against))))
    facts = VISIT
    for code in codes:
        facts = replace(facts, **against[code])
    return facts, frozenset(codes)


@given(combined())
def test_in_any_combination_none_hides_another(case: tuple[VisitFacts, frozenset[str]]) -> None:
    facts, codes = case
    verdict = decide(facts, NOW)
    found = verdict.reasons if isinstance(verdict, Refused) else ()
    assert {reason.code for reason in found} == codes


def test_who_is_not_approved_learns_the_facility_s_rules_and_nothing_of_the_person() -> None:
    against = replace(
        visit(
            had={"person:julian": (date(2025, 3, 17), date(2025, 3, 18))},
            taken=frozenset({Taken("person:julian", AT_NINE)}),
            stations=(),
        ),
        visitors=one(approved=False),
        starts_at=THURSDAY.replace(hour=12),
        person_active=False,
        separated=True,
        stops=(Stop(Side.PERSON, "rules", None),),
    )
    codes = [reason.code for reason in refused(against)]
    assert codes == ["visit.outside_hours", "visit.visitor_not_approved"]


def test_an_order_against_contact_reads_as_no_approval() -> None:
    order = people(visitors=one(no_contact=True))
    assert refused(order) == refused(people(visitors=one(approved=False)))


def test_an_approval_has_to_last_until_the_visit_is_over() -> None:
    ends = AT_NINE + timedelta(minutes=20)
    assert isinstance(decide(people(visitors=one(approved_until=ends)), NOW), Bookable)
    short = people(visitors=one(approved_until=ends - timedelta(seconds=1)))
    assert [reason.code for reason in refused(short)] == ["visit.visitor_not_approved"]


def test_a_stop_that_is_over_by_then_stops_nothing() -> None:
    stop = Stop(Side.PERSON, "rules", AT_NINE)
    assert isinstance(decide(people(stops=(stop,)), NOW), Bookable)


def test_a_minor_comes_with_an_adult_and_is_named_among_who_is_not_approved() -> None:
    assert isinstance(decide(party(ODETTE, NOAH), NOW), Bookable)
    new = replace(NOAH, approved=False)
    (reason,) = refused(party(ODETTE, new))
    assert (reason.code, reason.facts) == ("visit.visitor_not_approved", {"visitor": "noah"})


# --- private ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        (VISIT, None),
        (party(GRACE), "attorney"),
        (party(replace(GRACE, kind=VisitKind.CLERGY)), "clergy"),
        (party(replace(GRACE, kind=VisitKind.OTHER_VERIFIED)), None),
        (party(replace(GRACE, kind=VisitKind.OTHER_VERIFIED), wants_private=True), "wish"),
        (people(person_unrecorded=True), "person"),
        (party(GRACE, ODETTE), "attorney"),
    ],
    ids=["family", "attorney", "clergy", "other", "other-wishes", "never-recorded", "mixed"],
)
def test_one_mark_is_enough_to_make_a_visit_private(facts: VisitFacts, because: str | None) -> None:
    assert private_because(facts) == because
    verdict = decide(replace(facts, private_ready=True), NOW)
    if isinstance(verdict, Bookable):
        assert (verdict.private, verdict.private_because) == (because is not None, because)


def test_a_private_visit_is_never_recorded_and_until_it_can_be_held_it_is_refused() -> None:
    verdict = decide(party(GRACE, private_ready=True), NOW)
    assert verdict == Bookable(False, private=True, recorded=False, private_because="attorney")
    (reason,) = refused(party(GRACE))
    assert (reason.code, reason.whose) == ("visit.private_not_offered", Whose.KINLINE)


def test_a_stop_of_visits_does_not_take_counsel_away() -> None:
    stop = (Stop(Side.PERSON, "rules", None),)
    assert isinstance(decide(party(GRACE, private_ready=True, stops=stop), NOW), Bookable)


@given(
    st.lists(st.sampled_from(VisitKind), min_size=1, max_size=4),
    st.sets(st.sampled_from(VisitKind)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_with_any_mark_of_privacy_nothing_is_ever_recorded(
    kinds: list[VisitKind], here: set[VisitKind], marked: bool, wish: bool, ready: bool
) -> None:
    visitors = [
        VisitorFacts(f"v{index}", approved=True, kind=kind) for index, kind in enumerate(kinds)
    ]
    facts = party(
        *visitors,
        private_kinds=frozenset(here),
        person_unrecorded=marked,
        wants_private=wish,
        private_ready=ready,
    )
    verdict = decide(facts, NOW)
    if VisitKind.ATTORNEY in kinds or marked:
        assert not isinstance(verdict, Bookable) or not verdict.recorded
    if isinstance(verdict, Bookable):
        assert verdict.private != verdict.recorded
        assert ready or not verdict.private


# --- who waits ----------------------------------------------------------------------------

FREED = Freed(THURSDAY, 40, BOSTON)
MONDAY = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)


def waits(name: str, minutes: int = 0, **changed: Any) -> Place:
    place = Place(
        name, MONDAY + timedelta(minutes=minutes), 20, date(2025, 3, 17), date(2025, 3, 23)
    )
    return replace(place, **changed)


def names(*places: Place) -> list[str]:
    return [place.id for place in in_order(places, FREED)]


def test_who_had_no_visit_comes_before_who_had_one_and_then_who_waited_longer() -> None:
    assert names(
        waits("sam", 5),
        waits("julian", visits_in_week=1),
        waits("luis", 1, passed=1),
        waits("ana", 9),
    ) == ["sam", "ana", "luis", "julian"]


def test_only_who_can_use_it_is_asked() -> None:
    assert names(
        waits("long", length_minutes=45),
        waits("next-week", from_on=date(2025, 3, 21)),
        waits("last-week", until_on=date(2025, 3, 19)),
        waits("afternoons", from_=time(13)),
        waits("before-nine", until=time(9)),
        waits("whole", length_minutes=40, until_on=date(2025, 3, 20), from_=time(9)),
    ) == ["whole"]


@given(st.permutations([waits(f"p{index}", index % 3, passed=index % 2) for index in range(7)]))
def test_the_order_is_the_same_however_the_list_is_read(places: list[Place]) -> None:
    assert names(*places) == ["p0", "p6", "p4", "p2", "p3", "p1", "p5"]


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=8, unique=True),
    st.sets(st.integers(0, 7)),
)
def test_with_a_slot_for_each_everybody_gets_one_and_nobody_two_before(
    since: list[int], absent: set[int]
) -> None:
    """Slot after slot of one week: who takes one goes behind, who lets one pass goes behind those
    who did not, and is asked again."""
    places = {f"p{index}": waits(f"p{index}", minutes) for index, minutes in enumerate(since)}
    got: list[str] = []
    for _ in range(2 * len(places)):
        first = in_order(places.values(), FREED)[0]
        if int(first.id[1:]) in absent and not first.passed:
            places[first.id] = replace(first, passed=first.passed + 1)
            continue
        got.append(first.id)
        places[first.id] = replace(first, visits_in_week=first.visits_in_week + 1)
    there = [name for name in places if int(name[1:]) not in absent]
    assert set(got[: len(places)]) == set(places)
    assert got[: len(there)] == sorted(there, key=lambda name: places[name].since)


def test_an_offer_stands_two_hours_or_until_the_notice_would_be_short() -> None:
    assert offer_until(FREED, 24 * 60, NOW) == NOW + OFFER
    nearly = AT_NINE - timedelta(hours=25)
    assert offer_until(FREED, 24 * 60, nearly) == AT_NINE - DAY
    assert offer_until(FREED, 24 * 60, AT_NINE - DAY) is None
