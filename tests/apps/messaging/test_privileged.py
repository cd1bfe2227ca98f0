"""Mail with an attorney is sealed, delivered at once, and read by the two alone."""

import re
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

import kinline
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.access import message_of, part_of, thread_of
from kinline.apps.messaging.models import Attachment, Draft, Message, Thread
from kinline.apps.messaging.privileged import reading, writing
from kinline.apps.messaging.queries.reading import part_for_review, took_place
from kinline.apps.messaging.queries.reading import reading as for_review
from kinline.apps.messaging.queries.search import search
from kinline.apps.messaging.queries.threads import threads
from kinline.apps.people.models import AttorneyVerification
from kinline.apps.review.models import Item
from tests.apps.messaging.writing import by
from tests.cast import Town

WORDS = "The hearing is on Friday."


@pytest.fixture
def mail(town: Town, now: datetime, tmp_path: Path) -> UUID:
    """Priya wrote to Julian, with a photo of a paper; her draft was saved once before."""
    me = by(town.priya)
    where = writing.open_thread(by=me, other=town.julian.pk, now=now)
    draft = writing.begin(by=me, thread_id=where, now=now)
    assert writing.save(by=me, key=draft.key, text=WORDS, revision=1, now=now)
    assert writing.begin(by=me, thread_id=where, now=now).text == WORDS
    Image.new("RGB", (60, 80), "white").save(tmp_path / "paper.png")
    writing.attach_photo(by=me, key=draft.key, source=tmp_path / "paper.png", now=now)
    return writing.send(by=me, key=draft.key, now=now).id


def test_it_arrives_at_once_and_the_two_read_it(town: Town, now: datetime, mail: UUID) -> None:
    [row] = threads(by=by(town.julian)).items
    assert (row.privileged, row.preview, row.unread) == (True, "", 1)
    for who in (town.julian, town.priya):
        found = reading.thread(by=by(who), thread_id=row.id)
        [letter] = found.letters
        assert letter.text == WORDS
        with reading.photo(by=by(who), part_id=letter.photos[0]).opened as file:
            assert file.size > 100
    assert reading.mark_read(by=by(town.julian), thread_id=row.id, now=now) == 1


def test_the_database_has_none_of_its_words(town: Town, mail: UUID) -> None:
    row = Message.objects.get(pk=mail)
    assert (row.text, row.folded, row.item, Draft.objects.count()) == ("", "", None, 0)
    assert WORDS.encode() not in bytes(row.sealed)
    assert row.size == len(WORDS)
    with connection.cursor() as cursor:
        for table in ("messaging_message", "messaging_draft", "notices_note", "audit_line"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "hearing" not in str(cursor.fetchall())


def test_staff_see_that_it_took_place_and_no_more(town: Town, mail: UUID) -> None:
    ines = town.staff("ines")
    [event] = took_place(person_id=town.julian.pk, viewer=ines).items
    assert (event.contact, event.size, event.files) == (town.priya.pk, len(WORDS), 1)
    assert Line.objects.filter(act="message.privileged_sent").count() == 1
    part = Attachment.objects.get().pk
    for ask in (
        lambda: for_review(subject=str(mail), viewer=ines),
        lambda: part_for_review(part_id=part, viewer=ines),
        lambda: took_place(person_id=town.julian.pk, viewer=town.staff("theo")),
    ):
        with pytest.raises(NotFound):
            ask()


def test_no_way_of_ordinary_mail_leads_to_it(town: Town, mail: UUID) -> None:
    me, where = by(town.julian), Message.objects.get(pk=mail).thread_id
    part = Attachment.objects.get().pk
    for ask in (
        lambda: thread_of(me, where),
        lambda: message_of(me, mail),
        lambda: part_of(me, part),
    ):
        with pytest.raises(NotFound):
            ask()
    assert search(by=me, words="hearing").items == []
    assert not Item.objects.exists()


def test_nobody_but_the_two(town: Town, mail: UUID) -> None:
    where = Message.objects.get(pk=mail).thread_id
    part = Attachment.objects.get().pk
    for other in (town.odette, town.wendell):
        with pytest.raises(NotFound):
            reading.thread(by=by(other), thread_id=where)
        with pytest.raises(NotFound):
            reading.photo(by=by(other), part_id=part)


def test_only_with_a_verified_attorney_where_the_facility_has_it(town: Town, now: datetime) -> None:
    for inside, outside in ((town.julian, town.odette), (town.wendell, town.grace)):
        assert not writing.offered(by=by(inside), other=outside.pk, now=now)
        with pytest.raises(NotFound):
            writing.open_thread(by=by(inside), other=outside.pk, now=now)
    assert writing.offered(by=by(town.julian), other=town.priya.pk, now=now)


def test_a_verification_that_ended_ends_the_writing_and_not_the_reading(
    town: Town, now: datetime, mail: UUID
) -> None:
    AttorneyVerification.objects.update(from_on="2020-01-01", until_on="2025-03-01")
    me, where = by(town.julian), Message.objects.get(pk=mail).thread_id
    draft = writing.begin(by=me, thread_id=where, now=now)
    with pytest.raises(Refused) as no:
        writing.send(by=me, key=draft.key, text="And?", now=now)
    assert [one.code for one in no.value.refusals] == ["message.attorney_not_verified"]
    assert reading.thread(by=me, thread_id=where).letters


# --- what the database refuses, whoever writes --------------------------------------------


def refused(act: object) -> None:
    assert callable(act)
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_database_refuses_words_and_a_review(town: Town, now: datetime, mail: UUID) -> None:
    rows = Message.objects.filter(pk=mail)
    refused(lambda: rows.update(text=WORDS))
    refused(lambda: rows.update(privileged=False))
    refused(lambda: rows.update(item=uuid4()))
    refused(lambda: rows.update(sealed=b"other"))
    refused(lambda: rows.delete())
    refused(lambda: Thread.objects.filter(privileged=True).update(privileged=False))
    row = rows.get()
    item = Item(
        subject=str(mail),
        facility=row.facility,
        person=town.julian,
        contact=town.priya,
        service="emessage",
        direction="in",
        mode="hold",
        before_delivery=False,
        submitted_at=now,
        due_at=now,
    )
    refused(lambda: item.save(force_insert=True))
    plain = Message(
        key=uuid4(),
        thread=row.thread,
        facility=row.facility,
        service="emessage",
        direction="in",
        text=WORDS,
        state="waiting",
        sent_at=now,
    )
    refused(lambda: plain.save(force_insert=True))


def test_only_its_own_package_asks_for_the_other_key() -> None:
    """`stored` and `key_name` take `privileged=True`; an import contract cannot see who does."""
    root = Path(kinline.__file__).parent
    asks = [
        path.relative_to(root)
        for path in root.rglob("*.py")
        if re.search(r"[( ]privileged=True\b", path.read_text())
        and re.search(r"\bstored\b|\bkey_name\b", path.read_text())
    ]
    assert {path.parent.as_posix() for path in asks} == {"apps/messaging/privileged"}
