"""The time machine's page: one's own facilities, a month, another law, and the difference."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.core.quarter import Month
from kinline.doors.console.views import bill as page
from tests.apps.usage import call
from tests.cast import Town
from tests.doors import visitors
from tests.doors.people import inline_code

NOW = timezone.now()
LAST = Month.of(NOW.date()).later(-1)


def mid_month() -> None:
    noon = NOW.replace(year=LAST.year, month=LAST.number, day=14, hour=16)
    for place in ("ma-bristol", "ma-suffolk"):
        call(place, noon, 1200)  # twenty minutes


def asked(client: Client, **question: str) -> str:
    answer = client.get(reverse("console_bill"), {"month": str(LAST), **question})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ines(town: Town) -> Client:
    mid_month()
    return visitors.staff(town.account("ines"))


def test_a_repeal_shows_who_would_pay_more_and_who_less(ines: Client) -> None:
    seen = asked(ines, under="us_ma_repeal")
    assert "not adopted" in seen
    assert "This is a draft, not law." in seen
    assert "-$2.00" in seen  # the agency's ten cents a minute
    assert "+$1.40" in seen  # ten free minutes, then ten at 14 cents
    assert not inline_code(seen)


def test_the_law_of_a_day_before_the_law(ines: Client) -> None:
    seen = asked(ines, under="as-of", day="2021-07-31")  # no free minutes yet
    assert "The law of July 31, 2021" in seen
    assert "+$2.80" in seen


def test_another_countys_usage_is_in_no_sum(ines: Client) -> None:
    seen = asked(ines, under="us_ma_repeal")
    assert "Suffolk" not in seen
    assert "+$2.80" not in seen


def test_a_question_that_makes_no_sense_is_asked_again(ines: Client) -> None:
    assert "Choose a day." in asked(ines, under="as-of")
    assert "Choose a later one" in asked(ines, under="as-of", day="2014-12-31")
    for wrong in ({"under": "no-such-draft"}, {"under": "../../etc/passwd"}, {"month": "soon"}):
        assert "would pay" not in asked(ines, **{"under": "us_ma_repeal", **wrong})


def test_a_month_with_too_much_to_wait_for_names_the_command(
    ines: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST", 0)
    seen = asked(ines, under="us_ma_repeal")
    assert f"kinline bill --month {LAST} --draft us_ma_repeal" in seen
    assert "would pay" not in seen
