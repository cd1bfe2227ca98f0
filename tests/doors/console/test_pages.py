"""What staff see and do: live calls, one call, people, tablets, rules by date, rights, audit."""

from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit import actions as audit
from kinline.apps.audit.models import Line
from kinline.apps.calls.actions.alive import alive
from kinline.apps.calls.models import Call, Command
from kinline.apps.facilities.models import CallingRule, EnrolmentCode, Station
from kinline.apps.people.models import Account, AllowedNumber, Grant, Person
from kinline.core.call.states import EndReason
from kinline.core.control import Alive
from kinline.core.ids import CallId
from tests.apps.story import BOOT, ENGINE, Story
from tests.doors.console.conftest import Day, recorded_call


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


# --- calls ----------------------------------------------------------------------------


def test_the_wallboard_shows_who_talks_with_whom_and_the_time_left(day: Day, sam: Client) -> None:
    board = text(sam.get(reverse("console_live")))
    assert 'data-theme="dusk"' in board
    assert "Marrow, J." in board
    assert "Odette Marrow" in board
    assert f'id="call-{day.live.pk}"' in board
    assert "Everything you do with a call is in the audit log" in board


def test_while_it_rings_the_whole_limit_is_left(day: Day, sam: Client) -> None:
    whole = {"limit_seconds": 1200, "limits": []}  # whatever the clock: phones close at midnight
    Call.objects.filter(pk=day.live.pk).update(state="ringing", accepted_at=None, **whole)
    board = text(sam.get(reverse("console_live_part")))
    assert ">20:00<" in board
    assert "no limit" not in board


def test_the_call_that_ends_soonest_stands_first(day: Day, sam: Client) -> None:
    person = Person.objects.create(
        facility=day.town.facility("ma-bristol"),
        number="40-1180",
        given_name="Lena",
        family_name="Tibbet",
    )
    sooner = timezone.now() - timedelta(minutes=19)
    Call.objects.create(
        key="sooner",
        facility=person.facility,
        station=day.town.tablet(),
        person=person,
        number="+16175550142",
        engine="e1",
        state="talking",
        private=False,
        limit_seconds=1200,
        asked_at=sooner,
        accepted_at=sooner,
        alive_at=sooner,
    )
    board = text(sam.get(reverse("console_live_part")))
    assert board.index("Tibbet, L.") < board.index("Marrow, J.")


def test_ending_a_call_needs_a_reason_and_words_and_orders_the_engine(
    day: Day, sam: Client
) -> None:
    url = reverse("console_end", args=[day.live.pk])
    assert "This field is required" in text(sam.post(url, {"reason": "safety"}))
    said = {"reason": "safety", "words": "Shouting in unit C."}
    assert "does not answer" in text(sam.post(url, said, follow=True)), "no engine was ever heard"
    assert not Command.objects.exists()
    alive(Alive(ENGINE, BOOT, day.now), now=day.now)
    assert sam.post(url, said).status_code == 302
    assert Command.objects.get().call_id == day.live.pk
    line = Line.objects.get(act="call.end_ordered")
    assert line.purpose == "safety: Shouting in unit C."


def test_one_call_shows_its_steps_limits_and_the_law_behind_its_price(
    day: Day, sam: Client
) -> None:
    page = text(sam.get(reverse("console_call", args=[day.call.pk])))
    for words in (
        "Accepted, they could talk",
        "The called side hung up.",
        "this one wins",
        "1 minute × $0.10 = $0.10",
        "The family or the person inside pays $0.00. The agency pays $0.10.",
        "G.L. c. 127, § 87A",
    ):
        assert words in page, words


