"""The engines' door: every verb over HTTP, strangers turned away, bad messages told apart."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from kinline.apps import keys
from kinline.apps.calls.models import Call, Engine
from kinline.core import control
from kinline.core.call.signs import SignKind
from kinline.core.call.states import EndReason
from kinline.core.control import Step
from kinline.core.ids import EngineId, PersonId
from tests.apps.story import ENGINE, request
from tests.cast import Town

AT = b'"at": "2025-03-12T15:00:00Z"'
ENDED = b'{"call": "c", "seq": %s, "engine": "e", "boot": "b", "reason": "%s", ' + AT + b"}"


def post(verb: str, message: object, *, key: str | None = None, **extra: Any) -> Any:
    word = keys.key("control").hex() if key is None else key
    body = message if isinstance(message, bytes) else msgspec.json.encode(message)
    return Client(raise_request_exception=False).post(
        f"/control/{verb}",
        data=body,
        content_type="application/json",
        headers={"authorization": f"Bearer {word}"},
        **extra,
    )


def read(reply: Any, kind: type) -> Any:
    assert reply.status_code == 200, reply.content
    return msgspec.json.decode(reply.content, type=kind)


def test_a_whole_call_over_the_door(town: Town, now: datetime) -> None:
    asked = request(town.julian, town.numbers.odette, town.tablet())
    authorized = read(post("authorize", asked), control.AuthorizeReply)
    assert authorized.permit.recording.data_key
    call = authorized.call
    step = control.Progress(call, 1, ENGINE, "boot-1", Step.RANG, now)
    assert read(post("progress", step), control.Ack).known
    told = {"header": "Diversion", "value": "<sip:+15085550177@a>"}
    sign = control.SignSeen(call, 7, ENGINE, "boot-1", SignKind.DIVERTED, now, evidence=told)
    assert read(post("sign", sign), control.Ack).known
    alive = control.Alive(ENGINE, "boot-1", now, (call,))
    assert read(post("alive", alive), control.Ack).known
    assert Engine.objects.get(pk=ENGINE).boot == "boot-1"
    poll = control.CommandsRequest(ENGINE, "boot-1")
    assert read(post("commands", poll), control.Commands).commands == ()
    end = control.Ended(call, 2, ENGINE, "boot-1", EndReason.NO_ANSWER, now)
    assert read(post("ended", end), control.Ack).known
    assert Call.objects.get(pk=call).end_reason == "no_answer"


def test_the_other_verbs_answer_too(town: Town) -> None:
    station, julian = str(town.tablet().pk), str(town.julian.pk)
    who = control.IdentifyRequest(station, "40-2719", "271900")  # type: ignore[arg-type]
    assert read(post("identify", who), control.IdentifyReply).person == julian
    take = control.NameRequest("take", julian)  # type: ignore[arg-type]
    grant = read(post("name", take), control.NameReply).grant
    done = control.NameDone("take", julian, grant.folder, 20)  # type: ignore[arg-type]
    assert read(post("name_done", done), control.Ack).known


@pytest.mark.parametrize("key", ["", "0" * 64, "ñ"])
def test_without_the_key_there_is_no_such_address(town: Town, key: str) -> None:
    reply = post("alive", control.Alive(ENGINE, "b", datetime.now().astimezone()), key=key)
    assert (reply.status_code, reply.content) == (404, b"")
    assert not Engine.objects.exists()


def test_nor_from_another_machine_with_the_key(town: Town, now: datetime) -> None:
    sign = control.Alive(ENGINE, "b", now)
    for address in ("192.0.2.7", "nonsense", "2001:db8::1"):
        assert post("alive", sign, REMOTE_ADDR=address).status_code == 404
    for address in ("127.0.0.1", "::1", ""):
        assert post("alive", sign, REMOTE_ADDR=address).status_code == 200


def test_nor_by_get_nor_for_a_verb_that_is_none(town: Town) -> None:
    word = {"authorization": f"Bearer {keys.key('control').hex()}"}
    assert Client().get("/control/alive", headers=word).status_code == 404
    assert post("reset", b"{}").status_code == 404


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("alive", b""),
        ("alive", b"\xff\xfe not json"),
        ("alive", b"[]"),
        ("alive", b'{"engine": "e1", "boot": "b", "at": "yesterday"}'),
        ("alive", b'{"engine": "e1", "boot": "b", "at": "2025-03-12T15:00:00"}'),
        ("alive", b'{"engine": "e1", "boot": "b", "at": "2025-03-12T15:00:00Z", "version": 9}'),
        ("authorize", b'{"key": "k", "engine": "e1", "station": "x", "person": "y", "number": 1}'),
        ("authorize", b'{"key": "", "engine": "e1", "station": "x", "person": "y", "number": ""}'),
        (
            "ended",
            ENDED % (b"-1", b"fault"),
        ),
        (
            "ended",
            ENDED % (b"1", b"bored"),
        ),
        ("commands", b'{"engine": "e1", "boot": "b", "after": 99999999999}'),
    ],
)
def test_a_bad_message_is_told_what_is_wrong_and_changes_nothing(
    town: Town, verb: str, body: bytes
) -> None:
    reply = post(verb, body)
    assert reply.status_code == 400
    assert reply.json()["error"]
    assert not Engine.objects.exists()
    assert not Call.objects.exists()


def test_a_body_too_large_is_not_read(town: Town) -> None:
    assert post("alive", b" " * ((1 << 20) + 1)).status_code == 400


def test_a_pin_sent_wrongly_does_not_come_back_in_the_error(town: Town) -> None:
    body = b'{"station": "s", "number": "40-2719", "pin": 271900}'
    reply = post("identify", body)
    assert reply.status_code == 400
    assert b"271900" not in reply.content


def test_texts_longer_than_their_columns_are_bad_messages_not_faults(
    town: Town, now: datetime
) -> None:
    long = "x" * 5000
    sign = control.Alive(EngineId(long), long, now)
    assert post("alive", sign).status_code == 400
    asked = control.NameRequest(long, PersonId(str(town.julian.pk)))
    assert post("name", asked).status_code == 400
    assert post("alive", control.Alive(ENGINE, "b\0", now)).status_code == 400


def test_a_number_of_control_characters_is_refused_like_any_other(
    town: Town, now: datetime
) -> None:
    asked = request(town.julian, "\0\x07\x1b", town.tablet())
    reply = read(post("authorize", asked), control.AuthorizeReply)
    assert [refusal.code for refusal in reply.refusals] == ["call.number_not_valid"]


def test_what_a_page_left_in_its_thread_is_no_language_of_an_engines(town: Town) -> None:
    translation.activate("es")
    word = {"authorization": f"Bearer {keys.key('control').hex()}"}
    reply = Client().post("/control/reset", data=b"{}", content_type="text/plain", headers=word)
    assert translation.get_language() == settings.LANGUAGE_CODE
    assert not reply.cookies
    assert "Content-Language" not in reply.headers
