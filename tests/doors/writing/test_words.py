"""Every state, part and reason of written messages has its words, for both sides and languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import kinline
from kinline.core.message.states import State
from kinline.core.message.terms import PartKind
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Side
from kinline.darkroom.terms import Code
from kinline.doors.words import files, messages, unsent

HOME = Path(kinline.__file__).parent
PLACES = [HOME / "core" / "policy", HOME / "core" / "review", HOME / "apps" / "messaging"]
SOURCE = "\n".join(path.read_text() for place in PLACES for path in place.rglob("*.py"))
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
FACTS = {
    "service": "text", "limit": "5", "has": "6", "over": "1", "unit": "stamp", "needs": "3",
    "citation": "Tariff", "reason": "Threats.", "opens": "07:00", "closes": "22:00", "most": "10",
    "level": "unit", "why": "A count.", "since": "2025-03-01T00:00:00+00:00", "length": "600",
    "messages": "5", "week": "0:09:00-10:00",
}  # fmt: skip
ELSEWHERE = {"text.nobody_to_answer"}  # told to a telephone, not on a page


def test_every_reason_that_the_rooms_give_has_words() -> None:
    codes = set(
        re.findall(r'(?:Refusal|wrong|_too_much)\(\s*"((?:message|appeal|card)\.\w+)"', SOURCE)
    )
    codes |= {f"message.too_many_{kind}s" for kind in PartKind if kind is not PartKind.TEXT}
    codes |= {"message.outside_hours"}
    assert len(codes) > 15, "the search itself must find codes"
    assert codes - ELSEWHERE <= set(unsent.SAID), codes - set(unsent.SAID)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("code", [*unsent.SAID, *Code])
def test_a_reason_says_all_five_rows_to_either_side(code: str, side: Side, language: str) -> None:
    refusal = Refusal(code, Whose.FACILITY, facts=FACTS)
    with translation.override(language):
        said = unsent.rows(
            refusal, side=side, other="Mama", what="A message", zone="America/New_York", now=NOON
        )
    rows = (said.title, said.rule, said.whose, said.until, said.you_can)
    assert all(row and "%" not in row for row in rows)


def test_a_block_is_told_to_each_side_as_theirs() -> None:
    blocked = Refusal("message.blocked", Whose.CONTACT)
    told = {
        side: unsent.rows(blocked, side=side, other="Mama", what="", zone="UTC", now=NOON).rule
        for side in Side
    }
    assert told[Side.PERSON] == "Mama blocked calls and messages from you."
    assert told[Side.CONTACT] == "You blocked calls and messages from there."


@pytest.mark.parametrize("state", State)
def test_every_state_is_said_in_both_languages(state: State) -> None:
    def both(language: str) -> set[str]:
        with translation.override(language):
            mine = messages.mine(state, sent="1 PM", delivered="2 PM", read="")
            return {mine, messages.in_list(state)}

    assert not both("en") & both("es")
    assert state in messages.ICONS


@pytest.mark.parametrize("kind", PartKind)
def test_every_part_has_a_name(kind: PartKind) -> None:
    assert messages.named(kind, 2, 3)
    assert messages.named(kind, 1, 1)
    assert messages.counted(kind, 2)
    assert messages.kept_back(kind)


def test_a_file_of_ours_that_fails_is_told_as_ours() -> None:
    full = Refusal("file.no_room", Whose.KINLINE)
    said = unsent.rows(full, side=Side.PERSON, other="Mama", what="", zone="UTC", now=NOON)
    assert "Kinline’s" in said.whose
    assert set(Code) <= set(files.SENTENCES)
