"""A visit's recording: sealed as it is written, joined as it is read."""

import asyncio
import base64
import io
import signal
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest

from kinline.core.visit.kept import MediaKind, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.engine.recorder import Recorder
from kinline.engine.visit_recording import record_visit
from kinline.sealed import opus
from kinline.sealed.codec import Codec
from kinline.sealed.film import Film, Span, picture_size
from kinline.sealed.track import Frame, Sealer, Track, TrackBroken
from tests.engine.browsers import Microphone, tone, until
from tests.engine.visit_house import GRANT, JULIAN, ODETTE, House, a_node, house
from tests.engine.visitors import HEIGHT, RATE, WIDTH, clip

__all__ = ["a_node", "house"]

KEY = base64.b64decode(GRANT.data_key)


def sealed(frames: list[Frame], codec: Codec, *, final: bool = True) -> bytes:
    sealer = Sealer(recording="v1", side="inside-video", key=KEY, codec=codec)
    chunks = [sealer.chunk(frames[at : at + 30]) for at in range(0, len(frames), 30)]
    return sealer.opening() + b"".join(chunks) + (sealer.chunk([], final=True) if final else b"")


def sound(seconds: int, begins: int = 0) -> list[Frame]:
    return [Frame(begins + n * 20, p) for n, p in enumerate(tone(440, 1.0) * seconds)]


def pictures(seconds: int, begins: int = 0) -> list[Frame]:
    step = 1000 // RATE
    return [Frame(begins + n * step, p) for n, p in enumerate(clip(120) * seconds)]


def film(heard: list[Frame] | None, seen: list[Frame] | None) -> Film:
    files = (
        None if frames is None else io.BytesIO(sealed(frames, codec))
        for frames, codec in ((heard, Codec.OPUS), (seen, Codec.VP8))
    )
    return Film(*files, key=KEY)


