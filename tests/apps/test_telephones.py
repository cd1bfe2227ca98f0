"""Wall phones, their networks and carriers: what an engine is told, and which phone is rung."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions.alive import alive
from kinline.apps.calls.queries.phones import phones
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import directory, stations, telephones
from kinline.apps.facilities.models import Handset, Station, Trunk
from kinline.apps.people.actions import sign_in
from kinline.core.call.states import EndReason
from kinline.core.control import (
    Alive,
    HandsetSeen,
    IdentifyReply,
    IdentifyRequest,
    TelephonesRequest,
    TrunkSeen,
)
from kinline.core.ids import ContactId, StationId
from tests.apps.story import BOOT, ENGINE, Story, codes, dial, permit
from tests.cast import Town

CARRIER = {"host": "sip.carrier.example", "port": 5060, "caller": "+15085550100"}


@pytest.fixture
def wall(town: Town, now: datetime) -> UUID:
    """A wall phone in Julian's unit, not set up yet."""
    unit = town.julian.unit_id
    assert unit is not None
    return stations.add(
        facility_id=town.julian.facility_id,
        unit_id=unit,
        name="Wall 1",
        kind="handset",
        by=town.account("ines").pk,
        now=now,
    )


def made(town: Town, wall: UUID, now: datetime) -> telephones.NewHandset:
    by = town.account("ines").pk
    return telephones.make_handset(
        facility_id=town.julian.facility_id, station_id=wall, by=by, now=now
    )


def carrier(town: Town, now: datetime, **changes: object) -> UUID:
    facts = {"name": "Carrier", **CARRIER, **changes}
    by = town.account("ines").pk
    return telephones.add_trunk(facility_id=town.julian.facility_id, by=by, now=now, **facts)  # type: ignore[arg-type]


def test_a_wall_phone_is_told_to_the_engine_with_its_password_and_languages(
    town: Town, wall: UUID, now: datetime
) -> None:
    assert directory.telephones(TelephonesRequest(ENGINE), now=now).handsets == ()
    fresh = made(town, wall, now)
    told = directory.telephones(TelephonesRequest(ENGINE), now=now)
    (handset,) = told.handsets
    assert (handset.station, handset.user, handset.secret) == (
        str(wall), fresh.user, fresh.secret
    )  # fmt: skip
    assert handset.languages == ("en", "es")
    assert fresh.secret not in repr(handset)
    row = Handset.objects.get()
    assert fresh.secret not in row.sealed_secret
    assert Line.objects.filter(act="station.telephone_made").exists()

    again = made(town, wall, now)
    (handset,) = directory.telephones(TelephonesRequest(ENGINE), now=now).handsets
    assert (handset.user, handset.secret) == (again.user, again.secret), "the first is void"


def test_a_password_copied_to_another_row_does_not_open_and_silences_nobody_else(
    town: Town, wall: UUID, now: datetime
) -> None:
    made(town, wall, now)
    carrier(town, now, user="kinline", secret="word")
    Trunk.objects.update(sealed_secret=Handset.objects.get().sealed_secret)
    told = directory.telephones(TelephonesRequest(ENGINE), now=now)
    assert len(told.handsets) == 1
    assert told.trunks == ()


def test_a_tablet_gets_no_telephone_password_and_another_county_neither(
    town: Town, wall: UUID, now: datetime
) -> None:
    by = town.account("theo").pk
    with pytest.raises(NotFound):
        made(town, town.tablet().pk, now)
    with pytest.raises(NotFound):
        telephones.make_handset(
            facility_id=town.wendell.facility_id, station_id=wall, by=by, now=now
        )


@pytest.mark.parametrize(
    ("cidr", "kept"),
    [("10.20.30.0/24", "10.20.30.0/24"), ("10.20.30.7/24", "10.20.30.0/24"), ("fd00:1::/64",) * 2],
)
def test_a_network_is_named_once_in_its_own_form(
    town: Town, now: datetime, cidr: str, kept: str
) -> None:
    facility, by = town.julian.facility_id, town.account("ines").pk
    for _ in range(2):
        row = telephones.add_network(facility_id=facility, cidr=cidr, by=by, now=now)
    assert [one.cidr for one in queries.phone_networks(facility_id=facility)] == [kept]
    assert directory.telephones(TelephonesRequest(ENGINE), now=now).networks == (kept,)
    telephones.drop_network(facility_id=facility, network_id=row, by=by, now=now)
    assert directory.telephones(TelephonesRequest(ENGINE), now=now).networks == ()
    with pytest.raises(NotFound):
        telephones.drop_network(facility_id=facility, network_id=row, by=by, now=now)


