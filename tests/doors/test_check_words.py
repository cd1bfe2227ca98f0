"""The words that a page works out are those that core/visit/check_words.py says."""

import json
import subprocess
from pathlib import Path

import pytest

from kinline.core.ids import VisitId
from kinline.core.visit import check_words
from kinline.core.visit.check_words import End, Language
from kinline.core.visit.word_lists import ENGLISH

ROOT = Path(__file__).parents[2]
VISIT = VisitId("7d0c33d4-6a5f-4b52-9c1e-0f7e2d7f0a11")
ENDS = [
    (End(bytes(range(32)), bytes(16)), End(b"\xff" * 32, b"\x07" * 16)),
    (End(b"\x80" * 32, bytes(range(16))), End(b"\x7f" * 32, b"\xfe" * 16)),
]
ASK = """
import * as page from "./check_words.mjs";
const told = JSON.parse(process.argv[2]);
const end = ([fingerprint, nonce]) => (
  { fingerprint: page.fromHex(fingerprint), nonce: page.fromHex(nonce) });
const answers = [];
for (const [one, two] of told.ends) {
  answers.push({
    pledge: await page.commitment(told.visit, end(one)),
    places: await page.places(told.visit, end(one), end(two)),
    turned: await page.places(told.visit, end(two), end(one)),
    keeps: await page.keeps(await page.commitment(told.visit, end(two)), told.visit, end(one)),
  });
}
const read = (sdp) => {
  try { return page.toHex(page.fingerprintOf(sdp)); } catch { return null; }
};
console.log(JSON.stringify({ answers, read: told.descriptions.map(read) }));
"""
PAIRS = ":".join(["AB"] * 32)
DESCRIPTIONS = {
    f"v=0\r\na=fingerprint:sha-256 {PAIRS}\r\na=fingerprint:SHA-256 {PAIRS.lower()}\r\n": "ab" * 32,
    f"a=fingerprint:sha-256 {PAIRS}\r\na=fingerprint:sha-256 {PAIRS.replace('AB', 'CD')}\r\n": None,
    f"a=fingerprint:sha-1 {PAIRS}\r\n": None,
    "a=fingerprint:sha-256 AB:CD\r\n": None,
    "v=0\r\n": None,
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What the page's own module answers, run by Node."""
    folder = tmp_path_factory.mktemp("words")
    esbuild, module = ROOT / "node_modules/.bin/esbuild", ROOT / "web/src/visit/check_words.ts"
    made = f"--outfile={folder / 'check_words.mjs'}"
    subprocess.run([esbuild, module, "--format=esm", made], check=True, capture_output=True)
    (folder / "ask.mjs").write_text(
        'import { webcrypto } from "node:crypto";\nglobalThis.crypto ??= webcrypto;\n' + ASK
    )
    hexed = [[[one.fingerprint.hex(), one.nonce.hex()] for one in pair] for pair in ENDS]
    told = json.dumps({"visit": VISIT, "ends": hexed, "descriptions": list(DESCRIPTIONS)})
    ran = subprocess.run(
        ["node", folder / "ask.mjs", told], check=True, capture_output=True, text=True
    )
    answers: dict[str, list[object]] = json.loads(ran.stdout)
    return answers


def test_the_page_and_the_core_say_the_same_words(page: dict[str, list[object]]) -> None:
    for (one, two), answer in zip(ENDS, page["answers"], strict=True):
        assert isinstance(answer, dict)
        words = check_words.check_words(VISIT, one, two, Language.ENGLISH)
        assert [ENGLISH[place] for place in answer["places"]] == list(words)
        assert answer["turned"] == answer["places"]
        assert answer["pledge"] == check_words.commitment(VISIT, one).hex()
        assert answer["keeps"] is False


def test_a_description_has_to_name_one_key_and_no_other(page: dict[str, list[object]]) -> None:
    assert page["read"] == list(DESCRIPTIONS.values())