def played(found: Film, path: Path) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Decoded by somebody else: samples from second 0 on, and (second, lightness) of pictures."""
    path.write_bytes(b"".join(found.read()))
    samples = np.zeros(48 * (found.duration_ms + 200))
    lights = []
    with av.open(str(path)) as container:
        for frame in container.decode():
            if isinstance(frame, av.VideoFrame):
                grey = frame.to_ndarray(format="yuv420p")[: frame.height]
                lights.append((float(frame.time or 0), float(np.median(grey))))
            else:
                at = round(float(frame.time or 0) * 48_000)
                piece = frame.to_ndarray()[0].astype(float)[: max(0, len(samples) - at)]
                samples[at : at + len(piece)] = piece
    return samples, lights


def test_sound_and_picture_become_one_file_that_others_can_play(tmp_path: Path) -> None:
    found = film(sound(3), pictures(2, 500))
    samples, lights = played(found, tmp_path / "f.webm")
    assert len(lights) == 2 * RATE
    assert lights[0] == (0.5, pytest.approx(120, abs=4))
    spectrum = np.abs(np.fft.rfft(samples[48_000:96_000]))
    assert int(spectrum.argmax()) == 440
    assert (found.duration_ms, found.complete) == (2980, True)
    assert found.there == (Span(0, 2980),)
    assert found.camera == (Span(500, 2450),)
    with av.open(str(tmp_path / "f.webm")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (
            WIDTH,
            HEIGHT,
        )
        assert container.duration == 2_980_000
        container.seek(2_000_000, stream=None)
        packet = next(container.demux(video=0))
        assert 1.0 <= float(packet.pts * packet.time_base) <= 2.0


def test_any_range_of_its_bytes_is_what_the_whole_has_there() -> None:
    found = film(sound(4), pictures(4, 300))
    whole = b"".join(found.read())
    assert len(whole) == found.size
    chance = Random(4)
    for _ in range(60):
        start, stop = sorted(chance.randrange(found.size + 1) for _ in range(2))
        assert b"".join(found.read(start, stop)) == whole[start:stop]
    assert b"".join(found.read(found.size - 1)) == whole[-1:]
    assert b"".join(found.read(found.size, found.size + 10)) == b""
    with pytest.raises(ValueError, match="before"):
        next(found.read(-1))


def test_the_index_says_when_somebody_was_there_and_when_the_camera_was_on(
    tmp_path: Path,
) -> None:
    found = film(sound(2) + sound(2, 10_000), pictures(1, 200) + pictures(1, 10_500))
    assert found.there == (Span(0, 1980), Span(10_000, 11_980))
    assert found.camera == (Span(200, 1150), Span(10_500, 11_450))
    _, lights = played(found, tmp_path / "f.webm")
    assert len(lights) == 2 * RATE


def test_a_seat_without_a_camera_or_with_nothing_at_all_is_a_film_too(tmp_path: Path) -> None:
    samples, lights = played(film(sound(1), None), tmp_path / "sound.webm")
    assert not lights
    assert np.abs(samples).max() > 0.1
    assert len(played(film(None, pictures(1)), tmp_path / "p.webm")[1]) == RATE
    assert (film(None, None).duration_ms, film([], []).there) == (0, ())


def test_a_torn_end_is_left_out_and_a_changed_byte_is_not_played() -> None:
    data = sealed(pictures(4), Codec.VP8, final=False)
    torn = Film(None, io.BytesIO(data[:-100]), key=KEY)
    assert not torn.complete
    assert 2000 < torn.duration_ms < 4000
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    with pytest.raises(TrackBroken):
        Film(None, io.BytesIO(bytes(changed)), key=KEY)
    with pytest.raises(TrackBroken):
        Film(None, io.BytesIO(data), key=b"x" * 32)


def test_a_picture_longer_than_any_packet_of_sound_is_kept(tmp_path: Path) -> None:
    big = Frame(0, b"\x10" + bytes(300_000))
    data = sealed([big], Codec.VP8)
    assert list(Track(io.BytesIO(data), KEY)) == [big]
    assert picture_size(clip(120)[0]) == (WIDTH, HEIGHT)
    assert picture_size(clip(120)[1]) is picture_size(b"") is None


async def test_a_flood_is_cut_into_chunks_that_can_be_read(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recording = record_visit(recorder, GRANT, print)
    for n in range(12):
        frame = bytes([16 + n % 2]) + bytes(250_000)
        recording.take(JULIAN, MediaKind.VIDEO, frame, recording.began + n / 100)
    (track,) = await recording.close()
    recorder.close()
    with (tmp_path / track.path).open("rb") as file:
        assert len(list(Track(file, KEY))) == 12
    assert track.path == "2026-11/v1/inside-video.0.ktrack"


class Beeper(Microphone):
    """A tenth of a second of tone at the beginning of each second, as the flash is."""

    def __init__(self, hertz: int) -> None:
        super().__init__(hertz)
        self._packets = tone(hertz)[:5] + (opus.SILENCE,) * 45


def films(folder: Path, tracks: tuple[VisitTrack, ...], seat: Seat) -> Film:
    files = {t.kind: (folder / t.path).open("rb") for t in tracks if t.seat is seat}
    return Film(files.get(MediaKind.AUDIO), files.get(MediaKind.VIDEO), key=KEY)


def onsets(moments: list[tuple[float, float]], *, above: float) -> list[float]:
    """When a series rises above a height."""
    return [after[0] for before, after in pairwise(moments) if before[1] < above <= after[1]]


@pytest.mark.parametrize("house", ["relay"], indirect=True)
async def test_a_recorded_flash_and_its_beep_are_in_step(house: House, tmp_path: Path) -> None:
    (await house.open()).attach_recorder()
    visitor = await house.sits(ODETTE, flash=235, obeys=False)
    await visitor.connection.close()
    visitor.microphone = Beeper(880)
    visitor.camera._began = visitor.microphone._began
    await visitor.publish(house.room, ODETTE)
    await asyncio.sleep(4.5)
    tracks = await house.room.tracks()
    samples, lights = played(films(house.folder, tracks, ODETTE), tmp_path / "f.webm")
    envelope = [
        (at / 48_000, float(np.abs(samples[at : at + 240]).max()))
        for at in range(0, len(samples) - 240, 240)
    ]
    beeps = onsets(envelope, above=0.3 * max(loud for _, loud in envelope))
    flashes = onsets(lights, above=200)
    offsets = [min((beep - flash for beep in beeps), key=abs) for flash in flashes]
    assert len(offsets) >= 2
    assert abs(float(np.median(offsets))) < 0.1, offsets


@pytest.mark.parametrize("house", ["relay"], indirect=True)
async def test_a_camera_turned_off_leaves_the_sound_whole(house: House, tmp_path: Path) -> None:
    (await house.open()).attach_recorder()
    visitor = await house.sits(JULIAN)
    picture = MediaKind.VIDEO
    await until(lambda: house.room.flowing(JULIAN, picture))
    await asyncio.sleep(0.5)
    visitor.camera.off = True
    await asyncio.sleep(2.5)
    tracks = {track.kind: track for track in await house.room.tracks()}
    found = films(house.folder, tuple(tracks.values()), JULIAN)
    camera, end = found.camera[-1], found.there[-1].until_ms
    assert end - found.there[0].from_ms > 2500
    assert camera.until_ms < end - 1500
    samples, _ = played(found, tmp_path / "f.webm")
    tail = samples[48 * (end - 1000) : 48 * end]
    assert int(np.abs(np.fft.rfft(tail)).argmax()) * 48_000 / len(tail) == pytest.approx(440, abs=3)


PROCESS = """
import asyncio
import sys
from pathlib import Path

from kinline.core.ids import RecordingId
from kinline.core.visit.kept import VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.media.relay.visit.room import open_visit_room
from kinline.engine.recorder import Recorder
from tests.engine.visitors import Visitor


async def main():
    ends = asyncio.get_running_loop().time() + 60
    grant = VisitGrant(RecordingId("v1"), "v1", sys.argv[2])
    recorder = Recorder(Path(sys.argv[1]))
    room = open_visit_room(grant, recorder, print, until=ends, silent_after=5)
    room.attach_recorder()
    await Visitor().publish(room, Seat.INSIDE)
    await asyncio.sleep(60)


asyncio.run(main())
"""


async def test_a_killed_engine_leaves_a_film_up_to_its_last_second(tmp_path: Path) -> None:
    engine = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROCESS,
        str(tmp_path),
        GRANT.data_key,
        stdout=asyncio.subprocess.DEVNULL,
    )

    def written() -> list[Path]:
        return sorted(tmp_path.rglob("*.ktrack"))

    try:
        await until(lambda: len(written()) == 2, "both files", patience=60)
        await asyncio.sleep(3.0)
    finally:
        engine.send_signal(signal.SIGKILL)
        await engine.wait()
    sound_file, picture_file = written()
    found = Film(sound_file.open("rb"), picture_file.open("rb"), key=KEY)
    assert not found.complete
    assert found.there[-1].until_ms > 1500
    samples, lights = played(found, tmp_path / "f.webm")
    assert np.abs(samples).max() > 0.1
    assert lights[-1][0] > 1.0
    clear = b"".join(path.read_bytes() for path in written())
    assert not any(packet in clear for packet in (*tone(440), *clip(200)) if len(packet) > 8)
