"""What a wall phone says and does without a PIN: help lines, intake, help at every step.

First the menu alone; then with real telephones, which are long: people press keys at their pace.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest

from kinline.core.call.announcement import Acceptance, announcement
from kinline.core.call.states import EndReason, Side
from kinline.core.control import OpenLine, OpenLines, Permit, PrivatePermit, RecordingGrant, Step
from kinline.core.ids import CallId, LineId, PlaceCode, RecordingId
from kinline.core.money import Money
from kinline.engine.ivr import helplines
from kinline.engine.ivr.keypad import Keypad
from kinline.engine.ivr.prompts import FOLDER, Prompts, standard
from kinline.engine.ivr.voices import Voices
from kinline.engine.media.port import Clip
from kinline.sealed.codec import Codec
from tests.engine.baresip import Baresip, tone_in
from tests.engine.browsers import until
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ
from tests.engine.exchange import ID, INSIDE, MEDIA, PIN, Exchange

LOUD = -25


def line(name: str, kind: str = "prea", *, with_pin: bool = False, digits: str = "") -> OpenLine:
    return OpenLine(
        line=LineId(name),
        kind=kind,
        names={"en": name},
        digits=digits,
        with_pin=with_pin,
        private=True,
        anonymous=kind in ("prea", "tip"),
    )


PREA, CRISIS = line("abuse"), line("crisis", "crisis", digits="77")
RELAY = line("relay", "relay", with_pin=True)


# --- the menu -------------------------------------------------------------------------


class Ear(Keypad):
    """A keypad that presses what it is told to, and remembers what was said by name."""

    def __init__(self, prompts: Prompts, *keys: str, language: str = "en") -> None:
        self._prompts, self.language, self.keys = prompts, language, list(keys)
        self.said: list[list[str]] = []
        self.offered: list[str] = []

    def clip(self, name: str) -> Clip:
        self._prompts.clip(name, self.language)  # it must be there
        return (name.encode(),)

    async def choice(self, question: Sequence[Clip], among: str, help: str) -> str:
        assert self._prompts.has(help, self.language)
        self.said.append([clip[0].decode() for clip in question])
        self.offered.append(among)
        return self.keys.pop(0)


@pytest.mark.parametrize("language", ["en", "es", "pt", "ht"])
async def test_each_line_is_said_by_what_it_is_for_with_its_key(language: str) -> None:
    ear = Ear(standard(), "2", language=language)
    assert await helplines.chosen(ear, [PREA, CRISIS]) is CRISIS
    assert ear.said == [["line:prea", "press.1", "line:crisis", "press.2", "lines.back", "press.0"]]
    assert ear.offered == ["120"]


async def test_two_lines_of_one_kind_are_numbered() -> None:
    legal = [line("a", "legal_services"), line("b", "legal_services")]
    ear = Ear(standard(), "1")
    assert await helplines.chosen(ear, [PREA, *legal]) is PREA
    assert ear.said[0][2:10] == [
        *("line:legal_services", "line.number", "number:1", "press.2"),
        *("line:legal_services", "line.number", "number:2", "press.3"),
    ]


async def test_zero_goes_back_and_a_kind_we_do_not_know_is_another_line() -> None:
    ear = Ear(standard(), "0")
    assert await helplines.chosen(ear, [line("x", "chaplain")]) is None
    assert ear.said[0][0] == "line:other"


async def test_more_lines_than_keys_come_eight_at_a_time() -> None:
    many = [line(f"l{n}", "other") for n in range(11)]
    ear = Ear(standard(), "9", "9", "9", "3")
    assert await helplines.chosen(ear, many) is many[10]
    assert ear.offered == ["1234567809", "12309", "1234567809", "12309"]
    assert [len(page) for page in helplines.paged(many[:9])] == [9]


# --- studio recordings ----------------------------------------------------------------


def record(path: Path, *, milliseconds: int = 20, container: str = "ogg") -> None:
    """A short tone as somebody's studio would deliver it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream("libopus", rate=48_000)
        stream.codec_context.layout = "mono"
        stream.codec_context.options = {"frame_duration": str(milliseconds)}
        wave = (8000 * np.sin(np.arange(19_200) / 20)).astype(np.int16)
        for at in range(0, len(wave), 960):
            frame = av.AudioFrame.from_ndarray(wave[None, at : at + 960], "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


async def test_a_facilitys_own_recordings_stand_before_ours(tmp_path: Path) -> None:
    record(tmp_path / "ma-bristol" / "en" / "ask.id.ogg")
    record(tmp_path / "ma-bristol" / "en" / f"line.{PREA.line}.ogg")
    prompts = Prompts(studio=tmp_path)
    bristol, essex = prompts.at("ma-bristol"), prompts.at("ma-essex")
    assert bristol.clip("ask.id", "en") != prompts.clip("ask.id", "en")
    assert bristol.clip("ask.id", "en", Codec.PCMU) != prompts.clip("ask.id", "en", Codec.PCMU)
    assert bristol.clip("ask.id", "es") == prompts.clip("ask.id", "es"), "theirs is missing"
    assert bristol.clip("ask.pin", "en") == prompts.clip("ask.pin", "en")
    assert essex is prompts
    ear = Ear(bristol, "1")
    await helplines.chosen(ear, [PREA, CRISIS])
    assert ear.said[0][:3] == ["line:abuse", "press.1", "line:crisis"]


def test_what_is_wrong_with_a_recording_is_logged_and_ours_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "ma-bristol"
    record(home / "en" / "ask.id.ogg", milliseconds=40)
    (home / "en" / "ask.pin.ogg").write_bytes(b"not a sound")
    record(home / "en" / "ask.everything.ogg")
    record(home / "tlh" / "ask.id.ogg")
    bristol = Prompts(studio=tmp_path).at("ma-bristol")
    ours = standard()
    for name in ("ask.id", "ask.pin"):
        assert bristol.clip(name, "en") == ours.clip(name, "en")
    assert not bristol.has("ask.everything", "en")
    whys = [getattr(one, "why", one.message) for one in caplog.records]
    assert sorted(whys) == [
        "no prompt has this name",
        "not Ogg Opus",
        "not in packets of 20 ms",
        "studio: a language we do not speak",
    ]


def test_every_prompt_has_a_file_in_every_language() -> None:
    for language in ("en", "es", "pt", "ht"):
        ours = {path.stem for path in (FOLDER / "en").glob("*.ogg") if "number" not in path.stem}
        theirs = {path.stem for path in (FOLDER / language).glob("*.ogg")}
        assert ours <= theirs


# --- what is said while it rings --------------------------------------------------------


@dataclass
class Room:
    """Remembers what is played to whom."""

    codec: Codec = Codec.OPUS
    played: list[tuple[Side, list[Clip]]] = field(default_factory=list)

    def play(self, side: Side, clips: Sequence[Clip], *, again: bool = False) -> None:
        self.played.append((side, list(clips)))

    def flowing(self, side: Side) -> bool:
        return True


def voices(room: Room, *, cents: int, private: bool = False) -> Voices:
    grant = RecordingGrant(RecordingId("r"), "f", "k")
    permit = Permit(
        call=CallId("c"),
        contact=None,
        language="en",
        limit_seconds=60,
        announcement=announcement(
            place=PlaceCode("nh-example"), price_per_minute=Money(cents), private=private
        ),
        recording=None if private else grant,
        private=PrivatePermit("attorney") if private else None,
    )
    return Voices(room, standard(), permit, None, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cents", "private", "said"),
    [
        (0, False, ["recorded", "ringing"]),  # Massachusetts: of money, nothing
        (12, False, ["price", "number:12", "cents", "recorded", "ringing"]),
        (0, True, ["private", "ringing"]),
    ],
)
def test_a_handset_hears_the_price_only_where_something_is_paid(
    cents: int, private: bool, said: list[str]
) -> None:
    room, ours = Room(), standard()
    voices(room, cents=cents, private=private).ringing(handset=True)
    side, clips = room.played[0]
    assert side is Side.INSIDE
    assert clips[: len(said)] == [ours.clip(name, "en") for name in said]
    seconds = sum(len(clip) for clip in clips) / 50
    assert seconds > 45, "it rings as long as the other side is rung"


@pytest.mark.parametrize(
    ("reason", "talked", "inside", "outside"),
    [
        (EndReason.THIRD_PARTY, True, "third_party", "third_party"),
        (EndReason.MONEY_UP, True, "money_up", "money_up"),
        (EndReason.STAFF, True, "call_ended", "call_ended"),
        (EndReason.TIME_UP, True, "call_ended", "call_ended"),
        (EndReason.BUSY, False, "busy", None),
        (EndReason.DECLINED, False, "not_accepted", None),
    ],
)
def test_the_last_word_says_why_where_the_two_can_do_something_about_it(
    reason: EndReason, talked: bool, inside: str, outside: str | None
) -> None:
    room, ours = Room(), standard()
    assert voices(room, cents=0).goodbye(reason, talked=talked) > 0.5
    wanted = {Side.INSIDE: inside, **({Side.OUTSIDE: outside} if outside else {})}
    assert dict(room.played) == {side: [ours.clip(name, "en")] for side, name in wanted.items()}


def test_a_handset_is_told_that_somebody_answered_and_to_wait() -> None:
    room, ours = Room(), standard()
    voices(room, cents=0).they_hear()
    _, clips = room.played[0]
    assert clips[0] == ours.clip("they_hear", "en")
    assert ours.clip("please_wait", "en") in clips
    assert sum(len(clip) for clip in clips) / 50 > 60


# --- with telephones --------------------------------------------------------------------


@pytest.fixture(params=MEDIA)
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    town = Exchange(tmp_path, request.param)
    town.control.open_lines = OpenLines((PREA, CRISIS, RELAY))
    async with town.stack:
        yield town


async def lifted(town: Exchange) -> Baresip:
    """A handset whose receiver is lifted; nobody has signed in."""
    phone = await town.handset()
    assert town.engine.telephony is not None
    await until(town.engine.telephony.handsets_seen, "its registration")
    phone.calls("call", f"{INSIDE}:{town.sip_port}")
    await phone.sees("CALL_ESTABLISHED")
    return phone


async def pressed(town: Exchange, phone: Baresip, *groups: str) -> None:
    """Keys in groups; each group answers another question."""
    for keys in groups:
        await phone.presses(keys)
        await asyncio.sleep(0.4)


@pytest.mark.telephone
async def test_an_abuse_line_is_called_without_a_pin_and_keeps_nothing(town: Exchange) -> None:
    await town.open()
    phone = await lifted(town)
    await pressed(town, phone, "0#", "1")
    await town.mama.sees("CALL_INCOMING")
    (asked,) = town.control.asked
    assert (asked.person, asked.line, asked.number) == (None, PREA.line, "")
    town.mama.does("accept")
    call = next(iter(town.control.permits))
    await until(lambda: Step.ACCEPTED in town.control.steps(call), "it answers directly", 40)
    await asyncio.sleep(0.5)
    before = len(town.mama.heard())
    await asyncio.sleep(1.0)
    assert tone_in(town.mama.heard()[before:], JULIAN_HZ) > LOUD
    assert tone_in(phone.heard()[-6000:], MAMA_HZ) > LOUD
    phone.hangs_up()
    await until(lambda: town.control.end_of(call), "the end")
    assert not town.recordings


@pytest.mark.telephone
@pytest.mark.long
async def test_in_the_chosen_language_and_afterwards_one_may_still_sign_in(town: Exchange) -> None:
    await town.open(languages=("en", "es"))
    town.control.line_answers = Acceptance.TWO_KEYS
    phone = await lifted(town)
    await pressed(town, phone, "2", "0#", "2")
    await town.mama.sees("CALL_INCOMING")
    (asked,) = town.control.asked
    assert (asked.line, asked.language) == (CRISIS.line, "es")
    assert town.mama.does("accept") is None
    await town.mama.sees("CALL_ESTABLISHED")
    await town.mama.presses("2")
    call = next(iter(town.control.permits))
    end = await until(lambda: town.control.end_of(call), "the end")
    assert end.reason is EndReason.DECLINED
    seen = len(town.mama.events)
    await asyncio.sleep(3.5)
    await pressed(town, phone, f"{ID}#", f"{PIN}#", "6175550142#")
    await town.mama.sees("CALL_INCOMING", after=seen)
    assert town.control.asked[-1].person == ID


@pytest.mark.telephone
@pytest.mark.long
async def test_a_line_that_asks_who_calls_is_offered_after_sign_in_only(town: Exchange) -> None:
    await town.open()
    phone = await lifted(town)
    await pressed(town, phone, "0#", "3", "0", f"{ID}#", f"{PIN}#", "0#", "3")
    await town.mama.sees("CALL_INCOMING")
    (asked,) = town.control.asked
    assert (asked.person, asked.line) == (ID, RELAY.line)


@pytest.mark.telephone
@pytest.mark.long
async def test_a_lines_short_number_works_before_and_after_sign_in(town: Exchange) -> None:
    await town.open()
    phone = await lifted(town)
    await pressed(town, phone, "77#")
    await town.mama.sees("CALL_INCOMING")
    assert (town.control.asked[0].person, town.control.asked[0].line) == (None, CRISIS.line)
    town.mama.hangs_up()
    call = next(iter(town.control.permits))
    await until(lambda: town.control.end_of(call), "the end")
    seen = len(town.mama.events)
    await asyncio.sleep(3.5)
    await pressed(town, phone, f"{ID}#", f"{PIN}#", "77#")
    await town.mama.sees("CALL_INCOMING", after=seen)
    assert (town.control.asked[1].person, town.control.asked[1].line) == (None, CRISIS.line)


@pytest.mark.telephone
@pytest.mark.long
async def test_where_there_is_no_line_that_is_said_and_one_may_sign_in(town: Exchange) -> None:
    town.control.open_lines = OpenLines()
    await town.open()
    phone = await lifted(town)
    await pressed(town, phone, "0#", f"{ID}#", f"{PIN}#", "6175550142#")
    await town.mama.sees("CALL_INCOMING")
    assert len(town.control.asked) == 1


@pytest.mark.telephone
@pytest.mark.long
async def test_an_intake_phone_calls_a_number_without_sign_in(town: Exchange) -> None:
    town.control.open_lines = OpenLines((PREA,), intake=True)
    await town.open()
    phone = await lifted(town)
    await pressed(town, phone, "00#", "6175550142#")
    await town.mama.sees("CALL_INCOMING")
    (asked,) = town.control.asked
    assert (asked.person, asked.line, asked.number) == (None, None, "6175550142")


@pytest.mark.telephone
@pytest.mark.long
async def test_help_lines_are_no_try_and_star_helps_in_the_menu(town: Exchange) -> None:
    await town.open()
    phone = await lifted(town)
    wrong = (f"{ID}#", "0000#")
    await pressed(town, phone, *wrong, "0#", "*", "0", *wrong, "0#", "0", f"{ID}#", f"{PIN}#")
    await pressed(town, phone, "6175550142#")
    await town.mama.sees("CALL_INCOMING")
