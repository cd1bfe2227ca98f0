"""Photos and eCards of a message: added, described, shown to the two people only, kept back."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.messaging.models import Attachment, Draft, Message
from kinline.core.review.terms import Mode, Outcome
from tests.apps.messaging.writing import looks_at, settled, thread
from tests.cast import Town
from tests.doors import people
from tests.doors.writing.letters import picture, press, with_photo


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def odette(town: Town) -> Client:
    return people.outside(town.odette)


def sent_with_photo(town: Town, odette: Client, now: datetime) -> tuple[object, Attachment]:
    pk, photo = with_photo(town, odette, now)
    draft = Draft.objects.get()
    fields = {"kept": "1", "key": draft.key, "revision": draft.revision, "text": "The swing."}
    answer = press(odette, "portal-messages-thread", pk, **fields, **{f"alt-{photo.pk}": "A swing"})
    assert answer.status_code == 302
    return pk, photo


def test_a_photo_is_added_described_and_sent_without_a_script(
    town: Town, odette: Client, now: datetime
) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)
    pk, photo = sent_with_photo(town, odette, now)
    julian = people.inside(town, town.julian)
    shown = julian.get(reverse("tablet-messages-thread", args=[pk])).text
    assert 'alt="Photo: A swing"' in shown
    for name in ("tablet-messages-part", "tablet-messages-small"):
        answer = julian.get(reverse(name, args=[photo.pk]))
        assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]


def test_a_photo_is_a_photo_and_nothing_else(town: Town, odette: Client, now: datetime) -> None:
    _pk, photo = with_photo(town, odette, now)
    address = reverse("portal-messages-part", args=[photo.pk])
    answer = odette.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = f'filename="kinline-{photo.pk.hex[:8]}.jpg"'
    assert answer["Content-Disposition"] == f"inline; {disposition}"
    assert odette.get(f"{address}?save=1")["Content-Disposition"] == f"attachment; {disposition}"
    whole = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    part = odette.get(address, headers={"Range": "bytes=2-9"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 2-9/{len(whole)}"
    assert b"".join(part.streaming_content) == whole[2:10]  # type: ignore[attr-defined]
    assert odette.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert odette.head(address).status_code == 200


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.jpg", b"<svg onload=x()>"), "kind of file"),
        (SimpleUploadedFile("../../etc/x", b"\xff\xd8\xff\xe0 broken"), "was not taken"),
        (SimpleUploadedFile("big.jpg", b"x" * 10_000_001), "larger than 10 MB"),
    ],
    ids=["svg", "broken", "too large"],
)
def test_what_is_no_photo_says_why_and_leaves_nothing_but_the_words(
    town: Town, odette: Client, now: datetime, file: SimpleUploadedFile, said: str
) -> None:
    pk = thread(town.julian, town.odette, now)
    file.seek(0)
    answer = press(odette, "portal-messages-thread", pk, do="photo", photo=file, text="See")
    assert answer.status_code == 409
    assert said in answer.text
    assert not Attachment.objects.exists()


def test_more_photos_than_the_facility_has_room_for(
    town: Town, odette: Client, now: datetime
) -> None:
    town.facility("ma-bristol").message_rules.update(photos=1)
    pk, _photo = with_photo(town, odette, now)
    draft = Draft.objects.get()
    fields = {"kept": "1", "key": draft.key, "revision": 9, "do": "photo", "photo": picture()}
    answer = press(odette, "portal-messages-thread", pk, **fields)
    assert answer.status_code == 409
    assert "may have 1 photos" in answer.text


def test_a_part_is_removed_again(town: Town, odette: Client, now: datetime) -> None:
    pk, photo = with_photo(town, odette, now)
    draft = Draft.objects.get()
    fields = {"do": "", "remove": photo.pk, "kept": "1", "key": draft.key, "revision": 9}
    assert press(odette, "portal-messages-thread", pk, **fields, text="See").status_code == 302
    assert not Attachment.objects.exists()
    assert Draft.objects.get().text == "See"


def test_one_photo_kept_back_the_rest_delivered(town: Town, odette: Client, now: datetime) -> None:
    pk, photo = sent_with_photo(town, odette, now)
    message = Message.objects.get()
    settled(message.pk, Outcome.IN_PART, now, rejected=(str(photo.pk),))
    hers = odette.get(reverse("portal-messages-thread", args=[pk])).text
    assert "Not delivered: 1 photo" in hers
    assert "Julian has the rest of it." in hers
    julian = people.inside(town, town.julian)
    his = julian.get(reverse("tablet-messages-thread", args=[pk])).text
    assert "The swing." in his
    assert "A part of this message was kept back" in his
    assert str(photo.pk) not in his
    for name, browser, status in (
        ("tablet-messages-part", julian, 404),
        ("tablet-messages-small", julian, 404),
        ("portal-messages-part", odette, 200),
    ):
        assert browser.get(reverse(name, args=[photo.pk])).status_code == status


@pytest.mark.parametrize("door", ["portal", "tablet"])
def test_a_card_is_chosen_by_occasion_and_carries_own_words(
    town: Town, odette: Client, now: datetime, door: str
) -> None:
    pk = thread(town.julian, town.odette, now)
    browser = odette if door == "portal" else people.inside(town, town.julian)
    address = reverse(f"{door}-messages-cards", args=[pk])
    shown = browser.get(address).text
    assert "With love" in shown
    assert not people.inline_code(shown)
    assert browser.post(address, {"card": "../secret", "text": "x"}).status_code == 400
    assert browser.post(address, {"card": "home", "text": "y" * 601}).status_code == 409
    assert browser.post(address, {"card": "home", "text": "Soon."}).status_code == 302
    draft = Draft.objects.get()
    fields = {"kept": "1", "key": draft.key, "revision": draft.revision}
    press(browser, f"{door}-messages-thread", pk, **fields)
    thread_page = browser.get(reverse(f"{door}-messages-thread", args=[pk])).text
    assert "Soon." in thread_page
    assert "Home waits for you" in thread_page
