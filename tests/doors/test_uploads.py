"""A file comes in piece by piece, goes on after a break, and is its sender's alone."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from kinline.apps import uploads
from kinline.apps.errors import NotFound
from kinline.apps.uploads import Owner, WrongPlace
from kinline.doors import resumable
from tests.cast import Town
from tests.doors import people

PIECE = "application/offset+octet-stream"
FILM = os.urandom(5000)
ODETTE, CARMEN = Owner("contact:odette", "one"), Owner("contact:carmen", "one")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    for name in ("UPLOADS", "STORED", "WORK"):
        setattr(settings, name, tmp_path / name.lower())
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def began(browser: Client, size: int, door: str = "portal") -> HttpResponse:
    home = "/tablet/uploads/" if door == "tablet" else "/portal/uploads/"
    return browser.post(home, headers={"Upload-Length": str(size), "Accept": "application/json"})  # type: ignore[return-value]


def added(browser: Client, at: str, offset: int | str, data: bytes) -> HttpResponse:
    told = {"Upload-Offset": str(offset), "Accept": "application/json"}
    return browser.patch(at, data, content_type=PIECE, headers=told)  # type: ignore[return-value]


@pytest.fixture
def odette(town: Town) -> Client:
    return people.outside(town.odette)


def test_a_film_comes_in_three_pieces_and_the_last_is_sent_twice(
    odette: Client, folder: Path
) -> None:
    answer = began(odette, len(FILM))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "0")
    at, upload = answer.json()["at"], answer.json()["upload"]  # type: ignore[attr-defined]
    assert added(odette, at, 0, FILM[:2000])["Upload-Offset"] == "2000"
    assert added(odette, at, 2000, FILM[2000:3000])["Upload-Offset"] == "3000"

    # The line broke: how far did it come? What is sent again is not kept again.
    assert odette.head(at)["Upload-Offset"] == "3000"
    again = added(odette, at, 2000, FILM[2000:3000])
    assert (again.status_code, again["Upload-Offset"]) == (409, "3000")

    assert added(odette, at, 3000, FILM[3000:])["Upload-Offset"] == "5000"
    assert all(FILM[:50] not in path.read_bytes() for path in files(folder))
    owner = uploads_of(odette)
    with resumable.collected(owner=owner, upload=upload) as path:
        assert path.read_bytes() == FILM
    assert files(folder) == []
    assert odette.head(at).status_code == 404


def uploads_of(browser: Client) -> Owner:
    from kinline.apps.people.models import Contact

    contact = Contact.objects.get(account__email="odette@example.org")
    return Owner(f"contact:{contact.pk}", browser.session.session_key or "")


def test_an_upload_is_there_for_its_own_sign_in_alone(town: Town, odette: Client) -> None:
    at = began(odette, 100).json()["at"]  # type: ignore[attr-defined]
    elsewhere = at.rsplit("/", 2)[0] + f"/{uuid4().hex}/"
    others = [
        people.outside(town.carmen),
        people.outside(town.odette),  # herself, on another browser
    ]
    for browser in others:
        for address in (at, elsewhere):
            answer = added(browser, address, 0, b"x")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_there")  # type: ignore[attr-defined]
            assert browser.head(address).status_code == 404
    assert added(Client(), at, 0, b"x").status_code == 401
    assert odette.head(at)["Upload-Offset"] == "0"


def test_a_tablet_sends_as_who_is_signed_in_on_it(town: Town) -> None:
    julian = people.inside(town, town.julian)
    at = began(julian, 3, "tablet").json()["at"]  # type: ignore[attr-defined]
    assert added(julian, at, 0, b"abc")["Upload-Offset"] == "3"
    assert julian.delete(at).status_code == 204
    assert julian.head(at).status_code == 404
    assert began(people.device(town), 3, "tablet").status_code in (302, 401)


@pytest.mark.parametrize(
    ("length", "status"), [("", 400), ("-1", 400), ("1e3", 400), ("0", 413), ("99999999999", 413)]
)
def test_a_length_that_is_none_is_told(odette: Client, length: str, status: int) -> None:
    headers = {"Upload-Length": length, "Accept": "application/json"}
    answer = odette.post("/portal/uploads/", headers=headers)
    assert answer.status_code == status
    assert not files(settings.UPLOADS) if settings.UPLOADS.exists() else True


def test_a_piece_that_does_not_belong_is_refused(odette: Client, folder: Path) -> None:
    at = began(odette, 10).json()["at"]  # type: ignore[attr-defined]
    assert added(odette, at, "none", b"x").status_code == 400
    assert added(odette, at, 5, b"x").status_code == 409
    assert added(odette, at, 0, b"x" * 11).status_code == 413
    assert added(odette, at, 0, b"x" * (uploads.PIECE_BYTES + 1)).status_code == 413
    headers = {"Upload-Offset": "0"}
    assert odette.patch(at, b"x", content_type="text/plain", headers=headers).status_code == 400
    assert odette.get(at).status_code == 405
    assert odette.head(at)["Upload-Offset"] == "0"


def test_two_pieces_at_one_place_are_one(folder: Path) -> None:
    upload = uploads.begin(owner=ODETTE, size=10, most_bytes=100)
    uploads.add(owner=ODETTE, upload=upload, offset=0, data=b"first")
    with pytest.raises(WrongPlace) as elsewhere:
        uploads.add(owner=ODETTE, upload=upload, offset=0, data=b"other")
    assert elsewhere.value.offset == 5
    for stranger in (CARMEN, Owner(ODETTE.person, "two")):
        with pytest.raises(NotFound):
            uploads.progress(owner=stranger, upload=upload)
    with pytest.raises(NotFound), uploads.collected(owner=ODETTE, upload=upload):
        pass  # not whole yet


def test_a_person_has_three_uploads_and_the_oldest_makes_room(folder: Path) -> None:
    begun = []
    for number in range(4):
        begun.append(uploads.begin(owner=ODETTE, size=10, most_bytes=100))
        for path in (folder / "uploads").glob(f"*/*{begun[-1]}"):
            os.utime(path, (number, number))
    carmens = uploads.begin(owner=CARMEN, size=10, most_bytes=100)
    with pytest.raises(NotFound):
        uploads.progress(owner=ODETTE, upload=begun[0])
    for upload in begun[1:]:
        assert uploads.progress(owner=ODETTE, upload=upload).offset == 0
    assert uploads.progress(owner=CARMEN, upload=carmens).size == 10


def test_what_nobody_finishes_is_swept(folder: Path) -> None:
    upload = uploads.begin(owner=ODETTE, size=10, most_bytes=100)
    uploads.add(owner=ODETTE, upload=upload, offset=0, data=b"half")
    now = datetime.now(UTC)
    assert uploads.sweep(now=now) == 0
    assert uploads.sweep(now=now + timedelta(hours=3)) == 1
    assert files(folder) == []


@pace(deadline=None, max_examples=20)
@given(st.text(max_size=30))
def test_a_header_is_a_count_or_nothing(text: str) -> None:
    found = resumable.count(text)
    assert found is None or (text.isascii() and found == int(text) >= 0)


@pace(deadline=None, max_examples=20)
@given(st.text(max_size=60))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(NotFound):
        uploads.progress(owner=ODETTE, upload=name)
    uploads.drop(owner=ODETTE, upload=name)


@pace(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=12))
def test_any_cut_gives_the_same_file(cuts: list[int]) -> None:
    content = FILM[: sum(cuts)] if sum(cuts) <= len(FILM) else FILM
    upload = uploads.begin(owner=ODETTE, size=len(content), most_bytes=10_000)
    for data in pieces(content, cuts):
        offset = uploads.progress(owner=ODETTE, upload=upload).offset
        uploads.add(owner=ODETTE, upload=upload, offset=offset, data=data)
    with uploads.collected(owner=ODETTE, upload=upload) as path:
        assert path.read_bytes() == content
    uploads.drop(owner=ODETTE, upload=upload)


def pieces(content: bytes, cuts: list[int]) -> Iterator[bytes]:
    at = 0
    for cut in cuts:
        yield content[at : at + cut]
        at += cut
    yield content[at:]
