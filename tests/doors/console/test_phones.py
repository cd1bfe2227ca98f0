"""The page of wall phones: setting one up, networks, phone companies, languages, states."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.calls.models import Call
from kinline.apps.facilities.actions import directory, trials
from kinline.apps.facilities.models import Facility, Handset, PhoneNetwork, Station, Trunk
from kinline.apps.facilities.queries import TrialView
from kinline.apps.people.actions import lists, people_inside
from kinline.apps.people.models import Grant, Person
from kinline.apps.people.rights import Right
from kinline.core.control import HandsetSeen, TelephonesRequest, TrialDone
from kinline.core.ids import EngineId, StationId
from kinline.doors.console import trials as trial_words
from tests.apps.story import codes, dial
from tests.doors.console.conftest import Day

PLACE = "ma-bristol"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def wall(day: Day, ines: Client) -> UUID:
    """Ines adds a wall phone on the page of tablets."""
    unit = day.julian.unit_id
    url = reverse("console_stations", args=[PLACE])
    added = ines.post(url, {"name": "Wall 1", "unit_id": str(unit), "kind": "handset"})
    assert added["Location"] == reverse("console_phones", args=[PLACE])
    return Station.objects.get(name="Wall 1").pk


def show(ines: Client) -> str:
    return text(ines.get(reverse("console_phones", args=[PLACE])))


def test_a_wall_phone_is_set_up_and_its_password_shown_once(
    day: Day, ines: Client, wall: UUID
) -> None:
    assert "not set up yet" in show(ines)
    shown = text(ines.post(reverse("console_phone_make", args=[PLACE, wall])))
    handset = Handset.objects.get(station=wall)
    told = directory.telephones(TelephonesRequest(EngineId("e1")), now=day.now)
    assert handset.user in shown
    assert told.handsets[0].secret in shown
    assert told.handsets[0].secret not in show(ines)
    assert "Not connected" in show(ines)

    until = day.now + timedelta(minutes=5)
    seen = HandsetSeen(StationId(str(wall)), "10.20.30.7:5060", until)
    directory.telephones(TelephonesRequest(EngineId("e1"), (seen,)), now=day.now)
    page = show(ines)
    assert "Ready" in page
    assert "10.20.30.7:5060" in page
    own = text(ines.get(reverse("console_station", args=[PLACE, wall])))
    assert "enrolment code" not in own, "a wall phone is no tablet"


def test_networks_phone_companies_and_languages(ines: Client) -> None:
    add = reverse("console_network_add", args=[PLACE])
    assert "10.20.30.0/24" in text(ines.post(add, {"cidr": "10.20.30.9/24"}, follow=True))
    assert "too large" in text(ines.post(add, {"cidr": "0.0.0.0/0"}))
    row = PhoneNetwork.objects.get()
    ines.post(reverse("console_network_drop", args=[PLACE, row.pk]))
    assert not PhoneNetwork.objects.exists()

    company = {"name": "Carrier", "host": "sip.carrier.example", "port": "5060"}
    add = reverse("console_trunk_add", args=[PLACE])
    wrong = text(ines.post(add, {**company, "caller": "5085550100"}))
    assert "plus sign" in wrong
    secret = {"caller": "+15085550100", "user": "kinline", "secret": "word-of-the-carrier"}
    page = text(ines.post(add, {**company, **secret}, follow=True))
    assert "not asked yet" in page
    assert "word-of-the-carrier" not in page
    trunk = Trunk.objects.get()
    ines.post(reverse("console_trunk_turn", args=[PLACE, trunk.pk]), {"on": "0"})
    assert not Trunk.objects.get().active
    ines.post(reverse("console_trunk_turn", args=[PLACE, trunk.pk]), {"on": "1"})
    assert Trunk.objects.get().active

    languages = reverse("console_phone_languages", args=[PLACE])
    ines.post(languages, {"first": "ht", "second": "en", "third": "", "fourth": ""})
    assert Facility.objects.get(place=PLACE).phone_languages == ["ht", "en"]


def test_nobody_else_sees_or_changes_them(day: Day, sam: Client, theo: Client, wall: UUID) -> None:
    for browser in (sam, theo):
        assert browser.get(reverse("console_phones", args=[PLACE])).status_code == 404
        make = reverse("console_phone_make", args=[PLACE, wall])
        assert browser.post(make).status_code == 404
        add = reverse("console_network_add", args=[PLACE])
        assert browser.post(add, {"cidr": "10.20.30.0/24"}).status_code == 404
    assert not Handset.objects.exists()
    assert not PhoneNetwork.objects.exists()


def test_a_phone_company_has_limits_with_units(day: Day, ines: Client) -> None:
    trunk = carrier(day)
    url = reverse("console_trunk", args=[PLACE, trunk])
    page = text(ines.get(url))
    assert 'value="240"' in page
    assert "The figures to begin with are ours" in page
    wrong = text(ines.post(url, {"at_once": "0", "a_minute": "5", "abroad_minutes": "-1"}))
    assert wrong.count("Give a number from") == 2
    limits = {"at_once": "2", "a_minute": "5", "abroad_minutes": "0"}
    assert "Changed." in text(ines.post(url, limits, follow=True))
    assert Trunk.objects.values_list(
        "most_at_once", "most_a_minute", "most_abroad_minutes"
    ).get() == (2, 5, 0)


def test_a_limit_that_was_reached_stands_on_the_row_and_in_the_call(
    day: Day, ines: Client, sam: Client
) -> None:
    trunk = carrier(day)
    Trunk.objects.update(most_a_minute=1)
    Call.objects.filter(pk=day.live.pk).update(trunk=trunk, asked_at=day.now)
    town = day.town
    reply = dial(other(day), town.numbers.odette, town.tablet(), day.now)
    assert codes(reply) == ["call.trunk_busy"]
    assert "A limit was reached today" in show(ines)
    one = text(ines.get(reverse("console_trunk", args=[PLACE, trunk])))
    assert "New calls in a minute." in one
    assert "1 call did not go out" in one
    seen = text(sam.get(reverse("console_call", args=[reply.call])))
    assert "Limit of the phone company: New calls in a minute, 1." in seen
    assert "Try again soon." in seen


def test_a_right_at_one_facility_does_not_change_the_agencys_phone_company(
    day: Day, ines: Client
) -> None:
    trunk = carrier(day)
    home = Facility.objects.get(place=PLACE)
    Facility.objects.create(agency=home.agency, place="ma-two", name="Bristol Two", zone=home.zone)
    page = show(ines)
    assert "Phone companies are the whole agency’s." in page
    assert reverse("console_trunk_add", args=[PLACE]) not in page
    assert ines.get(reverse("console_trunk", args=[PLACE, trunk])).status_code == 404
    turned = ines.post(reverse("console_trunk_turn", args=[PLACE, trunk]), {"on": "0"})
    assert turned.status_code == 404
    assert ines.post(reverse("console_trunk_add", args=[PLACE]), {}).status_code == 404
    assert Trunk.objects.get().active
    by_agency = {"given_by": "test", "given_at": day.now, "right": Right.CHANGE_STATIONS}
    Grant.objects.create(account=day.town.account("ines"), agency=home.agency, **by_agency)
    assert ines.get(reverse("console_trunk", args=[PLACE, trunk])).status_code == 200


def test_a_test_call_is_asked_for_and_its_end_told_in_words(day: Day, ines: Client) -> None:
    trunk = carrier(day)
    url = reverse("console_trunk_test", args=[PLACE, trunk])
    assert "ordinary number in this country" in text(ines.post(url, {"number": "+18765550123"}))
    assert "not a full number" in text(ines.post(url, {"number": "12"}))
    page = text(ines.post(url, {"number": "617-555-0142"}, follow=True))
    assert "Waiting for an engine" in page
    part = reverse("console_trunk_tests", args=[PLACE, trunk])
    assert f'hx-get="{part}"' in page
    assert "A test call goes on." in text(ines.post(url, {"number": "617-555-0142"}))

    (given,) = trials.take(engine="e1", now=day.now)
    assert "Ringing" in text(ines.get(part))
    trials.keep([TrialDone(given.trial, 403)], now=day.now)
    done = text(ines.get(part))
    assert "Refused: the phone company does not let us call (SIP 403)" in done
    assert "hx-get" not in done, "nothing more to wait for"
    assert Line.objects.filter(act="telephones.trial", subject=str(trunk)).count() == 1
    assert Call.objects.filter(number="+16175550142", trunk=trunk).count() == 0


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("done", 200, "Answered: it works"),
        ("done", 486, "Busy (SIP 486)"),
        ("done", 599, "Not connected: SIP 599"),
        ("lost", None, "No answer from our own engine. Is it running with telephones?"),
    ],
)
def test_every_end_of_a_test_call_has_words(state: str, code: int | None, words: str) -> None:
    view = TrialView("+16175550142", timezone.now(), "", state, code)
    assert trial_words.words(view) == words


def carrier(day: Day) -> UUID:
    agency = day.town.facility(PLACE).agency
    return Trunk.objects.create(
        agency=agency, name="Carrier", host="sip.carrier.example", caller="+15085550100"
    ).pk


def other(day: Day) -> Person:
    """Somebody else at Bristol who may call Odette."""
    ines = day.town.staff("ines", day.now)
    person = people_inside.add(
        staff=ines,
        place=PLACE,
        unit_id=day.julian.unit_id,
        number="N-1",
        given_name="Abel",
        family_name="Baker",
        language="en",
        pin="135791",
        now=day.now,
    )
    number = day.town.numbers.odette
    lists.allow(staff=ines, person_id=person, number=number, name="O", now=day.now)
    return Person.objects.get(pk=person)
