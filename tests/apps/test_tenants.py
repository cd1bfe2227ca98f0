"""Another county, another family, another person: not yours and not there are one answer.

Julian (Bristol) has talked with Odette; Wendell (Suffolk) with Grace. Sam and Ines are Bristol,
Theo is Suffolk, Rae New Hampshire, Ada audits the department of correction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kinline.apps.calls.actions import passes
from kinline.apps.calls.actions import staff as staff_calls
from kinline.apps.calls.queries import console, portal, tablet
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices import actions as notices
from kinline.apps.notices.models import Note
from kinline.apps.people import access, queries
from kinline.apps.people.actions import (
    attorneys,
    blocks,
    lists,
    people_inside,
    staff_rights,
)
from kinline.apps.people.models import AttorneyVerification, Grant
from kinline.apps.people.rights import Right
from kinline.apps.recordings import queries as recordings
from kinline.apps.recordings.actions import listen
from kinline.apps.recordings.models import Recording
from kinline.core.call.states import EndReason
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town

NOBODYS = uuid4()


@pytest.fixture
def bristol(town: Town, now: datetime) -> UUID:
    return talked(town.julian, town.numbers.odette, town.tablet(), now, 60).pk


@pytest.fixture
def suffolk(town: Town, now: datetime) -> UUID:
    tablet = town.tablet("ma-suffolk")
    return talked(town.wendell, town.numbers.grace, tablet, now, 60).pk


def not_found(act: Callable[[], object]) -> None:
    with pytest.raises(NotFound) as raised:
        act()
    assert str(raised.value) == ""  # the same for both: no word that tells them apart


def test_an_officer_sees_the_calls_of_their_own_county_only(
    town: Town, bristol: UUID, suffolk: UUID
) -> None:
    for name, own, foreign in (("sam", bristol, suffolk), ("theo", suffolk, bristol)):
        staff = town.staff(name)
        assert [call.id for call in console.finished(staff=staff).items] == [own]
        assert console.one(staff=staff, call_id=own).call.id == own
        for other in (foreign, NOBODYS):
            not_found(lambda staff=staff, other=other: console.one(staff=staff, call_id=other))


def test_a_filter_cannot_reach_into_another_county(
    town: Town, bristol: UUID, suffolk: UUID
) -> None:
    wanted = console.CallFilter(place="ma-suffolk")
    assert not console.finished(staff=town.staff("sam"), filter=wanted).items
    found = console.finished(staff=town.staff("sam"), filter=console.CallFilter(person="Okafor"))
    assert not found.items


def test_the_wallboard_shows_ones_own_county(town: Town, now: datetime) -> None:
    dial(town.julian, town.numbers.odette, town.tablet(), now)
    dial(town.wendell, town.numbers.grace, town.tablet("ma-suffolk"), now)
    assert [call.place for call in console.live(staff=town.staff("sam"))] == ["ma-bristol"]
    assert not console.live(staff=town.staff("sam"), place="ma-suffolk")


def test_only_who_may_end_calls_here_ends_this_call(town: Town, now: datetime) -> None:
    call = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call).pk
    for name in ("theo", "rae", "ada"):
        staff = town.staff(name)
        not_found(lambda s=staff: staff_calls.end(staff=s, call_id=call, reason="x", now=now))


def test_listening_needs_the_right_at_the_calls_own_facility(
    town: Town, bristol: UUID, now: datetime
) -> None:
    recording = Recording.objects.get(call=bristol).pk
    assert recordings.of(staff=town.staff("sam"), recording_id=recording).call == bristol
    for name in ("theo", "ines", "ada"):
        staff = town.staff(name)
        not_found(lambda s=staff: recordings.of(staff=s, recording_id=recording))
        not_found(
            lambda s=staff: listen.listen(staff=s, recording_id=recording, purpose="p", now=now)
        )
        shown = [call.recording for call in console.finished(staff=staff).items]
        assert not any(shown)


def test_a_listening_belongs_to_whoever_opened_it(town: Town, bristol: UUID, now: datetime) -> None:
    recording = Recording.objects.get(call=bristol).pk
    opened = listen.listen(staff=town.staff("sam"), recording_id=recording, purpose="p", now=now)
    staff_rights.give_role(
        staff=town.staff("ines"),
        email="rae@nh.example",
        role="investigator",
        place="ma-bristol",
        now=now,
    )
    rae = town.staff("rae", now + timedelta(seconds=1))
    assert rae.may(Right.LISTEN, town.julian.facility_id)
    not_found(lambda: listen.audio(staff=rae, listening_id=opened, now=now))
    not_found(lambda: listen.heard(staff=rae, listening_id=opened, seconds=5, now=now))


def test_people_of_another_county_are_not_there(town: Town, now: datetime) -> None:
    theo, today = town.staff("theo"), now.date()
    assert not queries.people(staff=theo, text="Marrow").items
    entry = town.list_entry(town.julian, town.numbers.odette).pk
    priya = AttorneyVerification.objects.get().pk
    julian = town.julian.pk
    acts: list[Callable[[], object]] = [
        lambda: queries.person(staff=theo, person_id=julian, now=now),
        lambda: people_inside.change(staff=theo, person_id=julian, now=now, active=False),
        lambda: people_inside.reset_pin(staff=theo, person_id=julian, pin="123456", now=now),
        lambda: lists.allow(
            staff=theo, person_id=julian, number=town.numbers.grace, name="G", now=now
        ),
        lambda: lists.remove(staff=theo, allowed_id=entry, now=now),
        lambda: lists.change(staff=theo, allowed_id=entry, now=now, label="x"),
        lambda: lists.mark_do_not_record(staff=theo, allowed_id=entry, on=True, now=now),
        lambda: attorneys.verify(
            staff=theo, allowed_id=entry, bar_number="1", from_on=today, now=now
        ),
        lambda: attorneys.end(staff=theo, verification_id=priya, now=now),
        lambda: console.try_call(staff=theo, person_id=julian, number=town.numbers.odette, at=now),
    ]
    for act in acts:
        not_found(act)


def test_an_officer_without_the_right_changes_nobody(town: Town, now: datetime) -> None:
    sam, julian = town.staff("sam"), town.julian.pk
    assert queries.person(staff=sam, person_id=julian, now=now)
    not_found(lambda: people_inside.change(staff=sam, person_id=julian, now=now, active=False))


def test_a_person_cannot_be_moved_into_a_unit_of_another_facility(
    town: Town, now: datetime
) -> None:
    foreign = town.tablet("ma-suffolk").unit_id
    ines, julian = town.staff("ines"), town.julian.pk
    not_found(lambda: people_inside.change(staff=ines, person_id=julian, now=now, unit_id=foreign))


def test_facilities_and_stations_open_by_ones_own_grants(town: Town) -> None:
    ines = town.staff("ines")
    mine = access.access_facility(staff=ines, place="ma-bristol", right=Right.CHANGE_FACILITY)
    assert mine.name.startswith("Bristol")
    for place in ("ma-suffolk", "nowhere"):
        not_found(
            lambda p=place: access.access_facility(staff=ines, place=p, right=Right.CHANGE_FACILITY)
        )
    foreign = town.tablet("ma-suffolk").pk
    for station in (foreign, NOBODYS):
        not_found(
            lambda s=station: access.access_station(
                staff=ines, station_id=s, right=Right.CHANGE_STATIONS
            )
        )


# --- families -------------------------------------------------------------------------


def test_a_contact_sees_their_own_calls_only(town: Town, bristol: UUID, suffolk: UUID) -> None:
    odette = town.odette.pk
    assert [call.id for call in portal.history(contact_id=odette).items] == [bristol]
    assert portal.one(contact_id=odette, call_id=bristol).person_name == "Julian Marrow"
    for other in (suffolk, NOBODYS):
        not_found(lambda o=other: portal.one(contact_id=odette, call_id=o))


def test_a_refused_attempt_is_the_callers_business(town: Town, now: datetime) -> None:
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    refused = Story(dial(town.julian, town.numbers.odette, town.tablet(), now).call).pk
    assert not portal.history(contact_id=town.odette.pk).items
    not_found(lambda: portal.one(contact_id=town.odette.pk, call_id=refused))
    inside = town.sign_in(town.julian).inside
    assert tablet.one(inside=inside, call_id=refused, now=now).refusals


def test_a_person_inside_sees_their_own_calls_only(
    town: Town, bristol: UUID, suffolk: UUID, now: datetime
) -> None:
    julian = town.sign_in(town.julian).inside
    assert [call.id for call in tablet.history(inside=julian, now=now).items] == [bristol]
    for other in (suffolk, NOBODYS):
        not_found(lambda o=other: tablet.one(inside=julian, call_id=o, now=now))


def test_dialling_a_strangers_number_does_not_tell_whose_it_is(town: Town, now: datetime) -> None:
    reply = dial(town.julian, town.numbers.grace, town.tablet(), now)
    seen = tablet.one(
        inside=town.sign_in(town.julian).inside, call_id=Story(reply.call).pk, now=now
    )
    assert (seen.contact_name, seen.label) == ("", "")


def test_passes_are_given_for_ones_own_live_calls_only(town: Town, now: datetime) -> None:
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    julian = town.sign_in(town.julian).inside
    wendell = town.sign_in(town.wendell).inside
    assert passes.join_inside(inside=julian, call_id=story.pk, now=now).word
    assert passes.join_contact(contact_id=town.odette.pk, call_id=story.pk, now=now).word
    not_found(lambda: passes.join_inside(inside=wendell, call_id=story.pk, now=now))
    not_found(lambda: passes.join_contact(contact_id=town.grace.pk, call_id=story.pk, now=now))
    not_found(lambda: passes.wait(contact_id=NOBODYS, now=now))
    story.end(EndReason.NO_ANSWER, now)
    not_found(lambda: passes.join_inside(inside=julian, call_id=story.pk, now=now))


def test_nobody_finds_out_who_is_inside_by_blocking(town: Town, now: datetime) -> None:
    for person in (town.wendell.pk, NOBODYS):
        not_found(
            lambda p=person: blocks.block_person(contact_id=town.odette.pk, person_id=p, now=now)
        )


def test_a_block_is_lifted_by_whoever_made_it_and_once(town: Town, now: datetime) -> None:
    block = blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    not_found(lambda: blocks.lift(contact_id=town.grace.pk, block_id=block, now=now))
    blocks.lift(contact_id=town.odette.pk, block_id=block, now=now)
    not_found(lambda: blocks.lift(contact_id=town.odette.pk, block_id=block, now=now))


def test_notes_are_read_by_their_owner(town: Town, now: datetime) -> None:
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    story.end(EndReason.NO_ANSWER, now)
    note = Note.objects.get().pk

    def read(owner: UUID) -> None:
        notices.mark_read(owner_kind="contact", owner=owner, note_id=note, now=now)

    not_found(lambda: read(town.grace.pk))
    read(town.odette.pk)
    assert Note.objects.get().read_at == now


# --- rights ---------------------------------------------------------------------------


def test_an_account_without_a_grant_is_no_staff(town: Town, now: datetime) -> None:
    odette = town.account("odette").pk
    assert not access.is_staff(account_id=odette, now=now)
    not_found(lambda: access.staff(account_id=odette, now=now))
    assert access.is_staff(account_id=town.account("sam").pk, now=now)


def test_a_grant_that_ended_opens_nothing(town: Town, now: datetime) -> None:
    Grant.objects.filter(account=town.account("sam")).update(ended_at=now)
    not_found(lambda: town.staff("sam", now))


def test_an_agencys_grant_opens_each_of_its_facilities(town: Town) -> None:
    ada = town.staff("ada")
    assert [place.place for place in ada.places] == ["ma-doc-norfolk"]
    assert ada.has(Right.SEE_AUDIT)
    assert not ada.has(Right.LISTEN)


def test_a_role_given_is_in_force_and_its_rights_can_be_ended_one_by_one(
    town: Town, now: datetime
) -> None:
    ines = town.staff("ines")
    staff_rights.give_role(
        staff=ines,
        email="new@bristol.example",
        role="officer",
        place="ma-bristol",
        name="Noor Said",
        password="a long password",
        now=now,
    )
    staff_rights.give_role(
        staff=ines, email="new@bristol.example", role="officer", place="ma-bristol", now=now
    )
    noor = town.staff("new")
    assert noor.may(Right.END_CALLS, town.julian.facility_id)
    rows = queries.staff_list(staff=ines, place="ma-bristol", now=now)
    (row,) = [row for row in rows if row.account == noor.account]
    assert len(row.grants) == 6  # given twice, held once
    ending = next(grant for grant in row.grants if grant.right == Right.END_CALLS)
    staff_rights.end_grant(staff=ines, grant_id=ending.id, now=now)
    assert not town.staff("new").has(Right.END_CALLS)


def test_nobody_changes_their_own_rights(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    with pytest.raises(Refused) as no:
        staff_rights.give_role(
            staff=ines,
            email="ines@bristol.example",
            role="investigator",
            place="ma-bristol",
            now=now,
        )
    assert no.value.refusals[0].code == "staff.not_oneself"


def test_a_facilitys_admin_gives_no_rights_over_the_whole_agency(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        staff_rights.give_role(
            staff=town.staff("ines"),
            email="sam@bristol.example",
            role="auditor",
            place="ma-bristol",
            whole_agency=True,
            now=now,
        )
    assert no.value.refusals[0].code == "staff.agency_needs_agency"


def test_rights_elsewhere_are_neither_listed_nor_ended(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    assert not queries.staff_list(staff=ines, place="ma-suffolk", now=now)
    foreign = Grant.objects.filter(account=town.account("theo")).first()
    assert foreign is not None
    not_found(lambda: staff_rights.end_grant(staff=ines, grant_id=foreign.pk, now=now))
