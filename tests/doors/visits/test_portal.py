"""Odette books, moves, cancels and waits on the portal's pages."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.people.models import NoContact
from kinline.apps.visits.actions import cancelling, waiting
from kinline.apps.visits.models import Closure, Visit, VisitRules, WaitingPlace
from kinline.core.visit.states import State
from kinline.core.visitor import VisitorKind
from tests.apps.visits.visiting import FRIDAY, outside, someone, stranger, visit, welcome
from tests.cast import NOW, Town
from tests.doors import clock, people, visitors

ON = "2025-03-14"
A_DAY = timedelta(days=1)


@pytest.fixture
def odette(offered: Town) -> Client:
    return people.outside(offered.odette)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def main(answer: object) -> str:
    """The page's main part, as one reads it."""
    page = re.search(r"<main.*?</main>", text(answer), re.DOTALL)
    assert page, text(answer)[:500]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.group()))


def at(name: str, *args: object) -> str:
    return reverse(f"portal-visits-{name}" if name else "portal-visits", args=args)


def form(**more: object) -> dict[str, str]:
    chosen = {"starts": FRIDAY.isoformat(), "minutes": "20", "on": ON}
    typed = {**chosen, "agree": "1", "key": "one"}
    return typed | {name: str(value) for name, value in more.items()}


# --- booking ------------------------------------------------------------------------------


def test_odette_books_in_three_steps(offered: Town, odette: Client) -> None:
    julian = offered.julian.pk
    assert "Julian Marrow" in main(odette.get(at("book")))
    times = odette.get(at("book"), {"other": str(julian), "go": "1"}, follow=True)
    assert times.redirect_chain[-1][0].startswith(at("time", julian))
    friday = odette.get(at("time", julian), {"on": ON})
    assert "Times on Friday, March 14" in main(friday)
    assert f'value="{FRIDAY.isoformat()}"' in text(friday)
    check = odette.get(at("check", julian), form())
    assert "Friday, March 14, 10:00 AM to 10:20 AM" in main(check)
    assert "G.L. c. 127, § 87A" in main(check), "free, and by which law"
    assert not Visit.objects.exists()
    done = odette.post(at("check", julian), form(), follow=True)
    assert "Booked. Everybody who comes is told." in main(done)
    assert "Scheduled The door opens at 9:45 AM." in main(done)
    row = Visit.objects.get()
    assert (row.person, row.booked_by, row.starts_at) == (offered.julian, offered.odette, FRIDAY)


def test_the_same_form_twice_is_one_visit(offered: Town, odette: Client) -> None:
    for _twice in range(2):
        answer = odette.post(at("check", offered.julian.pk), form())
    assert answer["Location"].startswith(at("one", Visit.objects.get().pk))


def test_nothing_is_booked_before_one_agreed(offered: Town, odette: Client) -> None:
    answer = odette.post(at("check", offered.julian.pk), form(agree=""))
    assert answer.status_code == 400
    assert "Please say that you agree." in main(answer)
    assert not Visit.objects.exists()


def test_without_a_time_one_is_sent_back_to_the_times(offered: Town, odette: Client) -> None:
    answer = odette.get(at("check", offered.julian.pk), {"on": ON, "minutes": "20"}, follow=True)
    assert "Choose a time." in main(answer)
    assert "Times on Friday, March 14" in main(answer)


def test_without_a_person_the_first_step_says_so(odette: Client) -> None:
    answer = odette.get(at("book"), {"go": "1"})
    assert answer.status_code == 400
    assert "Choose somebody." in main(answer)


