"""Files that staff bring are strangers' files: what is taken, what is not, what is played."""

import io
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.actions import sign_in
from kinline.apps.shop import bundles, playing, probe, taking
from kinline.apps.shop.actions.buying import buy
from kinline.apps.shop.actions.paying_back import pay_back
from kinline.apps.shop.models import Item
from kinline.core.shop.goods import Kind
from tests.apps import goods
from tests.cast import NOW, Town

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PAGE = {"index.html": b"<p>A game</p>"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.SHOP = tmp_path / "shop"  # type: ignore[attr-defined]
    return tmp_path / "shop"


def take(kind: Kind, content: bytes) -> taking.Taken:
    return taking.take(kind=kind, chunks=[content[:7], content[7:]])


def refused(kind: Kind, content: bytes) -> str:
    """Why it is not taken; and nothing is left lying about."""
    with pytest.raises(Refused) as no:
        take(kind, content)
    assert [one for one in Path(settings.SHOP).rglob("*") if one.is_file()] == []
    (why,) = no.value.refusals
    assert why.facts["field"] == "file"
    return why.code


def zipped(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", PAGE["index.html"])
        for name, content in members:
            packed.writestr(name, content)
    return out.getvalue()


def test_a_file_lies_under_its_own_seal_readable_by_its_owner_and_once(folder: Path) -> None:
    first, again = take(Kind.GAME, goods.bundle()), take(Kind.GAME, goods.bundle())
    assert first == again
    path = taking.path_of(first.sha256)
    assert path == folder / first.sha256[:2] / first.sha256
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 1
    assert first.members == {"index.html": len(goods.PAGE), "game.js": 2}


@pytest.mark.parametrize("name", ["../" * 4 + "etc/passwd", "a" * 63, "A" * 64, "g" * 64])
def test_no_other_name_leads_to_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        taking.path_of(name)


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("ogg", "libopus", "audio/ogg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("flac", "flac", "audio/flac"),
    ],
)
def test_sounds_are_known_by_what_is_in_them(container: str, codec: str, media_type: str) -> None:
    found = probe.look(io.BytesIO(goods.sound(container, codec)), film=False)
    assert found == {"media_type": media_type, "seconds": 1}


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [("webm", "libvpx", "video/webm"), ("mp4", "libx264", "video/mp4")],
)
def test_films_too(container: str, codec: str, media_type: str) -> None:
    found = probe.look(io.BytesIO(goods.film(container, codec)), film=True)
    assert found == {"media_type": media_type, "seconds": 1}


@pytest.mark.parametrize(
    ("content", "film"),
    [
        (b"", False),
        (b"<html><script>alert(1)</script>", False),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", True),  # a playlist of other files
        (b"ffconcat version 1.0\nfile /etc/passwd\n", True),
        (b"OggS<script>alert(1)</script>" + b"\0" * 200, False),  # its beginning alone is right
        (b"ID3" + b"\0" * 500, False),
        (b"\0\0\0\x18ftypisom" + b"\xff" * 100, True),
        (goods.sound(), True),
        (goods.film(), False),
    ],
    ids=["empty", "page", "playlist", "concat", "torn ogg", "torn mp3", "torn mp4", "sound as film",
         "film as sound"],
)  # fmt: skip
def test_what_is_something_else_is_refused_whatever_its_name(content: bytes, film: bool) -> None:
    assert "refused" in probe.look(io.BytesIO(content), film=film)


def test_a_film_goes_the_whole_way_in(folder: Path) -> None:
    found = take(Kind.FILM, goods.film())
    assert (found.media_type, found.seconds, found.members) == ("video/webm", 1, {})
    assert taking.path_of(found.sha256).read_bytes() == goods.film()


def test_a_film_for_a_second_facility_is_not_looked_at_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = goods.put_up(town, Kind.FILM, title="Brighter")
    monkeypatch.setattr(taking.sys, "executable", "/bin/false")
    again = goods.put_up(town, Kind.FILM, title="Brighter", place="ma-suffolk")
    seen = [Item.objects.get(pk=one) for one in (first, again)]
    assert seen[0].sha256 == seen[1].sha256
    assert seen[1].media_type == "video/webm"
    taking.path_of(seen[0].sha256).unlink()
    with pytest.raises(Refused):
        goods.put_up(town, Kind.FILM, title="Gone", place="ma-suffolk")


