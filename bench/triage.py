"""`./dev bench triage`: what reading one message costs, against all the words a facility may list.

Messages are made of made-up words with the lengths and repetitions of English (a few words make
up half of a text) or of Spanish, with accents; the lists hold 5,000 entries, a fifth of them
phrases, of which ten stand in the texts. Beside it stands a plain regular expression of the same
entries, which finds no disguise. CPU is counted, not waiting, and the median of many turns told.
"""

import argparse
import json
import os
import platform
import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from kinline.core.review.lists import Compiled, Listed, compiled
from kinline.core.review.triage import Context, triage

RESULTS = Path(__file__).resolve().parent / "results"
WORDS, ENTRIES, PLANTED = 10_000, 5_000, 10
TARGETS = {"english_ms": 5.0, "spanish_ms": 10.0}
VOWELS, CONSONANTS = "aeiou", "bcdfghlmnprstvwy"
HOSTILE = {
    "one letter each": "a ",
    "digits and letters": "1 a ",
    "hyphens": "a-",
    "unseen characters": "s\u200b",
    "marks": "a\u0301\u0316",
    "look-alikes": "ѕhіv ",
    "ligatures": "\ufdfa",
    "domains": "a.co ",
    "digits": "1 ",
}


def vocabulary(rng: random.Random, count: int) -> list[str]:
    """Made-up words; the frequent ones, which stand first, are short."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = 1 + (len(found) > 60) + (rng.random() < 0.4) + (rng.random() < 0.2)
        word = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(syllables))
        found[word + rng.choice(("", "", rng.choice("nrst")))] = None
    return list(found)


def message(rng: random.Random, words: Sequence[str], count: int, *, spanish: bool = False) -> str:
    """A text of so many words: each rank half as frequent as the one at half of it (Zipf)."""
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    out = []
    for place, word in enumerate(rng.choices(words, cum_weights=weights, k=count)):
        written = word.capitalize() if place % 12 == 0 else word
        if spanish and place % 9 == 0:
            written = written.replace("a", "á").replace("n", "ñ")
        ending = {11: ". ", 5: ", "}.get(place % 12, " ")
        out.append(written + (".\n\n" if place % 100 == 99 else ending))
    return "".join(out)


def lists(rng: random.Random, words: Sequence[str]) -> list[Listed]:
    """Entries that stand in no text, and ten that do."""
    made = [Listed(word, 2) for word in words[400 : 400 + PLANTED]]
    while len(made) < ENTRIES:
        phrase = f" {rng.choice(words)}" if len(made) % 5 == 0 else ""
        made.append(Listed(f"{rng.choice(words)}q{rng.choice(words)}{phrase}"))
    return made


def milliseconds(act: Callable[[], object], turns: int) -> float:
    """The median of so many turns, in milliseconds of CPU."""
    taken = []
    for _ in range(turns):
        began = process_time()
        act()
        taken.append(process_time() - began)
    return round(median(taken) * 1000, 2)


def run(turns: int) -> dict[str, Any]:
    rng = random.Random(6)
    words = vocabulary(rng, 6_000)
    entries = lists(rng, words)
    made: list[Compiled] = []
    result: dict[str, Any] = {
        # About 1 on an idle core of 2023: what the other figures are to be read by.
        "adding 100,000 numbers_ms": milliseconds(lambda: sum(range(100_000)), turns),
        "compile_ms": milliseconds(lambda: made.append(compiled(entries)), max(1, turns // 10)),
    }
    ready = made[-1]
    for name, spanish in (("english", False), ("spanish", True)):
        text = message(rng, words, WORDS, spanish=spanish)
        context = Context({"text": text})
        found = triage(ready, context)
        assert found, "ten entries stand in it"
        result[f"{name}_characters"] = len(text)
        result[f"{name}_findings"] = len(found)
        result[f"{name}_ms"] = milliseconds(lambda one=context: triage(ready, one), turns)  # type: ignore[misc]
    result |= _plain(entries, message(rng, words, WORDS), turns)
    for name, piece in HOSTILE.items():
        short, long = (Context({"text": (piece * many)[:many]}) for many in (15_000, 60_000))
        few = max(3, turns // 10)
        result[f"hostile, {name}, 60,000 characters_ms"] = milliseconds(
            lambda one=long: triage(ready, one),  # type: ignore[misc]
            few,
        )
        quarter = milliseconds(lambda one=short: triage(ready, one), few)  # type: ignore[misc]
        result[f"hostile, {name}, times a quarter of it"] = round(
            result[f"hostile, {name}, 60,000 characters_ms"] / max(quarter, 0.01), 1
        )
    return result


def _plain(entries: Sequence[Listed], text: str, turns: int) -> dict[str, float]:
    """The same entries as one regular expression, without any disguise."""
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(one.words) for one in entries)})\b")
    few = max(1, turns // 30)
    return {"plain_regex_ms": milliseconds(lambda: pattern.findall(text.lower()), few)}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench triage", description=__doc__)
    parser.add_argument("--turns", type=int, default=100, help="how often each text is read")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    load = round(os.getloadavg()[0], 1)
    result = run(given.turns)
    for name, value in result.items():
        target = TARGETS.get(name)
        verdict = (
            "" if target is None else f"   target {target}: {'ok' if value <= target else 'NO'}"
        )
        print(f"{name:50} {value:>10}{verdict}")
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": load}
    path = given.json or RESULTS / f"triage-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result | machine, indent=2), "utf-8")
    print(f"load of the machine before: {load}\n\nAlso in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
