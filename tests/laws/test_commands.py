"""quote, rate and law: JSON alone on standard output, errors as JSON, exit codes that say so."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kinline.config import rating

ROOT = Path(__file__).resolve().parents[2]
JULIAN = {"person": "julian", "facility": "ma-bristol", "service": "call", "to": "+16175550142"}


@dataclass
class Answer:
    """What a command left behind: exit code, answers (a JSON value a line), the error."""

    code: int
    answers: list[Any]
    error: str


@pytest.fixture
def ask(capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Run a command in this process."""

    def asked(command: str, *words: str) -> Answer:
        try:
            code = rating.main(command, list(words))
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsysbinary.readouterr()
        error = json.loads(said.err)["error"] if said.err else ""
        return Answer(code, [json.loads(line) for line in said.out.splitlines()], error)

    return asked


def words_of(text: str) -> list[str]:
    return text.split()


FIELDS = [
    "facility", "service", "consumer_cents", "agency_cents", "stamps", "credits", "free", "lines",
    "sentence", "citations",
]  # fmt: skip
LINE = [
    "from", "to", "units", "unit", "price_cents", "payer", "cents", "rule", "citation", "status",
]  # fmt: skip
MIDNIGHT = "--facility ma-bristol --service call --at 2023-11-30T23:55:00 --seconds 600"


# --- quote --------------------------------------------------------------------------------


def test_a_quote_has_the_documented_fields_and_adds_up(ask: Any) -> None:
    found = ask("quote", *words_of(MIDNIGHT + " --to +16175550100 --used-minutes 10"))
    (quote,) = found.answers
    assert (found.code, found.error) == (0, "")
    assert list(quote) == FIELDS
    assert all(list(line) == LINE for line in quote["lines"])
    assert (quote["consumer_cents"], quote["agency_cents"], quote["free"]) == (70, 50, False)
    paid, free = quote["lines"]
    assert paid == {
        "from": "2023-11-30T23:55:00-05:00",
        "to": "2023-12-01T00:00:00-05:00",
        "units": 5,
        "unit": "minute",
        "price_cents": 14,
        "payer": "consumer",
        "cents": 70,
        "rule": "ma-county-calls-ten-minutes",
        "citation": "Sheriffs' agreement of August 1, 2021 (county facilities)",
        "status": "secondary",
    }
    assert (free["price_cents"], free["payer"], free["rule"]) == (10, "agency", "ma-87a")
    assert quote["citations"] == [paid["citation"], "G.L. c. 127, § 87A (St. 2023, c. 64)"]
    assert quote["sentence"] == (
        "You pay $0.70: 5 minutes at $0.14 are $0.70 by Sheriffs' agreement of August 1, 2021 "
        "(county facilities); 5 minutes free for you, and the agency pays $0.50, by "
        "G.L. c. 127, § 87A (St. 2023, c. 64)."
    )


def test_part_of_a_cent_stays_exact_in_the_price(ask: Any) -> None:
    words = "--facility co-doc-example --service call --at 2024-01-10T12:00 --seconds 420"
    (quote,) = ask("quote", *words_of(words + " --to +16175550100")).answers
    assert [(one["price_cents"], one["cents"]) for one in quote["lines"]] == [(7.5, 52), (2.5, 18)]


def test_without_a_number_a_call_is_taken_as_one_at_home_and_the_answer_says_so(ask: Any) -> None:
    words = "--facility nh-example --service call --at 2026-11-23T15:00 --seconds 60"
    (quote,) = ask("quote", *words_of(words)).answers
    assert quote["consumer_cents"] == 12
    assert quote["sentence"].endswith("taken as a call inside the United States.")


