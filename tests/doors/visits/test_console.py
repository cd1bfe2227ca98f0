"""Staff of Bristol set rules, close, decide on requests, and print the day."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.facilities.models import Unit
from kinline.apps.visits.models import Closure, Separation, Visit, VisitRules, VisitStation
from kinline.core.visit.states import State
from tests.apps.visits.visiting import FRIDAY, someone, stranger, visit
from tests.cast import Town
from tests.doors import visitors
from tests.doors.visits.test_portal import A_DAY, main, text

HERE = "ma-bristol"
RULES = {
    "unit_id": "",
    "from_on": "2025-03-20",
    "until_on": "",
    "lengths": "20, 40",
    "day_0": "",
    "day_1": "9-11:30, 1 PM - 4 PM",
    "day_5": "09:00-17:00",
    "notice_hours": "24",
    "horizon_days": "14",
    "per_person_week": "2",
    "per_visitor_week": "",
    "week_starts": "6",
    "buffer_minutes": "10",
    "every_minutes": "",
    "capacity": "3",
    "max_visitors": "4",
    "cancel_hours": "24",
    "approval": "on",
    "from_inside": "on",
    "recorded": "on",
    "note": "Spring hours",
}


@pytest.fixture
def ines(offered: Town) -> Client:
    return visitors.staff(offered.account("ines"))


def at(name: str, *args: object) -> str:
    return reverse(f"console_{name}", args=args or [HERE])


def test_rules_are_planned_from_a_day_on_and_the_log_says_so(offered: Town, ines: Client) -> None:
    page = ines.post(at("visits_plan"), RULES, follow=True)
    assert "The rules are set." in main(page)
    row = VisitRules.objects.get(from_on="2025-03-20")
    assert row.template == [
        [1, "09:00", "11:30"],
        [1, "13:00", "16:00"],
        [5, "09:00", "17:00"],
    ]
    assert (row.lengths, row.notice_minutes, row.week_starts) == ([20, 40], 1440, 6)
    assert (row.per_visitor_week, row.capacity, row.approval) == (None, 3, True)
    said = main(ines.get(at("visits_rules")))
    assert "Tuesday: 9:00 AM to 11:30 AM, 1:00 PM to 4:00 PM; Saturday: 9:00 AM" in said
    assert "2 for a person inside, from Sunday on" in said
    assert "Spring hours" in said
    line = Line.objects.filter(act__startswith="visits.").latest("id")
    assert line.actor == str(offered.account("ines").pk)
    assert line.act not in main(ines.get(reverse("console_audit"))), "it has words"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("day_1", "nine to five", "Write it like 9:00-11:30"),
        ("day_1", "9:00-11:00, 10:30-12:00", "Two of these times overlap."),
        ("day_1", "9:02-10:00", "Times lie on full five minutes"),
        ("day_1", "11:00-10:00", "the end comes after the beginning"),
        ("lengths", "20 or so", "Write numbers with commas"),
        ("lengths", "22", "Each length is a multiple of five"),
        ("buffer_minutes", "7", "Give a multiple of five."),
        ("until_on", "2025-03-20", "The end must be later than the beginning."),
    ],
)
def test_a_mistake_is_said_beside_its_field(
    ines: Client, field: str, typed: str, said: str
) -> None:
    page = ines.post(at("visits_plan"), RULES | {field: typed})
    assert said in main(page)
    assert f'id="id_{field}-error"' in text(page)
    assert VisitRules.objects.count() == 1


def test_hours_are_needed_on_one_day(ines: Client) -> None:
    page = ines.post(at("visits_plan"), RULES | {"day_1": "", "day_5": ""})
    assert "Give hours on one day at least." in main(page)


def test_which_rules_hold_is_explained_unit_by_unit(offered: Town, ines: Client) -> None:
    unit = Unit.objects.get(facility__place=HERE, name="C")
    ines.post(at("visits_plan"), RULES | {"unit_id": unit.pk})
    page = main(ines.get(at("visits_rules"), {"on": "2025-03-21"}))
    assert "Unit C Since March 20, 2025, set by Ines Pell The unit’s own rules go before" in page
    assert "The facility’s: the unit has none of its own." in page
    before = main(ines.get(at("visits_rules"), {"on": "2022-06-01"}))
    assert "No rules hold on this day" in before


def test_a_facility_without_rules_says_what_that_means(town: Town, now: datetime) -> None:
    ines = visitors.staff(town.account("ines"))
    page = main(ines.get(at("visits_rules")))
    assert "Without rules no visits are offered here" in page


def test_stations_are_added_and_closed(offered: Town, ines: Client) -> None:
    typed = {"unit_id": "", "kind": "room", "name": "Room 1"}
    assert "Room with a door" in main(ines.post(at("visits_stations"), typed, follow=True))
    again = main(ines.post(at("visits_stations"), typed))
    assert "This name is taken here." in again
    room = VisitStation.objects.get(name="Room 1")
    ines.post(at("visits_station_close", HERE, room.pk))
    room.refresh_from_db()
    assert room.closed_at is not None


def test_a_closure_says_first_what_it_cancels(offered: Town, ines: Client) -> None:
    visit(offered.julian, offered.odette)
    typed = {
        "unit_id": "",
        "kind": "closed",
        "from_at": "2025-03-14T00:00",
        "until_at": "2025-03-15T00:00",
        "why": "A burst pipe",
    }
    page = main(ines.post(at("visits_closures"), typed))
    assert "This cancels 1 visit." in page
    assert not Closure.objects.exists()
    done = main(ines.post(at("visits_closures"), typed | {"sure": "1"}, follow=True))
    assert "Closed. 1 visit was canceled." in done
    assert Visit.objects.get().state == State.CANCELLED
    closed = Closure.objects.get()
    assert closed.from_at.isoformat() == "2025-03-14T04:00:00+00:00", "by the facility's clock"
    done = main(ines.post(at("visits_lift", HERE, closed.pk), follow=True))
    assert "Open again." in done


def test_stopping_all_visits_is_one_confirmed_step(offered: Town, ines: Client) -> None:
    visit(offered.julian, offered.odette)
    page = main(ines.get(at("visits_lockdown")))
    assert "The whole facility: 1 visit is canceled" in page
    unsure = main(ines.post(at("visits_lockdown"), {"unit_id": "", "why": "A search"}))
    assert "Say that you are sure." in unsure
    assert Visit.objects.get().state == State.BOOKED
    typed = {"unit_id": "", "why": "A search", "sure": "on"}
    done = main(ines.post(at("visits_lockdown"), typed, follow=True))
    assert "Visits are stopped. 1 visit was canceled." in done
    row = Visit.objects.get()
    assert row.state == State.CANCELLED
    assert "until lifted" in done


def test_two_people_are_kept_apart(offered: Town, ines: Client) -> None:
    other = someone("40-9999", offered.julian.facility)
    typed = {"person": "40-2719", "other": "40-9999", "why": "A fight"}
    wrong = main(ines.post(at("visits_apart"), typed | {"other": "31-0007"}))
    assert "Nobody here has this ID number." in wrong
    assert "A fight" in main(ines.post(at("visits_apart"), typed, follow=True))
    made = Separation.objects.get()
    assert {made.person_id, made.other_id} == {offered.julian.pk, other.pk}
    ines.post(at("visits_apart_lift", HERE, made.pk))
    made.refresh_from_db()
    assert made.lifted_at is not None


def test_a_request_is_approved_or_refused_with_a_reason(offered: Town, ines: Client) -> None:
    VisitRules.objects.update(approval=True, per_person_week=None, per_visitor_week=None)
    yes = visit(offered.julian, offered.odette).id
    no = visit(offered.julian, offered.odette, at=FRIDAY + A_DAY).id
    assert main(ines.get(at("visits_requests"))).count("Approve") == 2
    ines.post(at("visit_approve", yes))
    unsaid = ines.post(at("visit_refuse", no), {"reason": "other"})
    assert "Say in your own words why" in main(unsaid)
    ines.post(at("visit_refuse", no), {"reason": "staff_short", "note": "Training day."})
    states = dict(Visit.objects.values_list("pk", "state"))
    assert states == {yes: State.BOOKED, no: State.REFUSED}
    page = main(ines.get(at("visit", no)))
    assert "There are not enough staff at that time. Training day." in page
    assert "Not approved Ines Pell" in page, "the history says who"
    again = ines.post(at("visit_approve", yes), follow=True)
    assert again.status_code == 200


def test_a_visit_is_canceled_with_a_reason_both_sides_read(offered: Town, ines: Client) -> None:
    booked = visit(offered.julian, offered.odette).id
    assert "This field is required" in main(ines.post(at("visit_cancel", booked), {"why": ""}))
    ines.post(at("visit_cancel", booked), {"why": "The kiosk is broken"})
    page = main(ines.get(at("visit", booked)))
    assert "The facility canceled it. It says: The kiosk is broken" in page
    assert "Canceled Ines Pell" in page


def test_the_day_on_a_page_and_on_paper(offered: Town, ines: Client) -> None:
    visit(offered.julian, offered.odette)
    day = main(ines.get(at("visits"), {"on": "2025-03-14"}))
    assert "10:00 AM to 10:20 AM Julian Marrow Unit C Odette Marrow Kiosk 1 Scheduled" in day
    assert "No visits on this day." in main(ines.get(at("visits")))
    paper = main(ines.get(at("visits_print"), {"on": "2025-03-14"}))
    assert "Video visits, Friday, March 14" in paper
    assert "Odette Marrow" in paper
    assert ines.get(at("visits"), {"on": "9999-12-31"}).status_code == 200
    assert ines.get(at("visits"), {"on": "nonsense"}).status_code == 200


@pytest.mark.parametrize("name", ["visits", "visits_requests", "visits_rules"])
def test_no_list_costs_more_for_more_rows(offered: Town, ines: Client, name: str) -> None:
    VisitRules.objects.update(approval=True, per_person_week=None, per_visitor_week=None)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ines.get(at(name), {"on": "2025-03-14"}).status_code == 200
        return len(queries)

    visit(offered.julian, offered.odette)
    few = count()
    for number in range(1, 4):
        other = someone(f"x{number}", offered.julian.facility)
        begins = FRIDAY + timedelta(hours=number)
        visit(other, stranger(f"s{number}", other), at=begins)
        VisitRules.objects.create(
            facility=other.facility,
            from_on=(timezone.now() - number * A_DAY).date(),
            template=[],
            lengths=[20],
            set_by="test",
            set_at=begins,
        )
    assert count() == few


def test_every_address_of_visits_has_its_row() -> None:
    """In the table of the console's own test_who_may."""
    from kinline.doors.console import visits_urls
    from tests.doors.console.test_who_may import ROUTES

    known = {route.name for route in ROUTES}
    assert {one.name for one in visits_urls.urlpatterns} <= known
