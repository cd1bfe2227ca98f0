"""What is known of old money: it holds, says whose word it is, and a broken file says where."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.rating.terms import Status
from kinline.core.transition.words import AccountKind, Outcome, Reach
from kinline.laws import loader
from kinline.laws.reading import LawError
from kinline.laws.transition import old_money, read_old_money

Change = Callable[[str, str, str], Path]
BRISTOL = loader.places()[PlaceCode("ma-bristol")]
NEW_HAMPSHIRE = loader.places()[PlaceCode("nh-example")]
TODAY = date(2026, 11, 25)


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """A copy of the files in which one reads otherwise."""
    shutil.copytree(loader.HOME / "old_money", tmp_path / "old_money")

    def made(file: str, old: str, new: str) -> Path:
        path = tmp_path / "old_money" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return tmp_path

    return made


def test_each_kind_of_money_has_the_published_answer_in_massachusetts() -> None:
    answers = {kind: old_money().word(kind, BRISTOL) for kind in AccountKind}
    outcomes = {kind: word.outcome for kind, word in answers.items() if word}
    assert outcomes == {
        AccountKind.STAMPS: Outcome.NOT_REFUNDABLE,
        AccountKind.TEXT_PACKAGE: Outcome.NOT_REFUNDABLE,
        AccountKind.CALLING_CARD: Outcome.NOT_REFUNDABLE,
        AccountKind.PREPAID_COLLECT: Outcome.REFUND_IN_FULL,
        AccountKind.DEBIT: Outcome.STAYS_USABLE,
    }
    elsewhere = {kind: word.elsewhere for kind, word in answers.items() if word and word.elsewhere}
    assert elsewhere == {AccountKind.PREPAID_COLLECT: Outcome.KEEP_OPEN}


def test_nobody_answered_for_new_hampshire() -> None:
    assert not [kind for kind in AccountKind if old_money().word(kind, NEW_HAMPSHIRE)]
    assert old_money().publication(NEW_HAMPSHIRE) is None


def test_the_federal_rule_holds_everywhere_from_its_day_and_is_marked() -> None:
    for place in (BRISTOL, NEW_HAMPSHIRE):
        rule = old_money().rule(place, TODAY)
        assert rule is not None
        assert (rule.inactive_days, rule.status) == (180, Status.VERIFY)
        assert old_money().rule(place, date(2024, 11, 18)) is None
    assert rule.reach[AccountKind.PREPAID_COLLECT] is Reach.APPLIES
    assert rule.reach[AccountKind.STAMPS] is Reach.DOUBTFUL


@pytest.mark.parametrize(
    ("file", "good", "bad", "says"),
    [
        ("us_ma.yaml", "law: ma-87a", "law: ma-88", "no law is called 'ma-88'"),
        ("us_ma.yaml", "kind: stamps", "kind: shells", "us_ma.yaml:11: 'shells' is not a valid"),
        ("us_ma.yaml", "kind: stamps", "kind: debit", "debit is answered twice"),
        ("us_ma.yaml", "keep_open", "keep_shut", "'keep_shut' is not a valid Outcome"),
        ("us_ma.yaml", "jurisdiction: us-ma", "jurisdiction: ''", "jurisdiction must be words"),
        ("us_federal.yaml", "inactive_days: 180", "inactive_days: 0", "inactive_days must be"),
        ("us_federal.yaml", "stamps: doubtful", "stamps: no", "'no' is not a valid Reach"),
        ("us_federal.yaml", "from: 2024-11-19", "from: soon", "from must be a day"),
    ],
)
def test_a_broken_file_is_an_error_with_file_and_line(
    change: Change, file: str, good: str, bad: str, says: str
) -> None:
    with pytest.raises(LawError, match=says):
        read_old_money(change(file, good, bad), loader.book())
