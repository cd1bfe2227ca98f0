"""Booking a visit: what it takes, who may, every reason why not, and once under a key."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.people.models import NoContact
from kinline.apps.visits.actions import keeping
from kinline.apps.visits.actions.booking import SlotTaken
from kinline.apps.visits.models import QuotaPlace, SlotClaim, Visit, VisitRules
from kinline.apps.visits.queries.calendar import calendar
from kinline.core.schedule.slots import Standing
from kinline.core.visit.states import State
from kinline.core.visitor import VisitorKind
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    inside,
    julian_and_odette,
    open_visits,
    outside,
    row,
    someone,
    stranger,
    visit,
    welcome,
)
from tests.cast import NOW, Town


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def test_odette_books_a_visit_with_julian_and_all_it_needs_is_taken(town: Town) -> None:
    julian_and_odette(town, capacity=1)
    done = visit(town.julian, town.odette)
    assert (done.state, done.price_cents, done.fresh) == (State.BOOKED, 0, True)
    made = row(done)
    assert (made.starts_at, made.ends_at) == (FRIDAY, FRIDAY + timedelta(minutes=20))
    (seat,) = made.visitors.values_list("seat", flat=True)
    assert seat == "home-1"
    taken: dict[str, int] = {}
    for resource in SlotClaim.objects.values_list("resource", flat=True):
        taken[resource] = taken.get(resource, 0) + 1
    facility = town.julian.facility_id
    assert taken == {
        f"station:{made.station_id}": 6,  # twenty minutes, and ten of buffer
        f"person:{town.julian.pk}": 6,
        f"staff:{facility}:1": 6,
        f"visitor:{town.odette.pk}": 4,
    }
    assert "87A" in made.citation


def test_both_sides_are_told_and_the_audit_log_has_a_line(town: Town) -> None:
    julian_and_odette(town)
    done = visit(town.julian, town.odette)
    told = Note.objects.filter(kind="visit.booked").values_list("owner", "facts__name")
    assert set(told) == {
        (str(town.julian.pk), "Odette Marrow"),
        (str(town.odette.pk), "Julian Marrow"),
    }
    line = Line.objects.get(act="visit.booked", subject=str(done.id))
    assert (line.actor, line.facility) == (str(town.odette.pk), "ma-bristol")


def test_the_same_form_twice_is_one_visit(town: Town) -> None:
    julian_and_odette(town)
    first = visit(town.julian, town.odette, key="a")
    again = visit(town.julian, town.odette, key="a", at=FRIDAY + HALF_AN_HOUR)
    assert (again.id, again.fresh) == (first.id, False)
    assert Visit.objects.count() == 1


def test_a_key_of_somebody_else_is_ones_own(town: Town) -> None:
    julian_and_odette(town)
    first = visit(town.julian, town.odette, key="a")
    second = visit(
        town.julian, town.odette, key="a", at=FRIDAY + HALF_AN_HOUR, by=inside(town.julian)
    )
    assert second.fresh
    assert second.id != first.id


def test_a_facility_without_rules_offers_no_visits(town: Town) -> None:
    welcome(town.odette, town.julian)
    with pytest.raises(NotFound):
        visit(town.julian, town.odette)


def test_nobody_books_for_others(town: Town) -> None:
    julian_and_odette(town)
    with pytest.raises(NotFound):
        visit(town.julian, town.odette, by=outside(town.grace))
    with pytest.raises(NotFound):
        visit(town.julian, town.odette, by=inside(town.wendell))


def test_who_is_no_approved_visitor_hears_that_and_nothing_of_julian(town: Town) -> None:
    open_visits()
    with pytest.raises(Refused) as no:
        visit(town.julian, town.grace)
    assert codes(no) == ["visit.visitor_not_approved"]


def test_an_approval_that_ends_before_the_visit_is_none(town: Town) -> None:
    open_visits()
    welcome(town.odette, town.julian, until=FRIDAY)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette)
    assert codes(no) == ["visit.visitor_not_approved"]


def test_an_order_reads_like_no_approval(town: Town) -> None:
    julian_and_odette(town)
    NoContact.objects.create(
        person=town.julian,
        contact=town.odette,
        reason="court",
        from_at=NOW,
        made_by="x",
        made_at=NOW,
    )
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette)
    assert codes(no) == ["visit.visitor_not_approved"]


def test_every_reason_is_told_at_once(town: Town) -> None:
    julian_and_odette(town)
    soon = NOW.replace(hour=23, minute=0)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, at=soon, minutes=25)
    assert set(codes(no)) == {"visit.too_soon", "visit.length_not_offered"}


def test_who_is_second_hears_that_it_is_taken_and_what_is_free_near(town: Town) -> None:
    julian_and_odette(town, stations=1)
    visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    with pytest.raises(SlotTaken) as no:
        visit(other, ada)
    assert codes(no) == ["visit.slot_taken"]
    near = [one.starts_at for one in no.value.near]
    assert near[:2] == [FRIDAY - HALF_AN_HOUR, FRIDAY + HALF_AN_HOUR]
    assert visit(other, ada, at=near[0]).fresh


def test_the_second_kiosk_takes_the_second_visit(town: Town) -> None:
    julian_and_odette(town, stations=2)
    first = visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    second = visit(other, stranger("Ada", other))
    assert row(first).station_id != row(second).station_id


def test_one_place_of_staff_allows_one_visit_at_a_time(town: Town) -> None:
    julian_and_odette(town, stations=2, capacity=1)
    visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    with pytest.raises(SlotTaken):
        visit(other, stranger("Ada", other))


def test_nobody_is_in_two_visits_at_once(town: Town) -> None:
    julian_and_odette(town)
    visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    welcome(town.odette, other)
    with pytest.raises(Refused) as no:
        visit(other, town.odette)
    assert codes(no) == ["visit.visitor_busy"]
    with pytest.raises(Refused) as no:
        visit(town.julian, stranger("Ada", town.julian))
    assert codes(no) == ["visit.person_busy"]


def test_the_week_has_so_many_visits_and_no_more(town: Town) -> None:
    julian_and_odette(town, per_person_week=2)
    visit(town.julian, town.odette)
    visit(town.julian, town.odette, at=FRIDAY + timedelta(days=1))
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, at=FRIDAY + timedelta(days=2))
    assert codes(no) == ["visit.person_quota"]
    assert visit(town.julian, town.odette, at=FRIDAY + timedelta(days=3)).fresh  # Monday
    numbers = QuotaPlace.objects.filter(holder=f"person:{town.julian.pk}")
    assert list(numbers.order_by("week_on", "number").values_list("number", flat=True)) == [1, 2, 1]


def test_two_who_must_not_meet_are_never_there_at_one_time(town: Town) -> None:
    julian_and_odette(town)
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    done = keeping.separate(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        other_id=other.pk,
        why="threats",
        now=NOW,
    )
    assert done.together == 0
    visit(town.julian, town.odette)
    with pytest.raises(SlotTaken):
        visit(other, ada)
    assert visit(other, ada, at=FRIDAY + HALF_AN_HOUR).fresh


def test_a_separation_made_later_holds_for_what_is_booked(town: Town) -> None:
    julian_and_odette(town)
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    visit(town.julian, town.odette)
    ines = town.staff("ines")
    made = keeping.separate(
        staff=ines, person_id=other.pk, other_id=town.julian.pk, why="threats", now=NOW
    )
    with pytest.raises(SlotTaken):
        visit(other, ada)
    keeping.lift_separation(staff=ines, separation_id=made.separation, now=NOW)
    assert visit(other, ada).fresh


def test_a_minor_comes_with_their_adult_and_sits_with_them(town: Town) -> None:
    open_visits()
    (ana,) = welcome(town.odette, town.julian, minors=["Ana"])
    made = row(visit(town.julian, town.odette, minors=[ana]))
    rows = made.visitors.order_by("minor_name").values_list("minor_name", "seat", "minor")
    assert list(rows) == [("", "home-1", None), ("Ana", "home-1", ana)]
    assert SlotClaim.objects.filter(resource=f"visitor:{ana}").count() == 4


def test_a_minor_of_nobody_who_comes_is_not_taken_along(town: Town) -> None:
    julian_and_odette(town)
    (bea,) = welcome(town.grace, town.julian, minors=["Bea"])
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, minors=[bea])
    assert codes(no) == ["visit.visitor_not_approved"]


def test_five_are_too_many(town: Town) -> None:
    julian_and_odette(town)
    others = [stranger(f"Ada{number}", town.julian) for number in range(4)]
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, *others)
    assert codes(no) == ["visit.too_many_visitors"]
    seats = row(visit(town.julian, town.odette, *others[:3])).visitors.order_by("seat")
    assert list(seats.values_list("seat", flat=True)) == ["home-1", "home-2", "home-3", "home-4"]


def test_an_attorneys_visit_is_never_booked_as_an_ordinary_one(town: Town) -> None:
    open_visits()
    # Let in as an ordinary visitor; that Bristol verified her as an attorney is enough.
    welcome(town.priya, town.julian)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.priya)
    assert codes(no) == ["visit.private_not_offered"]


def test_where_private_visits_are_not_set_up_they_are_refused_and_it_says_so(town: Town) -> None:
    open_visits()
    welcome(town.grace, town.julian, kind=VisitorKind.CLERGY)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.grace, private=True)
    assert codes(no) == ["visit.private_not_offered"]
    assert visit(town.julian, town.grace).fresh


def test_where_staff_agree_first_it_is_a_request(town: Town) -> None:
    julian_and_odette(town, approval=True)
    done = visit(town.julian, town.odette)
    assert done.state is State.REQUESTED
    assert Note.objects.filter(kind="visit.requested").count() == 2


def test_people_inside_book_where_the_facility_lets_them(town: Town) -> None:
    julian_and_odette(town)
    assert visit(town.julian, town.odette, by=inside(town.julian)).fresh
    VisitRules.objects.update(from_inside=False)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, by=inside(town.julian), at=FRIDAY + HALF_AN_HOUR)
    assert codes(no) == ["visit.not_from_inside"]


def test_a_units_rules_go_before_the_facilitys(town: Town) -> None:
    julian_and_odette(town)
    keeping.set_rules(
        staff=town.staff("ines"),
        place="ma-bristol",
        unit_id=town.julian.unit_id,
        wanted=keeping.Wanted(
            from_on=date(2025, 3, 12),
            template=[keeping.WeekTime(4, time(13), time(15))],
            lengths=[40],
        ),
        now=NOW,
    )
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette)
    assert set(codes(no)) == {"visit.length_not_offered"}
    one = datetime(2025, 3, 14, 17, 0, tzinfo=UTC)
    assert visit(town.julian, town.odette, at=one, minutes=40).fresh


def test_the_calendar_shows_every_day_and_what_is_taken(town: Town) -> None:
    julian_and_odette(town, stations=1)
    other = someone("40-0001", town.julian.facility)
    visit(other, stranger("Ada", other))
    seen = calendar(
        by=outside(town.odette), person_id=town.julian.pk, contact_ids=[town.odette.pk], now=NOW
    )
    assert (seen.zone, seen.lengths, seen.minutes) == ("America/New_York", (20, 40), 20)
    assert (seen.refusals, seen.cents) == ((), 0)
    assert len(seen.days) == 15
    friday = next(day for day in seen.days if day.on == date(2025, 3, 14))
    standing = {slot.starts_at: slot.standing for slot in friday.slots}
    assert standing[FRIDAY] is Standing.TAKEN
    assert standing[FRIDAY + HALF_AN_HOUR] is Standing.FREE
    assert not seen.days[0].free  # today is within the notice


def test_the_calendar_asks_no_more_where_more_is_booked(town: Town) -> None:
    julian_and_odette(town)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            calendar(
                by=outside(town.odette),
                person_id=town.julian.pk,
                contact_ids=[town.odette.pk],
                now=NOW,
            )
        return len(seen)

    before = asked()
    for number in range(3):
        other = someone(f"40-000{number}", town.julian.facility)
        visit(other, stranger(f"Ada{number}", other), at=FRIDAY + number * HALF_AN_HOUR)
    assert asked() == before <= 20