def test_a_refused_attempt_shows_every_reason_in_five_rows(day: Day, sam: Client) -> None:
    page = text(sam.get(reverse("console_call", args=[day.refused.pk])))
    for row in ("What", "Rule", "Whose rule", "Until when", "You can"):
        assert f"<dt>{row}</dt>" in page
    assert "allowed list" in page


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"person": "Marrow"}, True),
        ({"person": "Nobody"}, False),
        ({"number": "555 0142"}, True),
        ({"number": "555 9999"}, False),
        ({"outcome": "hung_up_outside"}, True),
        ({"outcome": "time_up"}, False),
        ({"outcome": "refused"}, False),
        ({"since": "2001-01-01", "until": "2001-01-01"}, False),
        ({"since": "not a day", "page": "-1"}, True),
        ({"page": "99999999999999999999"}, True),
    ],
)
def test_finished_calls_are_found_by_person_number_day_and_outcome(
    question: dict[str, str], found: bool, day: Day, sam: Client
) -> None:
    page = text(sam.get(reverse("console_calls"), question))
    assert (reverse("console_call", args=[day.call.pk]) in page) is found


# --- people ---------------------------------------------------------------------------

NEW = {
    "number": "40-9001",
    "given_name": "Ada",
    "family_name": "Quist",
    "unit_id": "",
    "language": "en",
    "pin": "482915",
}


def test_ines_adds_a_person_who_then_stands_in_the_list(day: Day, ines: Client) -> None:
    answer = ines.post(reverse("console_person_add"), NEW)
    made = Person.objects.get(number="40-9001")
    assert answer["Location"] == reverse("console_person", args=[made.pk])
    assert "Quist, Ada" in text(ines.get(reverse("console_people")))


def test_every_mistake_stands_beside_its_field_and_what_was_typed_is_kept(
    day: Day, ines: Client
) -> None:
    page = text(ines.post(reverse("console_person_add"), NEW | {"number": "40-2719"}))
    assert "Someone here has this ID number already." in page
    assert 'value="Quist"' in page
    short = text(ines.post(reverse("console_person_add"), NEW | {"pin": "12"}))
    assert "Use at least 6 digits." in short
    assert 'aria-invalid="true"' in short


def test_a_pin_never_comes_back_in_a_page(day: Day, ines: Client) -> None:
    page = text(ines.post(reverse("console_person_add"), NEW | {"number": "40-2719"}))
    assert NEW["pin"] not in page
    url = reverse("console_person_pin", args=[day.julian.pk])
    assert "135792x" not in text(ines.post(url, {"pin": "135792x"}))
    assert ines.post(url, {"pin": "135792"}).status_code == 302
    assert not [line for line in Line.objects.all() if "135792" in str(line.facts)]


def test_ines_puts_a_number_on_the_list_changes_it_and_takes_it_off(day: Day, ines: Client) -> None:
    added = {
        "number": "617 555 0177",
        "name": "Rémy Bastonne",
        "label": "Rémy",
        "max_call_seconds": "",
    }
    assert ines.post(reverse("console_number_add", args=[day.julian.pk]), added).status_code == 302
    entry = AllowedNumber.objects.get(number__e164="+16175550177")
    there = [day.julian.pk, entry.pk]
    ines.post(reverse("console_number", args=there), {"label": "Bro", "max_call_seconds": "10"})
    entry.refresh_from_db()
    assert (entry.label, entry.max_call_seconds) == ("Bro", 600)
    ines.post(reverse("console_number_remove", args=there))
    entry.refresh_from_db()
    assert entry.removed_at is not None


def test_verifying_an_attorney_makes_the_number_private_and_ending_it_undoes_that(
    day: Day, ines: Client
) -> None:
    there = [day.julian.pk, day.mama.pk]
    page = reverse("console_person", args=[day.julian.pk])
    today = timezone.now().date().isoformat()
    wrong = {"bar_number": "", "from_on": today}
    assert "required" in text(ines.post(reverse("console_attorney", args=there), wrong))
    right = {"bar_number": "BBO 1", "from_on": "2026-01-01"}
    ines.post(reverse("console_attorney", args=there), right)
    assert text(ines.get(page)).count("Private, attorney") == 2  # Priya was verified before
    ines.post(reverse("console_attorney_end", args=there))
    assert text(ines.get(page)).count("Private, attorney") == 1