@pytest.mark.parametrize(
    ("at", "began"),
    [
        ("2023-11-05T01:30:00", "2023-11-05T01:30:00-04:00"),  # the first of the two
        ("2023-11-05T01:30:00-05:00", "2023-11-05T01:30:00-05:00"),
        ("2023-11-05T06:30:00Z", "2023-11-05T01:30:00-05:00"),
    ],
)
def test_a_time_that_occurs_twice_is_the_first_unless_its_offset_is_told(
    ask: Any, at: str, began: str
) -> None:
    words = f"--facility nh-example --service call --at {at} --seconds 60 --to +16175550100"
    (quote,) = ask("quote", *words_of(words)).answers
    assert quote["lines"][0]["from"] == began


def test_the_long_answer_names_every_rule_that_was_looked_at(ask: Any) -> None:
    (quote,) = ask("quote", *words_of(MIDNIGHT + " --to +16175550100 --explain")).answers
    verdicts = {(one["on"], one["rule"]): one["verdict"] for one in quote["explanation"]}
    assert verdicts["2023-11-30", "ma-87a"] == "not_yet"
    assert verdicts["2023-12-01", "ma-87a"] == "decides"
    assert verdicts["2023-12-01", "ma-contract"] == "pays"
    assert all(one["sentence"] for one in quote["explanation"])


CALL = "--service call --at 2023-11-30T23:55:00 --seconds 60 --to +16175550100"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (f"--facility nowhere {CALL}", "no facility is called 'nowhere'"),
        ("--facility nh-example --service fax --at 2024-01-01T00:00 --units 1", "called 'fax'"),
        (f"--facility nh-example {CALL} --seconds -1", "from 0 to 86400"),
        (f"--facility nh-example {CALL} --seconds 86401", "from 0 to 86400"),
        (f"--facility nh-example {CALL} --seconds many", "invalid int value"),
        (f"--facility nh-example {CALL} --at 2014-12-31T12:00", "no rule for call at nh-example"),
        (f"--facility nh-example {CALL} --at 2023-03-12T02:30", "does not exist in America"),
        (f"--facility nh-example {CALL} --at yesterday", "must be a moment like"),
        (f"--facility nh-example {CALL} --at 2023-11-30", "needs a time of day"),
        (f"--facility nh-example {CALL} --at 0001-01-01T00:00:00", "outside the calendar"),
        (f"--facility nh-example {CALL} --at 9999-12-31T23:59:59", "outside the calendar"),
        (f"--facility nh-example {CALL} --to 911", "cannot be a telephone number"),
        (f"--facility nh-example {CALL} --to +1617555", "cannot be a telephone number"),
        (f"--facility nh-example {CALL} --to +15555550100", "cannot be a telephone number"),
        (f"--facility nh-example {CALL} --to +9991234567", "no country has this code"),
        (f"--facility nh-example {CALL} --units 3", "in seconds, not in units"),
        (f"--facility nh-example {CALL} --scheduled-for 2024-01-01T00:00", "is for visits"),
        (f"--facility nh-example {CALL} --used-minutes -1", "used-minutes"),
        ("--facility nh-example --service call --seconds 60", "began_at is missing"),
        ("--facility nh-example --service text --at 2024-01-01T00:00", "units is missing"),
        (
            "--facility nh-example --service visit --at 2024-01-01T00:00 --seconds 60",
            "scheduled_for is missing",
        ),
        ("--service call", "--facility"),
        (f"--facility nh-example {CALL} --discount 3", "unrecognized arguments"),
        (f"--facility nh-example {CALL} --draft no-such-file.yaml", "there is no file"),
        (f"--facility nh-example {CALL} --as-of soon", "is not a day"),
    ],
)
def test_what_cannot_be_priced_is_a_clear_error_and_no_answer(
    ask: Any, words: str, says: str
) -> None:
    found = ask("quote", *words_of(words))
    assert (found.code, found.answers) == (2, [])
    assert says in found.error


# --- rate ---------------------------------------------------------------------------------


def file_of(folder: Path, *lines: Any) -> str:
    file = folder / "usages.jsonl"
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("".join(f"{line}\n" for line in said))
    return str(file)


