"""Drafts beside the book: they hold as a book must, say what they are, and change nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import Usage, rate
from kinline.core.rating.terms import Service, Status
from kinline.laws import drafts, loader

IN_OCTOBER = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)


def cents(book: RuleBook, place: str, at: datetime = IN_OCTOBER) -> int:
    """What ten minutes cost the people there."""
    usage = Usage(Service.CALL, loader.places()[PlaceCode(place)], at, 600)
    return rate(usage, book).consumer_cents


def test_the_repeal_says_that_it_is_a_draft_and_whose() -> None:
    repeal = drafts.shipped()["us_ma_repeal"]
    assert "not adopted" in repeal.title
    own = [tariff for tariff in repeal.book.tariffs if tariff.period.from_on == repeal.on]
    assert own
    assert {tariff.status for tariff in own} == {Status.DRAFT}


def test_a_draft_holds_from_its_day_and_in_full_as_if_it_always_had() -> None:
    repeal = drafts.shipped()["us_ma_repeal"]
    assert cents(repeal.book, "ma-doc-norfolk") == 0
    assert cents(repeal.book, "ma-doc-norfolk", datetime(2027, 7, 1, 4, tzinfo=UTC)) == 110
    assert cents(repeal.in_full, "ma-doc-norfolk") == 110
    assert cents(repeal.in_full, "nh-example") == 120  # another state's prices stay


def test_the_book_itself_knows_nothing_of_drafts() -> None:
    assert not any(rule.status is Status.DRAFT for rule in loader.book().rules)
    assert cents(loader.book(), "ma-doc-norfolk", datetime(2027, 7, 1, 4, tzinfo=UTC)) == 0


def test_a_draft_of_several_steps_is_taken_as_of_the_last(tmp_path: Path) -> None:
    text = (drafts.FOLDER / "us_ma_repeal.yaml").read_text()
    later = text.replace("ma-contract: 2027-07-01", "ma-contract: 2028-01-01")
    (tmp_path / "steps.yaml").write_text(later)
    assert drafts.opened(tmp_path / "steps.yaml").on == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: Nothing at all", "a draft changes something"),
        ("ends: {ma-87a: 2027-07-01}", "title is missing"),
        ("title: A hole\nends: {ma-87a: 2027-07-01}", "no rule for"),
        ("title: A typo\nends: {ma-87b: 2027-07-01}", "no value is called 'ma-87b'"),
    ],
)
def test_a_draft_that_does_not_hold_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "draft.yaml").write_text(text + "\n")
    with pytest.raises(loader.LawError, match=says):
        drafts.opened(tmp_path / "draft.yaml")
