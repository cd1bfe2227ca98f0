"""The published questions on free communications: one test each, named as the page asks it.

What is checked are facts: the verdict, the cents, the law and its day; words only where a word
is the fact. Massachusetts stands beside New Hampshire, the day before the law beside its first.
"""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.text import slugify

from kinline.apps.facilities.queries import ContactView, RuleView
from kinline.apps.facilities.topics import Topic
from kinline.core.rating.terms import Service
from kinline.core.transition.words import Outcome
from kinline.doors.help.answer import Answer, Verdict
from kinline.doors.help.asked import Asked, Told, known_place
from kinline.doors.help.questions import QUESTIONS
from kinline.doors.help.standing import State
from kinline.doors.words import calls
from kinline.laws.loader import places

BEFORE, FIRST, NOW = date(2023, 11, 30), date(2023, 12, 1), date(2026, 11, 25)
BRISTOL, NORFOLK, NEW_HAMPSHIRE = "ma-bristol", "ma-doc-norfolk", "nh-example"
LAW = "ma-87a"
CITATION = "G.L. c. 127, § 87A (St. 2023, c. 64)"


def ask(slug: str, place: str | None = BRISTOL, on: date = NOW, told: Told | None = None) -> Answer:
    """The answer at noon on the place's own wall."""
    found = known_place(place) if place else None
    zone = found.zone if found else UTC
    at = datetime.combine(on, time(12), tzinfo=zone)
    asked = Asked(at=at, place=found, name=found.name if found else "", told=told or Told())
    with translation.override("en"):
        return QUESTIONS[slug].answer(asked)


def cents(answer: Answer) -> list[int]:
    """What the people pay, quote by quote."""
    return [one.charge.consumer_cents for one in answer.quotes]


def rests_on(answer: Answer) -> list[str]:
    return [one.id for one in answer.cited]


def text(answer: Answer) -> str:
    return " ".join(answer.sentences)


def rule(**facts: Any) -> RuleView:
    """A calling rule as the facility told us: seven to ten, twenty minutes a call."""
    said: dict[str, Any] = {"offered": True, "max_call_seconds": 1200} | facts
    return RuleView(
        id=uuid4(), from_on=date(2023, 1, 1), until_on=None, opens_at=time(7), closes_at=time(22),
        set_by="", set_at=datetime(2023, 1, 1, tzinfo=UTC), note="", can_change=False, **said,
    )  # fmt: skip


# --- free communications ------------------------------------------------------------------


def test_why_does_it_cost_nothing() -> None:
    free = ask("why-free")
    assert (free.verdict, rests_on(free)) == (Verdict.SAYS, [LAW])
    assert (free.cited[0].citation, free.cited[0].since) == (CITATION, FIRST)
    assert "lawmakers of Massachusetts" in text(free)
    assert ask("why-free", on=BEFORE).verdict is Verdict.NOT_YET
    # A decision of a government is not called a law of the lawmakers.
    assert "No statute" in text(ask("why-free", "ny-doccs-example"))
    paid = ask("why-free", NEW_HAMPSHIRE)
    assert paid.verdict is Verdict.NO
    assert set(rests_on(paid)) == {"nh-example-calls", "nh-example-visits", "nh-example-written"}


def test_is_it_free_at_this_facility() -> None:
    massachusetts = [code for code in places() if code.startswith("ma-")]
    assert len(massachusetts) == 27
    for place in massachusetts:
        before, first = ask("free-here", place, BEFORE), ask("free-here", place, FIRST)
        assert before.verdict is Verdict.NOT_YET
        assert {row.standing.state for row in before.rows} == {State.COMING}
        assert {row.standing.from_on for row in before.rows} == {FIRST}
        assert first.verdict is Verdict.YES
        assert all(row.price and row.price.free for row in first.rows)
        assert rests_on(first) == [LAW]
    assert ask("free-here", NEW_HAMPSHIRE).verdict is Verdict.NO


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        (NEW_HAMPSHIRE, Verdict.NO),
        ("ca-county-example", Verdict.NO),
        ("ca-cdcr-example", Verdict.PARTLY),
        ("co-doc-example", Verdict.PARTLY),
        ("nyc-example", Verdict.PARTLY),
        ("ct-doc-example", Verdict.YES),
    ],
)
def test_is_it_free_at_a_facility_elsewhere(place: str, verdict: Verdict) -> None:
    assert ask("free-here", place).verdict is verdict


