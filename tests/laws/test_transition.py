"""What becomes of an old balance: the published answers, the rule book, and the cases between."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.config import transition
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce
from kinline.core.transition.decide import Decision, Facts, Note, decide
from kinline.core.transition.words import AccountKind, Outcome
from kinline.laws import loader
from kinline.laws.transition import old_money

PLACES = loader.places()
BEFORE, FIRST, LATER = date(2023, 11, 15), date(2023, 12, 1), date(2026, 11, 25)
LAST_DAY = date(2023, 11, 30)
LAW_87A = "G.L. c. 127, § 87A (St. 2023, c. 64)"
PUBLISHED = "The provider's published answers on free communications in Massachusetts (2023)"
FUNDS_RULE = "47 CFR 64.6130 (FCC 24-75, 89 FR 77244)"
NEEDLESS = [AccountKind.STAMPS, AccountKind.TEXT_PACKAGE, AccountKind.CALLING_CARD]


def places(*codes: str) -> tuple[Place, ...]:
    return tuple(PLACES[PlaceCode(code)] for code in codes)


def asked(kind: AccountKind, amount: int, *codes: str, on: date, **more: Any) -> Decision:
    facts = Facts(kind=kind, amount=amount, places=places(*codes), as_of=on, **more)
    return decide(facts, loader.book(), old_money())


# --- an account of Odette's for calls that reach her --------------------------------------


def test_a_prepaid_account_for_massachusetts_alone_comes_back_in_full() -> None:
    found = asked(AccountKind.PREPAID_COLLECT, 2350, "ma-bristol", on=FIRST)
    assert (found.outcome, found.refundable_cents) == (Outcome.REFUND_IN_FULL, 2350)
    assert found.can_request
    assert found.deadline_on is None
    assert found.citations == (PUBLISHED, LAW_87A)


def test_before_the_law_the_answer_is_the_coming_one_and_nothing_can_be_asked_for() -> None:
    found = asked(AccountKind.PREPAID_COLLECT, 2350, "ma-bristol", on=LAST_DAY)
    assert (found.outcome, found.refundable_cents) == (Outcome.REFUND_IN_FULL, 2350)
    assert not found.can_request
    assert found.holds_from == FIRST
    assert Note.BEFORE in found.notes


@pytest.mark.parametrize("codes", [("ma-bristol", "nh-example"), ("nh-example",)])
def test_an_account_that_pays_for_other_places_is_kept_and_yet_is_hers(
    codes: tuple[str, ...],
) -> None:
    found = asked(AccountKind.PREPAID_COLLECT, 2350, *codes, on=LATER)
    assert (found.outcome, found.refundable_cents) == (Outcome.KEEP_OPEN, 2350)
    assert found.can_request, "our advice binds nobody"
    assert [place.code for place in found.needed_at] == ["nh-example"]
    assert Note.ASKING_IS_OPEN in found.notes


def test_a_place_where_only_calls_abroad_are_paid_still_needs_the_account() -> None:
    laws = [law for law in loader.book().laws if law.domestic_only]
    partly = [
        place
        for place in PLACES.values()
        if any(law.covers(place) and LATER in law.period and law.share == 100 for law in laws)
    ]
    assert partly, "the book has a law that frees calls at home only"
    for place in partly:
        found = asked(AccountKind.PREPAID_COLLECT, 500, place.code, on=LATER)
        assert found.outcome is Outcome.KEEP_OPEN


def test_a_place_that_becomes_free_on_a_known_day_says_so() -> None:
    shared = asked(AccountKind.PREPAID_COLLECT, 500, "co-doc-example", on=date(2026, 6, 30))
    assert shared.outcome is Outcome.KEEP_OPEN
    assert shared.needed_until == date(2026, 7, 1)
    free = asked(AccountKind.PREPAID_COLLECT, 500, "co-doc-example", on=date(2026, 7, 1))
    assert (free.outcome, free.can_request) == (Outcome.REFUND_IN_FULL, True)
    assert Note.NO_WORD in free.notes


def test_julian_is_moved_to_a_place_that_charges() -> None:
    here = asked(AccountKind.PREPAID_COLLECT, 900, "ma-bristol", on=LATER)
    moved = asked(AccountKind.PREPAID_COLLECT, 900, "nh-example", on=LATER)
    assert (here.outcome, moved.outcome) == (Outcome.REFUND_IN_FULL, Outcome.KEEP_OPEN)


@pytest.mark.parametrize("codes", [(), ("ma-bristol",)])
def test_what_is_below_zero_is_not_paid_out(codes: tuple[str, ...]) -> None:
    found = asked(AccountKind.PREPAID_COLLECT, -150, *codes, on=LATER)
    assert (found.refundable_cents, found.can_request) == (0, False)
    assert Note.BELOW_ZERO in found.notes


def test_calls_of_the_last_day_are_taken_off_first() -> None:
    yesterday = LATER - timedelta(days=1)
    may_be = asked(
        AccountKind.PREPAID_COLLECT, 500, "ma-bristol", on=LATER, last_activity_on=yesterday
    )
    assert (may_be.refundable_cents, Note.PENDING in may_be.notes) == (500, True)
    known = asked(AccountKind.PREPAID_COLLECT, 500, "ma-bristol", on=LATER, pending_cents=36)
    assert (known.refundable_cents, Note.PENDING in known.notes) == (464, True)
    long_ago = asked(
        AccountKind.PREPAID_COLLECT, 500, "ma-bristol", on=LATER, last_activity_on=BEFORE
    )
    assert Note.PENDING not in long_ago.notes


def test_the_clock_of_unused_funds_runs_from_the_last_use() -> None:
    used = date(2026, 11, 1)
    found = asked(AccountKind.PREPAID_COLLECT, 500, "ma-bristol", on=LATER, last_activity_on=used)
    assert found.idle_on == used + timedelta(days=180)
    assert FUNDS_RULE in found.citations
    before = asked(AccountKind.PREPAID_COLLECT, 500, "ma-bristol", on=FIRST, last_activity_on=FIRST)
    assert before.idle_on is None, "the rule is of 2024"


# --- what the people inside hold, and pieces ----------------------------------------------


@pytest.mark.parametrize("on", [BEFORE, FIRST, LATER])
def test_debit_stays_the_persons_and_buys_other_things(on: date) -> None:
    found = asked(AccountKind.DEBIT, 1200, "ma-bristol", on=on)
    assert found.outcome is Outcome.STAYS_USABLE
    assert (found.refundable_cents, found.can_request, found.deadline_on) == (0, False, None)
    assert found.word is not None
    assert "games" in found.word.buys


@pytest.mark.parametrize("kind", NEEDLESS)
@pytest.mark.parametrize("on", [BEFORE, LAST_DAY, FIRST, LATER])
def test_stamps_texts_and_calling_cards_are_to_be_used_up(kind: AccountKind, on: date) -> None:
    found = asked(kind, 20, "ma-bristol", "ma-doc-norfolk", on=on)
    assert found.outcome is Outcome.NOT_REFUNDABLE
    assert (found.refundable_cents, found.can_request) == (0, False)
    assert found.deadline_on == LAST_DAY
    assert (FUNDS_RULE in found.citations) == (on == LATER)


@pytest.mark.parametrize("kind", NEEDLESS)
def test_where_they_still_pay_for_something_they_stay_of_use(kind: AccountKind) -> None:
    found = asked(kind, 20, "ma-bristol", "nh-example", on=LATER)
    assert (found.outcome, found.deadline_on) == (Outcome.STAYS_USABLE, None)


def test_where_nobody_published_an_answer_none_is_made_up() -> None:
    found = asked(AccountKind.STAMPS, 7, "ct-doc-example", on=LATER)
    assert found.word is None
    assert Note.NO_WORD in found.notes
    assert found.deadline_on == date(2022, 6, 30)


def test_a_day_the_book_knows_nothing_of_is_no_answer() -> None:
    with pytest.raises(NoRuleInForce):
        asked(AccountKind.STAMPS, 7, "nh-example", on=date(1999, 1, 1))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"amount": -1}, "below zero"),
        ({"pending_cents": -1}, "below zero"),
        ({"last_activity_on": LATER + timedelta(days=1)}, "after the day"),
    ],
)
def test_facts_that_cannot_be(changed: dict[str, Any], says: str) -> None:
    facts = {"kind": AccountKind.DEBIT, "amount": 1, "places": (), "as_of": LATER}
    with pytest.raises(ValueError, match=says):
        Facts(**(facts | changed))


@given(
    kind=st.sampled_from(AccountKind),
    amount=st.integers(0, 10**7),
    pending=st.integers(0, 10**4),
    codes=st.sets(st.sampled_from(sorted(PLACES)), max_size=3),
    on=st.dates(date(2023, 10, 1), date(2027, 12, 31)),
    idle=st.none() | st.integers(0, 400),
)
def test_whatever_is_held_is_answered(
    kind: AccountKind,
    amount: int,
    pending: int,
    codes: set[str],
    on: date,
    idle: int | None,
) -> None:
    last = None if idle is None else on - timedelta(days=idle)
    try:
        found = asked(kind, amount, *codes, on=on, last_activity_on=last, pending_cents=pending)
    except NoRuleInForce:
        return
    assert found.citations
    assert 0 <= found.refundable_cents <= amount
    assert not found.can_request or found.refundable_cents
    if kind is AccountKind.PREPAID_COLLECT:
        assert found.refundable_cents == max(0, amount - pending), "nothing is ever taken"
    assert (found.deadline_on is None) or found.outcome is Outcome.NOT_REFUNDABLE
    assert bool(found.needed_at) == (Note.NEEDED in found.notes)


# --- the command --------------------------------------------------------------------------

ANSWER = {"answer", "refundable_cents", "can_request", "sentence", "citations", "deadline_on"}
STAMPS = {"kind": "stamps", "balance": 20, "facilities": ["ma-bristol"], "as_of": "2023-11-15"}
Ask = Callable[[Any], tuple[int, Any, str]]


@pytest.fixture
def ask(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the command with these facts: exit code, the answer, the error."""

    def asked(facts: Any) -> tuple[int, Any, str]:
        text = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
        code = transition.main(["-"])
        said = capsysbinary.readouterr()
        error = json.loads(said.err)["error"] if said.err else ""
        return code, json.loads(said.out) if said.out else None, error

    return asked