@pytest.mark.parametrize(
    ("cidr", "code"),
    [("0.0.0.0/0", "network.too_wide"), ("::/0", "network.too_wide"), ("home", "network.unknown")],
)
def test_half_the_world_is_no_network(town: Town, now: datetime, cidr: str, code: str) -> None:
    facility, by = town.julian.facility_id, town.account("ines").pk
    with pytest.raises(Refused, match=code):
        telephones.add_network(facility_id=facility, cidr=cidr, by=by, now=now)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "name.missing"),
        ({"host": "sip:carrier"}, "trunk.host"),
        ({"host": "a b"}, "trunk.host"),
        ({"port": 0}, "trunk.port"),
        ({"caller": "5085550100"}, "trunk.caller"),
        ({"user": "kinline"}, "trunk.secret"),
    ],
)
def test_a_carrier_that_cannot_work_is_refused(
    town: Town, now: datetime, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        carrier(town, now, **changes)
    carrier(town, now)
    with pytest.raises(Refused, match=r"name\.taken"):
        carrier(town, now)


def test_up_to_four_languages_are_offered(town: Town, now: datetime) -> None:
    facility, by = town.julian.facility_id, town.account("ines").pk
    chosen = ["ht", "pt", "es", "en"]
    telephones.set_languages(facility_id=facility, languages=chosen, by=by, now=now)
    assert queries.phone_languages(facility_id=facility) == chosen
    for wrong in ([], ["en", "tlh"]):
        with pytest.raises(Refused, match=r"languages\.one_to_four"):
            telephones.set_languages(facility_id=facility, languages=wrong, by=by, now=now)


# --- which telephone is rung ----------------------------------------------------------


def test_the_telephone_is_rung_unless_the_contact_waits_at_a_page(
    town: Town, now: datetime
) -> None:
    def route(minutes: int) -> object:
        at = now + timedelta(minutes=minutes)
        reply = permit(dial(town.julian, town.numbers.odette, town.tablet(), at))
        Story(reply.call).end(EndReason.FAULT, at)
        return reply.route

    assert route(0) is None, "without a carrier"
    trunk = carrier(town, now)
    found = route(1)
    assert found is not None
    assert (found.trunk, found.number) == (str(trunk), town.numbers.odette)  # type: ignore[attr-defined]

    waits = Alive(ENGINE, BOOT, now, waiting=(ContactId(str(town.odette.pk)),))
    alive(waits, now=now + timedelta(minutes=2))
    assert route(2) is None, "her page rings"
    alive(Alive(ENGINE, BOOT, now), now=now + timedelta(minutes=3))
    assert route(3) is not None

    by = town.account("ines").pk
    facility = town.julian.facility_id
    telephones.turn_trunk(facility_id=facility, trunk_id=trunk, on=False, by=by, now=now)
    assert route(4) is None
    with pytest.raises(NotFound):
        telephones.turn_trunk(facility_id=facility, trunk_id=uuid4(), on=True, by=by, now=now)


def test_another_agencys_carrier_is_not_used(town: Town, now: datetime) -> None:
    carrier(town, now)
    town.has(town.tomas, 5000)
    reply = permit(dial(town.tomas, town.numbers.carmen, town.tablet("nh-example"), now))
    assert reply.route is None


# --- what engines see -----------------------------------------------------------------


def test_staff_see_what_the_engine_saw(town: Town, wall: UUID, now: datetime) -> None:
    def seen() -> object:
        (one,) = phones(facility_id=town.julian.facility_id, now=now)
        return one

    assert (seen().user, seen().here) == ("", False)  # type: ignore[attr-defined]
    made(town, wall, now)
    trunk = carrier(town, now)
    until = now + timedelta(minutes=5)
    handset = HandsetSeen(StationId(str(wall)), "10.20.30.7:5060", until)
    stranger = HandsetSeen(StationId(str(uuid4())), "10.20.30.8:5060", until)
    request = TelephonesRequest(ENGINE, (handset, stranger), (TrunkSeen(str(trunk), True),))
    directory.telephones(request, now=now)
    one = seen()
    assert (one.here, one.address, one.in_use) == (True, "10.20.30.7:5060", False)  # type: ignore[attr-defined]
    (line,) = queries.trunks(facility_id=town.julian.facility_id)
    assert (line.up, line.told_at) == (True, now)
    (later,) = phones(facility_id=town.julian.facility_id, now=until)
    assert not later.here, "a registration ends by itself"


# --- who stands at a keypad -----------------------------------------------------------


def identified(wall: UUID, number: str, pin: str, now: datetime) -> IdentifyReply:
    return sign_in.identify(IdentifyRequest(StationId(str(wall)), number, pin), now=now)


def test_a_keypad_has_no_hyphen(town: Town, wall: UUID, now: datetime) -> None:
    reply = identified(wall, "402719", "271900", now)
    assert (reply.person, reply.named) == (str(town.julian.pk), False)
    assert identified(wall, "402719", "000000", now).refusals[0].code == "sign_in.wrong"
    twin = type(town.julian).objects.get(pk=town.julian.pk)
    twin.pk, twin.number = uuid4(), "4027-19"
    twin.save(force_insert=True)
    assert identified(wall, "402719", "271900", now).person is None, "keys that fit two fit none"


def test_a_phone_that_staff_turned_off_signs_in_for_its_help_lines(
    town: Town, wall: UUID, now: datetime
) -> None:
    """The exchange knows it and its facility; calls of persons from it are refused by web."""
    made(town, wall, now)
    Station.objects.filter(pk=wall).update(active=False)
    (told,) = directory.telephones(TelephonesRequest(ENGINE), now=now).handsets
    assert (told.station, told.place) == (str(wall), "ma-bristol")
    reply = dial(town.julian, town.numbers.odette, Station.objects.get(pk=wall), now)
    assert codes(reply) == ["call.station_off"]
