"""The page of controls on calls: setting one, a second person's word, who reads what."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.models import Command, Engine
from kinline.apps.people.models import AccessBaseline, Control, Grant
from kinline.apps.people.rights import Right
from kinline.core.policy.controls import Kind, Level
from tests.apps.story import ENGINE, codes, dial
from tests.doors.console.conftest import Day

PAGE = "/console/facility/ma-bristol/controls/"
BOSTON = ZoneInfo("America/New_York")
WHY = "A fight in the unit."


def text(answer: Any) -> str:
    return str(answer.content.decode())


def add(level: Level, kind: Kind) -> str:
    return reverse("console_control_add", args=["ma-bristol", level, kind])


def wall(day: Day, minutes: int) -> str:
    """A moment as a browser's field has it, on Bristol's clock."""
    at = (day.now + timedelta(minutes=minutes)).astimezone(BOSTON)
    return f"{at:%Y-%m-%dT%H:%M}"


def tried(day: Day, staff: Client) -> str:
    asked = {"try": "1", "person": day.julian.number, "number": day.town.numbers.odette}
    url = reverse("console_facility", args=["ma-bristol"])
    return text(staff.get(url, {**asked, "at": wall(day, 1)}))


def test_ines_locks_down_a_unit_from_the_page(day: Day, ines: Client) -> None:
    chosen = ines.get(PAGE + "add/", {"level": "unit", "kind": "closed"})
    assert chosen["Location"] == add(Level.UNIT, Kind.CLOSED)
    page = text(ines.get(chosen["Location"]))
    assert "A closing of 24 hours at most waits for nobody." in page
    given = {"subject": str(day.julian.unit_id), "why": WHY, "until_at": wall(day, 120)}
    page = text(ines.post(chosen["Location"], given, follow=True))
    assert "The control is set." in page
    assert "Unit" in page
    assert WHY in page
    later = day.now + timedelta(minutes=1)
    assert codes(dial(day.julian, day.town.numbers.odette, day.town.tablet(), later)) == [
        "call.already_on_a_call",
        "control.closed",
    ]


def test_who_may_end_calls_ends_those_that_go_on(day: Day, sam: Client) -> None:
    Engine.objects.create(id=ENGINE, boot="boot-1", seen_at=day.now)
    given = {"subject": str(day.julian.unit_id), "why": WHY, "until_at": wall(day, 120)}
    page = text(sam.post(add(Level.UNIT, Kind.CLOSED), {**given, "end_now": "1"}, follow=True))
    assert "1 call is ended." in page
    assert Command.objects.filter(order="end", call=day.live.pk).count() == 1
    assert AuditLine.objects.get(act="call.end_ordered").purpose == WHY


def test_less_than_before_the_law_waits_and_sam_confirms_what_ines_set(
    day: Day, ines: Client, sam: Client
) -> None:
    given = {"subject": day.julian.number, "amount": "10", "why": ""}
    page = text(ines.post(add(Level.PERSON, Kind.LONGEST), given, follow=True))
    assert "It waits until a second person confirms it." in page
    assert "Look and confirm" not in page, "nobody confirms their own"
    assert "waits for a second person" in page
    one = Control.objects.get()
    url = reverse("console_control_confirm", args=["ma-bristol", one.pk])
    page = text(sam.get(PAGE))
    assert url in page
    assert "Nobody has written it down." in text(sam.get(url))
    assert "usa-error-message" in text(sam.post(url, {"why": ""}))
    page = text(sam.post(url, {"why": "Agreed with counsel."}, follow=True))
    assert "Confirmed. The control holds now." in page
    assert "Agreed with counsel." in page
    assert sam.get(url).status_code == 404
    assert ines.post(url, {"why": "x"}).status_code == 404


def test_what_was_offered_before_the_law_is_written_down_and_corrected_beside_it(
    day: Day, ines: Client
) -> None:
    url = reverse("console_baseline", args=["ma-bristol"])
    assert "usa-error-message" in text(ines.post(url, {"longest_seconds": "15"}))
    given = {"longest_seconds": "15", "day_0": "7:00-22:00", "source": "Handbook of 2022, p. 31"}
    page = text(ines.post(url, given, follow=True))
    assert "15 minutes" in page
    assert "Handbook of 2022, p. 31" in page
    assert "Monday 7:00 AM to 10:00 PM" in page
    assert 'value="07:00-22:00"' in text(ines.get(url))
    ines.post(url, {**given, "longest_seconds": "20"})
    assert AccessBaseline.objects.count() == 2


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("kind", list(Kind))
def test_each_form_asks_only_for_what_it_needs_and_says_what_is_wrong(
    day: Day, ines: Client, level: Level, kind: Kind
) -> None:
    page = text(ines.get(add(level, kind)))
    assert ('name="subject"' in page) == (level not in (Level.AGENCY, Level.FACILITY))
    assert ('name="day_0"' in page) == (kind is Kind.HOURS)
    answer = ines.post(add(level, kind), {"from_at": wall(day, -60), "until_at": wall(day, -90)})
    assert answer.status_code == 200
    assert "usa-error-message" in text(answer)
    assert not Control.objects.exists()


def test_ended_on_the_page_it_stands_below_with_who_ended_it(day: Day, ines: Client) -> None:
    given = {"why": WHY, "until_at": wall(day, 60)}
    ines.post(add(Level.FACILITY, Kind.CLOSED), given)
    one = Control.objects.get()
    page = text(ines.post(reverse("console_control_end", args=["ma-bristol", one.pk]), follow=True))
    assert "Ended. It stops nobody any more." in page
    assert "Controls that are over" in page
    assert "Ended by Ines Pell" in page


def test_a_tried_call_says_which_control_stops_it_and_who_set_it(day: Day, ines: Client) -> None:
    ines.post(add(Level.FACILITY, Kind.CLOSED), {"why": WHY, "until_at": wall(day, 60)})
    ines.post(add(Level.PERSON, Kind.UNRECORDED), {"subject": day.julian.number, "why": ""})
    page = tried(day, ines)
    assert f"Calls are closed for everyone here. The facility says: {WHY}" in page
    assert "Set by Ines Pell." in page
    assert "A control of the facility says “do not record”." in page


def test_a_tried_call_shows_every_limit_and_which_wins(day: Day, ines: Client, sam: Client) -> None:
    his = {"subject": day.julian.number, "amount": "10", "why": ""}
    ines.post(add(Level.PERSON, Kind.LONGEST), his)
    ines.post(add(Level.FACILITY, Kind.LONGEST), {"amount": "15", "why": ""})
    for one in Control.objects.all():
        url = reverse("console_control_confirm", args=["ma-bristol", one.pk])
        sam.post(url, {"why": "Agreed."})
    page = tried(day, ines)
    assert "Longest call, set for this person" in page
    assert "Longest call, set for everyone here" in page
    order = ["set for this person", "this one wins", "set for everyone"]
    assert sorted(order, key=page.index) == order


def test_an_investigator_without_the_right_reads_and_sets_nothing(day: Day, ines: Client) -> None:
    Grant.objects.filter(account=day.town.account("sam"), right=Right.SET_CONTROLS).delete()
    sam = day.browser("sam")
    ines.post(add(Level.FACILITY, Kind.CLOSED), {"why": WHY, "until_at": wall(day, 60)})
    page = text(sam.get(PAGE))
    assert WHY in page
    assert "Set a control" not in page
    assert "End it" not in page
