"""Sealed tracks: what opens, what does not, and how two become one file."""

import io
from pathlib import Path

import av
import pytest

from kinline.sealed import keys, opus
from kinline.sealed.join import join
from kinline.sealed.track import Frame, NotATrack, Sealer, Track, TrackBroken
from tests.engine.browsers import tone
from tests.engine.sound import channels, loudness

KEY = b"k" * 32
FRAMES = [Frame(n * 20, packet) for n, packet in enumerate(tone(440, 2.0))]


def sealed(frames: list[Frame] = FRAMES, *, final: bool = True) -> bytes:
    sealer = Sealer(recording="r1", side="inside", key=KEY)
    chunks = [sealer.chunk(frames[at : at + 50]) for at in range(0, len(frames), 50)]
    return sealer.opening() + b"".join(chunks) + (sealer.chunk([], final=True) if final else b"")


def opened(data: bytes, key: bytes = KEY) -> tuple[list[Frame], bool]:
    track = Track(io.BytesIO(data), key)
    return list(track), track.complete


def whole(data: bytes) -> bool:
    """Whether it opens to its end; a changed length reads as a torn end."""
    try:
        return opened(data)[1]
    except (TrackBroken, NotATrack):
        return False


def test_a_track_opens_with_its_key_and_says_whose_it_is() -> None:
    assert opened(sealed()) == (FRAMES, True)
    header = Track(io.BytesIO(sealed()), KEY).header
    assert (header.recording, header.side) == ("r1", "inside")


def test_a_killed_writers_track_is_read_to_its_last_whole_chunk() -> None:
    whole = sealed(final=False)
    assert opened(whole) == (FRAMES, False)
    for cut in (1, 100, 1000):
        frames, complete = opened(whole[:-cut])
        assert (frames, complete) == (FRAMES[:50], False)


def test_another_key_a_changed_bit_and_a_moved_chunk_do_not_open() -> None:
    data = sealed()
    with pytest.raises(TrackBroken):
        opened(data, b"x" * 32)
    for place in range(len(data) - 1, 40, -97):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not whole(bytes(changed)), f"byte {place} may be changed unseen"
    for wrong in (b"", b"RIFF", data[:10]):
        with pytest.raises(NotATrack):
            opened(wrong)


def test_a_cut_end_cannot_be_passed_off_as_the_end() -> None:
    _, complete = opened(sealed(final=False))
    assert not complete


def test_two_tracks_of_one_key_never_share_a_nonce() -> None:
    assert sealed()[:60] != sealed()[:60]


def test_a_wrapped_key_opens_for_its_recording_and_agency_alone() -> None:
    data_key, agency = keys.new_key(), keys.new_key()
    wrapped = keys.wrap(data_key, under=agency, bound_to="r1")
    assert keys.unwrap(wrapped, under=agency, bound_to="r1") == data_key
    assert data_key not in wrapped
    for under, bound_to, word in (
        (keys.new_key(), "r1", wrapped),
        (agency, "r2", wrapped),
        (agency, "r1", wrapped[:-1]),
        (agency, "r1", b""),
    ):
        with pytest.raises(keys.KeyRefused):
            keys.unwrap(word, under=under, bound_to=bound_to)


def test_each_side_is_on_its_own_channel_and_holes_are_silent(tmp_path: Path) -> None:
    inside = [Frame(n * 20 + 3, p) for n, p in enumerate(tone(440, 1.0) * 2)]
    late = [Frame(n * 20 + 3000, p) for n, p in enumerate(tone(440, 1.0))]
    outside = [Frame(n * 20 + 1000, p) for n, p in enumerate(tone(1000, 1.0) * 3)]
    joined = join(inside + late, outside)
    data = b"".join(joined)
    assert (joined.duration_ms, joined.unplaced, joined.size) == (4000, 0, len(data))
    left, right = channels(data, tmp_path / "call.webm")
    assert loudness(left[60_000:90_000], 440) == pytest.approx(0, abs=0.01)
    assert loudness(right[60_000:90_000], 1000) == pytest.approx(0, abs=0.01)
    assert loudness(left[60_000:90_000], 1000) < -60
    assert loudness(right[60_000:90_000], 440) < -60
    assert abs(left[120_000:140_000]).max() < 0.001, "the hole is silent"
    assert abs(right[10_000:40_000]).max() < 0.001


def test_a_joined_file_can_be_sought_in(tmp_path: Path) -> None:
    path = tmp_path / "call.webm"
    frames = [Frame(n * 20, p) for n, p in enumerate(tone(440, 1.0) * 10)]
    path.write_bytes(b"".join(join(frames, [])))
    with av.open(str(path)) as container:
        assert container.duration == 10_000_000
        container.seek(7_000_000)
        assert float(next(container.demux(audio=0)).pts) / 1000 == pytest.approx(7.0, abs=0.05)


def test_jitter_tears_no_holes_and_a_fast_clock_is_counted() -> None:
    jittered = [Frame(max(0, n * 20 + (35 if n % 3 else -5)), p) for n, p in enumerate(tone(440))]
    assert join(jittered, []).unplaced == 0
    too_fast = [Frame(n * 5, p) for n, p in enumerate(tone(440))]
    assert join(too_fast, []).unplaced > 0


def test_an_empty_recording_is_a_file_without_sound() -> None:
    assert join([], []).duration_ms == 0


def test_packets_of_several_frames_are_cut_and_others_counted() -> None:
    one, two = (p[1:] for p in tone(440)[10:12])
    toc = tone(440)[10][0] & 0xFC
    pair = bytes([toc | 2, len(one)]) + one + two if len(one) < 252 else None
    assert pair is not None
    assert opus.frames(pair) == [one, two]
    assert join([Frame(0, pair)], []).duration_ms == 40
    sixty_ms = bytes([3 << 3]) + b"abc"
    assert join([Frame(0, sixty_ms)], []).unplaced == 1


@pytest.mark.parametrize(
    "packet",
    [b"", b"\x01a", b"\x02", b"\x02\xff", b"\x03", b"\x03\x00", b"\x03\x45", b"\x03\x82\xfe"],
)
def test_what_is_not_opus_is_said_not_to_be(packet: bytes) -> None:
    with pytest.raises(opus.NotOpus):
        opus.frames(packet)


def test_code_three_packets_are_understood() -> None:
    assert opus.frames(b"\x03\x02abcd") == [b"ab", b"cd"]
    assert opus.frames(b"\x03\x82\x01abcd") == [b"a", b"bcd"]
    assert opus.frames(b"\x03\x42\x02abcd\x00\x00") == [b"ab", b"cd"]
