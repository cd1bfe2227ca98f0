"""Signs of a third person as staff see them: on a call, in the list, and the facility's rule."""

from django.test import Client
from django.urls import reverse

from kinline.apps.calls.actions.signs import sign
from kinline.core.call.signs import SignKind
from kinline.core.call.states import Side
from kinline.core.control import SignSeen
from kinline.core.ids import CallId
from tests.apps.story import BOOT, ENGINE
from tests.doors.console.conftest import Day

PAGE = "/console/facility/ma-bristol/signs/"
CHIP = "Signs of a third person</span>"
COUSIN = "<sip:+15085550177@carrier.example>;reason=unconditional"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def seen(day: Day, kind: SignKind = SignKind.DIVERTED, seq: int = 90, cut: bool = False) -> None:
    told = {"header": "Diversion", "value": COUSIN, "unheard_of": "<b>x</b>"}
    call = CallId(str(day.call.pk))
    event = SignSeen(call, seq, ENGINE, BOOT, kind, day.now, Side.OUTSIDE, cut, told)
    assert sign(event, now=day.now).known


def test_a_call_shows_its_signs_with_their_evidence(day: Day, sam: Client) -> None:
    url = reverse("console_call", args=[day.call.pk])
    assert "Signs of a third person" not in text(sam.get(url))
    seen(day)
    seen(day, SignKind.RINGBACK, seq=91, cut=True)
    page = text(sam.get(url))
    assert "Signs of a third person" in page
    assert "The call was forwarded to another number" in page
    assert "&lt;sip:+15085550177@carrier.example&gt;" in page
    assert "Another phone was heard ringing in the line" in page
    assert "ended the call, by the facility’s rule" in page
    assert "unheard_of" in page, "what has no words yet is shown as it is"
    assert "<b>x</b>" not in page


def test_the_list_shows_only_calls_with_signs_when_asked(day: Day, sam: Client) -> None:
    one = reverse("console_call", args=[day.call.pk])
    assert one in text(sam.get("/console/calls/"))
    assert CHIP not in text(sam.get("/console/calls/"))
    assert one not in text(sam.get("/console/calls/", {"signs": "on"}))
    seen(day)
    page = text(sam.get("/console/calls/", {"signs": "on"}))
    assert one in page
    assert page.count(CHIP) == 1
    seen(day, SignKind.RINGBACK, seq=91)
    assert text(sam.get("/console/calls/")).count(CHIP) == 1, "one chip, however many signs"
    assert reverse("console_call", args=[day.refused.pk]) not in page


def test_ines_sets_which_signs_end_a_call_and_what_held_before_stays(
    day: Day, ines: Client
) -> None:
    assert "No rule is set: every sign is only noted." in text(ines.get(PAGE))
    ticked = {"referred": "on", "ringback": "on", "note": "Sheriff’s order 14"}
    page = text(ines.post(PAGE + "set", ticked, follow=True))
    assert "The rule is set." in page
    assert "Sheriff’s order 14" in page
    assert page.count(" checked") == 3, "two of them, and the computer's own keys"
    page = text(ines.post(PAGE + "set", {"note": ""}, follow=True))
    assert "no sign: each is only noted" in page
    assert "Sheriff’s order 14" in page
    assert "usa-error-message" in text(ines.post(PAGE + "set", {"note": "x" * 201}))


def test_an_officer_reads_the_rule_and_changes_nothing(day: Day, sam: Client) -> None:
    page = text(sam.get(PAGE))
    assert PAGE + "set" not in page
    assert sam.post(PAGE + "set", {"referred": "on"}).status_code == 404


def test_the_page_speaks_spanish(day: Day, ines: Client) -> None:
    ines.cookies["django_language"] = "es"
    page = text(ines.get(PAGE))
    assert "Señales de una tercera persona" in page
    assert "Set the rule" not in page