def test_free_minutes_of_a_week_are_counted_by_person_and_agency_in_the_order_of_the_file(
    ask: Any, tmp_path: Path
) -> None:
    week = [
        JULIAN | {"id": 1, "began_at": "2023-11-14T10:00", "seconds": 420},
        JULIAN | {"id": 2, "began_at": "2023-11-13T10:00", "seconds": 420},
        JULIAN | {"id": 3, "began_at": "2023-11-14T10:00", "seconds": 420, "person": "wendell"},
        JULIAN | {"id": 4, "began_at": "2023-11-14T11:00", "seconds": 420, "facility": "ma-essex"},
        JULIAN | {"id": 5, "began_at": "2023-11-20T10:00", "seconds": 420},
    ]
    found = ask("rate", file_of(tmp_path, *week))
    paid = [(answer["id"], answer["consumer_cents"]) for answer in found.answers]
    assert paid == [(1, 0), (2, 56), (3, 0), (4, 0), (5, 0)]
    assert found.code == 0
    assert list(found.answers[0]) == ["id", *FIELDS]


def test_minutes_are_shared_between_the_places_of_one_agency(ask: Any, tmp_path: Path) -> None:
    """No agency with an allowance has two places in the book: a draft gives the prisons one."""
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        """ends: {ma-doc-calls-before: 2023-11-01}
tariffs:
  - id: ten-minutes-in-prisons
    places: [ma-doc-*]
    from: 2023-11-01
    to: 2023-12-01
    call: {minute: 12, termination: 13}
    allowance: {minutes: 10}
    citation: "A draft"
    source: "made up"
    status: draft
"""
    )
    first = JULIAN | {"id": 1, "facility": "ma-doc-norfolk", "began_at": "2023-11-14T10:00"}
    second = first | {"id": 2, "facility": "ma-doc-shirley"}
    lines = [one | {"seconds": 420} for one in (first, second)]
    found = ask("rate", file_of(tmp_path, *lines), "--draft", str(draft))
    assert [answer["consumer_cents"] for answer in found.answers] == [0, 48]


def test_a_bad_line_is_answered_and_the_rest_goes_on(ask: Any, tmp_path: Path) -> None:
    good = JULIAN | {"id": "good", "began_at": "2024-01-10T10:00", "seconds": 60}
    lines = [
        good,
        "not json",
        "",
        "[1, 2]",
        good | {"id": "a", "seconds": True},
        good | {"id": "b", "seconds": 1.5},
        good | {"id": "c", "facility": None},
        good | {"id": "d", "to": 6175550142},
        good | {"id": {"e": 1}},
        good | {"id": "f", "began_at": "2022-01-10T10:00", "person": None},
        "[" * 100_000,
        good | {"id": 7},
    ]
    found = ask("rate", file_of(tmp_path, *lines))
    assert found.code == 1
    bad = {answer["line"]: answer["id"] for answer in found.answers if "error" in answer}
    assert bad == {
        2: None, 3: None, 4: None, 5: "a", 6: "b", 7: "c", 8: "d", 9: None, 10: "f", 11: None,
    }  # fmt: skip
    assert all(set(one) == {"id", "line", "error"} for one in found.answers if "error" in one)
    assert [answer["id"] for answer in found.answers if "error" not in answer] == ["good", 7]


def test_a_bad_line_draws_no_minutes(ask: Any, tmp_path: Path) -> None:
    call = JULIAN | {"began_at": "2023-11-14T10:00", "seconds": 600}
    found = ask("rate", file_of(tmp_path, call | {"id": 1, "to": "+1"}, call | {"id": 2}))
    assert found.answers[1]["consumer_cents"] == 0


