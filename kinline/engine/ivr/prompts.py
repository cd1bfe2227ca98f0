"""The prompts: generated voices, read once, and put together to what is said.

Files: engine/prompts/<language>/<name>.ogg (a colon in a name is a dot in the file's name),
Ogg Opus in packets of 20 ms. tools/prompts.py makes them; a telephone hears them in G.711. A
facility's studio recordings stand in front of them (studio.py).
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kinline.core.call.announcement import NAME
from kinline.engine.ivr.clips import packets_of
from kinline.engine.ivr.studio import Recordings, recordings
from kinline.engine.media.port import Clip
from kinline.engine.media.recode import recoded
from kinline.sealed.codec import Codec
from kinline.sealed.opus import FRAME_MS

log = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parents[1] / "prompts"
FALLBACK = "en"
SOMEONE = "someone"
UNKNOWN_PLACE = "place:unknown"

# What a language must have, besides numbers and places.
NEEDED = (
    "call_from", "free_call_from", SOMEONE, "at", UNKNOWN_PLACE, "price", "recorded", "private",
    "keys", "two_keys", "cents", "cent", "dollars", "dollar", "and",
    "one_minute", "call_ended", "not_accepted", "waiting_for_line", "refusal.generic",
    "name.prompt", "ringing", "tone", "busy", "not_connected",
    # of handsets
    "language.1", "language.2", "language.3", "language.4",
    "ask.id", "ask.pin", "ask.number", "ask.again", "not_heard", "please_wait", "try_later",
    "help.language", "help.id", "help.pin", "help.number", "help.name", "goodbye",
    "sign_in.wrong", "sign_in.wait", "sign_in.closed",
    "name.first", "name.check", "name.keep", "name.kept", "name.silent", "refusal:other",
    "ask.lines", "ask.intake", "ask.intake_number", "help.lines", "lines.none", "lines.more",
    "lines.back", "line.number", "line:other", *(f"press.{key}" for key in range(10)),
    "they_hear", "test.call",
    # of money
    "paid_by_caller", "paid_by_you", "paid_by_both", "your_balance", "money_for", "more_than",
    "minute", "minutes", "money_up",
    # of what ended the call
    "third_party",
    # of a call that an attorney asked for
    "ring.hello", "ring.code", "ring.again", "ring.check", "ring.not_you", "check.private",
    "check.recorded", "check.other_places", "check.page",
    *(f"digit:{digit}" for digit in range(10)),
)  # fmt: skip

MAX_CENTS = 9_999
HIGHEST = 99  # the highest number that has prompts
# Languages with more words of their own than up to 19, and those that join "thirty and five".
_OWN_WORDS = {"es": 29, "ht": 99}
_JOINED = ("es", "pt")


class PromptsMissing(Exception):
    """The engine's prompts are not whole: it could not say what must be said."""


def silence(seconds: float, codec: Codec = Codec.OPUS) -> Clip:
    return (codec.silence,) * max(1, round(seconds * 1000 / FRAME_MS))


class Prompts:
    """All languages' prompts in memory. Raises PromptsMissing when made from a folder with gaps."""

    def __init__(self, folder: Path = FOLDER, studio: Path | None = None) -> None:
        self._clips: Recordings = {
            language.name: {clip.stem: packets_of(clip) for clip in sorted(language.glob("*.ogg"))}
            for language in sorted(folder.iterdir())
            if language.is_dir() and not language.name.startswith("_")
        }
        self._recoded: dict[tuple[str, str, Codec], Clip] = {}
        self._check()
        self._places = {} if studio is None else self._with(studio)

    def _with(self, studio: Path) -> "dict[str, FacilityPrompts]":
        known = {language: frozenset(clips) for language, clips in self._clips.items()}
        found = recordings(studio, known)
        return {place: FacilityPrompts(self, own) for place, own in found.items()}

    def at(self, place: str) -> "Prompts":
        """The prompts as this facility wants them said; a place without studio has ours."""
        return self._places.get(place, self)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._clips)

    def clip(self, name: str, language: str, codec: Codec = Codec.OPUS) -> Clip:
        """One prompt in a language, in English if that has no prompts. Raises KeyError."""
        return self._in(codec, self._spoken(language), _file_name(name))

    def has(self, name: str, language: str) -> bool:
        """Whether there is such a prompt."""
        return _file_name(name) in self._clips[self._spoken(language)]

    def _in(self, codec: Codec, spoken: str, file: str) -> Clip:
        clip = self._clips[spoken][file]
        if codec is Codec.OPUS:
            return clip
        found = self._recoded.get((spoken, file, codec))
        if found is None:
            found = self._recoded[spoken, file, codec] = recoded(clip, Codec.OPUS, codec)
        return found

    def prepare(self, codec: Codec) -> None:
        """Have everything ready in a codec: seconds of work, for a thread at the start."""
        for language, clips in self._clips.items():
            for file in clips:
                self._in(codec, language, file)
        for place in self._places.values():
            place.prepare(codec)

    def announcement(
        self, names: Sequence[str], language: str, who: Clip | None, codec: Codec = Codec.OPUS
    ) -> list[Clip]:
        """What the called side hears: `who` is the caller's own voice in this codec, or None.

        A name nobody recorded a prompt for is logged and left out, but a place is at least
        called a place: saying less must never look like saying something else.
        """
        said = list[Clip]()
        for name in names:
            said += self._said(name, language, who, codec)
        return said

    def _said(self, name: str, language: str, who: Clip | None, codec: Codec) -> list[Clip]:
        kind, _, detail = name.partition(":")
        if name == NAME:
            return [who if who else self.clip(SOMEONE, language, codec)]
        if kind in _FIGURES and detail.isdigit():
            parts = _FIGURES[kind](int(detail), language)
            return [self.clip(part, language, codec) for part in parts]
        try:
            return [self.clip(name, language, codec)]
        except KeyError:
            log.error("no such prompt", extra={"prompt": name, "language": language})
            return [self.clip(UNKNOWN_PLACE, language, codec)] if kind == "place" else []

    def _spoken(self, language: str) -> str:
        short = language.lower().replace("_", "-").split("-")[0]
        return short if short in self._clips else FALLBACK

    def _check(self) -> None:
        if FALLBACK not in self._clips:
            raise PromptsMissing(FALLBACK)
        for language, clips in self._clips.items():
            wanted = {*NEEDED, *(f"number:{n}" for n in numbers(language))}
            missing = sorted(name for name in wanted if _file_name(name) not in clips)
            if missing:
                raise PromptsMissing(f"{language}: {', '.join(missing)}")


