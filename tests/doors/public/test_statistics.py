"""The public numbers: the same as the report's, with what is small hidden on page and in file."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.people.models import Control
from kinline.core.quarter import Quarter
from tests.apps.usage import call
from tests.cast import Town
from tests.doors.people import inline_code

LAST = Quarter.of((timezone.now() - timedelta(days=15)).date()).later(-1)  # is settled


def last_quarter(**calls: int) -> None:
    """So many calls of one minute at each facility, in the last quarter that is told."""
    noon = timezone.now().replace(
        year=LAST.year, month=LAST.first.number, day=14, hour=16, minute=0, second=0
    )
    for place, many in calls.items():
        for n in range(many):
            call(place.replace("_", "-"), noon + timedelta(minutes=5 * n), 30)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No page of the test before."""
    cache.clear()


@pytest.fixture
def told(town: Town) -> str:
    last_quarter(ma_bristol=21, ma_essex=12, ma_suffolk=7, ma_doc_norfolk=14, nh_example=13)
    answer = Client().get(reverse("public_statistics"), {"quarter": str(LAST)})
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_may_read_counts_minutes_and_who_paid(told: str) -> None:
    for figure in ("14", "$1.40", "13", "$1.56"):
        assert f'<td class="n">{figure}</td>' in told, figure
    assert "<b>67</b>" in told  # all facilities together
    assert not inline_code(told)


def test_a_small_number_is_nowhere_on_the_page_nor_one_that_gives_it_away(told: str) -> None:
    assert '<td class="n">7</td>' not in told  # Suffolk's calls
    assert "$0.70" not in told
    # Hidden beside it is the first by code, whatever its size: here Bristol.
    assert '<td class="n">21</td>' not in told
    assert '<td class="n">14</td>' in told
    assert "left out" in told


def test_the_file_hides_the_same(told: str) -> None:
    answer = Client().get(reverse("public_statistics_csv"))
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    mine = {row["facility_code"]: row for row in rows if row["quarter"] == str(LAST)}
    essex = mine["ma-essex"]
    assert (essex["count"], essex["cost_to_agency_usd"]) == ("12", "1.20")
    for place in ("ma-suffolk", "ma-bristol"):
        row = mine[place]
        assert [row[name] for name in list(row)[4:]] == ["", "", "", ""]
    assert (mine[""]["count"], mine[""]["cost_to_agency_usd"]) == ("67", "")


def test_the_running_quarter_is_not_told(town: Town) -> None:
    for n in range(20):
        call("ma-bristol", timezone.now() - timedelta(minutes=n))
    page = Client().get(reverse("public_statistics")).content.decode()
    assert "There are no numbers yet" in page


def test_a_demo_says_that_its_numbers_are_invented(town: Town, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "numbers are invented" in Client().get(reverse("public_statistics")).content.decode()
    settings.DEMO = False  # type: ignore[attr-defined]
    assert "numbers are invented" not in Client().get(reverse("public_statistics")).content.decode()


def test_a_quarter_nobody_tells_of_is_the_newest_instead(told: str) -> None:
    for word in ("1900-Q1", "2999-Q4", "soon", "<script>"):
        page = Client().get(reverse("public_statistics"), {"quarter": word}).content.decode()
        assert "$1.40" in page
        assert "<script>" not in page


def test_a_stranger_who_asks_again_and_again_does_not_have_it_counted_again(told: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        Client().get(reverse("public_statistics"))
        Client().get(reverse("public_statistics_csv"))
    assert not any("charging_charge" in query["sql"] for query in asked.captured_queries)


def stricter(town: Town, level: str, subject: str, *, confirmed: bool = True) -> None:
    """A control of Bristol that gives less than the law keeps, by the hand of the test."""
    home, now = town.facility("ma-bristol"), timezone.now()
    second = {"confirmed_by": "sam", "confirmed_at": now, "confirmed_why": "Agreed."}
    Control.objects.create(
        agency=home.agency,
        facility=home,
        level=level,
        subject=subject,
        kind="longest",
        amount=600,
        stricter=True,
        note="for staff alone",
        from_at=now - timedelta(days=1),
        set_by="ines",
        set_at=now,
        **(second if confirmed else {}),
    )


def test_whoever_gives_less_than_the_law_keeps_stands_on_the_page(town: Town) -> None:
    page = Client().get(reverse("public_statistics")).content.decode()
    assert "There is none for a whole facility, unit or agency now." in page
    stricter(town, "facility", str(town.julian.facility_id))
    stricter(town, "unit", str(town.julian.unit_id))
    stricter(town, "unit", "another", confirmed=False)
    page = Client().get(reverse("public_statistics")).content.decode()
    assert page.count("Longest call: 10 minutes") == 2
    assert "for everyone here" in page
    assert "for one unit" in page
    assert "for staff alone" not in page


def test_of_single_people_a_count_is_told_and_no_small_one(town: Town) -> None:
    for n in range(9):
        stricter(town, "person", f"person-{n}")
    page = Client().get(reverse("public_statistics")).content.decode()
    assert "it is under 10" in page
    stricter(town, "person", "person-9")
    page = Client().get(reverse("public_statistics")).content.decode()
    assert "For single people there are 10." in page
