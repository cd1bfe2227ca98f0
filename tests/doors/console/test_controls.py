"""The page of controls on calls: setting one, a second person's word, who reads what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.models import Command, Engine
from kinline.apps.people.models import AccessBaseline, Control, Grant
from kinline.apps.people.rights import Right
from kinline.apps.visits.models import Visit
from kinline.core.policy.controls import Kind, Level, Talk, senseless_on
from kinline.doors.console.tried import moment
from tests.apps.story import ENGINE, codes, dial
from tests.apps.visits.visiting import open_visits, visit, welcome
from tests.doors.console.conftest import Day

PAGE = "/console/facility/ma-bristol/controls/"
BOSTON = ZoneInfo("America/New_York")
WHY = "A fight in the unit."


def text(answer: Any) -> str:
    return str(answer.content.decode())


def add(level: Level, kind: Kind, talk: Talk = Talk.CALLS) -> str:
    return reverse("console_control_add", args=["ma-bristol", talk, level, kind])


def wall(day: Day, minutes: int) -> str:
    """A moment as a browser's field has it, on Bristol's clock."""
    at = (day.now + timedelta(minutes=minutes)).astimezone(BOSTON)
    return f"{at:%Y-%m-%dT%H:%M}"


def tried(day: Day, staff: Client) -> str:
    asked = {"try": "1", "person": day.julian.number, "number": day.town.numbers.odette}
    url = reverse("console_facility", args=["ma-bristol"])
    return text(staff.get(url, {**asked, "at": wall(day, 1)}))


def test_ines_locks_down_a_unit_from_the_page(day: Day, ines: Client) -> None:
    chosen = ines.get(PAGE + "add/", {"talk": "calls", "level": "unit", "kind": "closed"})
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


@pytest.mark.parametrize("talk", list(Talk))
@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("kind", list(Kind))
def test_each_form_asks_only_for_what_it_needs_and_says_what_is_wrong(
    day: Day, ines: Client, talk: Talk, level: Level, kind: Kind
) -> None:
    url = add(level, kind, talk)
    if senseless_on(talk, kind, level):
        assert ines.get(url).status_code == 404
        back = ines.get(PAGE + "add/", {"talk": talk, "level": level, "kind": kind})
        assert "Choose something else." in text(back)
        return
    page = text(ines.get(url))
    assert ('name="subject"' in page) == (level not in (Level.AGENCY, Level.FACILITY))
    assert ('name="day_0"' in page) == (kind is Kind.HOURS)
    answer = ines.post(url, {"from_at": wall(day, -60), "until_at": wall(day, -90)})
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


# --- visits and messages -----------------------------------------------------------------


def tries(day: Day, staff: Client, what: str, **more: Any) -> str:
    asked = {"try": "1", "person": day.julian.number, "contact": "(617) 555-0142"}
    url = reverse(f"console_try_{what}", args=["ma-bristol"])
    return text(staff.get(url, {**asked, "at": wall(day, 1), **more}))


def in_two_days(day: Day) -> datetime:
    """At ten in the morning in Boston."""
    there = day.now.astimezone(BOSTON) + timedelta(days=2)
    return there.replace(hour=10, minute=0, second=0, microsecond=0)


def offered(day: Day, **rules: Any) -> None:
    """Bristol offers visits, and Odette may visit Julian."""
    open_visits(**rules)
    welcome(day.town.odette, day.julian, until=day.now + timedelta(days=365))


def then(day: Day) -> dict[str, str]:
    return {"at": f"{in_two_days(day):%Y-%m-%dT%H:%M}", "minutes": "20"}


def test_closing_visits_says_how_many_it_cancels(day: Day, ines: Client) -> None:
    offered(day)
    mine = visit(day.julian, day.town.odette, at=in_two_days(day), now=day.now)
    given = {"subject": day.julian.number, "why": WHY, "until_at": wall(day, 4 * 24 * 60)}
    url = add(Level.PERSON, Kind.CLOSED, Talk.VISITS)
    assert "Also for visits with an attorney" in text(ines.get(url))
    page = text(ines.post(url, given, follow=True))
    assert "The control is set. 1 visit is canceled." in page
    assert Visit.objects.get(pk=mine.id).note == WHY
    assert page.count("Visits</span>") == 1, "the list says on what it holds"


def test_a_tried_visit_says_every_limit_which_wins_and_who_set_what(day: Day, ines: Client) -> None:
    offered(day, per_person_week=2, per_visitor_week=None)
    page = tries(day, ines, "visit", **then(day))
    assert "It can be booked. Recorded." in page
    assert "40:00" in page
    assert "2 of 2 left" in page
    ines.post(add(Level.FACILITY, Kind.LONGEST, Talk.VISITS), {"amount": "20", "why": ""})
    ines.post(add(Level.UNIT, Kind.VISITS_WEEK, Talk.VISITS),
              {"subject": str(day.julian.unit_id), "amount": "1", "why": ""})  # fmt: skip
    ines.post(add(Level.CONTACT, Kind.UNRECORDED, Talk.VISITS),
              {"subject": "617 555 0142", "why": ""})  # fmt: skip
    page = tries(day, ines, "visit", **then(day))
    assert "It can be booked. Not recorded." in page
    order = ["Longest visit, set for everyone here", "Set by Ines Pell.", "40:00",
             "Visits a week, set for this unit", "1 of 1 left", "2 of 2 left"]  # fmt: skip
    places = [page.index(one) for one in order]
    assert places == sorted(places)
    page = tries(day, ines, "visit", **{**then(day), "minutes": "40"})
    assert "Set for everyone here: a visit lasts at most 20 minutes." in page
    assert "Set by Ines Pell." in page


def test_a_tried_message_does_so_for_each_writer(day: Day, ines: Client) -> None:
    page = tries(day, ines, "message", writer="out")
    assert "It can be sent." in page
    assert "Nothing is counted." in page
    his = {"subject": day.julian.number}
    ines.post(add(Level.PERSON, Kind.MESSAGES_DAY, Talk.MESSAGES), {**his, "amount": "3"})
    ines.post(add(Level.FACILITY, Kind.MESSAGES_DAY, Talk.MESSAGES), {"amount": "5"})
    page = tries(day, ines, "message", writer="in")
    assert page.index("3 of 3 left") < page.index("5 of 5 left")
    ines.post(add(Level.PERSON, Kind.CLOSED, Talk.MESSAGES), {**his, "why": WHY})
    page = tries(day, ines, "message", writer="out")
    assert f"Messages are closed for this person. The facility says: {WHY}" in page
    assert "Only its staff can change it. Set by Ines Pell." in page


@pytest.mark.parametrize("what", ["visit", "message"])
def test_nobody_learns_there_who_has_an_account_elsewhere(
    day: Day, ines: Client, what: str
) -> None:
    more = {"minutes": "20", "writer": "out"}
    assert "Nobody known here" in tries(day, ines, what, contact="+16035550117", **more)
    assert "Not exactly one person" in tries(day, ines, what, person="99-9999", **more)
    assert "usa-error-message" in tries(day, ines, what, at="")


@pytest.mark.parametrize(("typed", "tried_at"), [("15:07", "20:07:31"), ("15:06", "20:06:00")])
def test_what_is_tried_in_the_minute_that_goes_on_is_tried_now(typed: str, tried_at: str) -> None:
    """Else a control of this minute would not be met by it."""
    now = datetime(2026, 11, 27, 20, 7, 31, tzinfo=UTC)
    wall = datetime.fromisoformat(f"2026-11-27T{typed}")
    request, here = SimpleNamespace(now=now), SimpleNamespace(zone="America/New_York")
    at = moment(cast(Any, request), cast(Any, here), wall)
    assert f"{at.astimezone(UTC):%H:%M:%S}" == tried_at
