"""Prompts that a facility had spoken in a studio: they stand in the place of ours.

Files: studio/<place>/<language>/<name>.ogg in the data folder, named and encoded like ours (Ogg
Opus in packets of 20 ms). `line.<id>` is the spoken name of one open line. Each file is checked
when the engine starts; what is wrong with one is logged, and ours is said instead.
"""

import logging
from collections.abc import Collection, Mapping
from pathlib import Path

from av.error import FFmpegError

from kinline.engine.ivr.clips import packets_of
from kinline.engine.media.port import Clip
from kinline.sealed import opus
from kinline.sealed.opus import FRAME_MS

log = logging.getLogger(__name__)

LONGEST_SECONDS = 60
# Of names beyond those we have: the name of a line, or of a place.
_OWN = ("line.", "place.")

Recordings = dict[str, dict[str, Clip]]
"""By language, then by the file's name."""


def recordings(folder: Path, known: Mapping[str, Collection[str]]) -> dict[str, Recordings]:
    """What there is, by place. `known`: the names we have in each language."""
    if not folder.is_dir():
        return {}
    return {
        place.name: {
            language.name: _language(language, known[language.name])
            for language in sorted(place.iterdir())
            if language.is_dir() and _spoken(language, known)
        }
        for place in sorted(folder.iterdir())
        if place.is_dir()
    }


def _spoken(language: Path, known: Mapping[str, Collection[str]]) -> bool:
    if language.name not in known:
        log.warning("studio: a language we do not speak", extra={"folder": str(language)})
    return language.name in known


def _language(folder: Path, known: Collection[str]) -> dict[str, Clip]:
    found = {}
    for path in sorted(folder.glob("*.ogg")):
        if (wrong := _wrong_name(path.stem, known)) is None:
            clip = _clip(path)
            wrong = _wrong_sound(clip)
        if wrong is None:
            found[path.stem] = clip
        else:
            log.warning("studio: not used", extra={"file": str(path), "why": wrong})
    return found


def _wrong_name(name: str, known: Collection[str]) -> str | None:
    return None if name in known or name.startswith(_OWN) else "no prompt has this name"


def _clip(path: Path) -> Clip:
    try:
        return packets_of(path)
    except (FFmpegError, OSError, IndexError, ValueError):
        return ()


def _wrong_sound(clip: Clip) -> str | None:
    if not clip:
        return "not Ogg Opus"
    if len(clip) * FRAME_MS > LONGEST_SECONDS * 1000:
        return f"longer than {LONGEST_SECONDS} seconds"
    try:
        lengths = {opus.samples(packet) for packet in clip}
    except ValueError:
        return "not Opus"
    return None if lengths == {opus.FRAME_SAMPLES} else "not in packets of 20 ms"