def test_a_sound_that_is_none_is_refused_by_the_program_next_door() -> None:
    assert refused(Kind.MUSIC, b"MZ" + b"\0" * 100) == "shop.file_unknown"


def test_a_program_that_dies_over_a_file_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking.sys, "executable", "/bin/false")
    assert refused(Kind.MUSIC, goods.sound()) == "shop.file_unknown"


def test_a_file_is_counted_as_it_comes_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(taking.LARGEST_BYTES, Kind.GAME, 100)
    read = []

    def endless() -> object:
        while True:
            read.append(1)
            yield b"x" * 60

    with pytest.raises(Refused) as no:
        taking.take(kind=Kind.GAME, chunks=endless())  # type: ignore[arg-type]
    assert no.value.refusals[0].code == "shop.file_too_large"
    assert len(read) == 2


LINK = zipfile.ZipInfo("link.js")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "shop.bundle_broken"),
        (b"PK\x03\x04 torn", "shop.bundle_broken"),
        (goods.bundle({"game.js": b"1"}), "shop.bundle_no_start"),
        (goods.bundle({"sub/index.html": b"1"}), "shop.bundle_no_start"),
        (zipped(("../../evil.js", b"1")), "shop.bundle_name"),
        (zipped(("/etc/evil.js", b"1")), "shop.bundle_name"),
        (zipped(("a/../../evil.js", b"1")), "shop.bundle_name"),
        (zipped(("a\\..\\evil.js", b"1")), "shop.bundle_name"),
        (zipped(("C:evil.js", b"1")), "shop.bundle_name"),
        (zipped((".htaccess.txt", b"1")), "shop.bundle_name"),
        (zipped(("evil\n.js", b"1")), "shop.bundle_name"),
        (zipped(("x" * 300 + ".js", b"1")), "shop.bundle_name"),
        (zipped(("INDEX.html", b"1")), "shop.bundle_name"),
        (zipped((LINK, b"/etc/passwd")), "shop.bundle_name"),
        (zipped(("run.exe", b"MZ")), "shop.bundle_kind"),
        (zipped(("noending", b"1")), "shop.bundle_kind"),
        (zipped(("page.php", b"1")), "shop.bundle_kind"),
        (zipped(("picture.png", b"<script>")), "shop.bundle_kind"),
        (zipped(("code.js", b"\0\1\2")), "shop.bundle_kind"),
        (zipped(("code.js", b"\xff\xfe")), "shop.bundle_kind"),
    ],
)
def test_bundles_with_tricks_are_refused(content: bytes, code: str) -> None:
    assert refused(Kind.GAME, content) == code


def test_good_bundles_beside_them_are_taken() -> None:
    found = take(Kind.GAME, zipped(("img/lamp-1.png", PNG), ("a/b/c.js", b"1"), ("empty.css", b"")))
    assert set(found.members) == {"index.html", "img/lamp-1.png", "a/b/c.js", "empty.css"}


def test_a_bomb_is_counted_as_it_unpacks_not_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_BYTES", 100_000)
    bomb = zipped(("big.js", b"1" * 1_000_000))
    assert len(bomb) < 10_000
    assert refused(Kind.GAME, bomb) == "shop.bundle_too_large"
    many = zipped(*((f"f{n}.js", b"1" * 60_000) for n in range(2)))
    assert refused(Kind.GAME, many) == "shop.bundle_too_large"
    monkeypatch.setattr(bundles, "MOST_FILES", 2)
    assert refused(Kind.GAME, zipped(("a.js", b""), ("b.js", b""))) == "shop.bundle_too_large"


