"""Julian looks at his visits on a tablet, asks for one, moves and cancels it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kinline.apps.visits.actions import waiting
from kinline.apps.visits.models import Visit, VisitRules
from tests.apps.visits.visiting import FRIDAY, inside, stranger, visit
from tests.cast import NOW, Town
from tests.doors import people, visitors
from tests.doors.visits.test_portal import A_DAY, form, main, text


@pytest.fixture
def julian(offered: Town) -> Client:
    return people.inside(offered, offered.julian)


def at(name: str, *args: object) -> str:
    return reverse(f"tablet-visits-{name}" if name else "tablet-visits", args=args)


def test_julian_asks_for_a_visit_with_his_mother(offered: Town, julian: Client) -> None:
    odette = offered.odette.pk
    assert "Odette Marrow" in main(julian.get(at("book")))
    times = julian.get(at("book"), {"other": odette, "go": "1"}, follow=True)
    assert "Video visit with Odette Marrow" in main(times)
    check = main(julian.get(at("check", odette), form()))
    assert "They are told, and can cancel it." in check
    done = julian.post(at("check", odette), form(), follow=True)
    assert "Booked." in main(done)
    row = Visit.objects.get()
    assert (row.person, row.asked_by, row.booked_by) == (offered.julian, "person", offered.odette)
    assert "Friday, March 14" in main(julian.get("/tablet/"))


def test_where_only_people_outside_book_he_reads_why(offered: Town, julian: Client) -> None:
    VisitRules.objects.update(from_inside=False)
    page = main(julian.get(at("time", offered.odette.pk)))
    assert "At this facility only people outside book visits." in page
    answer = julian.post(at("check", offered.odette.pk), form())
    assert answer.status_code == 409
    assert not Visit.objects.exists()


def test_he_sees_what_his_mother_booked_and_where_he_goes(offered: Town, julian: Client) -> None:
    booked = visit(offered.julian, offered.odette)
    page = main(julian.get(at("one", booked.id)))
    assert "Kiosk 1" in page
    assert "Put it in my calendar" not in page, "a tablet has none"
    later = FRIDAY + A_DAY
    done = julian.post(at("change", booked.id), {"starts": later.isoformat()}, follow=True)
    assert "The visit was moved." in main(done)


def test_he_cancels_and_the_page_says_who_did(offered: Town, julian: Client) -> None:
    booked = visit(offered.julian, offered.odette)
    assert "Canceled. It does not count." in main(julian.post(at("cancel", booked.id), follow=True))
    assert "You canceled it." in main(julian.get(at("one", booked.id)))
    hers = people.outside(offered.odette).get(reverse("portal-visits-one", args=[booked.id]))
    assert "The other side canceled it." in main(hers)


def test_his_reasons_are_told_to_him(offered: Town, julian: Client) -> None:
    VisitRules.objects.update(per_person_week=1)
    visit(offered.julian, stranger("luz", offered.julian), at=FRIDAY)
    page = main(julian.post(at("check", offered.odette.pk), form()))
    assert "You have another visit at this time." in page
    assert "Visits a week for you: at most 1." in page


ABOUT_A_VISIT = [("one", 0), ("change", 0), ("change", 1), ("cancel", 0), ("cancel", 1)]
ABOUT_A_PLACE = [("leave", 1), ("offer", 1)]
ABOUT_SOMEBODY = [("time", 0), ("check", 0), ("check", 1), ("wait", 1)]
ALL = [*ABOUT_A_VISIT, *ABOUT_A_PLACE, *ABOUT_SOMEBODY]
ids = [f"{name}{'-post' if post else ''}" for name, post in ALL]


@pytest.mark.parametrize(("name", "post"), ALL, ids=ids)
def test_not_his_and_not_there_are_one_answer(offered: Town, name: str, post: int) -> None:
    his: object = offered.odette.pk
    if (name, post) in ABOUT_A_PLACE:
        days = {"from_on": FRIDAY.date(), "until_on": FRIDAY.date()}
        his = waiting.wait(
            by=inside(offered.julian),
            key="w",
            person_id=offered.julian.pk,
            contact_ids=[offered.odette.pk],
            length_minutes=20,
            now=NOW,
            **days,
        )
    elif (name, post) in ABOUT_A_VISIT:
        his = visit(offered.julian, offered.odette).id
    wendell = people.inside(offered, offered.wendell)
    verb = wendell.post if post else wendell.get
    pages = [verb(at(name, pk)) for pk in (his, uuid4())]
    assert [one.status_code for one in pages] == [404, 404]
    assert visitors.bare(text(pages[0])) == visitors.bare(text(pages[1]))
    for browser in (Client(), people.device(offered)):
        verb = browser.post if post else browser.get
        assert verb(at(name, his))["Location"] == "/tablet/"


@pytest.mark.parametrize("name", ["", "book"])
def test_a_page_for_people_signed_in_is_closed_to_others(offered: Town, name: str) -> None:
    for browser in (Client(), people.device(offered), people.outside(offered.odette)):
        assert browser.get(at(name))["Location"] == "/tablet/"


def test_every_address_of_visits_has_its_row() -> None:
    from kinline.doors.tablet import visits

    known = {name for name, _post in ALL} | {"", "book"}
    names = {one.name.removeprefix("tablet-visits").removeprefix("-") for one in visits.urlpatterns}
    assert names == known


def test_the_tile_is_there_only_where_visits_are_offered(offered: Town, julian: Client) -> None:
    assert at("") in text(julian.get("/tablet/"))
    assert at("") not in text(people.inside(offered, offered.wendell).get("/tablet/"))


def test_his_list_costs_the_same_however_long_it_is(offered: Town, julian: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert julian.get(at("")).status_code == 200
        return len(queries)

    VisitRules.objects.update(per_person_week=None, per_visitor_week=None)
    visit(offered.julian, offered.odette)
    few = count()
    for number in range(1, 4):
        visit(offered.julian, offered.odette, at=FRIDAY + number * A_DAY)
    assert count() == few
