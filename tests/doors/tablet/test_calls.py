"""Dialling, the call page in every state, and one's own calls."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps import keys
from kinline.apps.people.actions import blocks, lists
from kinline.core.call.states import EndReason
from kinline.core.passes import Right, unseal
from tests.apps.story import dial, permit, talked
from tests.cast import Town
from tests.doors import people

PAGES = (
    "tablet",
    "tablet-dialler",
    "tablet-calls",
    "tablet-accounts",
    "tablet-name",
    "tablet-help",
)


def test_the_home_has_only_what_works(town: Town) -> None:
    page = people.inside(town, town.julian).get("/tablet/").text
    assert "Until 11:59 PM" in page
    for name in PAGES[1:]:
        assert reverse(name) in page


def test_the_dialler_shows_the_list_and_which_calls_are_private(town: Town) -> None:
    page = people.inside(town, town.julian).get(reverse("tablet-dialler")).text
    assert "Mama" in page
    assert "Phone ends in 0142" in page
    assert page.count("k-chip is-private") == 1  # Priya, his attorney
    assert "Up to 20 minutes" in page


def test_a_name_on_the_list_is_dialled_without_a_number_in_the_address(town: Town) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    answer = people.inside(town, town.julian).post(reverse("tablet-new"), {"list": entry.pk})
    assert f'data-number="{town.numbers.odette}"' in answer.text
    assert "Calling Mama" in answer.text
    assert "This call is recorded and staff may listen." in answer.text
    for state in ("ringing", "announcement", "talking", "ended"):
        assert f'data-state="{state}"' in answer.text
    for reason in EndReason:
        assert f'data-reason="{reason}"' in answer.text


def test_every_dial_has_a_key_of_its_own(town: Town) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    browser = people.inside(town, town.julian)

    def key() -> str:
        plan = browser.post(reverse("tablet-new"), {"list": entry.pk}).context["screen"]
        return str(plan.key)

    assert key() != key()


@pytest.mark.parametrize("typed", ["617-555-0142", "(617) 555 0142", "16175550142", "+16175550142"])
def test_a_typed_number_of_the_list_is_called_by_its_name(town: Town, typed: str) -> None:
    answer = people.inside(town, town.julian).post(reverse("tablet-new"), {"number": typed})
    assert "Calling Mama" in answer.text


@pytest.mark.parametrize("typed", ["", "7", "call home", "1" * 10_000, "6175550142;drop"])
def test_what_is_no_number_is_asked_for_again(town: Town, typed: str) -> None:
    answer = people.inside(town, town.julian).post(reverse("tablet-new"), {"number": typed})
    assert answer.status_code == 400
    assert "Type the number with its area code" in answer.text
    assert "data-key=" in answer.text


def test_a_list_entry_of_someone_else_is_no_number(town: Town) -> None:
    entry = town.list_entry(town.wendell, town.numbers.grace)
    answer = people.inside(town, town.julian).post(reverse("tablet-new"), {"list": entry.pk})
    assert answer.status_code == 400


def test_a_call_that_did_not_go_out_says_every_reason_in_a_frame_of_its_own(town: Town) -> None:
    now = timezone.now()
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    town.hours("ma-bristol", "00:00:00", "00:00:01")
    refused = dial(town.julian, town.numbers.odette, town.tablet(), now).call
    page = people.inside(town, town.julian).get(reverse("tablet-call", args=[refused])).text
    assert page.count('<section class="k-no">') == 2
    assert "Mama blocked calls from you." in page
    assert "Staff did not do it." in page
    assert "Calls are open from 12:00 AM to 12:00 AM." in page
    assert "There are 2 reasons." in page


def test_a_number_not_on_the_list_does_not_tell_whose_it_is(town: Town) -> None:
    refused = dial(town.julian, town.numbers.grace, town.tablet(), timezone.now()).call
    page = people.inside(town, town.julian).get(reverse("tablet-call", args=[refused])).text
    assert "This one is not on it." in page
    assert "Grace" not in page


def test_a_live_call_is_come_back_to_after_a_reload(town: Town) -> None:
    call = permit(dial(town.julian, town.numbers.odette, town.tablet(), timezone.now())).call
    page = people.inside(town, town.julian).get(reverse("tablet-call", args=[call])).text
    assert f'data-call="{call}"' in page
    assert 'data-number=""' in page  # nothing is dialled a second time
    assert "left of 20 minutes, rule of Bristol County" in page


def test_an_ended_call_says_why_and_what_it_cost(town: Town, today: datetime) -> None:
    town.has(town.tomas, 5000)
    story = talked(town.tomas, town.numbers.carmen, town.tablet("nh-example"), today, seconds=61)
    page = people.inside(town, town.tomas).get(reverse("tablet-call", args=[story.pk])).text
    assert "You ended the call." in page
    assert "2 minutes × $0.12 = $0.24" in page
    assert "Paid from your debit account: $0.24." in page
    assert "You can call again." in page


def test_a_private_call_says_so_and_offers_no_recorded_sign(town: Town) -> None:
    call = permit(dial(town.julian, town.numbers.priya, town.tablet(), timezone.now())).call
    page = people.inside(town, town.julian).get(reverse("tablet-screen", args=[call])).text
    assert "Private: not recorded" in page
    assert "is-rec" not in page


def test_ones_own_calls_tell_carried_from_refused(town: Town, today: datetime) -> None:
    talked(town.julian, town.numbers.odette, town.tablet(), today, seconds=65)
    dial(town.julian, town.numbers.unknown, town.tablet(), today + timedelta(minutes=5))
    page = people.inside(town, town.julian).get(reverse("tablet-calls")).text
    assert "1 minute 5 seconds" in page
    assert "This one is not on it." in page


def test_a_page_dials_with_a_pass_for_this_person_and_this_tablet(town: Town) -> None:
    answer = people.inside(town, town.julian).post(reverse("tablet-dial")).json()
    now = int(timezone.now().timestamp())
    ticket = unseal(answer["pass"], keys.key("pass"), engine="e1", now=now)
    assert (ticket.right, ticket.side) == (Right.DIAL, "inside")
    assert (ticket.subject, ticket.station) == (str(town.julian.pk), str(town.tablet().pk))
    assert answer["url"] == settings.ENGINES[0]["url"]


def test_the_pass_to_record_a_name_records_a_name_only(town: Town) -> None:
    answer = people.inside(town, town.julian).post(reverse("tablet-name-pass")).json()
    now = int(timezone.now().timestamp())
    ticket = unseal(answer["pass"], keys.key("pass"), engine="e1", now=now)
    assert ticket.right == Right.NAME


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_kept_and_holds_no_inline_code(town: Town, name: str) -> None:
    answer = people.inside(town, town.julian).get(reverse(name))
    assert "no-store" in answer["Cache-Control"]
    assert people.inline_code(answer.text) == []


@pytest.mark.parametrize("name", ["tablet", "tablet-dialler", "tablet-calls"])
def test_a_page_with_many_rows_asks_no_more_than_one_with_few(
    town: Town, today: datetime, name: str
) -> None:
    browser, ines = people.inside(town, town.julian), town.staff("ines", timezone.now())

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(name)).status_code == 200
        return len(queries)

    def one_more(number: int) -> None:
        at = today - timedelta(hours=number)
        talked(town.julian, town.numbers.odette, town.tablet(), at, seconds=5)
        dial(town.julian, town.numbers.unknown, town.tablet(), at)
        lists.allow(
            staff=ines,
            person_id=town.julian.pk,
            number=f"+1617555{2000 + number}",
            name="X",
            now=today,
        )

    one_more(1)
    few = asked()
    for number in range(2, 8):
        one_more(number)
    assert asked() == few


# --- what there is to pay with ----------------------------------------------------------


def test_the_tablet_says_what_one_has_and_how_long_it_lasts_before_it_rings(town: Town) -> None:
    town.has(town.tomas, 50)
    town.has(town.carmen, 500)
    browser = people.inside(town, town.tomas)
    dialler = browser.get(reverse("tablet-dialler")).text
    assert "You have $0.50 for calls. The money is enough for 4 minutes." in dialler
    entry = town.list_entry(town.tomas, town.numbers.carmen)
    plan = browser.post(reverse("tablet-new"), {"list": str(entry.pk)}).text
    assert "The account of Carmen pays too. The money is enough for 45 minutes." in plan
    assert "$5.00" not in plan, "what Carmen has is hers to know"


def test_where_calls_are_free_the_tablet_says_nothing_of_money(town: Town) -> None:
    town.has(town.julian, 50)
    browser = people.inside(town, town.julian)
    assert "for calls." not in browser.get(reverse("tablet-dialler")).text


def test_too_little_money_is_said_with_the_price_and_what_can_be_done(town: Town) -> None:
    call = dial(town.tomas, town.numbers.carmen, town.tablet("nh-example"), timezone.now()).call
    browser = people.inside(town, town.tomas)
    page = browser.get(reverse("tablet-call", args=[call])).text
    assert "Not enough money for this call" in page
    assert "A call costs 12 cents a minute here." in page
    assert "Ask your family to add money: Carmen to their own account" in page
    browser.cookies["django_language"] = "es"
    page = browser.get(reverse("tablet-call", args=[call])).text
    assert "No hay dinero suficiente para esta llamada" in page
