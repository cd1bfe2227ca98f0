"""`kinline` and `./dev`: standard output is the answer alone, the exit code says how it went."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def kinline(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kinline", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False
    )


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    command = [ROOT / "dev", *words]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def test_help_is_an_answer() -> None:
    ran = kinline("--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("usage: kinline")


def test_the_version_is_an_answer() -> None:
    ran = kinline("--version")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.strip().replace(".", "").isdigit()


@pytest.mark.parametrize("words", [(), ("nonsense",), ("up", "--port", "many"), ("code",)])
def test_a_wrong_question_is_no_answer(words: tuple[str, ...]) -> None:
    ran = kinline(*words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "usage: kinline" in ran.stderr


def test_the_code_of_a_demo_staff_member_is_six_digits_and_nothing_else() -> None:
    ran = kinline("code", "sam@bristol.example")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout) == len("123456\n")
    assert ran.stdout.strip().isdigit()


def test_nobody_elses_code_is_told() -> None:
    ran = kinline("code", "odette@example.org")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "sam@bristol.example" in ran.stderr


def test_dev_hands_on_output_and_exit_code() -> None:
    right, wrong = dev("kinline", "--version"), dev("kinline", "nonsense")
    assert (right.returncode, right.stdout) == (0, kinline("--version").stdout)
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_dev_explains_itself() -> None:
    asked, wrong = dev("help"), dev("nonsense")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "./dev up" in asked.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "./dev up" in wrong.stderr


def test_an_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    # The script believes it runs on 3.9, and finds no other Python on an empty path.
    line = (
        "import sys; sys.version_info = (3, 9, 0, 'final', 0);"
        f"exec(compile(open({str(ROOT / 'dev')!r}).read(), 'dev', 'exec'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", line],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "needs Python 3.11 or newer; this is 3.9" in ran.stderr


def test_a_database_that_cannot_be_reached_is_a_failed_start(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    nowhere = "postgres://kinline@127.0.0.1:1/none"
    ran = kinline("up", "--data", data, "--port", "0", KINLINE_DATABASE_URL=nowhere)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Bringing the database up to date: failed" in ran.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rtpengine", "127.0.0.1:2223"), "say --telephones ADDRESS too"),
        (("--telephones", "127.0.0.1", "--rtpengine", "10.20.30.1:2223"), "of this machine alone"),
        (("--telephones", "127.0.0.1", "--rtpengine", "127.0.0.1"), "is not HOST:PORT"),
        (("--telephones", "here"), "is not ADDRESS or ADDRESS:PORT"),
    ],
)
def test_telephones_that_cannot_be_served_are_a_failed_start(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ran = kinline("up", "--data", str(tmp_path / "data"), "--port", "0", *words)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert says in ran.stderr


def test_only_kinlines_own_data_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years")
    ran = kinline("up", "--fresh", "--data", str(tmp_path), KINLINE_DATABASE_URL="")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "holds no Kinline data" in ran.stderr
    assert (tmp_path / "thesis.txt").read_text() == "three years"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--month"),
        (("--month", "october"), "a month is written like 2026-10"),
        (("--month", "2026-10", "--as-of", "soon"), "is not a day like"),
        (("--month", "2026-10", "--draft", "no-such"), "shipped drafts: us_ma_repeal"),
        (("--month", "2026-10", "--draft", "a", "--as-of", "2023-11-30"), "not allowed with"),
    ],
)
def test_a_bill_asked_for_wrongly_is_json_on_standard_error(
    words: tuple[str, ...], says: str
) -> None:
    ran = kinline("bill", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in json.loads(ran.stderr)["error"]


def test_a_bill_is_json_alone_from_the_database_it_is_pointed_at(tmp_path: Path) -> None:
    env = {"KINLINE_DATABASE_URL": f"sqlite:///{tmp_path}/bill.sqlite3"}
    folders = ("--data", str(tmp_path / "data"), "--keys", str(tmp_path / "keys"))
    question = ("bill", "--month", "2026-10", "--draft", "us_ma_repeal", *folders)
    empty = kinline(*question, **env)
    assert (empty.returncode, empty.stdout) == (1, "")
    assert "cannot be read" in json.loads(empty.stderr)["error"]
    for command in ("migrate", "demo"):
        assert kinline(command, *folders, **env).returncode == 0
    ran = kinline(*question, "--facility", "ma-bristol", **env)
    assert (ran.returncode, ran.stderr) == (0, "")
    found = json.loads(ran.stdout)
    assert found["book"]["as_of"] == "2027-07-01"
    (bristol,) = found["facilities"]
    assert (bristol["facility"], bristol["usages"]) == ("ma-bristol", 0)
    nowhere = kinline(*question, "--facility", "nowhere", **env)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