def test_a_contact_who_gets_a_sign_in_can_use_it_and_only_one(day: Day, ines: Client) -> None:
    added = {"number": "617 555 0177", "name": "Rémy Bastonne", "max_call_seconds": ""}
    ines.post(reverse("console_number_add", args=[day.julian.pk]), added)
    entry = AllowedNumber.objects.get(number__e164="+16175550177")
    url = reverse("console_number_sign_in", args=[day.julian.pk, entry.pk])
    weak = {"email": "remy@example.org", "password": "12345"}
    assert "hard to guess" in text(ines.post(url, weak))
    taken = {"email": "odette@example.org", "password": "three words apart"}
    assert "another account" in text(ines.post(url, taken))
    right = {"email": "Remy@Example.org", "password": "three words apart"}
    assert ines.post(url, right).status_code == 302
    assert Account.objects.get(email="remy@example.org").check_password("three words apart")
    again = {"email": "remy2@example.org", "password": "three words apart"}
    assert "can sign in already" in text(ines.post(url, again))


# --- tablets --------------------------------------------------------------------------


def test_an_enrolment_code_is_shown_once_and_kept_only_as_a_hash(day: Day, ines: Client) -> None:
    there = ["ma-bristol", day.town.tablet().pk]
    shown = ines.post(reverse("console_code", args=there))
    code = shown.context["made"].code
    assert f"{code[:4]} {code[4:]}" in text(shown)
    assert code not in text(ines.get(reverse("console_station", args=there)))
    assert not EnrolmentCode.objects.filter(code_hash=code).exists()
    assert ines.get(reverse("console_code", args=there)).status_code == 405


def test_ines_adds_a_unit_and_a_tablet_and_turns_it_off(day: Day, ines: Client) -> None:
    ines.post(reverse("console_unit_add", args=["ma-bristol"]), {"name": "D"})
    unit = day.town.facility("ma-bristol").units.get(name="D")
    form = {"name": "Tablet D-1", "unit_id": str(unit.pk)}
    made = ines.post(reverse("console_stations", args=["ma-bristol"]), form)
    station = Station.objects.get(name="Tablet D-1")
    assert made["Location"].endswith(f"{station.pk}/")
    taken = ines.post(reverse("console_stations", args=["ma-bristol"]), form)
    assert "This name is taken here." in text(taken)
    there = reverse("console_station", args=["ma-bristol", station.pk])
    ines.post(there, form | {"do_not_record": "on"})
    station.refresh_from_db()
    assert (station.active, station.do_not_record) == (False, True)


# --- rules by date --------------------------------------------------------------------


def test_a_planned_rule_stands_among_those_to_come_and_can_be_taken_back(
    day: Day, ines: Client
) -> None:
    from_on = (timezone.now() + timedelta(days=30)).date()
    plan = {
        "from_on": from_on.isoformat(),
        "offered": "on",
        "opens_at": "09:00",
        "closes_at": "20:00",
        "max_call_seconds": "15",
        "note": "Holiday shifts",
    }
    page = reverse("console_facility", args=["ma-bristol"])
    shorter = text(ines.post(reverse("console_plan", args=["ma-bristol"]), plan))
    assert "This is less than the law keeps. Set it as a control" in shorter
    hours = {f"day_{day}": "9:00-20:00" for day in range(7)}
    before = {"longest_seconds": "15", "source": "Handbook of 2022, page 31"} | hours
    ines.post(reverse("console_baseline", args=["ma-bristol"]), before)
    assert ines.post(reverse("console_plan", args=["ma-bristol"]), plan)["Location"] == page
    seen = text(ines.get(page))
    assert "Holiday shifts" in seen
    assert "coming" in seen
    assert "Ines Pell" in seen
    rule = CallingRule.objects.get(from_on=from_on)
    ines.post(reverse("console_rule_drop", args=["ma-bristol", rule.pk]))
    assert "Holiday shifts" not in text(ines.get(page))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"from_on": "2020-01-01"}, "This day is over."),
        ({"closes_at": "08:00"}, "Phones must close later than they open."),
        ({"max_call_seconds": "0"}, "greater than or equal to 1"),
        ({"from_on": "soon"}, "Enter a valid date."),
    ],
)
def test_a_rule_that_makes_no_sense_says_what_to_put_right(
    change: dict[str, str], words: str, day: Day, ines: Client
) -> None:
    plan = {
        "from_on": "2099-01-01",
        "offered": "on",
        "opens_at": "09:00",
        "closes_at": "20:00",
        "max_call_seconds": "",
        "note": "",
    }
    assert words in text(ines.post(reverse("console_plan", args=["ma-bristol"]), plan | change))


