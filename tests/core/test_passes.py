"""Passes open one socket, at one engine, once, for a minute."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.passes import Pass, PassRefused, Right, seal, unseal

KEY = b"k" * 32
ODETTE_WAITS = Pass(
    engine="e1", right=Right.WAIT, side="outside", subject="odette", nonce="n1", expires_at=1000
)


def refused(word: str, *, key: bytes = KEY, engine: str = "e1", now: int = 999) -> str:
    with pytest.raises(PassRefused) as refusal:
        unseal(word, key, engine=engine, now=now)
    return refusal.value.code


def test_a_good_pass_opens_and_an_expired_foreign_or_forged_one_does_not() -> None:
    word = seal(ODETTE_WAITS, KEY)
    assert unseal(word, KEY, engine="e1", now=999) == ODETTE_WAITS
    assert refused(word, now=1000) == "expired"
    assert refused(word, engine="e2") == "foreign"
    assert refused(word, key=b"x" * 32) == "forged"


def test_a_pass_with_another_body_under_an_old_signature_is_forged() -> None:
    signature = seal(ODETTE_WAITS, KEY).partition(".")[2]
    body = seal(replace(ODETTE_WAITS, subject="carmen"), KEY).partition(".")[0]
    assert refused(f"{body}.{signature}") == "forged"


@given(st.text(max_size=200))
def test_garbage_is_refused_with_a_code_and_never_raises_anything_else(garbage: str) -> None:
    assert refused(garbage) in {"malformed", "forged"}
