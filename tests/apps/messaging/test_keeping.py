"""Kept so long and no longer, held by law, handed out whole, found again, and read once."""

import io
import json
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging import export
from kinline.apps.messaging.actions import (
    appeals,
    attaching,
    drafts,
    exporting,
    facility,
    reading,
    retention,
    send,
    settle,
    texts,
)
from kinline.apps.messaging.models import Message, Rule
from kinline.apps.messaging.queries.search import search
from kinline.apps.messaging.queries.thread import thread
from kinline.apps.messaging.queries.threads import threads, unread
from kinline.apps.notices.models import Note
from kinline.apps.people.models import Link
from kinline.core.message.terms import Service
from kinline.core.review.terms import Mode, Outcome, Side
from kinline.darkroom import room
from kinline.darkroom.terms import NoRoom
from kinline.doors.words.unsent import rows
from tests.apps.messaging.writing import by, decide, looks_at, reads, settled, write
from tests.apps.messaging.writing import thread as thread_of
from tests.cast import Town

YEARS = timedelta(days=3 * 365 + 1)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED = tmp_path / "stored"
    settings.WORK = tmp_path / "work"


@pytest.fixture
def told(town: Town, now: datetime) -> None:
    """Bristol lets everything through and looks at some of it later."""
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)


@pytest.fixture
def photo(town: Town, now: datetime, told: None, tmp_path: Path) -> Message:
    """A photo that Odette sent Julian, delivered."""
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "photo.png")
    me = by(town.odette)
    draft = drafts.begin(by=me, thread_id=thread_of(town.julian, town.odette, now), now=now)
    attaching.attach_photo(
        by=me, key=draft.key, source=tmp_path / "photo.png", now=now, alt="The sea"
    )
    sent = send.send(by=me, key=draft.key, text="Café <3", now=now)
    return Message.objects.get(pk=sent.id)


# --- kept so long -------------------------------------------------------------------------


def test_kept_long_enough_it_is_erased_and_its_hash_stays(
    town: Town, now: datetime, photo: Message
) -> None:
    parts = list(photo.parts.all())
    proof = retention.proof(photo, parts)
    assert retention.erase_due(now=now + timedelta(days=3 * 365)) == 0, "not yet"
    assert retention.erase_due(now=now + YEARS) == 1
    assert retention.erase_due(now=now + YEARS) == 0
    line = Line.objects.get(act="message.erased")
    assert (line.facts["sha256"], line.facts["files"]) == (proof, 1)
    [view] = thread(by=by(town.julian), thread_id=photo.thread_id).messages
    assert (view.erased, view.text) == (True, "")
    assert not stored.path_of(parts[0].blob).exists()
    assert photo.parts.get().wrapped_key == ""


def test_a_legal_hold_goes_before_until_it_is_lifted(
    town: Town, now: datetime, photo: Message
) -> None:
    ines = town.staff("ines")
    with pytest.raises(Refused):
        facility.keep(staff=ines, person_id=town.julian.pk, why=" ", now=now)
    held = facility.keep(staff=ines, person_id=town.julian.pk, why="Case 12-345", now=now)
    assert retention.erase_due(now=now + YEARS) == 0
    with pytest.raises(NotFound):
        facility.lift(staff=town.staff("theo"), keep_id=held, why="Over", now=now)
    facility.lift(staff=ines, keep_id=held, why="Case closed", now=now)
    assert retention.erase_due(now=now + YEARS) == 1
    acts = Line.objects.filter(act__startswith="messages.hold").values_list("act", "purpose")
    assert set(acts) == {
        ("messages.hold_set", "Case 12-345"),
        ("messages.hold_lifted", "Case closed"),
    }


def test_what_waits_for_review_is_never_erased(town: Town, now: datetime) -> None:
    write(town.odette, town.julian, "Waiting.", now)
    assert retention.erase_due(now=now + YEARS) == 0