def test_a_child_and_another_grown_up_come_along(offered: Town, odette: Client) -> None:
    (tibo,) = welcome(offered.grace, offered.julian, minors=["Ti Bo"])
    asked = {
        "other": str(offered.julian.pk),
        "go": "1",
        "email": "grace@example.org",
        "minor": str(tibo),
    }
    times = odette.get(at("book"), asked)
    query = times["Location"]
    assert str(offered.grace.pk) in query
    typed = form(**{"with": offered.grace.pk, "minor": tibo})
    assert "Odette Marrow, Grace Okafor, Ti Bo" in main(
        odette.get(at("check", offered.julian.pk), typed)
    )
    odette.post(at("check", offered.julian.pk), typed)
    rows = Visit.objects.get().visitors.order_by("seat", "minor_name")
    assert [(row.contact.name, row.minor_name, row.seat) for row in rows] == [
        ("Odette Marrow", "", "home-1"),
        ("Grace Okafor", "", "home-2"),
        ("Grace Okafor", "Ti Bo", "home-2"),
    ]


@pytest.mark.parametrize("email", ["carmen@example.org", "nobody@example.org"])
def test_who_may_not_come_and_nobody_read_alike(offered: Town, odette: Client, email: str) -> None:
    answer = odette.get(at("book"), {"other": str(offered.julian.pk), "go": "1", "email": email})
    assert answer.status_code == 400
    said = f"Nobody who may visit Julian Marrow signs in with this email: {email}"
    assert said in main(answer)


def test_a_stranger_named_in_the_address_stays_nameless(offered: Town, odette: Client) -> None:
    page = odette.get(at("check", offered.julian.pk), form(**{"with": offered.carmen.pk}))
    assert "Carmen" not in main(page)


# --- the calendar -------------------------------------------------------------------------


def test_days_without_visits_say_why(offered: Town, odette: Client) -> None:
    VisitRules.objects.update(template=[[day, "09:00", "17:00"] for day in range(1, 7)])
    Closure.objects.create(
        facility=offered.julian.facility,
        kind="holiday",
        from_at=datetime.fromisoformat("2025-03-18T04:00:00+00:00"),
        until_at=datetime.fromisoformat("2025-03-19T04:00:00+00:00"),
        why="Evacuation Day",
        set_by="test",
        set_at=NOW,
    )
    page = main(odette.get(at("time", offered.julian.pk)))
    assert "A visit must be booked at least 24 hours ahead. Mar 12" in page
    assert "Evacuation Day. Mar 18" in page
    assert "Visits on this weekday: none. Mar 17, Mar 24" in page
    assert "Tuesday, March 18, not open" in page


def test_taken_times_stay_visible_and_off(offered: Town, odette: Client) -> None:
    other = stranger("luz", offered.julian)
    visit(offered.julian, other, at=FRIDAY)
    page = text(odette.get(at("time", offered.julian.pk), {"on": ON}))
    slot = re.search(rf'<input[^>]*value="{re.escape(FRIDAY.isoformat())}"[^>]*>.*?</span>', page)
    assert slot
    assert "disabled" in slot.group()
    assert "Taken" in slot.group()


def test_times_are_shown_by_both_clocks_where_they_differ(offered: Town, odette: Client) -> None:
    address = at("time", offered.julian.pk) + f"?on={ON}"
    plain = main(odette.get(address))
    assert "Pacific time, your clock" not in plain
    answer = odette.post(at("zone"), {"zone": "America/Los_Angeles", "next": address})
    assert answer["Location"] == address
    page = main(odette.get(address))
    assert "Large: Eastern time, the facility’s clock. Small: Pacific time, your clock." in page
    assert "10:00 AM 7:00 AM yours" in page
    booked = odette.post(at("check", offered.julian.pk), form(), follow=True)
    assert "By your clock (Pacific time): 7:00 AM to 7:20 AM" in main(booked)
    odette.post(at("zone"), {"zone": "", "next": address})
    assert "your clock." not in main(odette.get(address))


def test_a_clock_that_shows_the_same_is_not_said_twice(offered: Town, odette: Client) -> None:
    odette.cookies["kinline_zone"] = "America/Toronto"
    page = main(odette.get(at("time", offered.julian.pk), {"on": ON}))
    assert "yours" not in page
    odette.cookies["kinline_zone"] = "Mars/Olympus"
    assert odette.get(at("time", offered.julian.pk)).status_code == 200


