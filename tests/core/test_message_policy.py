"""Which messages may be sent, and every reason why not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kinline.core.message.limits import MOST
from kinline.core.message.terms import Direction, Service
from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import (
    Allowed,
    Carried,
    Made,
    MessageFacts,
    Need,
    PrivilegedFacts,
    Refused,
    Stop,
    decide,
    decide_privileged,
    may_write,
)
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Mode, Side
from kinline.core.shop.hours import Hours

BOSTON = ZoneInfo("America/New_York")
NOW = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)  # eleven in the morning in Boston
WEEK = timedelta(days=7)
# Odette writes to Julian.
LETTER = MessageFacts(
    service=Service.EMESSAGE,
    direction=Direction.IN,
    zone=BOSTON,
    mode=Mode.HOLD,
    made=Made(characters=120, photos=1),
    limits=MOST[Service.EMESSAGE],
    offered=True,
    linked=True,
)


def refused(**changed: Any) -> tuple[Refusal, ...]:
    verdict = decide(replace(LETTER, **changed), NOW)
    assert isinstance(verdict, Refused)
    return verdict.reasons


def test_a_letter_is_allowed_and_told_how_it_is_reviewed_and_that_it_costs_nothing() -> None:
    assert decide(LETTER, NOW) == Allowed(Mode.HOLD, charged=False, limits=LETTER.limits)


@pytest.mark.parametrize(
    ("changed", "code", "whose"),
    [
        ({"offered": False}, "message.not_offered", Whose.FACILITY),
        ({"linked": False}, "message.not_linked", Whose.KINLINE),
        ({"no_contact": True}, "message.not_linked", Whose.KINLINE),
        ({"blocked": BlockOf.PERSON}, "message.blocked", Whose.CONTACT),
        ({"person_active": False}, "message.person_inactive", Whose.FACILITY),
        ({"person_here": False}, "message.person_elsewhere", Whose.FACILITY),
        ({"contact_active": False}, "message.contact_gone", Whose.CONTACT),
        ({"made": Made()}, "message.empty", Whose.KINLINE),
        ({"made": Made(characters=20_001)}, "message.too_long", Whose.FACILITY),
        ({"made": Made(photos=6)}, "message.too_many_photos", Whose.FACILITY),
        ({"made": Made(cards=6)}, "message.too_many_cards", Whose.FACILITY),
        ({"made": Made(films=2)}, "message.too_many_films", Whose.FACILITY),
        ({"needs": (Need("stamp", 2, 1),)}, "message.no_money", Whose.FACILITY),
    ],
)
def test_each_reason_alone_is_enough_and_says_whose_it_is(
    changed: dict[str, Any], code: str, whose: Whose
) -> None:
    (no,) = refused(**changed)
    assert (no.code, no.whose) == (code, whose)


def test_every_reason_is_told_at_once() -> None:
    found = refused(
        offered=False,
        blocked=BlockOf.FACILITY,
        made=Made(characters=20_500, photos=9),
        needs=(Need("stamp", 10, 0),),
    )
    assert [one.code for one in found] == [
        "message.not_offered",
        "message.blocked",
        "message.too_long",
        "message.too_many_photos",
        "message.no_money",
    ]
    assert found[2].facts == {"limit": "20000", "has": "20500", "over": "500"}


def test_an_order_against_contact_looks_like_no_link_and_tells_nothing_of_the_other_side() -> None:
    about_them: dict[str, Any] = {
        "blocked": BlockOf.PERSON,
        "person_active": False,
        "stops": (Stop(Side.PERSON, "threats", NOW + WEEK),),
    }
    assert refused(no_contact=True, **about_them) == refused(linked=False, **about_them)
    assert len(refused(no_contact=True, **about_them)) == 1


def test_a_stop_says_whose_service_why_and_until_when_and_then_is_over() -> None:
    stop = Stop(Side.CONTACT, "threats", NOW + WEEK)
    (no,) = refused(stops=(stop,))
    assert (no.code, no.until) == ("message.stopped", NOW + WEEK)
    assert no.facts == {"of": "contact", "reason": "threats"}
    assert isinstance(decide(replace(LETTER, stops=(stop,)), NOW + WEEK), Allowed)


def test_texts_keep_the_hours_of_a_facility_that_has_some() -> None:
    text = replace(
        LETTER,
        service=Service.TEXT,
        limits=MOST[Service.TEXT],
        made=Made(characters=30),
        hours=Hours(time(7), time(22)),
    )
    assert isinstance(decide(text, NOW), Allowed)
    late = datetime(2025, 3, 13, 2, 0, tzinfo=UTC)  # 22:00 in Boston
    verdict = decide(text, late)
    assert isinstance(verdict, Refused)
    (no,) = verdict.reasons
    assert (no.code, no.until) == (
        "message.outside_hours",
        datetime(2025, 3, 13, 11, 0, tzinfo=UTC),
    )


def test_no_money_says_how_much_is_missing_and_by_which_rule() -> None:
    (no,) = refused(needs=(Need("stamp", 3, 1), Need("cent", 5, 5)), citation="Tariff § 3")
    assert no.facts == {
        "unit": "stamp",
        "needs": "3",
        "has": "1",
        "missing": "2",
        "citation": "Tariff § 3",
    }
    enough = decide(replace(LETTER, needs=(Need("stamp", 3, 3),)), NOW)
    assert isinstance(enough, Allowed)
    assert enough.charged


def test_before_writing_one_hears_what_stands_against_it_whatever_it_will_hold() -> None:
    empty = replace(LETTER, made=Made())
    assert may_write(empty, NOW) == ()
    assert [one.code for one in may_write(replace(empty, offered=False), NOW)] == [
        "message.not_offered"
    ]


# Priya is Julian's attorney.
COUNSEL = PrivilegedFacts(
    made=Made(characters=900),
    limits=MOST[Service.EMESSAGE],
    offered=True,
    verified=True,
    linked=True,
)


def test_mail_with_an_attorney_has_no_mode_no_findings_and_no_reader() -> None:
    verdict = decide_privileged(COUNSEL)
    assert isinstance(verdict, Carried)
    assert {"mode", "findings", "reader"}.isdisjoint(Carried.__slots__)
    assert {"mode", "stops", "text"}.isdisjoint(PrivilegedFacts.__slots__)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"offered": False}, "message.privileged_not_offered"),
        ({"verified": False}, "message.attorney_not_verified"),
        ({"linked": False}, "message.not_linked"),
        ({"no_contact": True}, "message.not_linked"),
        ({"blocked": BlockOf.PERSON}, "message.blocked"),
        ({"person_active": False}, "message.person_inactive"),
        ({"person_here": False}, "message.person_elsewhere"),
        ({"contact_active": False}, "message.contact_gone"),
        ({"made": Made(characters=20_001)}, "message.too_long"),
    ],
)
def test_privileged_mail_is_refused_for_one_reason_each(changed: dict[str, Any], code: str) -> None:
    verdict = decide_privileged(replace(COUNSEL, **changed))
    assert isinstance(verdict, Refused)
    assert [one.code for one in verdict.reasons] == [code]