def test_a_facility_sets_its_own_limits_within_ours(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    offer = facility.Offer(emessages=True, texts=False, privileged=False, photos=2)
    later = now + timedelta(minutes=1)
    facility.set_rule(staff=ines, place="ma-bristol", offer=offer, now=later)
    assert Rule.objects.filter(facility=town.julian.facility).order_by("-set_at")[0].photos == 2
    with pytest.raises(Refused) as no:
        write(town.odette, town.julian, "Not offered.", now, service=Service.TEXT)
    assert [one.code for one in no.value.refusals] == ["message.not_offered"]
    more = facility.Offer(emessages=True, texts=True, privileged=False, photos=6)
    with pytest.raises(Refused) as no:
        facility.set_rule(staff=ines, place="ma-bristol", offer=more, now=now)
    assert no.value.refusals[0].facts["field"] == "photos"
    with pytest.raises(NotFound):
        facility.set_rule(staff=town.staff("theo"), place="ma-bristol", offer=offer, now=now)


# --- handed out ---------------------------------------------------------------------------


def test_ones_own_messages_as_a_zip_that_opens_without_us(
    town: Town, now: datetime, photo: Message
) -> None:
    write(town.julian, town.odette, "Thank you.", now + timedelta(hours=1))
    out = io.BytesIO()
    assert export.write(by=by(town.julian), to=out, now=now) == 2
    archive = zipfile.ZipFile(out)
    home = f"thread-{photo.thread_id.hex[:12]}"
    content = json.loads(archive.read(f"{home}/messages.json"))
    first, second = content["messages"]
    assert (content["with"], first["text"], first["from_me"]) == ("Odette Marrow", "Café <3", False)
    assert (second["text"], second["from_me"]) == ("Thank you.", True)
    assert archive.read(f"{home}/{first['files'][0]['name']}").startswith(b"\xff\xd8\xff")
    page = archive.read(f"{home}/messages.html").decode()
    assert "Café &lt;3" in page
    assert 'alt="The sea"' in page


def test_what_was_rejected_is_not_in_the_readers_export(town: Town, now: datetime) -> None:
    sent = write(town.odette, town.julian, "Never read.", now)
    settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    out = io.BytesIO()
    export.write(by=by(town.julian), to=out, now=now)
    archive = zipfile.ZipFile(out)
    assert not any(b"Never read" in archive.read(name) for name in archive.namelist())


def test_staff_hand_it_out_with_a_reason(town: Town, now: datetime, photo: Message) -> None:
    theo, out = town.staff("theo"), io.BytesIO()
    give = exporting.export_for_person
    with pytest.raises(NotFound):
        give(staff=theo, person_id=town.julian.pk, why="He asked", to=out, now=now)
    reads(town, "ines", "ma-bristol", now)
    ines = town.staff("ines")
    assert give(staff=ines, person_id=town.julian.pk, why="He asked", to=out, now=now) == 1
    assert Line.objects.get(act="messages.exported").purpose == "He asked"


# --- found, read, answered ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"), [("cafe", 1), ("CAFÉ", 1), ("<3 café", 1), ("tea", 0), ("", 0), ("%", 0)]
)
def test_search_knows_no_accents_and_no_capitals(
    town: Town, photo: Message, words: str, found: int
) -> None:
    assert len(search(by=by(town.julian), words=words).items) == found
    assert len(search(by=by(town.wendell), words=words).items) == 0


def test_read_once(town: Town, now: datetime, photo: Message) -> None:
    me, where = by(town.julian), photo.thread_id
    assert unread(by=me) == 1
    assert reading.mark_read(by=me, thread_id=where, now=now) == 1
    assert reading.mark_read(by=me, thread_id=where, now=now) == 0
    assert unread(by=me) == 0
    [hers] = thread(by=by(town.odette), thread_id=where).messages
    assert hers.read_at == now


def test_a_link_that_ended_stops_sending_and_keeps_what_was(
    town: Town, now: datetime, photo: Message
) -> None:
    Link.objects.filter(person=town.julian, contact=town.odette).update(
        ended_at=now, ended_by="contact"
    )
    with pytest.raises(Refused) as no:
        write(town.julian, town.odette, "Hello?", now)
    assert [one.code for one in no.value.refusals] == ["message.not_linked"]
    assert thread(by=by(town.julian), thread_id=photo.thread_id).messages[0].text == "Café <3"


def test_an_sms_answers_whoever_texted_last_and_comes_once(
    town: Town, now: datetime, told: None
) -> None:
    write(town.julian, town.odette, "Are you there?", now, service=Service.TEXT)
    later = now + timedelta(minutes=1)
    receive = {"contact_id": town.odette.pk, "words": "Yes!", "reference": "SM1", "now": later}
    first, again = texts.receive_sms(**receive), texts.receive_sms(**receive)  # type: ignore[arg-type]
    assert (first.id, first.fresh, again.fresh) == (again.id, True, False)
    [newest, _] = thread(by=by(town.julian), thread_id=first.thread).messages
    assert (newest.text, newest.service, newest.mine) == ("Yes!", Service.TEXT, False)
    with pytest.raises(Refused):
        texts.receive_sms(contact_id=town.desk.pk, words="Hi", reference="SM2", now=now)


