"""Word lists: who keeps them, that every process sees a change, and what they find."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import appeals
from kinline.apps.review.actions import words as act
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.lists import Kind, Word
from kinline.apps.review.queries import triage as looking
from kinline.apps.review.queries import words as read
from kinline.core.review.lists import MOST_WORDS, NOTHING
from kinline.core.review.terms import UNDO, Finding, FindingKind
from kinline.core.review.triage import Context
from tests.apps.reviewing import decided, reviewer, sent, taken
from tests.cast import Town

HERE = "ma-bristol"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    looking._kept.clear()


@pytest.fixture
def mara(town: Town, now: datetime) -> Staff:
    """Keeps the lists at Bristol."""
    return reviewer(town, "mara", now)


@pytest.fixture
def watched(mara: Staff, now: datetime) -> UUID:
    """A list with two entries."""
    made = act.make_list(
        staff=mara, place=HERE, name="Weapons", kind=Kind.LOOK, language="en", now=now
    )
    put(mara, made, "shiv\n\n  kill   you ", now)
    return made


def put(staff: Staff, list_id: UUID, lines: str, now: datetime, severity: int = 2) -> act.Added:
    return act.add(
        staff=staff, place=HERE, list_id=list_id, lines=lines, severity=severity, now=now
    )


def found(town: Town, text: str, place: str = HERE) -> list[str]:
    facility = town.facility(place)
    seen = looking.triage(facility_id=facility.pk, context=Context({"text": text}))
    return [one.what for one in seen]


def codes(do: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as no:
        do()
    return [one.code for one in no.value.refusals]


def test_what_is_put_on_a_list_is_found_at_that_facility_only(town: Town, watched: UUID) -> None:
    assert found(town, "I will k1ll you with a SHIV") == ["kill you", "shiv"]
    assert found(town, "I will k1ll you with a SHIV", "ma-essex") == []


def test_a_word_stands_once_whatever_its_case_and_accents(
    mara: Staff, watched: UUID, now: datetime
) -> None:
    assert put(mara, watched, "SHÍV\nhooch", now) == act.Added(added=1, there=1)
    page = read.page_of(staff=mara, place=HERE, list_id=watched, now=now)
    assert [one.words for one in page.words] == ["hooch", "kill you", "shiv"]
    some = read.page_of(staff=mara, place=HERE, list_id=watched, now=now, find="KÍLL")
    assert [one.words for one in some.words] == ["kill you"]


def test_a_phrase_of_the_facility_is_fine(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    put(mara, watched, "gun", now)
    assert found(town, "on Gun Lake") == ["gun"]
    towns = act.make_list(
        staff=mara, place=HERE, name="Towns", kind=Kind.FINE, language="", now=now
    )
    put(mara, towns, "Gun Lake", now)
    assert found(town, "on Gun Lake") == []
    act.end_list(staff=mara, place=HERE, list_id=towns, now=now)
    assert found(town, "on Gun Lake") == ["gun"]


def test_what_is_taken_off_is_found_no_more_and_its_row_stays(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    assert found(town, "a shiv") == ["shiv"]
    row = Word.objects.get(list=watched, words="shiv")
    assert act.remove(staff=mara, place=HERE, list_id=watched, words=[row.pk], now=now) == 1
    assert found(town, "a shiv") == []
    row.refresh_from_db()
    assert row.removed_at == now
    assert put(mara, watched, "shiv", now).added == 1, "and it can be put on again"


def test_what_is_compiled_is_kept_until_something_changes(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    facility = town.facility(HERE).pk
    first = looking.lists_of(facility)
    assert looking.lists_of(facility) is first
    put(mara, watched, "hooch", now)
    assert looking.lists_of(facility) is not first
    assert looking.lists_of(town.facility("ma-essex").pk) is NOTHING


def test_a_change_that_is_rolled_back_leaves_nothing_behind_in_what_is_kept(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    assert found(town, "some hooch") == []
    try:
        with transaction.atomic():
            put(mara, watched, "hooch", now)
            assert found(town, "some hooch") == ["hooch"]
            raise KeyboardInterrupt  # whatever ends it
    except KeyboardInterrupt:
        pass
    assert found(town, "some hooch") == []
    put(mara, watched, "pruno", now)
    assert found(town, "some hooch, some pruno") == ["pruno"]


@pytest.mark.parametrize(
    ("lines", "severity", "code"),
    [
        ("", 1, "words.none"),
        ("...", 1, "words.line_wrong"),
        ("a " * (MOST_WORDS + 1), 1, "words.line_wrong"),
        ("shank", 4, "words.severity_wrong"),
    ],
)
def test_with_a_mistake_nothing_is_put_on(
    mara: Staff, watched: UUID, now: datetime, lines: str, severity: int, code: str
) -> None:
    before = Word.objects.count()
    lines = f"good\n{lines}" if lines else lines
    assert codes(lambda: put(mara, watched, lines, now, severity))[0] == code
    assert Word.objects.count() == before


def test_a_list_needs_a_name_of_its_own(mara: Staff, watched: UUID, now: datetime) -> None:
    def make(name: str) -> object:
        return act.make_list(
            staff=mara, place=HERE, name=name, kind=Kind.LOOK, language="", now=now
        )

    assert codes(lambda: make(" ")) == ["words.name_needed"]
    assert codes(lambda: make("Weapons")) == ["words.name_taken"]


def test_a_facility_has_at_most_what_triage_is_measured_with(
    mara: Staff, watched: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(act, "MOST_WORDS_HERE", 3)
    assert codes(lambda: put(mara, watched, "one\ntwo", now)) == ["words.too_many"]
    assert put(mara, watched, "one", now).added == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"words,severity\nhooch,3\n'=pruno,1\nshiv,1\n", None),
        ("\ufeffwords\nhooch\npruno\nshiv\n".encode(), None),
        (b"word\nhooch\n", "words.file_wrong"),
        (b"words,severity\nhooch,much\n", "words.severity_wrong"),
        (b"words\n...\n", "words.line_wrong"),
        (b"\xff\xfe", "words.file_wrong"),
        (b"", "words.file_wrong"),
        (b'words\n"open', "words.file_wrong"),
        (b"words\n" + b"x" * 1_000_000, "words.file_wrong"),
    ],
)
def test_a_file_comes_in_whole_or_not_at_all(
    mara: Staff, watched: UUID, now: datetime, content: bytes, code: str | None
) -> None:
    def bring() -> act.Added:
        return act.bring_in(staff=mara, place=HERE, list_id=watched, content=content, now=now)

    if code is not None:
        assert code in codes(bring)
        return
    assert bring() == act.Added(added=2, there=1)
    words = dict(read.table(staff=mara, place=HERE, list_id=watched))
    assert {"shiv": 2, "kill you": 2}.items() <= words.items()
    assert {word.strip("=") for word in words} == {"shiv", "kill you", "hooch", "pruno"}


def test_a_text_is_tried_and_nothing_is_kept_of_it(
    mara: Staff, watched: UUID, now: datetime
) -> None:
    seen = read.tried(staff=mara, place=HERE, text="the s.h.i.v. and 617-555-0142")
    assert [one.kind for one in seen] == [FindingKind.DISGUISED, FindingKind.TELEPHONE]


def test_only_who_sets_review_there_keeps_the_lists(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    reader = reviewer(town, "owen", now, rights=frozenset({Right.READ_MESSAGES}))
    elsewhere = reviewer(town, "essex", now, place="ma-essex")
    for staff in (reader, elsewhere):
        for asked in (
            lambda staff=staff: read.lists(staff=staff, place=HERE),
            lambda staff=staff: read.tried(staff=staff, place=HERE, text="x"),
            lambda staff=staff: put(staff, watched, "hooch", now),
            lambda staff=staff: act.end_list(staff=staff, place=HERE, list_id=watched, now=now),
        ):
            with pytest.raises(NotFound):
                asked()
    with pytest.raises(NotFound):
        read.one(staff=mara, place=HERE, list_id=uuid4())


def test_the_log_says_who_changed_a_list_and_no_word_of_it(
    mara: Staff, watched: UUID, now: datetime
) -> None:
    lines = Line.objects.filter(act__startswith="review.words").order_by("id")
    assert [one.act for one in lines] == ["review.words_list_made", "review.words_added"]
    assert lines[1].facts["count"] == 2
    assert "shiv" not in str([one.facts for one in lines])


def test_the_invented_jail_has_lists_and_no_real_institution_has_any_of_ours(town: Town) -> None:
    assert found(town, "a shank on Shank Brook Road", "nh-example") == ["shank"]
    assert found(town, "La punta, en Punta Cana", "nh-example") == ["punta"]
    assert found(town, "a shank, a punta", HERE) == []


def test_each_word_shows_how_often_it_was_found_and_was_right(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    def use() -> dict[str, tuple[int, int]]:
        page = read.page_of(staff=mara, place=HERE, list_id=watched, now=now)
        return {one.words: (one.use.found, one.use.kept_back) for one in page.words}

    shiv = [Finding(FindingKind.WORD, "shiv", start=0, end=4)] * 2
    disguised = [Finding(FindingKind.DISGUISED, "shiv", start=0, end=4)]
    then = now - timedelta(days=1)
    decided(mara, sent(town, then, findings=shiv), then)
    decided(mara, sent(town, then, findings=disguised), then, Said())
    assert use() == {"kill you": (0, 0), "shiv": (2, 1)}
    sent(town, then, findings=shiv)
    assert use()["shiv"] == (2, 1), "what still waits says nothing yet"
    old = now - timedelta(days=91)
    decided(mara, sent(town, old, findings=shiv), old)
    assert use()["shiv"] == (2, 1)


def test_a_decision_reversed_on_appeal_counts_as_it_ended(
    town: Town, mara: Staff, watched: UUID, now: datetime
) -> None:
    then = now - timedelta(days=1)
    shiv = [Finding(FindingKind.WORD, "shiv", start=0, end=4)]
    first = decided(mara, sent(town, then, findings=shiv, subject="shiv"), then)
    appeals.appeal(subject="shiv", side="person", words="", now=then)
    ines = reviewer(town, "ines", now)
    all_right = Said(note="It is a name.")
    appeals.decide_appeal(staff=ines, decision_id=first.decision_id, said=all_right, now=now)
    taken(now + UNDO)
    later = now + timedelta(hours=1)
    page = read.page_of(staff=mara, place=HERE, list_id=watched, now=later, find="shiv")
    assert [(one.use.found, one.use.kept_back) for one in page.words] == [(1, 0)]