def test_a_county_jail_in_california_is_told_that_the_law_is_about_prisons() -> None:
    assert "covers state prisons" in text(ask("free-here", "ca-county-example"))


def test_which_services_are_free() -> None:
    answer = ask("which-services")
    assert {row.standing.service for row in answer.rows if row.standing.free} == set(Service)
    assert {row.offered for row in answer.rows} == {None}  # the facility told us nothing
    california = ask("which-services", "ca-cdcr-example")
    assert [row.standing.service for row in california.rows if row.standing.free] == [Service.CALL]
    before = ask("which-services", on=BEFORE)
    assert not [row for row in before.rows if row.standing.free]
    assert "December 1, 2023" in text(before)


def test_what_if_the_facility_does_not_have_one_of_the_services() -> None:
    told = ask("service-not-offered", told=Told(rule=rule(offered=False), here=True))
    offered = {row.standing.service: row.offered for row in told.rows}
    assert offered.pop(Service.CALL) is False
    assert set(offered.values()) == {None}
    assert "does not offer phone calls now" in text(told)
    assert "has not told us" in text(ask("service-not-offered"))
    assert "is free" in text(ask("service-not-offered"))
    assert "keep their price" in text(ask("service-not-offered", NEW_HAMPSHIRE))


def test_who_gets_it_free() -> None:
    everyone = ask("who-is-eligible")
    assert (everyone.verdict, rests_on(everyone)) == (Verdict.YES, [LAW])
    for kind in ("state prisons", "county jails", "houses of correction", "Massachusetts"):
        assert kind in text(everyone)
    assert ask("who-is-eligible", on=BEFORE).verdict is Verdict.NOT_YET
    assert ask("who-is-eligible", NEW_HAMPSHIRE).verdict is Verdict.NO


def test_what_do_i_have_to_do_for_it() -> None:
    assert "began by itself on December 1, 2023" in text(ask("what-must-i-do"))
    assert "begins by itself on December 1, 2023" in text(ask("what-must-i-do", on=BEFORE))
    paid = ask("what-must-i-do", NEW_HAMPSHIRE)
    assert paid.verdict is Verdict.NO
    assert "by itself" not in text(paid)


def test_how_do_people_inside_learn_that_it_is_free() -> None:
    free = ask("how-will-they-know", NORFOLK)
    assert "This is a free call from" in text(free)
    assert "people inside were told" in text(free)
    # The day before, the same announcement tells the price.
    assert "It costs 12 cents a minute." in text(ask("how-will-they-know", NORFOLK, BEFORE))
    paid = text(ask("how-will-they-know", NEW_HAMPSHIRE))
    assert "It costs 12 cents a minute." in paid
    assert "were told" not in paid  # nobody published that


def test_whom_can_i_ask() -> None:
    assert ask("whom-to-ask").verdict is Verdict.NOT_TOLD
    assert ask("whom-to-ask").contact == ()
    told = Told(contact=(ContactView(Topic.TELEPHONE, "617-555-0171"),), here=True)
    assert ask("whom-to-ask", told=told).contact == (("Telephone", "617-555-0171"),)


# --- phone calls --------------------------------------------------------------------------


def test_how_does_a_free_call_work() -> None:
    free, before = ask("how-calls-work"), ask("how-calls-work", on=BEFORE)
    assert "Press 1 to accept, 2 to refuse, 9 to block." in free.steps
    assert "no collect call" in text(free)
    for answer in (free, before):
        assert "You accept each call yourself" in text(answer)
    assert "no collect call" not in text(before)
    assert (cents(free), cents(before)) == ([0], [14, 0])


def test_are_there_limits_on_free_calls() -> None:
    told = ask("restrictions", told=Told(rule=rule(), here=True))
    assert told.verdict is Verdict.YES
    assert "7:00 AM to 10:00 PM" in text(told)
    assert "20 minutes at most" in text(told)
    assert "July 1, 2023 (this day is to be confirmed)" in text(told)
    assert told.unsure
    assert "not told to us" in text(ask("restrictions"))
    assert "at least 90 minutes" in text(ask("restrictions", "ct-doc-example"))
    assert "21 minutes in 3 hours, and 15 minutes a call" in text(
        ask("restrictions", "nyc-example")
    )
    assert not ask("restrictions", NEW_HAMPSHIRE).cited
    invented = ask("restrictions", told=Told(rule=rule(), invented=True, here=True))
    assert "invented for the demo" in text(invented)


