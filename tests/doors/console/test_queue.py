"""The lines for the phones as staff see them: who waits, how long people waited, the rule."""

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kinline.apps.calls.models import QueuePlace
from kinline.core.queue.turns import Stand
from tests.apps.story import talked
from tests.apps.test_queue import joins, neighbour, phone, set_rule
from tests.doors import people, visitors
from tests.doors.console.conftest import Day

LISTED = "/console/facility/ma-bristol/phone-lines/"
RULE = {"on": "on", "tablet": "on", "offer_seconds": "90", "note": "Four phones for 60 people"}


def page_of(day: Day) -> str:
    return reverse("console_queue", args=["ma-bristol", day.julian.unit_id])


def words(answer: object) -> str:
    page = answer.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def set_it(day: Day, ines: Client, **facts: str) -> str:
    url = reverse("console_queue_set", args=["ma-bristol", day.julian.unit_id])
    return words(ines.post(url, RULE | facts, follow=True))


def test_ines_lets_a_unit_wait_in_line_and_ends_it_again(day: Day, ines: Client) -> None:
    assert page_of(day) in ines.get(LISTED).content.decode()
    before = words(ines.get(page_of(day)))
    assert "No rule is set: whoever is at a free phone can call." in before
    page = set_it(day, ines)
    assert "The rule is set." in page
    assert "Tablets . Held for 1 minute 30 seconds." in page or "Held for 1 minute" in page
    assert "Four phones for 60 people" in page
    url = reverse("console_queue_set", args=["ma-bristol", day.julian.unit_id])
    ended = {"tablet": "on", "offer_seconds": "90"}
    assert "Nobody waits in line here" in words(ines.post(url, ended, follow=True))
    log = words(day.browser("ines").get("/console/audit/"))
    assert "Set how a unit shares its phones" in log


def test_a_rule_that_cannot_be_says_where_to_put_it_right(day: Day, ines: Client) -> None:
    url = reverse("console_queue_set", args=["ma-bristol", day.julian.unit_id])
    page = words(ines.post(url, {"on": "on", "offer_seconds": "5"}))
    assert "Choose at least one kind of phone." in page
    assert "Hold a phone for 15 to 600 seconds." in page


def test_staff_see_who_waits_and_how_long_people_waited(day: Day, ines: Client) -> None:
    town, unit = day.town, day.julian.unit
    set_rule(town, unit, day.now - timedelta(hours=2))  # type: ignore[arg-type]
    omar = neighbour(town, "Omar", day.now)
    pete = neighbour(town, "Pete", day.now)
    took = joins(town, omar, day.now - timedelta(minutes=9))
    joins(town, pete, day.now)
    QueuePlace.objects.filter(pk=took.pk).update(
        state=Stand.TAKEN, ended_at=took.joined_at + timedelta(seconds=245)
    )
    talked(omar, town.numbers.odette, phone(town), day.now - timedelta(minutes=5), 200)
    page = words(ines.get(page_of(day)))
    assert "Pete Soares" in page
    assert "Half waited no longer than 4:05" in page
    assert "By Erlang’s formula (1917)" in page
    assert "Phones needed by hour" in page
    assert "240" in words(ines.get(page_of(day), {"within": "240"}))
    assert "usa-error-message" in ines.get(page_of(day), {"within": "0"}).content.decode()
    names = words(visitors.staff(town.account("ada")).get(page_of(day)))
    assert "In line now" in names or "Not here" in names
    assert "Pete Soares" not in names


def test_who_is_in_line_is_asked_for_again_and_again_while_there_is_a_line(
    day: Day, ines: Client
) -> None:
    part = reverse("console_queue_part", args=["ma-bristol", day.julian.unit_id])
    assert part not in ines.get(page_of(day)).content.decode(), "there is no line"
    set_it(day, ines)
    page = ines.get(page_of(day)).content.decode()
    assert f'data-board hx-get="{part}" hx-trigger="every 5s"' in page
    assert "Nobody is in line now." in words(ines.get(part))
    place = joins(day.town, neighbour(day.town, "Omar", day.now), day.now)
    rows = ines.get(part).content.decode()
    assert f'<tr id="place-{place.number}">' in rows, "kept in its place by its number"
    assert "Omar Soares" in rows
    assert "<html" not in rows
    assert "Nobody is in line now." not in rows
    unnamed = visitors.staff(day.town.account("ada")).get(part).content.decode()
    assert "Omar Soares" not in unnamed


def test_the_pages_cost_the_same_however_many_wait(day: Day, ines: Client) -> None:
    set_rule(day.town, day.julian.unit, day.now)  # type: ignore[arg-type]

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ines.get(page_of(day)).status_code == 200
            assert ines.get(LISTED).status_code == 200
            part = reverse("console_queue_part", args=["ma-bristol", day.julian.unit_id])
            assert ines.get(part).status_code == 200
        return len(queries)

    joins(day.town, neighbour(day.town, "Omar", day.now), day.now)
    count()  # the sign-in is written down once
    few = count()
    for name in ("Pete", "Quentin", "Rosario"):
        joins(day.town, neighbour(day.town, name, day.now), day.now)
    assert count() == few


def test_the_pages_speak_spanish_without_code_in_them(day: Day, ines: Client) -> None:
    set_it(day, ines)
    ines.cookies["django_language"] = "es"
    for url in (LISTED, page_of(day)):
        page = ines.get(url).content.decode()
        assert "Filas para los teléfonos" in page
        assert "In line now" not in page
        assert not people.inline_code(page)
