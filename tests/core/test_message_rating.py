"""What one message costs with its parts, and what it gives back when it is rejected."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import PlaceCode
from kinline.core.message.terms import PartKind, Service
from kinline.core.rating.message import (
    Because,
    Piece,
    Written,
    charge_for,
    given_back,
    total,
)
from kinline.core.rating.terms import GiveBack
from kinline.laws.loader import book, places

BRISTOL, EXAMPLE = (places()[PlaceCode(code)] for code in ("ma-bristol", "nh-example"))
BEFORE = datetime(2023, 12, 1, 4, 59, 59, tzinfo=UTC)  # the last second before the law, in Boston
SINCE = datetime(2023, 12, 1, 5, 0, 0, tzinfo=UTC)
PARTS = (
    ("text", PartKind.TEXT),
    ("p1", PartKind.PHOTO),
    ("p2", PartKind.PHOTO),
    ("c1", PartKind.CARD),
    ("f1", PartKind.FILM),
)


def test_under_the_law_every_part_is_free_with_its_citation() -> None:
    charge = charge_for(Written(Service.EMESSAGE, BRISTOL, SINCE, PARTS), book())
    assert (charge.free, charge.pieces) == (True, ())
    assert any("87A" in one for one in charge.citations)
    assert [one.part for one in charge.parts] == [name for name, _ in PARTS]
    assert charge.agency_cents == 5, "the agency's contract price, once a message"
    assert all(line.citation for one in charge.parts for line in one.charge.lines)


def test_a_second_earlier_each_part_takes_its_stamps() -> None:
    charge = charge_for(Written(Service.EMESSAGE, BRISTOL, BEFORE, PARTS), book())
    assert [one.amount for one in charge.pieces] == [1, 1, 1, 1, 2]
    assert total(charge.pieces) == {"stamp": 6}
    assert charge.tariff is not None
    assert charge.citations == (charge.tariff.citation,)


def test_a_photo_alone_is_a_photo_and_a_text_takes_a_credit() -> None:
    photo = Written(Service.EMESSAGE, EXAMPLE, SINCE, (("p1", PartKind.PHOTO),))
    assert total(charge_for(photo, book()).pieces) == {"stamp": 1}
    text = Written(Service.TEXT, EXAMPLE, SINCE, (("text", PartKind.TEXT),))
    assert total(charge_for(text, book()).pieces) == {"credit": 1}


@pytest.mark.parametrize(
    ("service", "parts", "says"),
    [
        (Service.CALL, PARTS, "no message"),
        (Service.EMESSAGE, (PARTS[0], PARTS[0]), "twice"),
        (Service.TEXT, (PARTS[0], PARTS[1]), "attached"),
    ],
)
def test_what_is_no_message_has_no_price(
    service: Service, parts: tuple[tuple[str, PartKind], ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Written(service, EXAMPLE, SINCE, parts)


PIECES = (Piece("text", "stamp", 1), Piece("p1", "stamp", 1), Piece("f1", "stamp", 2))
ALL = {"text", "p1", "f1"}


@pytest.mark.parametrize(
    ("back", "rejected", "delivered", "stamps", "because"),
    [
        (GiveBack.EACH_PART, {"p1"}, False, 1, Because.PARTS_REJECTED),
        (GiveBack.EACH_PART, ALL, False, 4, Because.WHOLE_REJECTED),
        (GiveBack.EACH_PART, {"p1"}, True, 0, Because.WAS_DELIVERED),
        (GiveBack.WHOLE_ONLY, {"f1"}, False, 0, Because.PART_KEPT),
        (GiveBack.WHOLE_ONLY, ALL, False, 4, Because.WHOLE_REJECTED),
        (GiveBack.NOTHING, ALL, False, 0, Because.TARIFF_KEEPS),
    ],
)
def test_what_goes_back_is_the_tariffs_choice_and_the_answer_says_why(
    back: GiveBack, rejected: set[str], delivered: bool, stamps: int, because: Because
) -> None:
    answer = given_back(PIECES, rejected, back, delivered=delivered)
    assert total(answer.pieces) == ({"stamp": stamps} if stamps else {})
    assert answer.because is because


def test_of_what_was_free_nothing_goes_back() -> None:
    assert given_back((), ALL, GiveBack.EACH_PART, delivered=False).because is Because.WAS_FREE


@given(
    st.sets(st.sampled_from(sorted(ALL))),
    st.sampled_from(GiveBack),
    st.booleans(),
)
def test_never_more_goes_back_than_was_given_nor_for_a_part_that_was_not_rejected(
    rejected: set[str], back: GiveBack, delivered: bool
) -> None:
    answer = given_back(PIECES, rejected, back, delivered=delivered)
    assert set(answer.pieces) <= set(PIECES)
    assert {one.part for one in answer.pieces} <= rejected
