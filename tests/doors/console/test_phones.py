"""The page of wall phones: setting one up, networks, phone companies, languages, states."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from kinline.apps.facilities.actions import directory
from kinline.apps.facilities.models import Facility, Handset, PhoneNetwork, Station, Trunk
from kinline.core.control import HandsetSeen, TelephonesRequest
from kinline.core.ids import EngineId, StationId
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
