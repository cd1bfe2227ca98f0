"""Help: every question on a page, answered for one's own facility, a chosen one, or in general."""

from datetime import date
from urllib.parse import quote_plus

import pytest
from django.test import Client
from django.utils import timezone, translation

from kinline.apps.facilities.models import CallingRule
from kinline.apps.people.models import AllowedNumber, ContactNumber
from kinline.doors.help.questions import QUESTIONS
from kinline.laws.loader import places
from tests.cast import Town
from tests.doors import people

BEFORE = "2023-11-30"


def page(address: str, browser: Client | None = None, language: str = "en") -> str:
    answer = (browser or Client()).get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_is_on_the_page_with_its_answer_and_has_an_address(
    town: Town, language: str
) -> None:
    seen = page("/help/?place=ma-bristol", language=language)
    assert f'<html lang="{language}"' in seen
    with translation.override(language):
        words = {slug: str(one.words) for slug, one in QUESTIONS.items()}
    for slug, question in words.items():
        assert question in seen, slug
        assert f'id="{slug}"' in seen
        assert f'href="/help/{slug}/?place=ma-bristol"' in seen
        assert question in page(f"/help/{slug}/?place=ma-bristol", language=language)


def test_the_spanish_answers_are_spanish(town: Town) -> None:
    english, spanish = page("/help/?place=ma-bristol"), page("/help/?place=ma-bristol", None, "es")
    assert "Are long-distance calls free?" in english
    assert "¿Son gratis las llamadas de larga distancia?" in spanish
    assert "Usted no paga nada" in spanish
    assert "You pay nothing" not in spanish


def test_nothing_needs_a_script_and_nothing_is_inline(town: Town) -> None:
    for address in ("/help/?place=nh-example", "/help/long-distance/", "/laws/nh-example/"):
        seen = page(address)
        assert "<script" not in seen
        assert people.inline_code(seen) == []


def test_a_stranger_gets_the_laws_in_general_and_may_choose_any_place_of_the_book(
    town: Town,
) -> None:
    seen = page("/help/long-distance/")
    assert "It depends on the place" in seen
    for law in ("G.L. c. 127, § 87A", "C.G.S. § 18-81oo", "Penal Code § 2084.5"):
        assert law in seen
    for code in places():
        assert f'<option value="{code}"' in seen


def test_the_quote_stands_on_the_page_with_price_and_citation(town: Town) -> None:
    free = page("/help/long-distance/?place=ma-bristol")
    assert "One minute to another state" in free
    assert "You pay nothing: 1 minute free for you" in free
    assert "G.L. c. 127, § 87A (St. 2023, c. 64)" in free
    paid = page("/help/long-distance/?place=nh-example")
    for words in ("12 cents a minute", "25 cents a minute", "Made up for the demo"):
        assert words in paid, words


def test_another_day_gives_the_answer_of_that_day(town: Town) -> None:
    seen = page(f"/help/free-here/?place=ma-bristol&on={BEFORE}")
    assert "Not yet" in seen
    assert "14 cents a minute" in seen
    assert "from December 1, 2023" in seen
    assert "You look at another day than today." in seen
    assert f'href="/help/?place=ma-bristol&amp;on={BEFORE}#free-here"' in seen


def test_what_the_facility_set_on_that_day_is_shown_as_told_by_it(town: Town) -> None:
    town.hours("ma-bristol", "07:00", "22:00", max_call_seconds=1200)
    assert "7:00 AM to 10:00 PM" in page("/help/restrictions/?place=ma-bristol")
    CallingRule.objects.filter(facility__place="ma-bristol").update(from_on=date(2024, 1, 1))
    earlier = page("/help/restrictions/?place=ma-bristol&on=2023-12-24")
    assert "The hours and the longest call here: not told to us." in earlier
    assert "not told to us" in page("/help/restrictions/?place=ma-worcester")  # not set up here


@pytest.mark.parametrize(
    "tail",
    ["place=nowhere", "on=soon", "on=1066-10-14", "on=9999-12-31", "place=" + "x" * 300, "on=%00"],
)
def test_a_place_or_day_that_cannot_be_is_said_and_breaks_nothing(town: Town, tail: str) -> None:
    seen = page(f"/help/?{tail}")
    assert "usa-error-message" in seen
    assert page(f"/help/why-free/?{tail}")


def test_an_address_cannot_bring_its_own_words_onto_the_page(town: Town) -> None:
    mark = "<b>hello</b>"
    assert mark not in page(f"/help/?place={quote_plus(mark)}&on={quote_plus(mark)}")


def test_a_question_that_is_none_is_not_there(town: Town) -> None:
    assert Client().get("/help/why-not/").status_code == 404


# --- signed in ----------------------------------------------------------------------------


def test_a_contacts_own_facility_fills_in_the_answer(town: Town) -> None:
    odette, carmen = people.outside(town.odette), people.outside(town.carmen)
    free, paid = page("/help/long-distance/", odette), page("/help/long-distance/", carmen, "en")
    assert "Bristol County jail" in free
    assert "No cost" in free
    assert "Example County Jail" in paid
    assert "facility" in free
    answer = odette.get("/help/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "no-store" not in Client().get("/help/").headers.get("Cache-Control", "")


def test_who_can_be_called_from_two_facilities_may_choose_between_them(town: Town) -> None:
    number = ContactNumber.objects.get(e164=town.numbers.odette)
    AllowedNumber.objects.create(
        person=town.tomas, number=number, label="Aunt", added_by="x", added_at=timezone.now()
    )
    seen = page("/help/free-here/", people.outside(town.odette))
    assert 'href="?place=nh-example"' in seen or 'href="?place=ma-bristol"' in seen
    assert "You can be called from:" in seen


def test_a_contact_may_look_at_another_place(town: Town) -> None:
    seen = page("/help/long-distance/?place=nh-example", people.outside(town.odette))
    assert "12 cents a minute" in seen


def test_a_contacts_own_language_is_used(town: Town) -> None:
    seen = page("/help/", people.outside(town.carmen), "en")
    assert '<html lang="es"' in seen


def test_the_ways_to_the_answers(town: Town) -> None:
    assert 'href="/help/"' in page("/")
    assert 'href="/help/"' in page("/portal/help/", people.outside(town.odette))
    assert 'href="/help/?place=ma-bristol"' in page("/facilities/ma-bristol/")
    inside = people.inside(town, town.julian)
    assert 'href="/tablet/help/answers/"' in page("/tablet/help/", inside)


def test_on_the_tablet_the_persons_own_facility_answers(town: Town) -> None:
    julian, tomas = people.inside(town, town.julian), people.inside(town, town.tomas)
    seen = page("/tablet/help/answers/", julian)
    for one in QUESTIONS.values():
        with translation.override("en"):
            assert str(one.words) in seen
    assert "No cost" in page("/tablet/help/answers/long-distance/", julian)
    assert "12 cents a minute" in page("/tablet/help/answers/long-distance/", tomas)
    assert julian.get("/tablet/help/answers/why-not/").status_code == 404
    # A tablet leads nowhere outside.
    assert "http" not in page("/tablet/help/answers/unused-stamps/", julian).split("<main")[1]


def test_nobody_reads_the_tablets_answers_without_signing_in(town: Town) -> None:
    for address in ("/tablet/help/answers/", "/tablet/help/answers/free-here/"):
        assert people.device(town).get(address).status_code == 302
        assert Client().get(address).status_code == 302
