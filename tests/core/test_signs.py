"""Signs of a third party: what follows from each, and what is kept of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.call.signs import (
    LONGEST_FACT,
    MOST_FACTS,
    MOST_OF_A_KIND,
    Response,
    SignKind,
    SignPolicy,
    evidence,
    worth_keeping,
)

BRISTOL = SignPolicy(frozenset({SignKind.REFERRED, SignKind.RINGBACK}))


@pytest.mark.parametrize("kind", SignKind, ids=str)
def test_nothing_is_cut_where_nobody_said_so(kind: SignKind) -> None:
    assert SignPolicy().response(kind) is Response.FLAG


@pytest.mark.parametrize("kind", SignKind, ids=str)
def test_a_kind_is_cut_only_where_the_facility_said_so(kind: SignKind) -> None:
    wanted = kind in (SignKind.REFERRED, SignKind.RINGBACK)
    assert BRISTOL.response(kind) is (Response.CUT if wanted else Response.FLAG)


def test_the_first_few_of_a_kind_are_kept_whatever_else_came() -> None:
    diverted = [SignKind.DIVERTED] * (MOST_OF_A_KIND - 1)
    assert worth_keeping(SignKind.DIVERTED, diverted)
    assert not worth_keeping(SignKind.DIVERTED, [*diverted, SignKind.DIVERTED])
    assert worth_keeping(SignKind.RINGBACK, [*diverted, SignKind.DIVERTED])


def test_evidence_is_one_line_of_what_can_be_read() -> None:
    told = "<sip:+15085550177@carrier.example>\r\n ;reason=no-answer\0\x1b[31m"
    kept = evidence({"header": "Diversion", "value": told, "in": ""})
    assert kept == {
        "header": "Diversion",
        "value": "<sip:+15085550177@carrier.example> ;reason=no-answer [31m",
    }


@given(st.dictionaries(st.text(), st.text(max_size=1000)))
def test_evidence_is_short_and_harmless_whatever_came(facts: dict[str, str]) -> None:
    kept = evidence(facts)
    assert len(kept) <= MOST_FACTS
    assert all(len(text) <= LONGEST_FACT and text.isprintable() for text in kept.values())
    assert evidence(kept) == kept
