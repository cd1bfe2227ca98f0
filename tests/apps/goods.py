"""Things for the shop's tests: tiny files of each kind, made here, and items to buy."""

import io
import zipfile
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from kinline.apps.ledger.actions.post import post
from kinline.apps.people.models import Person
from kinline.apps.shop.actions import catalogue, keeping
from kinline.apps.shop.actions.buying import debit
from kinline.apps.shop.actions.catalogue import Details
from kinline.core.ledger.chart import House, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.shop.goods import Kind
from tests.cast import NOW, Town

KEEPERS = {"ma-bristol": "ines", "nh-example": "rae", "ma-suffolk": "theo"}
PAGE = b"<!DOCTYPE html><title>A game</title><script src='game.js'></script>"


def bundle(files: dict[str, bytes] | None = None) -> bytes:
    """A ZIP of these files; a tiny game when none are named."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (files or {"index.html": PAGE, "game.js": b"1;"}).items():
            packed.writestr(name, content)
    return out.getvalue()


@cache
def sound(container: str = "ogg", codec: str = "libopus") -> bytes:
    """A second of a tone."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=48_000)
        stream.codec_context.layout = "mono"
        wave = (8000 * np.sin(np.arange(48_000) / 20)).astype(np.int16)
        for at in range(0, len(wave), 960):
            frame = AudioFrame.from_ndarray(wave[None, at : at + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


@cache
def film(container: str = "webm", codec: str = "libvpx") -> bytes:
    """A second of a small picture that gets brighter."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            picture = np.full((48, 64, 3), number * 20, np.uint8)
            file.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()


def content(kind: Kind) -> bytes:
    """A file of this kind."""
    return {Kind.GAME: bundle, Kind.MUSIC: sound, Kind.FILM: film}[kind]()


def put_up(
    town: Town,
    kind: Kind = Kind.GAME,  # a sound or film is looked at by a program, which takes its second
    *,
    title: str = "Lamps",
    place: str = "ma-bristol",
    cents: int = 199,
    now: datetime = NOW,
    file: bytes | None = None,
    published: bool = True,
    pieces: int = 0,
    **details: Any,
) -> UUID:
    """An item that is for sale, in a shop that is on."""
    keeper = town.staff(KEEPERS[place], now)
    keeping.turn(staff=keeper, place=place, is_open=True, now=now)
    has_file = kind in {Kind.GAME, Kind.MUSIC, Kind.FILM}
    item = catalogue.add(
        staff=keeper,
        place=place,
        kind=kind,
        details=Details(title=title, **details),
        cents=cents,
        chunks=[file or content(kind)] if has_file else (),
        pieces=pieces,
        now=now,
    )
    if published:
        catalogue.publish(staff=keeper, place=place, item_id=item, now=now)
    return item


def pay_in(person: Person, cents: int, now: datetime = NOW, key: str = "") -> None:
    """Dollars in somebody's debit account."""
    moves = (Posting(of_house(House.OPENING), debit(person.pk), cents),)
    post(entry=Entry(key or f"test:{person.pk}:{cents}", now, "opening", moves), now=now)