def test_trying_a_call_shows_every_limit_and_calls_nobody(day: Day, sam: Client) -> None:
    Call.objects.filter(pk=day.live.pk).update(state="ended", ended_at=day.now, end_reason="fault")
    before = Call.objects.count()
    question = {"try": "1", "person": "40-2719", "number": "617-555-0142", "at": "2026-11-24T20:45"}
    page = text(sam.get(reverse("console_facility", args=["ma-bristol"]), question))
    assert "Allowed for" in page
    assert "this one wins" in page
    refused = question | {"number": "617-555-0199"}
    seen = text(sam.get(reverse("console_facility", args=["ma-bristol"]), refused))
    assert "This call would not go out." in seen
    assert Call.objects.count() == before


def test_trying_a_call_for_someone_of_another_county_finds_nobody(day: Day, sam: Client) -> None:
    question = {"try": "1", "person": "31-0007", "number": "617-555-0142", "at": "2026-11-24T20:45"}
    page = text(sam.get(reverse("console_facility", args=["ma-bristol"]), question))
    assert "Not exactly one person here fits." in page
    assert "Okafor" not in page


# --- staff and audit ------------------------------------------------------------------


def test_ines_gives_a_role_to_a_new_colleague_and_ends_one_right(day: Day, ines: Client) -> None:
    url = reverse("console_staff", args=["ma-bristol"])
    unknown = {"email": "kim@bristol.example", "role": "officer"}
    assert "No account has this email yet." in text(ines.post(url, unknown))
    ines.post(url, unknown | {"name": "Kim Alder", "password": "three words apart"})
    grants = Grant.objects.filter(account__email="kim@bristol.example", ended_at=None)
    assert grants.count() == 6
    end = reverse("console_grant_end", args=["ma-bristol", grants.first().pk])  # type: ignore[union-attr]
    ines.post(end)
    assert grants.count() == 5


def test_nobody_changes_their_own_rights(day: Day, ines: Client) -> None:
    mine = Grant.objects.filter(account=day.town.account("ines")).first()
    end = reverse("console_grant_end", args=["ma-bristol", mine.pk])  # type: ignore[union-attr]
    seen = ines.post(end, follow=True)
    assert "Nobody changes their own rights." in text(seen)
    own = {"email": "ines@bristol.example", "role": "investigator"}
    url = reverse("console_staff", args=["ma-bristol"])
    assert "Nobody changes their own rights." in text(ines.post(url, own))


def test_the_audit_log_says_who_did_what_and_why_and_of_which_chain(day: Day, ines: Client) -> None:
    sam = day.browser("sam")
    sam.post(reverse("console_recording", args=[day.recording.pk]), {"purpose": "Case 26-0441"})
    audit.seal()
    page = text(ines.get(reverse("console_audit")))
    for words in ("Sam Duarte", "Opened a recording to listen", "Case 26-0441", "entries sealed"):
        assert words in page, words
    line = Line.objects.get(act="recording.opened")
    entry = text(ines.get(reverse("console_audit"), {"entry": str(line.pk)}))
    assert line.hash in entry
    assert "The chain holds" in text(ines.post(reverse("console_audit_check"), follow=True))


