"""Translates a verb's JSON into its message, calls the room, and translates the reply back.

Only from this machine: an engine elsewhere comes through a TLS proxy beside web. Without the
key the address does not exist.
"""

import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kinline.apps import keys
from kinline.apps.calls.actions import (
    alive,
    authorize,
    command,
    finish,
    lines,
    names,
    progress,
    signs,
)
from kinline.apps.calls.callers import UnknownParty
from kinline.apps.facilities.actions import directory
from kinline.apps.people.actions import sign_in
from kinline.apps.people.actions.statewide import ringing
from kinline.apps.visits.actions.meeting import opening, telling
from kinline.core import control

log = logging.getLogger(__name__)
LARGEST_BODY = 1 << 20
COUNTS = ("seq", "talk_seconds", "seconds_tenths", "after", "seconds", "minutes")
LONGEST = {"engine": 40, "boot": 40, "key": 80, "folder": 80}


@dataclass(frozen=True, slots=True)
class Verb:
    """What is read, and which action answers it as `answer(message, now=...)`."""

    decoder: msgspec.json.Decoder[Any]
    answer: Callable[..., object]


def _verb(message: type, answer: Callable[..., object]) -> Verb:
    return Verb(msgspec.json.Decoder(message), answer)


def _telephones(request: control.TelephonesRequest, *, now: datetime) -> control.Telephones:
    """The directory, and what is to be rung: staff's test calls, and what attorneys asked for.

    Either room keeps what it knows of the ends told.
    """
    found = directory.telephones(request, now=now)
    ringing.keep(request.tried, now=now)
    return replace(found, trials=(*found.trials, *ringing.take(engine=request.engine, now=now)))


def _alive(sign: control.Alive, *, now: datetime) -> control.Ack:
    """One sign for both rooms: calls and visits do not know each other."""
    telling.alive(sign, now=now)
    return alive.alive(sign, now=now)


def _commands(request: control.CommandsRequest, *, now: datetime) -> control.Commands:
    found = command.commands(request, now=now)
    return replace(found, visits=telling.commands(request, now=now))


VERBS = {
    "identify": _verb(control.IdentifyRequest, sign_in.identify),
    "notice_said": _verb(control.NoticeSaid, sign_in.notice_said),
    "authorize": _verb(control.AuthorizeRequest, authorize.authorize),
    "progress": _verb(control.Progress, progress.progress),
    "sign": _verb(control.SignSeen, signs.sign),
    "ended": _verb(control.Ended, finish.ended),
    "alive": _verb(control.Alive, _alive),
    "commands": _verb(control.CommandsRequest, _commands),
    "name": _verb(control.NameRequest, names.name),
    "name_done": _verb(control.NameDone, names.name_done),
    "lines": _verb(control.LinesRequest, lines.lines),
    "telephones": _verb(control.TelephonesRequest, _telephones),
    "open_visit": _verb(control.VisitOpen, opening.open_visit),
    "visit_progress": _verb(control.VisitProgress, telling.progress),
    "visit_ended": _verb(control.VisitEnded, telling.ended),
}


def verb(request: HttpRequest, verb: str) -> HttpResponse:
    """POST only, with the key; 400 says what is wrong with a message, to a holder of the key."""
    known = VERBS.get(verb)
    if known is None or request.method != "POST" or not _is_engine(request):
        return HttpResponse(status=404)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _wrong("too large")
    try:
        message = known.decoder.decode(request.body)
        _check(message)
        reply = known.answer(message, now=timezone.now())
    except (msgspec.DecodeError, Senseless) as bad:
        return _wrong(str(bad))
    except UnknownParty:
        return _wrong("no such station, person, line or key")
    return HttpResponse(msgspec.json.encode(reply), content_type="application/json")


class Senseless(ValueError):
    """Well-formed, and yet it cannot be meant."""


def _check(message: object) -> None:
    """What types do not say: moments are aware, counts are not negative, we speak one version."""
    if getattr(message, "version", control.VERSION) != control.VERSION:
        raise Senseless(f"version must be {control.VERSION}")
    at = getattr(message, "at", None)
    if isinstance(at, datetime) and at.tzinfo is None:
        raise Senseless("at must carry its zone")
    for name in COUNTS:
        if not 0 <= getattr(message, name, 0) < 2**31:
            raise Senseless(f"{name} is out of range")
    for name, longest in LONGEST.items():
        word = getattr(message, name, "")
        if len(word) > longest or "\0" in word:
            raise Senseless(f"{name} is no such word")
    for track in getattr(message, "tracks", ()):
        if len(track.path) > 200 or "\0" in track.path or len(track.sha256) > 64:
            raise Senseless("tracks has no such path")


def _is_engine(request: HttpRequest) -> bool:
    expected = f"Bearer {keys.key('control').hex()}"
    given = request.headers.get("Authorization", "")
    return _is_near(request) and compare_digest(given.encode(), expected.encode())


def _is_near(request: HttpRequest) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    if not address:
        return True  # a Unix socket: whoever may open it is on this machine
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _wrong(why: str) -> HttpResponse:
    log.warning("control message refused", extra={"why": why})
    body = msgspec.json.encode({"error": why})
    return HttpResponse(body, status=400, content_type="application/json")