# --- appeals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "state", "arrives"),
    [(Outcome.APPROVED, "delivered", 1), (Outcome.REJECTED, "rejected", 0)],
)
def test_an_appeal_is_answered_and_both_are_told(
    town: Town, now: datetime, outcome: Outcome, state: str, arrives: int
) -> None:
    sent = write(town.odette, town.julian, "Gun Lake is lovely.", now)
    settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    for who in (town.julian, town.odette):
        appeals.appeal(by=by(who), message_id=sent.id, words="It is a town.", now=now)
    with pytest.raises(NotFound):
        appeals.appeal(by=by(town.carmen), message_id=sent.id, words="", now=now)
    from kinline.apps.review.models import Appeal, AppealState, Decision

    first, later = Decision.objects.get(), now + timedelta(days=1)
    stays = ("text",) if outcome is Outcome.REJECTED else ()
    answer = decide(sent.id, outcome, later, rejected=stays, appealed=first)
    Appeal.objects.update(state=AppealState.DECIDED, answer=answer)
    assert settle.settle_due(now=later + timedelta(seconds=31)) == 1
    row = Message.objects.get(pk=sent.id)
    assert (row.state, row.reason) == (state, "weapons")
    assert unread(by=by(town.julian)) == arrives
    assert Note.objects.filter(kind="appeal.decided").count() == 2


# --- our own faults -----------------------------------------------------------------------


def test_a_full_disk_is_refused_politely_and_leaves_nothing(
    town: Town, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise NoRoom

    Image.new("RGB", (60, 40), "teal").save(tmp_path / "photo.png")
    me = by(town.odette)
    draft = drafts.begin(by=me, thread_id=thread_of(town.julian, town.odette, now), now=now)
    keep, calls = stored.keep, []

    def second_time(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return keep(*args, **kwargs) if len(calls) == 1 else full()

    monkeypatch.setattr(stored, "keep", second_time)
    with pytest.raises(Refused) as no:
        attaching.attach_photo(by=me, key=draft.key, source=tmp_path / "photo.png", now=now)
    assert [one.code for one in no.value.refusals] == ["file.no_room"]
    assert list(stored._kept()) == []
    assert send.send(by=me, key=draft.key, text="Without it.", now=now).fresh


def test_an_installation_without_a_library_says_so_and_blames_no_file(
    town: Town, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program next door really starts, with a Python that has no library of ours."""
    monkeypatch.setattr(room, "_packages", list)
    monkeypatch.setattr(sys, "executable", sys._base_executable)  # type: ignore[attr-defined]
    me = by(town.odette)
    draft = drafts.begin(by=me, thread_id=thread_of(town.julian, town.odette, now), now=now)
    (tmp_path / "film.webm").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    with pytest.raises(Refused) as no:
        attaching.attach_film(by=me, key=draft.key, source=tmp_path / "film.webm", now=now)
    assert [(one.code, one.whose) for one in no.value.refusals] == [("file.unable", "kinline")]
    said = rows(
        no.value.refusals[0],
        side=Side.CONTACT,
        other="Julian",
        what="A VideoGram",
        zone="America/New_York",
        now=now,
    )
    assert "That is our fault" in said.rule
    assert list(stored._kept()) == []


def test_questions_do_not_grow_with_rows(town: Town, now: datetime, told: None) -> None:
    def asked(run: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            run()
        return len(found)

    first = write(town.odette, town.julian, "One.", now)
    pages = [
        lambda: threads(by=by(town.julian)),
        lambda: thread(by=by(town.julian), thread_id=first.thread),
        lambda: search(by=by(town.julian), words="one"),
    ]
    few = [asked(page) for page in pages]
    for number in range(30):
        write(town.odette, town.julian, f"One and {number}.", now + timedelta(minutes=number))
        write(town.priya, town.julian, "One.", now + timedelta(minutes=number))
    assert [asked(page) for page in pages] == few
    page = thread(by=by(town.julian), thread_id=first.thread)
    older = thread(by=by(town.julian), thread_id=first.thread, before=page.older or "")
    assert (len(page.messages), len(older.messages), older.older) == (25, 6, None)
