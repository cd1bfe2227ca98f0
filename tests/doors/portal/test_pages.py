"""What someone outside sees: who can call, calls so far, what each cost and why, and blocks."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.notices.actions import send_due
from kinline.apps.people.actions import blocks
from kinline.core.call.states import EndReason
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town
from tests.doors import people

PAGES = (
    "portal",
    "portal-calls",
    "portal-accounts",
    "portal-blocks",
    "portal-account",
    "portal-help",
)


def test_odette_sees_that_julian_can_call_and_that_it_costs_nothing(town: Town) -> None:
    page = people.outside(town.odette).get("/portal/").text
    assert "Julian can call you now. Phones close at 11:59 PM." in page
    assert "No cost" in page
    assert "G.L. c. 127, § 87A" in page
    assert "In force since December 1, 2023." in page
    assert "Up to 20 minutes a call" in page


def test_carmen_sees_the_price_and_that_it_is_made_up(town: Town) -> None:
    browser = people.outside(town.carmen)
    browser.cookies["django_language"] = "en"
    page = browser.get("/portal/").text
    assert "12 cents a minute" in page
    assert "You or the person inside pays." in page
    assert "This price is made up for the demo." in page


def test_carmen_reads_spanish_until_she_chooses_otherwise(town: Town) -> None:
    browser = people.outside(town.carmen)
    assert '<html lang="es"' in browser.get("/portal/").text
    browser.post("/language/", {"language": "en", "next": "/portal/"})
    assert '<html lang="en"' in browser.get("/portal/").text


def test_when_phones_are_closed_the_page_says_when_they_open(town: Town) -> None:
    town.hours("ma-bristol", "00:00:00", "00:00:01")
    page = people.outside(town.odette).get("/portal/").text
    assert "Phones are closed now. They open:" in page
    assert "can call you now" not in page


def test_a_contact_on_nobodys_list_is_told_what_must_happen(town: Town) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    entry.removed_at = timezone.now()
    entry.save()
    page = people.outside(town.odette).get("/portal/").text
    assert "Nobody has your number on their list yet" in page


def test_a_missed_call_stands_on_the_first_page_until_it_is_put_away(
    town: Town, today: datetime
) -> None:
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), today)).call)
    story.end(EndReason.NO_ANSWER, today + timedelta(seconds=45))
    send_due(now=timezone.now())
    odette = people.outside(town.odette)
    shown = odette.get("/portal/")
    assert "You missed a call from Julian Marrow." in shown.text
    note = shown.context["notes"][0].note
    odette.post(reverse("portal-note-read", args=[note]))
    assert "You missed a call" not in odette.get("/portal/").text


def test_a_free_call_shows_its_line_with_the_law(town: Town, today: datetime) -> None:
    story = talked(town.julian, town.numbers.odette, town.tablet(), today, seconds=200)
    page = people.outside(town.odette).get(reverse("portal-call", args=[story.pk])).text
    assert "4 minutes × $0.00 = $0.00" in page
    assert "G.L. c. 127, § 87A (St. 2023, c. 64). In force since December 1, 2023." in page
    assert "The state or the sheriff pays." in page
    assert "Julian ended the call." in page
    assert "3 minutes 20 seconds" in page


def test_a_paid_call_shows_minutes_times_price_and_who_paid(town: Town, today: datetime) -> None:
    town.has(town.tomas, 24)
    town.has(town.carmen, 5000)
    story = talked(town.tomas, town.numbers.carmen, town.tablet("nh-example"), today, seconds=200)
    browser = people.outside(town.carmen)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("portal-call", args=[story.pk])).text
    assert "4 minutes × $0.12 = $0.48" in page
    assert "$0.48 paid" in page
    assert "Paid by Tomás: $0.24." in page
    assert "Paid from your account: $0.24." in page
    assert "Tariff of Example County Jail" in page


def test_the_history_tells_talked_from_missed(town: Town, today: datetime) -> None:
    talked(town.julian, town.numbers.odette, town.tablet(), today, seconds=65)
    late = today + timedelta(minutes=10)
    rang = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), late)).call)
    rang.end(EndReason.HUNG_UP_INSIDE, late + timedelta(seconds=9))
    page = people.outside(town.odette).get("/portal/calls/").text
    assert "1 minute 5 seconds" in page
    assert "Stopped ringing before you answered." in page


def test_the_call_screen_carries_every_state_and_every_end(town: Town, today: datetime) -> None:
    call = permit(dial(town.julian, town.numbers.odette, town.tablet(), today)).call
    page = people.outside(town.odette).get(reverse("portal-screen", args=[call])).text
    for state in ("ringing", "announcement", "talking", "ended"):
        assert f'data-state="{state}"' in page
    for reason in EndReason:
        assert f'data-reason="{reason}"' in page
    assert "This is a free call from Julian Marrow at Bristol County" in page
    assert "left of 20 minutes, rule of Bristol County" in page


def test_an_attorneys_call_is_shown_as_private_before_and_during(
    town: Town, today: datetime
) -> None:
    call = permit(dial(town.julian, town.numbers.priya, town.tablet(), today)).call
    page = people.outside(town.priya).get(reverse("portal-screen", args=[call])).text
    assert "This call is private. It is not recorded." in page
    assert "Nobody can listen." in page
    assert "staff may listen" not in page


@pytest.mark.parametrize(
    ("what", "named"), [("person", "Julian Marrow"), ("facility", "Everyone at Bristol County")]
)
def test_a_block_is_made_from_a_past_call_and_taken_back(
    town: Town, today: datetime, what: str, named: str
) -> None:
    story = talked(town.julian, town.numbers.odette, town.tablet(), today, seconds=10)
    odette = people.outside(town.odette)
    shown = odette.post(reverse("portal-block", args=[story.pk]), {"what": what}, follow=True)
    assert named in shown.text
    assert "You blocked these calls." in odette.get("/portal/").text
    block = shown.context["blocks"][0].block
    odette.post(reverse("portal-lift", args=[block.id]))
    assert "You block nobody" in odette.get("/portal/blocks/").text
    assert "can call you now" in odette.get("/portal/").text


def test_a_blocks_page_says_that_nobody_is_blocked(town: Town) -> None:
    assert "You block nobody" in people.outside(town.odette).get("/portal/blocks/").text


def test_the_chosen_language_is_kept_for_pages_and_announcements(town: Town) -> None:
    odette = people.outside(town.odette)
    page = odette.post("/portal/account/", {"language": "es"}, follow=True).text
    assert '<html lang="es"' in page
    town.odette.refresh_from_db()
    assert town.odette.language == "es"


def test_a_language_nobody_speaks_here_is_not_taken(town: Town) -> None:
    answer = people.outside(town.odette).post("/portal/account/", {"language": "xx"})
    assert answer.status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "two", "99999999999999999999", "²"])
def test_an_odd_page_number_is_the_first_page(town: Town, page: str) -> None:
    answer = people.outside(town.odette).get("/portal/calls/", {"page": page})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_kept_and_holds_no_inline_code(town: Town, name: str) -> None:
    answer = people.outside(town.odette).get(reverse(name))
    assert "no-store" in answer["Cache-Control"]
    assert people.inline_code(answer.text) == []


@pytest.mark.parametrize("name", ["portal", "portal-calls", "portal-blocks"])
def test_a_page_with_many_rows_asks_no_more_than_one_with_few(
    town: Town, today: datetime, name: str
) -> None:
    odette = people.outside(town.odette)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert odette.get(reverse(name)).status_code == 200
        return len(queries)

    def one_more(number: int) -> None:
        at = today - timedelta(hours=number)
        talked(town.julian, town.numbers.odette, town.tablet(), at, seconds=5)

    one_more(1)
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=today)
    few = asked()
    blocks.lift(
        contact_id=town.odette.pk, block_id=town.odette.blocks.get(lifted_at=None).pk, now=today
    )
    for number in range(2, 9):
        one_more(number)
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=today)
    blocks.block_facility(contact_id=town.odette.pk, place="ma-bristol", now=today)
    assert asked() == few


def test_a_ringing_page_says_from_which_account_it_is_paid_and_what_is_on_it(
    town: Town, today: datetime
) -> None:
    town.has(town.carmen, 500)
    tablet = town.tablet("nh-example")
    browser = people.outside(town.carmen)
    for language, said in (
        ("en", "It is paid from your account. Your account has $5.00."),
        ("es", "Se paga de su cuenta. Su cuenta tiene $5.00."),
    ):
        browser.cookies["django_language"] = language
        call = permit(dial(town.tomas, town.numbers.carmen, tablet, today)).call
        assert said in browser.get(reverse("portal-screen", args=[call])).text
        Story(call).end(EndReason.NO_ANSWER, today)
    town.has(town.tomas, 500)
    browser.cookies["django_language"] = "en"
    call = permit(dial(town.tomas, town.numbers.carmen, tablet, today)).call
    page = browser.get(reverse("portal-screen", args=[call])).text
    assert "Tomás pays for it." in page
    assert "$5.00" not in page, "what Tomás has is his to know"