class FacilityPrompts(Prompts):
    """Our prompts with a facility's own recordings in front of them."""

    def __init__(self, ours: Prompts, own: Recordings) -> None:
        self._ours, self._clips = ours, own
        self._recoded = {}
        self._places = {}

    @property
    def languages(self) -> frozenset[str]:
        return self._ours.languages

    def has(self, name: str, language: str) -> bool:
        own = self._clips.get(self._spoken(language), {})
        return _file_name(name) in own or self._ours.has(name, language)

    def _in(self, codec: Codec, spoken: str, file: str) -> Clip:
        if file in self._clips.get(spoken, {}):
            return super()._in(codec, spoken, file)
        return self._ours._in(codec, spoken, file)

    def _spoken(self, language: str) -> str:
        return self._ours._spoken(language)


@cache
def standard() -> Prompts:
    """The prompts this installation has, read once a process. Raises PromptsMissing."""
    return Prompts()


def with_studio(studio: Path) -> Prompts:
    """The same with what facilities recorded, if they did. Raises PromptsMissing."""
    return Prompts(studio=studio) if studio.is_dir() else standard()


def amount(cents: int, language: str) -> list[str]:
    """The prompts of a price: dollars if there are any, and cents. Raises ValueError above $99.99.

    Spanish numbers stand before a noun here: un, veintiún, treinta y un.
    """
    if not 0 < cents <= MAX_CENTS:
        raise ValueError(f"no prompt for {cents} cents")
    whole, rest = divmod(cents, 100)
    said = [*number(whole, language), "dollar" if whole == 1 else "dollars"] if whole else []
    if whole and rest:
        said.append("and")
    if rest:
        said += [*number(rest, language), "cent" if rest == 1 else "cents"]
    return said


def balance(cents: int, language: str) -> list[str]:
    """The prompts of what an account has; above the highest price they say that it is more."""
    whole = MAX_CENTS // 100 * 100
    return (
        amount(cents, language) if cents <= MAX_CENTS else ["more_than", *amount(whole, language)]
    )


def minutes(count: int, language: str) -> list[str]:
    """The prompts of so many minutes; above 99 they say that it is more."""
    if count > HIGHEST:
        return ["more_than", *number(HIGHEST, language), "minutes"]
    return [*number(count, language), "minute" if count == 1 else "minutes"]


def number(value: int, language: str) -> list[str]:
    """The prompts of a number from 1 to 99."""
    if value in numbers(language):
        return [f"number:{value}"]
    tens, ones = divmod(value, 10)
    joint = ["and"] if language[:2] in _JOINED else []
    return [f"number:{tens * 10}", *joint, f"number:{ones}"]


def numbers(language: str) -> list[int]:
    """The numbers a language has a word of its own for."""
    own = _OWN_WORDS.get(language[:2], 19)
    return [*range(1, own + 1), *(tens for tens in range(20, 100, 10) if tens > own)]


_FIGURES = {"cents": amount, "balance": balance, "minutes": minutes}


def _file_name(name: str) -> str:
    return name.replace(":", ".")
