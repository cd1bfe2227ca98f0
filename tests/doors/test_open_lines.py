"""Open lines at every door: on the tablet for whoever stands there, and as others see them."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps import tokens
from kinline.apps.calls.models import Call
from kinline.apps.facilities.models import CallingRule, OpenLine, Station
from kinline.apps.people.models import CourtesyGrant, InsideSession
from kinline.core.call.states import EndReason
from tests.apps.story import Story, permit
from tests.apps.test_intake_and_courtesy import from_intake
from tests.apps.test_open_lines import call_line, talked
from tests.cast import Town
from tests.doors import people, visitors

NH = "nh-example"
CRISIS = "Example Crisis Line"


def page(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    assert people.inline_code(answer.text) == []
    return answer.text


def dialled(browser: Client, town: Town, kind: str) -> str:
    """The page that calls a line, and the call that an engine makes of its key."""
    shown = page(browser.post(reverse("tablet-line", args=[town.line(kind).pk])))  # type: ignore[arg-type]
    key = re.search('data-key="([0-9a-f]+)"', shown)
    assert key
    return permit(call_line(town, kind, timezone.now(), key=key.group(1))).call


# --- the tablet -------------------------------------------------------------------------


def test_the_first_page_offers_the_lines_that_need_no_sign_in(town: Town) -> None:
    shown = page(people.device(town, NH).get("/tablet/"))  # type: ignore[arg-type]
    for name in (CRISIS, "abuse report line", "tip line", "Legal Aid"):
        assert name in shown
    assert "Relay Service" not in shown
    assert "Nobody may punish you" in shown


def test_they_stay_when_the_tablet_is_off_phones_are_closed_and_the_pin_is_locked(
    town: Town,
) -> None:
    browser = people.device(town, NH)
    CallingRule.objects.filter(facility__place=NH).update(offered=False)
    for _ in range(6):
        locked = browser.post("/tablet/sign-in/", {"number": "55-1034", "pin": "000000"})
    assert CRISIS in locked.text
    Station.objects.filter(unit__facility__place=NH).update(active=False)
    refused = browser.post("/tablet/sign-in/", {"number": "55-1034", "pin": "103400"})
    assert refused.status_code == 403
    assert CRISIS in refused.text
    line = town.line("crisis").pk
    assert browser.post(reverse("tablet-line-pass", args=[line])).json()["pass"]


def test_a_facility_without_lines_says_whom_to_ask(town: Town) -> None:
    shown = page(people.device(town).get("/tablet/"))  # type: ignore[arg-type]
    assert "Tell any officer, nurse or chaplain now." in shown
    assert CRISIS not in shown


def test_spanish_readers_read_the_lines_in_spanish(town: Town) -> None:
    browser = people.device(town, NH)
    browser.cookies["django_language"] = "es"
    shown = page(browser.get("/tablet/"))  # type: ignore[arg-type]
    assert "Línea de crisis de ejemplo" in shown
    assert "No se pregunta ni se guarda su nombre." in shown


def test_the_call_page_of_a_line_names_nobody_and_no_price(town: Town) -> None:
    browser = people.inside(town, town.tomas)
    shown = page(browser.post(reverse("tablet-line", args=[town.line("prea").pk])))  # type: ignore[arg-type]
    assert "Tomás" not in shown
    assert "12 cents" not in shown
    assert "This call is private. It is not recorded." in shown
    kept = browser.cookies["kinline_call"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Strict", "/tablet/")


def test_calling_a_line_does_not_touch_the_session_of_who_is_signed_in(town: Town) -> None:
    browser = people.inside(town, town.tomas)
    long_ago = timezone.now() - timedelta(minutes=1)
    InsideSession.objects.update(seen_at=long_ago)
    browser.get(reverse("tablet-lines"))
    browser.post(reverse("tablet-line", args=[town.line("prea").pk]))
    browser.post(reverse("tablet-line-pass", args=[town.line("prea").pk]))
    assert InsideSession.objects.get().seen_at == long_ago


def test_the_page_that_called_comes_back_to_its_call_until_it_goes_home(town: Town) -> None:
    browser = people.device(town, NH)
    call = dialled(browser, town, "prea")
    there = reverse("tablet-nobodys-call", args=[call])
    assert 'data-calls="/tablet/lines/calls/"' in page(browser.get(there))  # type: ignore[arg-type]
    assert browser.get(reverse("tablet-nobodys-screen", args=[call])).status_code == 200
    assert browser.post(reverse("tablet-nobodys-join", args=[call])).json()["pass"]
    other = people.device(town, NH)
    assert other.get(there).status_code == 404
    assert other.post(reverse("tablet-nobodys-join", args=[call])).status_code == 404
    browser.get("/tablet/")
    assert browser.get(there).status_code == 404


def test_an_ended_call_says_what_it_cost(town: Town) -> None:
    browser = people.device(town, NH)
    call = dialled(browser, town, "crisis")
    story, now = Story(call), timezone.now()  # type: ignore[arg-type]
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=61), 61)
    shown = page(browser.get(reverse("tablet-nobodys-call", args=[call])))  # type: ignore[arg-type]
    assert "$0.00" in shown
    assert f"{CRISIS} (made up) ended the call." in shown


def test_who_is_signed_in_finds_all_lines_and_calls_the_relay_as_themselves(town: Town) -> None:
    browser = people.inside(town, town.tomas)
    assert reverse("tablet-lines") in browser.get("/tablet/").text
    shown = page(browser.get(reverse("tablet-lines")))  # type: ignore[arg-type]
    assert "Relay Service" in shown
    called = page(browser.post(reverse("tablet-new"), {"line": str(town.line("relay").pk)}))  # type: ignore[arg-type]
    assert "Tomás" in called
    assert f'data-dial="{reverse("tablet-dial")}"' in called


def test_typing_the_number_of_a_line_leads_to_its_page(town: Town) -> None:
    browser = people.inside(town, town.tomas)
    for typed in ("603-555-0171", "+16035550171"):
        shown = page(browser.post(reverse("tablet-new"), {"number": typed}))  # type: ignore[arg-type]
        assert "abuse report line" in shown
        assert "Tomás" not in shown


def test_intake_only_where_the_tablet_is_for_it(town: Town) -> None:
    assert people.device(town, NH).get(reverse("tablet-intake")).status_code == 404
    assert people.device(town, NH).post(reverse("tablet-intake-pass")).status_code == 404
    browser, secret = Client(), "the-secret-of-intake"
    Station.objects.filter(intake=True).update(secret_hash=tokens.hashed(secret))
    browser.cookies["kinline_device"] = secret
    assert "Call without signing in" in page(browser.get("/tablet/"))  # type: ignore[arg-type]
    shown = page(browser.get(reverse("tablet-intake")))  # type: ignore[arg-type]
    assert "3 calls an hour from this tablet" in shown
    assert browser.post(reverse("tablet-intake"), {"number": "x"}).status_code == 400
    called = page(browser.post(reverse("tablet-intake"), {"number": "617-555-0199"}))  # type: ignore[arg-type]
    assert "Call without sign-in" in called
    assert "12 cents a minute" in called
    assert browser.post(reverse("tablet-intake-pass")).json()["pass"]
    Station.objects.filter(intake=True).update(active=False)
    assert "Call without signing in" not in browser.get("/tablet/").text
    assert browser.get(reverse("tablet-intake")).status_code == 404


@pytest.mark.parametrize("kind", ["crisis", "relay"])
def test_a_line_of_another_facility_is_not_there(town: Town, kind: str) -> None:
    browser = people.device(town)
    line = town.line(kind).pk
    assert browser.post(reverse("tablet-line", args=[line])).status_code == 404
    assert browser.post(reverse("tablet-line-pass", args=[line])).status_code == 404


def test_no_device_no_line(town: Town) -> None:
    for name in ("tablet-line", "tablet-line-pass"):
        answer = Client().post(reverse(name, args=[town.line("crisis").pk]))
        assert (answer.status_code, answer["Location"]) == (302, "/tablet/")


# --- who answers, who looks -------------------------------------------------------------


def test_the_desk_sees_its_line_and_calls_from_someone_inside(town: Town) -> None:
    call = talked(town, "crisis", timezone.now()).row
    desk = people.outside(town.desk)
    assert "You answer this line for" in page(desk.get("/portal/"))  # type: ignore[arg-type]
    assert "Someone inside" in page(desk.get("/portal/calls/"))  # type: ignore[arg-type]
    one = page(desk.get(reverse("portal-call", args=[call.pk])))  # type: ignore[arg-type]
    assert "Call from Someone inside" in one
    assert "Block" not in one.split("<main")[1].split("</main>")[0]
    screen = page(desk.get(reverse("portal-screen", args=[call.pk])))  # type: ignore[arg-type]
    assert 'data-do="block' not in screen
    for what in ("person", "facility"):
        asked = desk.post(reverse("portal-block", args=[call.pk]), {"what": what})
        assert asked.status_code == 404


def test_a_line_that_asks_for_a_key_has_two(town: Town) -> None:
    OpenLine.objects.filter(kind="crisis").update(until_on="2024-06-01")
    legal = town.line("legal_services")
    town.number(town.numbers.crisis)  # the desk's number stays theirs
    call = Call.objects.get(pk=permit(call_line(town, "legal_services", timezone.now())).call)
    Call.objects.filter(pk=call.pk).update(contact=town.desk)
    shown = page(people.outside(town.desk).get(reverse("portal-screen", args=[call.pk])))  # type: ignore[arg-type]
    assert legal.names["en"] in shown
    assert "Press 1 to accept, 2 to refuse." in shown
    assert 'data-do="accept"' in shown


def test_a_contact_called_from_intake_may_block_the_facility_but_nobody_by_name(
    town: Town,
) -> None:
    call = permit(from_intake(town, timezone.now(), town.numbers.grace)).call
    grace = people.outside(town.grace)
    screen = page(grace.get(reverse("portal-screen", args=[call])))  # type: ignore[arg-type]
    assert 'data-do="block-facility"' in screen
    assert 'data-do="block"' not in screen
    assert grace.post(reverse("portal-block", args=[call]), {"what": "person"}).status_code == 404
    asked = grace.post(reverse("portal-block", args=[call]), {"what": "facility"})
    assert asked.status_code == 302


def test_staff_read_that_nobody_signed_in_or_that_a_rule_keeps_a_call_anonymous(
    town: Town,
) -> None:
    now = timezone.now()
    rae = visitors.staff(town.account("rae"))
    known = talked(town, "crisis", now - timedelta(hours=1)).row
    hidden = talked(town, "prea", now - timedelta(hours=2)).row
    permit(from_intake(town, now))
    listed = page(rae.get(reverse("console_calls")))  # type: ignore[arg-type]
    assert "Nobody signed in" in listed
    assert "Anonymous by rule" in listed
    board = page(rae.get(reverse("console_live")))  # type: ignore[arg-type]
    assert "Nobody signed in" in board
    assert "Anonymous by rule" not in board
    assert "Tablet A-1" in page(rae.get(reverse("console_call", args=[known.pk])))  # type: ignore[arg-type]
    one = page(rae.get(reverse("console_call", args=[hidden.pk])))  # type: ignore[arg-type]
    assert "Tablet A-1" not in one
    assert "Neither the person nor the tablet is kept" in one
    assert not re.search(r"\d:\d\d (AM|PM)", one.split('<main id="main"')[1].split("</main>")[0])
    found = page(rae.get(reverse("console_find"), {"q": "6035550171"}))  # type: ignore[arg-type]
    assert "Server Error" not in found


def test_staff_open_and_end_a_line_on_their_page(town: Town) -> None:
    rae = visitors.staff(town.account("rae"))
    there = reverse("console_lines", args=[NH])
    assert CRISIS in page(rae.get(there))  # type: ignore[arg-type]
    add = reverse("console_line_add", args=[NH])
    wrong = rae.post(
        add, {"kind": "prea", "name_en": "x", "number": "911", "from_on": "2020-01-01"}
    )
    for words in ("anonymous by rule", "private by rule", "This day is over", "not a full number"):
        assert words in wrong.text
    day = timezone.now().date() + timedelta(days=1)
    told = {
        "kind": "consulate",
        "name_en": "A consulate",
        "name_es": "Un consulado",
        "number": "603-555-0188",
        "from_on": day.isoformat(),
        "private": "on",
        "direct": "on",
    }
    assert rae.post(add, told)["Location"] == there
    made = OpenLine.objects.get(kind="consulate")
    assert (made.e164, made.private, made.with_pin) == ("+16035550188", True, False)
    end = reverse("console_line_end", args=[NH, made.pk])
    assert "People may need this line today." in page(rae.get(end))  # type: ignore[arg-type]
    assert rae.post(end, {"until_on": day.isoformat()})["Location"] == there
    rule = {"calls_an_hour": "5", "max_call_seconds": "10"}
    assert rae.post(reverse("console_intake", args=[NH]), rule)["Location"] == there
    assert "5 calls an hour from each intake tablet" in page(rae.get(there))  # type: ignore[arg-type]


def test_staff_grant_one_call_and_take_it_back(town: Town) -> None:
    ines, julian = visitors.staff(town.account("ines")), town.julian.pk
    there = reverse("console_courtesy", args=[julian])
    assert "One call for Marrow" in page(ines.get(there))  # type: ignore[arg-type]
    past = {"until": "2020-01-01T10:00", "max_call_seconds": "10", "reason": "x"}
    assert "Choose a later moment" in ines.post(there, past).text
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert ines.post(there, past | {"until": until}).status_code == 302
    grant = CourtesyGrant.objects.get()
    assert grant.max_call_seconds == 600
    person = reverse("console_person", args=[julian])
    assert "can be made until then" in page(ines.get(person))  # type: ignore[arg-type]
    ines.post(reverse("console_courtesy_back", args=[julian, grant.pk]))
    assert "taken back" in page(ines.get(person))  # type: ignore[arg-type]


def test_anybody_reads_which_lines_a_facility_has(db: None) -> None:
    shown = page(Client().get(f"/facilities/{NH}/"))  # type: ignore[arg-type]
    assert "Always open for people inside" in shown
    assert CRISIS in shown
    assert "Always open for people inside" not in Client().get("/facilities/ma-bristol/").text