def test_the_night_the_clocks_go_back_an_hour_comes_once(
    offered: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.it_is(monkeypatch, "2025-10-30 11:00")
    VisitRules.objects.update(template=[[6, "00:00", "04:00"]])
    odette = people.outside(offered.odette)
    page = main(odette.get(at("time", offered.julian.pk), {"on": "2025-11-02"}))
    assert "1:00 AM The first of two: the clocks go back" in page
    assert page.count("1:00 AM") == 1


# --- refusals -----------------------------------------------------------------------------


def test_a_refusal_has_all_its_reasons(offered: Town, odette: Client) -> None:
    VisitRules.objects.update(per_visitor_week=1)
    visit(offered.julian, offered.odette, at=FRIDAY)
    answer = odette.post(at("check", offered.julian.pk), form(key="two"))
    page = main(answer)
    assert answer.status_code == 409
    assert "There are 3 reasons." in page
    assert "Julian Marrow has another visit at this time." in page
    assert "Visits a week for a visitor: at most 1." in page
    assert Visit.objects.count() == 1


def test_who_was_quicker_has_the_time(offered: Town, odette: Client) -> None:
    """Both stations are taken between the look and the press."""
    for name in ("luz", "rosa"):
        other = someone(name, offered.julian.facility)
        visit(other, stranger(name, other), at=FRIDAY)
    answer = odette.post(at("check", offered.julian.pk), form())
    assert answer.status_code == 409
    assert "Choose another time" in main(answer)
    assert not Visit.objects.filter(person=offered.julian).exists()


def test_where_they_are_not_set_up_a_private_visit_is_refused_in_a_plain_sentence(
    offered: Town,
) -> None:
    welcome(offered.priya, offered.julian, kind=VisitorKind.ATTORNEY)
    priya = people.outside(offered.priya)
    page = main(priya.get(at("time", offered.julian.pk)))
    assert "Private video visits are not set up here" in page
    answer = priya.post(at("check", offered.julian.pk), form())
    assert answer.status_code == 409
    assert "Private video visits are not set up here" in main(answer)
    assert not Visit.objects.exists()


def test_who_is_not_let_in_sees_no_calendar(offered: Town) -> None:
    carmen = people.outside(offered.carmen)
    there, nowhere = (carmen.get(at("time", pk)) for pk in (offered.julian.pk, uuid4()))
    assert there.status_code == nowhere.status_code == 404
    assert "Aún no puede visitar a nadie" in main(carmen.get(at("book")))  # she reads Spanish


def test_an_order_leaves_nobody_to_be_seen(offered: Town, odette: Client) -> None:
    NoContact.objects.create(
        person=offered.julian,
        contact=offered.odette,
        reason="Court",
        from_at=NOW - A_DAY,
        made_by="test",
        made_at=NOW,
    )
    assert "Julian" not in main(odette.get(at("book")))
    assert odette.get(at("time", offered.julian.pk)).status_code == 404


# --- afterwards ---------------------------------------------------------------------------


def test_odette_moves_her_visit(offered: Town, odette: Client) -> None:
    booked = visit(offered.julian, offered.odette)
    page = odette.get(at("change", booked.id), {"on": ON})
    assert "Now: Friday, March 14, 10:00 AM" in main(page)
    later = FRIDAY + timedelta(hours=1)
    done = odette.post(at("change", booked.id), {"starts": later.isoformat()}, follow=True)
    assert "The visit was moved." in main(done)
    assert Visit.objects.get().starts_at == later
    lost = odette.post(at("change", booked.id), {"starts": ""})
    assert lost.status_code == 400
    assert "Choose a time." in main(lost)


def test_a_move_that_is_refused_leaves_the_visit_where_it_was(
    offered: Town, odette: Client
) -> None:
    booked = visit(offered.julian, offered.odette)
    night = FRIDAY + timedelta(hours=12)
    answer = odette.post(at("change", booked.id), {"starts": night.isoformat()})
    assert answer.status_code == 409
    assert "Visits on this weekday: 9:00 AM to 5:00 PM." in main(answer)
    assert Visit.objects.get().starts_at == FRIDAY


def test_canceling_says_first_how_late_it_is(
    offered: Town, odette: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = visit(offered.julian, offered.odette)
    assert "You are early enough" in main(odette.get(at("cancel", booked.id)))
    clock.it_is(monkeypatch, "2025-03-14 08:00")
    late = main(odette.get(at("cancel", booked.id)))
    assert "It is late: it begins in 2 hours" in late
    assert "It counts as a visit of this week." in late
    done = odette.post(at("cancel", booked.id), follow=True)
    assert "Canceled. It counts as a visit of this week." in main(done)
    row = Visit.objects.get()
    assert (row.state, row.late) == (State.CANCELLED, True)
    again = odette.get(at("cancel", booked.id))
    assert again["Location"] == at("one", booked.id)


def test_the_door_is_ready_a_quarter_of_an_hour_before(
    offered: Town, odette: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = visit(offered.julian, offered.odette)
    clock.it_is(monkeypatch, "2025-03-14 09:44")
    assert "Scheduled" in main(odette.get(at("one", booked.id)))
    clock.it_is(monkeypatch, "2025-03-14 09:45")
    assert "Ready" in main(odette.get(at("one", booked.id)))


def test_where_staff_agree_first_it_is_pending(offered: Town, odette: Client) -> None:
    VisitRules.objects.update(approval=True)
    check = main(odette.get(at("check", offered.julian.pk), form()))
    assert "The facility says yes or no." in check
    done = odette.post(at("check", offered.julian.pk), form(), follow=True)
    assert "Asked for. You hear from us" in main(done)
    assert "Pending" in main(done)


def test_odette_waits_and_takes_what_came_free(offered: Town, odette: Client) -> None:
    VisitRules.objects.update(template=[[4, "10:00", "10:20"]])
    luz = stranger("luz", offered.julian)
    taken = visit(offered.julian, luz)
    full = odette.get(at("time", offered.julian.pk), {"on": ON})
    assert "Friday, March 14, all times taken" in text(full)
    typed = {"on": ON, "minutes": "20", "key": "w"}
    done = odette.post(at("wait", offered.julian.pk), typed, follow=True)
    assert "You are on the waiting list." in main(done)
    assert "Friday, March 14 With Julian Marrow, 20 minutes." in main(done)
    cancelling.cancel(by=outside(luz), visit_id=taken.id, now=timezone.now())
    waiting.offer_freed(now=timezone.now())
    place = WaitingPlace.objects.get()
    page = main(odette.get(at("")))
    assert "A time has come free" in page
    assert "The time is kept for you until Today, 1:00 PM." in page
    done = odette.post(at("offer", place.pk), {"answer": "yes"}, follow=True)
    assert "Booked." in main(done)
    assert Visit.objects.get(state=State.BOOKED).booked_by == offered.odette


def test_leaving_the_list_and_letting_go(offered: Town, odette: Client) -> None:
    typed = {"on": ON, "minutes": "20", "key": "w"}
    odette.post(at("wait", offered.julian.pk), typed)
    place = WaitingPlace.objects.get()
    done = odette.post(at("leave", place.pk), follow=True)
    assert "You are not on the waiting list any more." in main(done)


def test_the_list_has_what_comes_and_what_was(
    offered: Town, odette: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = visit(offered.julian, offered.odette)
    visit(offered.julian, offered.odette, at=FRIDAY + 3 * A_DAY)
    clock.it_is(monkeypatch, "2025-03-15 11:00")
    Visit.objects.filter(pk=booked.id).update(state=State.ENDED)
    page = main(odette.get(at("")))
    assert re.search(r"Coming Monday, March 17.*Past Friday, March 14", page)
    assert "Monday, March 17" in main(odette.get(reverse("portal"))), "the next one, at home"


# --- who may ------------------------------------------------------------------------------

ABOUT_A_VISIT = [
    ("one", False),
    ("change", False),
    ("change", True),
    ("cancel", False),
    ("cancel", True),
    ("ics", False),
]
ABOUT_A_PLACE = [("leave", True), ("offer", True)]
ABOUT_SOMEBODY = [("time", False), ("check", False), ("check", True), ("wait", True)]
ALL = [*ABOUT_A_VISIT, *ABOUT_A_PLACE, *ABOUT_SOMEBODY]
ids = [f"{name}{'-post' if post else ''}" for name, post in ALL]


def theirs(town: Town, name: str) -> object:
    if (name, True) in ABOUT_A_PLACE:
        return waiting.wait(
            by=outside(town.odette),
            key="w",
            person_id=town.julian.pk,
            contact_ids=[town.odette.pk],
            length_minutes=20,
            from_on=FRIDAY.date(),
            until_on=FRIDAY.date(),
            now=NOW,
        )
    if name in {one for one, _post in ABOUT_SOMEBODY}:
        return town.julian.pk
    return visit(town.julian, town.odette).id


@pytest.mark.parametrize(("name", "post"), ALL, ids=ids)
def test_not_yours_and_not_there_are_one_answer(offered: Town, name: str, post: bool) -> None:
    hers = theirs(offered, name)
    sam = visitors.staff(offered.account("sam"))
    for browser in (people.outside(offered.nadia), sam):
        verb = browser.post if post else browser.get
        pages = [verb(at(name, pk)) for pk in (hers, uuid4())]
        assert [one.status_code for one in pages] == [404, 404]
        assert visitors.bare(text(pages[0])) == visitors.bare(text(pages[1]))
    stranger_ = Client()
    verb = stranger_.post if post else stranger_.get
    for pk in (hers, uuid4()):
        assert verb(at(name, pk))["Location"].startswith(settings.LOGIN_URL)


@pytest.mark.parametrize(("name", "post"), [("", False), ("book", False), ("zone", True)])
def test_only_contacts_have_such_pages(offered: Town, name: str, post: bool) -> None:
    for browser, status in ((Client(), 302), (visitors.staff(offered.account("ines")), 404)):
        verb = browser.post if post else browser.get
        assert verb(at(name)).status_code == status


def test_every_address_of_visits_has_its_row() -> None:
    """A new address fails here until somebody says who may use it."""
    from kinline.doors.portal import visits

    known = {name for name, _post in ALL} | {"", "book", "zone"}
    names = {
        str(one.name).removeprefix("portal-visits").removeprefix("-") for one in visits.urlpatterns
    }
    assert names == known


# --- entry and cost -----------------------------------------------------------------------


def test_nothing_leads_here_where_no_facility_offers_visits(town: Town) -> None:
    home = text(people.outside(town.odette).get(reverse("portal")))
    assert at("") not in home
    assert at("book") not in home


def test_the_tab_is_there_where_one_does(offered: Town, odette: Client) -> None:
    home = text(odette.get(reverse("portal")))
    assert home.count(f'href="{at("")}"') == 2, "at the top, and at the bottom of a phone"
    wendells = text(people.outside(offered.grace).get(reverse("portal")))
    assert at("") not in wendells, "Suffolk offers none"


@pytest.mark.parametrize("page", ["", "time"])
def test_no_page_costs_more_for_more_visits(offered: Town, odette: Client, page: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            args = [offered.julian.pk] if page == "time" else []
            assert odette.get(at(page, *args)).status_code == 200
        return len(queries)

    VisitRules.objects.update(per_person_week=None, per_visitor_week=None)
    odette.get(at(""))
    visit(offered.julian, offered.odette)
    few = count()
    for number in range(1, 6):
        visit(offered.julian, offered.odette, at=FRIDAY + number * A_DAY)
    assert count() == few