@pytest.mark.parametrize(("place", "before"), [(BRISTOL, 14), (NORFOLK, 12)])
def test_are_long_distance_calls_free(place: str, before: int) -> None:
    today = ask("long-distance", place)
    assert (today.verdict, cents(today)) == (Verdict.YES, [0, 0])
    assert {one.rule for one in today.quotes} == {LAW}
    assert CITATION in today.quotes[0].sentence
    the_day_before = ask("long-distance", place, BEFORE)
    assert the_day_before.verdict is Verdict.NOT_YET
    assert cents(the_day_before) == [before, 0, 25, 0]  # each now, and from the law's first day
    assert [one.on for one in the_day_before.quotes] == [BEFORE, FIRST, BEFORE, FIRST]
    paid = ask("long-distance", NEW_HAMPSHIRE)
    assert (paid.verdict, cents(paid)) == (Verdict.NO, [12, 25])
    assert {one.rule for one in paid.quotes} == {"nh-example-calls"}


def test_a_number_in_another_state_is_asked_for_where_the_place_is_in_new_york() -> None:
    assert ask("long-distance", "nyc-example").verdict is Verdict.YES
    assert cents(ask("long-distance", "nyc-example")) == [0, 25]


def test_are_calls_to_other_countries_free() -> None:
    free = ask("international")
    assert (free.verdict, cents(free)) == (Verdict.YES, [0, 0])
    assert ask("international", on=BEFORE).verdict is Verdict.NOT_YET
    assert cents(ask("international", NEW_HAMPSHIRE)) == [25, 25]
    # New York City frees calls at home alone; the Dominican Republic is not at home.
    city = ask("international", "nyc-example")
    assert (city.verdict, cents(city)) == (Verdict.NO, [25, 25])
    assert "inside the United States only" in text(city)
    colorado = ask("international", "co-doc-example", date(2025, 7, 5))
    assert (colorado.verdict, cents(colorado)) == (Verdict.PARTLY, [6, 0, 6, 0])


def test_are_calls_still_recorded_and_can_staff_listen() -> None:
    for place, on in ((BRISTOL, BEFORE), (BRISTOL, FIRST), (NEW_HAMPSHIRE, NOW)):
        answer = ask("calls-monitored", place, on)  # "non-private" is the word, free or not
        assert (answer.verdict, answer.recorded) == (Verdict.YES, True)
        assert "not private" in text(answer)
        with translation.override("en"):
            assert answer.steps == tuple(str(one) for one in calls.PRIVATE_BECAUSE.values())


# --- eMessages ----------------------------------------------------------------------------


def test_how_do_emessages_work() -> None:
    free, before = ask("how-messages-work"), ask("how-messages-work", on=BEFORE)
    assert [one.charge.stamps for one in free.quotes] == [0]
    assert [one.charge.stamps for one in before.quotes] == [1, 0]
    assert "need no stamps" in text(free)
    assert [one.charge.stamps for one in ask("how-messages-work", NEW_HAMPSHIRE).quotes] == [1]


def test_are_photos_ecards_and_videograms_free_too() -> None:
    free = ask("add-ons")
    assert (free.verdict, [one.charge.stamps for one in free.quotes]) == (Verdict.YES, [0, 0, 0])
    before = ask("add-ons", on=BEFORE)
    assert before.verdict is Verdict.NOT_YET
    assert [one.charge.stamps for one in before.quotes] == [1, 0, 2, 0, 1, 0]
    paid = ask("add-ons", NEW_HAMPSHIRE)
    assert (paid.verdict, [one.charge.stamps for one in paid.quotes]) == (Verdict.NO, [1, 2, 1])
    assert ask("add-ons", "ca-cdcr-example").verdict is Verdict.NO  # its law frees calls alone


def test_are_emessages_still_kept_and_read_by_staff() -> None:
    answer = ask("messages-reviewed")
    assert (answer.verdict, answer.recorded) == (Verdict.YES, True)
    # The published answers name no private exception here: that is for the facility to say.
    assert any("policy" in one and "attorney" in one for one in answer.unsure)


def refused_refund(slug: str) -> None:
    """No refund in Massachusetts; elsewhere nobody published an answer."""
    after, before = ask(slug), ask(slug, on=BEFORE)
    assert (after.verdict, before.verdict) == (Verdict.NO, Verdict.NO)
    assert "Use up what there is before December 1, 2023" in text(before)
    assert "asked people to use up what they had before December 1, 2023" in text(after)
    assert "fcc-unused-funds" in rests_on(after)
    assert after.unsure
    elsewhere = ask(slug, NEW_HAMPSHIRE)
    assert elsewhere.verdict is Verdict.NOT_TOLD
    assert "still of use" in text(elsewhere)
    assert not any(one.startswith("us-ma:") for one in rests_on(elsewhere))


