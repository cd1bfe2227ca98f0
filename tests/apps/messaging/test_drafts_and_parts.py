"""Drafts are kept while somebody types; what is attached is made safe, sealed, and goes along."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from kinline.apps import stored
from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.actions import attaching, drafts, retention, send
from kinline.apps.messaging.models import Attachment, Draft, Message
from kinline.apps.messaging.queries.files import part_file, part_file_for_review
from kinline.apps.messaging.queries.reading import reading
from kinline.apps.messaging.queries.thread import thread
from kinline.apps.messaging.views import DraftView
from kinline.core.review.terms import Mode, Outcome
from tests.apps.messaging.writing import by, looks_at, reads, settled
from tests.apps.messaging.writing import thread as thread_of
from tests.cast import Town


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED = tmp_path / "stored"
    settings.WORK = tmp_path / "work"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0001.jpg"
    Image.new("RGB", (320, 240), "teal").save(path)
    return path


@pytest.fixture
def letter(town: Town, now: datetime) -> DraftView:
    """What Odette has begun to write to Julian."""
    where = thread_of(town.julian, town.odette, now)
    return drafts.begin(by=by(town.odette), thread_id=where, now=now)


def saved(key: UUID) -> str:
    return Draft.objects.get(key=key).text


def test_a_late_save_does_not_undo_a_newer_one(
    town: Town, now: datetime, letter: DraftView
) -> None:
    save: Callable[[str, int], bool] = lambda text, revision: drafts.save(  # noqa: E731
        by=by(town.odette), key=letter.key, text=text, revision=revision, now=now
    )
    assert save("Dear Julian", 2)
    assert not save("Dear", 1)
    assert saved(letter.key) == "Dear Julian"
    again = drafts.begin(by=by(town.odette), thread_id=letter.thread, now=now)
    assert (again.key, again.text) == (letter.key, "Dear Julian"), "one draft, two tabs"


def test_a_save_after_the_sending_brings_no_draft_back(
    town: Town, now: datetime, letter: DraftView
) -> None:
    send.send(by=by(town.odette), key=letter.key, text="Sent.", now=now)
    assert not drafts.save(by=by(town.odette), key=letter.key, text="Late", revision=9, now=now)
    assert not Draft.objects.exists()
    assert not send.send(by=by(town.odette), key=letter.key, text="Sent.", now=now).fresh


def test_nobody_else_has_the_draft(town: Town, now: datetime, letter: DraftView) -> None:
    assert not drafts.save(by=by(town.julian), key=letter.key, text="x", revision=9, now=now)
    with pytest.raises(NotFound):
        send.send(by=by(town.carmen), key=letter.key, now=now)


def test_a_photo_goes_along_and_can_be_rejected_alone(
    town: Town, now: datetime, letter: DraftView, photo: Path
) -> None:
    me = by(town.odette)
    one = attaching.attach_photo(by=me, key=letter.key, source=photo, now=now, alt="The sea")
    two = attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    sent = send.send(by=me, key=letter.key, text="Look.", now=now)
    with pytest.raises(NotFound):
        part_file(by=by(town.julian), part_id=one.id)
    row = settled(sent.id, Outcome.IN_PART, now, rejected=(str(two.id),))
    assert row.state == "in_part"
    [message] = thread(by=by(town.julian), thread_id=sent.thread).messages
    assert [part.id for part in message.parts] == [one.id]
    with part_file(by=by(town.julian), part_id=one.id, small=True).opened as file:
        assert b"".join(file.read()).startswith(b"\xff\xd8\xff")
    with pytest.raises(NotFound):
        part_file(by=by(town.julian), part_id=two.id)
    part_file(by=me, part_id=two.id).opened.close()


def test_a_reviewer_where_it_was_sent_reads_it_and_no_other_does(
    town: Town, now: datetime, letter: DraftView, photo: Path
) -> None:
    me = by(town.odette)
    part = attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    sent = send.send(by=me, key=letter.key, text="Look.", now=now)
    reads(town, "ines", "ma-bristol", now)
    ines, theo = town.staff("ines"), town.staff("theo")
    assert reading(subject=str(sent.id), viewer=ines).text == "Look."
    part_file_for_review(part_id=part.id, viewer=ines).opened.close()
    for ask in (
        lambda: reading(subject=str(sent.id), viewer=theo),
        lambda: reading(subject="nonsense", viewer=ines),
        lambda: part_file_for_review(part_id=part.id, viewer=theo),
    ):
        with pytest.raises(NotFound):
            ask()


def test_no_more_photos_than_the_facility_takes(
    town: Town, now: datetime, letter: DraftView, photo: Path
) -> None:
    town.facility("ma-bristol").message_rules.update(photos=1)
    me = by(town.odette)
    attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    with pytest.raises(Refused) as no:
        attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    assert [one.code for one in no.value.refusals] == ["message.too_many_photos"]
    assert len(list(stored._kept())) == 2, "one photo and its small one"


def test_what_is_no_photo_leaves_nothing(
    town: Town, now: datetime, letter: DraftView, tmp_path: Path
) -> None:
    text = tmp_path / "photo.jpg"
    text.write_text("<svg onload=alert(1)>")
    before = set(stored._kept())
    with pytest.raises(Refused) as no:
        attaching.attach_photo(by=by(town.odette), key=letter.key, source=text, now=now)
    assert no.value.refusals[0].code in {"file.wrong_kind", "file.broken"}
    assert set(stored._kept()) == before
    assert not Attachment.objects.exists()


def test_detached_its_file_is_gone_and_a_kill_before_that_is_swept(
    town: Town, now: datetime, letter: DraftView, photo: Path
) -> None:
    me = by(town.odette)
    gone = attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    left = attaching.attach_photo(by=me, key=letter.key, source=photo, now=now)
    blob = Attachment.objects.get(pk=gone.id).blob
    attaching.detach(by=me, key=letter.key, part_id=gone.id)
    assert not stored.path_of(blob).exists()
    orphan = stored.keep(photo, agency="ma-bristol-so")
    stored.sweep(held=retention.named, now=datetime.now(now.tzinfo) + timedelta(hours=2))
    assert not stored.path_of(orphan.blob).exists()
    assert stored.path_of(Attachment.objects.get(pk=left.id).blob).exists()


def test_a_card_has_its_own_words(town: Town, now: datetime, letter: DraftView) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)
    me = by(town.odette)
    attaching.attach_card(by=me, key=letter.key, card="birthday-1", text="30 today!", now=now)
    sent = send.send(by=me, key=letter.key, now=now)
    [message] = thread(by=by(town.julian), thread_id=sent.thread).messages
    assert [(part.card, part.text) for part in message.parts] == [("birthday-1", "30 today!")]
    assert Message.objects.get(pk=sent.id).size == 0