def test_search_finds_a_person_by_id_and_name(day: Day, sam: Client) -> None:
    for sought in ("40-2719", "marrow"):
        page = text(sam.get(reverse("console_find"), {"q": sought}))
        assert reverse("console_person", args=[day.julian.pk]) in page
    assert "Nobody and no call fits." in text(sam.get(reverse("console_find"), {"q": "zzz"}))


def test_a_chosen_facility_must_be_ones_own(day: Day, sam: Client) -> None:
    sam.post(reverse("console_at"), {"place": "ma-suffolk", "next": "https://example.com/"})
    assert sam.session.get("console_at", "") == ""
    answer = sam.post(reverse("console_at"), {"place": "ma-bristol", "next": "https://example.com"})
    assert answer["Location"] == "/console/"


# --- costs ----------------------------------------------------------------------------


def queries(client: Client, url: str) -> int:
    client.get(url)  # the first request of a session may write it
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    "name",
    ["console_live", "console_live_part", "console_calls", "console_people", "console_audit"],
)
def test_a_list_costs_the_same_queries_however_long_it_is(
    name: str, day: Day, ines: Client
) -> None:
    few = queries(ines, reverse(name))
    for number in range(6):
        person = Person.objects.create(
            facility=day.town.facility("ma-bristol"),
            number=f"41-{number}",
            given_name="P",
            family_name=f"Q{number}",
            unit=day.julian.unit,
        )
        at = timezone.now()
        Call.objects.create(
            key=f"k{number}",
            facility=person.facility,
            station=day.town.tablet(),
            person=person,
            number="+16175550142",
            engine="e1",
            state="talking",
            private=False,
            asked_at=at,
            accepted_at=at,
            alive_at=at,
            limit_seconds=600,
        )
    Call.objects.filter(pk=day.live.pk).update(state="ended", ended_at=day.now, end_reason="fault")
    for hour in range(2, 6):
        recorded_call(day.town, day.now - timedelta(hours=hour), seconds=1)
    assert queries(ines, reverse(name)) == few


def test_one_call_costs_few_queries(day: Day, sam: Client) -> None:
    assert queries(sam, reverse("console_call", args=[day.call.pk])) <= 14


def test_ids_in_addresses_that_are_none_are_nowhere(day: Day, sam: Client) -> None:
    for address in ("/console/calls/1/", "/console/people/x/", f"/console/calls/{UUID(int=0)}/"):
        assert sam.get(address).status_code == 404


def test_what_an_engine_told_too_late_stands_on_the_wallboard_and_on_the_call(
    day: Day, sam: Client
) -> None:
    story = Story(CallId(str(day.live.pk)), seq=count(50))
    story.end(EndReason.ENGINE_LOST, day.now, 100)
    story.end(EndReason.HUNG_UP_INSIDE, day.now, 160)
    board = text(sam.get(reverse("console_live_part")))
    assert "Booked 1:40, told 2:40" in board
    page = text(sam.get(reverse("console_call", args=[day.live.pk])))
    assert "An engine told more about this call later" in page
    assert "came late, kept but not counted" in page


def test_what_the_facility_tells_of_how_to_reach_it_stands_on_the_public_pages(
    day: Day, ines: Client
) -> None:
    url = reverse("console_contact", args=["ma-bristol"])
    assert ines.post(url, {"questions": "Family desk, 617-555-0171"}).status_code == 302
    assert 'value="Family desk, 617-555-0171"' in text(ines.get(url))
    for address in ("/facilities/ma-bristol/", "/help/whom-to-ask/?place=ma-bristol"):
        assert "Family desk, 617-555-0171" in text(Client().get(address)), address
    assert "Family desk" not in text(Client().get("/facilities/ma-suffolk/"))
    too_long = ines.post(url, {"questions": "x" * 201})
    assert "at most 200" in text(too_long)