def test_what_becomes_of_stamps_i_have_left_is_there_a_refund() -> None:
    refused_refund("unused-stamps")


# --- video visits -------------------------------------------------------------------------


def test_how_do_video_visits_work() -> None:
    for on in (BEFORE, FIRST):  # the day of the visit counts, on whichever day one asks
        answer = ask("how-visits-work", on=on)
        assert [one.on for one in answer.quotes] == [BEFORE, FIRST]
        assert cents(answer) == [39, 0]
    assert cents(ask("how-visits-work", NEW_HAMPSHIRE)) == [19]


def test_are_video_visits_still_recorded_and_watched() -> None:
    answer = ask("visits-monitored")
    assert (answer.verdict, answer.recorded) == (Verdict.YES, True)
    assert any("policy" in one and "attorney" in one for one in answer.unsure)


# --- old money ----------------------------------------------------------------------------


def test_i_have_texts_left_in_a_package_is_there_a_refund() -> None:
    refused_refund("unused-texts")
    assert "Text Connect" in text(ask("unused-texts"))


def test_a_person_inside_bought_prepaid_calling_cards_is_there_a_refund() -> None:
    refused_refund("calling-cards")


def test_what_becomes_of_the_money_in_a_prepaid_phone_account_sold_as_advanceconnect() -> None:
    only_here, also_elsewhere = ask("prepaid-account").cases
    assert only_here.outcome is Outcome.REFUND_IN_FULL
    assert also_elsewhere.outcome is Outcome.KEEP_OPEN
    assert "from Massachusetts only" in only_here.when
    assert "from outside Massachusetts" in also_elsewhere.when
    federal = next(one for one in ask("prepaid-account").cited if one.id == "fcc-unused-funds")
    assert "180 days" in federal.what
    assert any("calling cards" in one for one in federal.verify)
    assert not ask("prepaid-account").unsure  # such accounts are what that rule is about
    assert "fcc-unused-funds" not in rests_on(ask("prepaid-account", on=BEFORE))
    paid = ask("prepaid-account", NEW_HAMPSHIRE)
    assert (paid.verdict, paid.cases) == (Verdict.NOT_TOLD, ())
    assert "still of use" in text(paid)


def test_what_becomes_of_the_money_in_the_debit_account_of_a_person_inside() -> None:
    answer = ask("debit-account")
    assert answer.verdict is Verdict.SAYS
    for thing in ("games", "music", "movies"):
        assert thing in text(answer)
    assert ask("debit-account", NEW_HAMPSHIRE).verdict is Verdict.NOT_TOLD


# --- all of them --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", QUESTIONS)
def test_every_question_has_a_test_of_its_name(slug: str) -> None:
    with translation.override("en"):
        name = slugify(str(QUESTIONS[slug].words)).replace("-", "_")
    assert f"test_{name}" in globals()


def test_there_are_as_many_questions_as_were_published() -> None:
    assert len(QUESTIONS) == 23


@pytest.mark.parametrize("place", [None, *sorted(places())])
def test_every_question_has_an_answer_at_every_place_on_any_day(place: str | None) -> None:
    for on in (date(2001, 2, 3), BEFORE, FIRST, NOW, date(2099, 12, 31)):
        for slug in QUESTIONS:
            answer = ask(slug, place, on)
            assert answer.sentences, slug
            said = [*answer.sentences, *answer.steps, *answer.unsure]
            assert not [one for one in said if "%" in one or not one.strip()], slug


@pytest.mark.parametrize("slug", QUESTIONS)
def test_without_a_facility_no_price_is_claimed(slug: str) -> None:
    answer = ask(slug, None)
    assert (answer.quotes, answer.rows) == ((), ())
    assert answer.verdict in {Verdict.DEPENDS, Verdict.SAYS, Verdict.YES}


def test_before_the_book_begins_no_price_is_made_up() -> None:
    answer = ask("free-here", BRISTOL, date(2001, 2, 3))
    assert answer.verdict is Verdict.NOT_KNOWN
    assert {row.standing.state for row in answer.rows} == {State.UNKNOWN}
    assert {row.price for row in answer.rows} == {None}