def test_a_damaged_member_and_an_encrypted_one_are_refused() -> None:
    whole = bytearray(zipped(("a.js", b"function f() { return 1 }" * 30)))
    at = whole.rfind(b"a.js", 0, whole.find(b"PK\x01\x02")) + 8
    whole[at] ^= 0xFF
    assert refused(Kind.GAME, bytes(whole)) == "shop.bundle_broken"
    locked = bytearray(zipped(("a.js", b"1")))
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = locked.rfind(mark)
        locked[at + flags] |= 1
    assert refused(Kind.GAME, bytes(locked)) in {"shop.bundle_name", "shop.bundle_broken"}


def test_the_members_type_is_ours_whatever_the_bundle_says() -> None:
    assert bundles.media_type("a/b.js") == "text/javascript; charset=utf-8"
    assert bundles.media_type("x.PNG") == "image/png"
    with pytest.raises(KeyError):
        bundles.media_type("x.exe")


@pytest.fixture
def mine(town: Town) -> tuple[object, UUID, UUID]:
    """Julian signed in, with a game and a film of his own."""
    inside = town.sign_in(town.julian).inside
    game = goods.put_up(town, cents=0)
    film = goods.put_up(town, Kind.FILM, title="Brighter", cents=0)
    both = [
        buy(inside=inside, item_id=one, cents=0, key=uuid4(), now=NOW).purchase
        for one in (game, film)
    ]
    return inside, both[0], both[1]


def test_a_games_files_come_for_its_pass_and_no_other_name(
    town: Town, mine: tuple[object, UUID, UUID]
) -> None:
    inside, game, film = mine
    word = playing.pass_for(inside=inside, purchase_id=game)  # type: ignore[arg-type]
    found = playing.game_file(word=word, name="game.js", now=NOW)
    assert (found.content, found.media_type) == (b"1;", "text/javascript; charset=utf-8")
    for name in ("nothing.js", "../game.js", "", "index.html/../game.js", "INDEX.HTML"):
        with pytest.raises(NotFound):
            playing.game_file(word=word, name=name, now=NOW)
    for wrong in ("", "x", word + "x", word[:-1], word.replace(game.hex, film.hex)):
        with pytest.raises(NotFound):
            playing.game_file(word=wrong, name="game.js", now=NOW)


def test_a_pass_ends_with_the_signed_in_time_and_with_paying_back(
    town: Town, mine: tuple[object, UUID, UUID]
) -> None:
    inside, game, _film = mine
    word = playing.pass_for(inside=inside, purchase_id=game)  # type: ignore[arg-type]
    late = NOW + timedelta(seconds=settings.TABLET_IDLE_SECONDS + 1)
    with pytest.raises(NotFound):
        playing.game_file(word=word, name="game.js", now=late)
    again = town.sign_in(town.julian, NOW)  # another time on the same tablet ends the first
    with pytest.raises(NotFound):
        playing.game_file(word=word, name="game.js", now=NOW)
    fresh = playing.pass_for(inside=again.inside, purchase_id=game)
    assert playing.game_file(word=fresh, name="game.js", now=NOW)
    pay_back(staff=town.staff("ines"), place="ma-bristol", purchase_id=game, why="x", now=NOW)
    with pytest.raises(NotFound):
        playing.game_file(word=fresh, name="game.js", now=NOW)
    sign_in.sign_out(token=again.token, now=NOW)


def test_a_film_is_its_owners_and_in_its_hours(town: Town, mine: tuple[object, UUID, UUID]) -> None:
    inside, game, film = mine
    found = playing.media(inside=inside, purchase_id=film, now=NOW)  # type: ignore[arg-type]
    assert (found.media_type, found.size_bytes) == ("video/webm", len(goods.film()))
    with pytest.raises(NotFound):
        playing.media(inside=inside, purchase_id=game, now=NOW)  # type: ignore[arg-type]
    wendell = town.sign_in(town.wendell).inside
    with pytest.raises(NotFound):
        playing.media(inside=wendell, purchase_id=film, now=NOW)
    Item.objects.update(opens_at="12:00", closes_at="13:00")  # it is eleven in Boston
    with pytest.raises(NotFound):
        playing.media(inside=inside, purchase_id=film, now=NOW)  # type: ignore[arg-type]
    assert playing.media(inside=inside, purchase_id=film, now=NOW + timedelta(hours=1))  # type: ignore[arg-type]