def test_visits_and_messages_stand_in_the_same_file(ask: Any, tmp_path: Path) -> None:
    visit = JULIAN | {"id": "v", "service": "visit", "to": None, "seconds": 1200}
    text = JULIAN | {"id": "t", "service": "text", "to": None, "units": 2}
    lines = [
        visit | {"began_at": "2023-11-10T09:00", "scheduled_for": "2023-12-01T00:00"},
        visit | {"scheduled_for": "2023-11-30T23:59"},
        text | {"began_at": "2023-11-30T23:59"},
    ]
    found = ask("rate", file_of(tmp_path, *lines))
    given = [(one["consumer_cents"], one["credits"]) for one in found.answers]
    assert given == [(0, 0), (780, 0), (0, 2)]


def test_a_file_that_is_not_there_is_a_wrong_question(ask: Any) -> None:
    found = ask("rate", "no-such-file.jsonl")
    assert (found.code, found.answers) == (2, [])
    assert "no-such-file.jsonl" in found.error


# --- law ----------------------------------------------------------------------------------


def test_the_law_of_a_place_names_every_rule_in_force_with_its_citation(ask: Any) -> None:
    (law,) = ask("law", "--facility", "ma-bristol", "--on", "2023-12-01").answers
    assert [rule["id"] for rule in law["rules"]] == ["ma-87a", "ma-contract"]
    assert law["rules"][0]["access"] == {"kind": "baseline", "on": "2023-07-01", "status": "verify"}
    assert law["prices"]["call"]["agency_cents"] == 10
    assert law["prices"]["call_abroad"]["free"]
    assert law["average_daily_population"] is None
    assert "no cap was tested" in law["caps_note"]


def test_a_postponed_cap_is_shown_and_does_not_bind(ask: Any) -> None:
    (law,) = ask("law", "--facility", "nh-example", "--on", "2025-06-01").answers
    caps = {cap["id"]: (cap["tier"], cap["call_cents"], cap["binds"]) for cap in law["caps"]}
    assert caps == {
        "fcc-2021": ("medium_jail", 21, True),
        "fcc-24-75": ("medium_jail", 7, False),
    }
    assert law["prices"]["call"]["consumer_cents"] == 12
    assert law["prices"]["videogram"]["stamps"] == 2


def test_the_difference_of_two_days(ask: Any) -> None:
    words = ["--facility", "ma-bristol", "--diff", "2023-11-30", "2023-12-01"]
    (found,) = ask("law", *words).answers
    assert [rule["id"] for rule in found["began"]] == ["ma-87a", "ma-contract"]
    ended = ["ma-county-calls-ten-minutes", "ma-visits-before", "ma-written-before"]
    assert [rule["id"] for rule in found["ended"]] == ended
    call = found["prices"]["call"]
    assert (call["before"]["consumer_cents"], call["after"]["consumer_cents"]) == (14, 0)
    assert call["before"]["free_minutes_a_week"] == 10


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--facility", "nowhere", "--on", "2024-01-01"], "no facility"),
        (["--facility", "ma-bristol"], "--on DATE, or --diff"),
        (["--facility", "ma-bristol", "--on", "2024-02-30"], "not a day"),
        (["--facility", "ma-bristol", "--on", "2001-01-01"], "has no rule"),
    ],
)
def test_a_wrong_question_about_the_law(ask: Any, words: list[str], says: str) -> None:
    found = ask("law", *words)
    assert (found.code, found.answers) == (2, [])
    assert says in found.error


# --- as a program -------------------------------------------------------------------------


def test_the_program_needs_no_database_and_no_data_folder(tmp_path: Path) -> None:
    env = os.environ | {"KINLINE_DATA": str(tmp_path / "data"), "KINLINE_KEYS": str(tmp_path / "k")}
    command = [sys.executable, "-m", "kinline", "quote", *words_of(MIDNIGHT)]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["agency_cents"] == 50
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_enough_is_no_fault(tmp_path: Path) -> None:
    line = JULIAN | {"id": 1, "began_at": "2024-01-10T10:00", "seconds": 60}
    file = file_of(tmp_path, *[line] * 5000)
    command = [sys.executable, "-m", "kinline", "rate", file]
    with subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-1) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        child.wait(timeout=60)