def test_the_command_answers_with_the_documented_fields(ask: Ask) -> None:
    code, answer, _ = ask(STAMPS)
    assert code == 0
    assert set(answer) == ANSWER
    assert (answer["answer"], answer["deadline_on"]) == ("not_refundable", "2023-11-30")
    assert "20 stamps" in answer["sentence"]
    assert "December 1, 2023" in answer["sentence"]


@pytest.mark.parametrize("kind", [kind.value for kind in AccountKind])
@pytest.mark.parametrize(
    "codes", [[], ["ma-bristol"], ["nh-example"], ["ma-bristol", "nh-example"]]
)
@pytest.mark.parametrize("day", ["2023-11-15", "2023-12-01", "2026-11-25"])
def test_sentence_and_citations_are_never_empty(
    ask: Ask, kind: str, codes: list[str], day: str
) -> None:
    for balance in (0, 1, 2350):
        facts = {"kind": kind, "balance": balance, "facilities": codes, "as_of": day}
        _, answer, _ = ask(facts)
        assert answer["sentence"].endswith(".")
        assert "%(" not in answer["sentence"]
        assert all(answer["citations"])
        assert answer["citations"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({**STAMPS, "kind": "gold"}, "is none of"),
        ({**STAMPS, "balance": 1.5}, "no whole number"),
        ({**STAMPS, "balance": True}, "no whole number"),
        ({**STAMPS, "balance": -1}, "below zero"),
        ({**STAMPS, "facilities": "ma-bristol"}, "list of codes"),
        ({**STAMPS, "facilities": ["nowhere"]}, "no facility"),
        ({**STAMPS, "as_of": "yesterday"}, "not a day"),
        ({**STAMPS, "as_of": 20231115}, "not a day"),
        ({**STAMPS, "last_activity_on": "2023-11-16"}, "after the day"),
        ({**STAMPS, "colour": "red"}, "unknown: colour"),
        ({"kind": "stamps"}, "missing: as_of"),
        ([STAMPS], "an object"),
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
    ],
)
def test_a_wrong_question_is_one_error_and_no_answer(ask: Ask, facts: Any, says: str) -> None:
    code, answer, error = ask(facts)
    assert (code, answer) == (2, None)
    assert says in error


def test_facts_that_are_not_there(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert transition.main(["nowhere.json"]) == 2
    assert b"cannot read nowhere.json" in capsysbinary.readouterr().err
