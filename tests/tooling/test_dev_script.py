"""What ./dev is made of: steps done once, texts found in templates, and nothing foreign tracked."""

import subprocess
from pathlib import Path

import pytest

from tools.dev import hygiene, messages, steps, testing


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "MEMORY", tmp_path / "steps.json")
    return tmp_path


def test_a_step_is_done_once_until_what_goes_into_it_changes(memory: Path) -> None:
    done: list[str] = []
    for mark in ("a", "a", "b", "b", "a"):
        steps.once("build", mark, lambda mark=mark: done.append(mark))  # type: ignore[misc]
    assert done == ["a", "b", "a"]


def test_a_step_whose_result_is_gone_is_done_again(memory: Path) -> None:
    made = memory / "made"
    for _ in range(2):
        assert steps.once("build", "a", made.touch, made=made)
        made.unlink()
    made.touch()
    assert not steps.once("build", "a", made.touch, made=made)


def test_a_step_that_fails_is_tried_again(memory: Path) -> None:
    def fails() -> None:
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            steps.once("build", "a", fails)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one template and one module, each with texts."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "kinline")
    pages = tmp_path / "kinline" / "doors" / "templates"
    pages.mkdir(parents=True)
    (tmp_path / "kinline" / "doors" / "locale").mkdir()
    (pages / "page.html").write_text(
        "{% load i18n %}\n  <p>{% translate 'Mute' %}</p>\n <b>it's</b>\n"
        "{% blocktranslate count n=left trimmed %}\n One minute\n"
        "{% plural %}\n {{ n }} minutes\n{% endblocktranslate %}"
    )
    (tmp_path / "kinline" / "words.py").write_text(
        "from django.utils.translation import gettext_lazy as _\nTITLE = _('Calls')\n"
    )
    return tmp_path / "kinline"


def test_texts_are_found_in_python_and_templates(package: Path) -> None:
    found = messages.gather()
    texts = {messages.forms(text.id) for catalog in found.values() for text in catalog if text.id}
    assert texts == {("Mute",), ("One minute", "%(n)s minutes"), ("Calls",)}


def test_texts_go_into_the_nearest_locale_folder(package: Path) -> None:
    messages.merge("es")
    assert {path.parents[2] for path in package.rglob("django.po")} == {
        package / "locale",
        package / "doors" / "locale",
    }


def test_a_text_without_translation_is_a_complaint(package: Path) -> None:
    messages.merge("es")
    assert any("'Mute'" in line for line in messages.complaints("es"))
    _translate(package, 'msgid "Mute"\nmsgstr ""', 'msgid "Mute"\nmsgstr "Silenciar"')
    assert not any("'Mute'" in line for line in messages.complaints("es"))


def test_a_guess_is_no_translation(package: Path) -> None:
    messages.merge("es")
    _translate(package, 'msgid "Mute"\nmsgstr ""', '#, fuzzy\nmsgid "Mute"\nmsgstr "Mudo"')
    assert any("fuzzy: 'Mute'" in line for line in messages.complaints("es"))


def test_a_forgotten_number_is_a_complaint(package: Path) -> None:
    messages.merge("es")
    _translate(package, 'msgstr[0] ""', 'msgstr[0] "Un minuto"')
    _translate(package, 'msgstr[1] ""', 'msgstr[1] "minutos"')
    assert any("placeholders differ" in line for line in messages.complaints("es"))


def test_merging_keeps_what_is_translated(package: Path) -> None:
    messages.merge("es")
    _translate(package, 'msgid "Mute"\nmsgstr ""', 'msgid "Mute"\nmsgstr "Silenciar"')
    before = (package / "doors/locale/es/LC_MESSAGES/django.po").read_text()
    messages.merge("es")
    assert (package / "doors/locale/es/LC_MESSAGES/django.po").read_text() == before


def _translate(package: Path, old: str, new: str) -> None:
    path = package / "doors/locale/es/LC_MESSAGES/django.po"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https://example.org/simple",
        "--extra-index" + "-url https://example.org",
        '  "resolved"' + ': "https://example.org/x.tgz",',
        "registry" + "=https://example.org/",
    ],
)
def test_the_address_of_an_index_is_a_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    (tmp_path / "some.txt").write_text(f"first\n{line}\n")
    (tmp_path / "good.txt").write_text("django==5.2 \\\n    --hash=sha256:00\n")
    assert list(hygiene.complaints(Path("some.txt")))
    assert not list(hygiene.complaints(Path("good.txt")))


def test_a_plain_run_and_a_long_run_are_all_tests_and_none_twice() -> None:
    assert (testing.marker(long=False), testing.marker(long=True)) == ("not (long)", "(long)")
    both = [testing.marker(long, "db", later="long or browser") for long in (False, True)]
    assert both == ["db and not (long or browser)", "db and (long or browser)"]


def test_a_whole_suite_runs_side_by_side_and_chosen_tests_do_not() -> None:
    assert testing.is_whole([])
    assert testing.is_whole(["-q"])
    assert not any(map(testing.is_whole, (["tests/core"], ["-q", "tests/core"], ["-n0"])))


def test_what_is_left_out_in_ci_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [("SQLite", 0, "=== 3 passed in 0.1s ===")]
    monkeypatch.setenv("CI", "true")
    assert testing.close(runs, testing.NEEDS) == 3
    assert testing.close(runs, []) == 0
    monkeypatch.setenv("CI", "")
    assert testing.close(runs, testing.NEEDS) == 0


def test_one_failed_run_fails_the_whole() -> None:
    assert testing.close([("SQLite", 0, ""), ("PostgreSQL", 1, "")], []) == 1
    assert testing.close([("SQLite", 1, ""), ("PostgreSQL", 0, "")], []) == 1
    # A narrow selection may hold nothing for the second database, but never nothing at all.
    assert testing.close([("SQLite", 0, ""), ("PostgreSQL", 5, "")], []) == 0
    assert testing.close([("SQLite", 5, ""), ("PostgreSQL", 5, "")], []) == 5


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("=== 3 passed, 1 skipped in 0.10s ===", True),
        ("\x1b[32m=== \x1b[32m3 passed\x1b[0m in 61.20s (0:01:01) ===", True),
        ("1 failed, 3 passed in 2.76s", True),
        ("===== 71 deselected in 0.91s =====", True),
        ("tests/core/test_money.py ....", False),
        ("E   assert 3 passed", False),
    ],
)
def test_pytests_last_line_is_known_in_every_dress(line: str, last: bool) -> None:
    assert testing.is_last(line) is last


def test_a_server_that_tests_install_is_not_started(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    script = testing.WITHOUT_SERVICES.replace("/usr/sbin/policy-rc.d", str(policy))

    def installing() -> str:
        """What the policy says of a service while packages are installed."""
        words = ["sh", "-c", script, "sh", "sh", "-c", f"cat {policy}; {policy}; echo $?"]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    assert installing().endswith("101\n")
    assert not policy.exists()
    policy.write_text("# the machine's own\n")
    assert "the machine's own" in installing()
    assert policy.exists()
