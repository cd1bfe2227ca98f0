"""What the notes of a visit say: every kind, on both sides, and which are not told to whom."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from kinline.apps.notices.queries import NoteView
from kinline.core.policy.visit_kept import Because
from kinline.doors import notes
from kinline.doors.words import visit_notes, visits

FACTS = {
    "visit": str(uuid4()),
    "name": "Julian Marrow",
    "facility": "Bristol County House of Correction",
    "place": "ma-bristol",
    "zone": "America/New_York",
    "starts_at": "2025-03-14T14:00:00+00:00",
    "minutes": "20",
}


def note(kind: str, **more: str) -> NoteView:
    at = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)
    return NoteView(id=uuid4(), kind=kind, facts=FACTS | more, at=at, read_at=None)


def said(kind: str, *, inside: bool = False, **more: str) -> str:
    title, sentences = visit_notes.told(note(kind, **more), inside=inside)
    return " | ".join([title, *sentences])


MORE = {
    "visit.refused": {"why": "staff_short", "note": ""},
    "visit.changed": {"before": "2025-03-13T14:00:00+00:00"},
    "visit.offered": {"until": "2025-03-12T17:00:00+00:00"},
    "visit.cancelled": {"by": "facility", "why": "closed", "note": "The roof is repaired."},
}


@pytest.mark.parametrize("kind", visit_notes.KINDS)
def test_every_note_says_with_whom_and_when_by_the_facilitys_clock(kind: str) -> None:
    for inside in (True, False):
        words = said(kind, inside=inside, **MORE.get(kind, {}))
        assert "Julian Marrow" in words
        assert "Friday, March 14" in words
        assert "10:00 AM" in words
        assert "Eastern time" in words
    assert kind in notes.KINDS


def test_a_refusal_and_a_closure_say_why() -> None:
    assert "There are not enough staff" in said("visit.refused", **MORE["visit.refused"])
    words = said("visit.cancelled", **MORE["visit.cancelled"])
    assert "The roof is repaired." in words
    assert "We look for another time" in words


@pytest.mark.parametrize("because", Because)
def test_what_falls_says_why_to_both_alike_and_that_all_comes_back(because: Because) -> None:
    staffs = "An inquiry is going on." if because is Because.STOPPED else ""
    facts = {"by": "facility", "why": str(because), "note": staffs}
    mine = said("visit.cancelled", inside=True, **facts)
    assert mine == said("visit.cancelled", inside=False, **facts)
    assert str(visits.FELL[because]) in mine
    assert staffs in mine
    assert "All of it is given back." in mine
    # Another time is offered to those who may still come, not to all who read this.
    assert "another time" not in mine


def test_who_canceled_reads_that_it_was_their_side() -> None:
    mine = said("visit.cancelled", inside=True, by="person", why="", note="")
    theirs = said("visit.cancelled", inside=False, by="person", why="", note="")
    assert "from your side" in mine
    assert "The other side" in theirs
