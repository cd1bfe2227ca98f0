"""Attorneys' requests and locked recordings: by right and by state; not yours is not there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kinline.apps.facilities.models import Facility
from kinline.apps.people.actions.statewide import asking, deciding, proving
from kinline.apps.people.models import AttorneyRequest, Contact, Grant
from kinline.apps.people.rights import Right
from kinline.core.visitor import State
from tests.apps.attorneys.desk import UNTIL, asked, clerk, colleague
from tests.doors import visitors
from tests.doors.console.conftest import Day

pytestmark = pytest.mark.once
Made = Callable[[Day, Path], UUID]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    made: Made
    post: bool = False
    ok: tuple[int, ...] = (200,)
    by: str = "ines"
    number: bool = False


def waits(day: Day, folder: Path) -> UUID:
    return asked(day.town.grace, folder, day.now)


def holds(day: Day, folder: Path, contact: Contact | None = None) -> UUID:
    made = asked(contact or day.town.grace, folder, day.now)
    until = UNTIL.replace(year=day.now.year + 1)
    ines = clerk(day.town, "ines", day.now)
    deciding.approve(staff=ines, request_id=made, until_on=until, now=day.now)
    return made


def complains(day: Day, folder: Path) -> UUID:
    made = waits(day, folder)
    ines = clerk(day.town, "ines", day.now)
    deciding.refuse(staff=ines, request_id=made, reason="not_listed", note="", now=day.now)
    mine = {"contact_id": day.town.grace.pk, "request_id": made}
    asking.appeal(**mine, words="I am.", now=day.now)
    return made


ROUTES = [
    Route("console_attorney_case", waits),
    Route("console_attorney_card", waits),
    Route("console_attorney_approve", waits, post=True, ok=(400,)),
    Route("console_attorney_refuse", waits, post=True, ok=(400,)),
    Route("console_attorney_end_state", holds, post=True, ok=(400,)),
    Route("console_attorney_end_here", holds, post=True, ok=(400,)),
    Route("console_attorney_resume", holds, post=True, ok=(302,)),
    Route("console_attorney_look", holds, post=True, ok=(400,)),
    Route("console_attorney_answer", complains, post=True, ok=(400,), by="vera"),
    Route("console_attorney_call_back", waits, post=True, number=True),
]
each_route = pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])


def ask(client: Client, route: Route, day: Day, pk: UUID) -> HttpResponse:
    more = []
    if route.number:
        more = [proving.add(contact_id=day.town.grace.pk, number="617-555-0177", now=day.now)]
    url = reverse(route.name, args=[pk, *more])
    return client.post(url) if route.post else client.get(url)  # type: ignore[return-value]


def browser(day: Day, name: str) -> Client:
    return visitors.staff(day.town.account(name))


@each_route
def test_staff_of_the_state_with_the_right_come_in(route: Route, day: Day, tmp_path: Path) -> None:
    made = route.made(day, tmp_path)
    clerk(day.town, "ines", day.now)
    colleague(day.town, day.now)
    answer = ask(browser(day, route.by), route, day, made)
    assert answer.status_code in route.ok
    assert answer["Cache-Control"].count("no-store") == 1


@each_route
def test_another_state_another_right_a_contact_and_a_stranger_find_nothing(
    route: Route, day: Day, tmp_path: Path
) -> None:
    made = route.made(day, tmp_path)
    clerk(day.town, "rae", day.now)  # every right, in New Hampshire
    for name in ("rae", "sam", "odette"):
        theirs, nobodys = (ask(browser(day, name), route, day, pk) for pk in (made, uuid4()))
        assert theirs.status_code == nobodys.status_code == 404, name
        assert visitors.bare(theirs.text) == visitors.bare(nobodys.text)
    stranger = ask(Client(), route, day, made)
    assert stranger["Location"].startswith("/sign-in/?next=")


def test_a_right_at_one_facility_of_a_large_agency_is_not_enough(day: Day, tmp_path: Path) -> None:
    made = waits(day, tmp_path)
    home = day.town.facility("ma-doc-norfolk")
    facts = {"agency": home.agency, "name": "Another prison", "zone": home.zone}
    Facility.objects.create(place="ma-doc-another", **facts)
    account = day.town.account("sam")
    Grant.objects.filter(account=account).delete()
    for right in (Right.VERIFY_ATTORNEYS, Right.ATTORNEY_APPEALS):
        Grant.objects.create(
            account=account, right=right, facility=home, given_by="test", given_at=day.now
        )
    assert browser(day, "sam").get(reverse("console_attorney_case", args=[made])).status_code == 404
    Grant.objects.filter(account=account).update(facility=None, agency=home.agency)
    assert browser(day, "sam").get(reverse("console_attorney_case", args=[made])).status_code == 200


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("console_attorneys", Right.VERIFY_ATTORNEYS),
        ("console_attorneys_verified", Right.VERIFY_ATTORNEYS),
        ("console_attorneys_appeals", Right.ATTORNEY_APPEALS),
    ],
    ids=["waiting", "verified", "appeals"],
)
def test_lists_open_by_right_and_show_nothing_of_other_states(
    name: str, right: Right, day: Day, tmp_path: Path
) -> None:
    holds(day, tmp_path, day.town.odette)
    complains(day, tmp_path)
    waits_now = asked(day.town.nadia, tmp_path, day.now)
    clerk(day.town, "ines", day.now)
    clerk(day.town, "rae", day.now)
    url, rows = reverse(name), {row.pk: row for row in AttorneyRequest.objects.all()}
    seen = browser(day, "ines").get(url)
    expected = {
        "console_attorneys": rows[waits_now].contact.name,
        "console_attorneys_verified": day.town.odette.name,
        "console_attorneys_appeals": day.town.grace.name,
    }
    assert expected[name] in seen.text
    assert expected[name] not in browser(day, "rae").get(url).text
    Grant.objects.filter(account=day.town.account("ines"), right=right).delete()
    assert browser(day, "ines").get(url).status_code == 404


def test_locking_away_takes_its_own_right_and_destroying_another_person(day: Day) -> None:
    call, here = day.call.pk, day.town.facility("ma-bristol")
    lock, destroy = reverse("console_lock", args=[call]), reverse("console_destroy", args=[call])
    page = reverse("console_call", args=[call])
    sam, ines, theo = (browser(day, name) for name in ("sam", "ines", "theo"))
    assert "Lock it away" not in sam.get(page).text, "to listen is not enough"
    for url in (lock, destroy):
        for client in (sam, theo):
            assert client.post(url, {"why": "x"}).status_code == 404
    for name in ("ines", "sam"):
        Grant.objects.create(
            account=day.town.account(name),
            right=Right.QUARANTINE,
            facility=here,
            given_by="test",
            given_at=day.now,
        )
    assert ines.post(destroy).status_code == 404, "nothing is locked away"
    assert ines.post(lock, {"why": ""}).status_code == 400
    assert ines.post(lock, {"why": "Her law office."}).status_code == 302
    assert "Destroy it for ever" not in ines.get(page).text
    recording = reverse("console_recording", args=[day.recording.pk])
    assert sam.get(recording).status_code == 404
    assert recording not in sam.get(page).text
    assert "Somebody else must destroy it." in ines.post(destroy, follow=True).text
    assert sam.post(destroy).status_code == 302
    assert "Destroyed: the number was private." in sam.get(page).text
    outside = visitors.signed_in(day.town.account("odette"))
    proof = outside.get(reverse("portal-attorney-contacts")).text
    assert "What lay there (SHA-256)" in proof
    assert "inside.0.ktrack" in proof
    notes = outside.get(reverse("portal")).text
    assert "A private call was recorded by mistake" in notes
    assert "The recording of your private call is destroyed" in notes


def test_what_ended_at_one_agency_is_resumed_there(day: Day, tmp_path: Path) -> None:
    made = holds(day, tmp_path)
    clerk(day.town, "theo", day.now)
    theo = browser(day, "theo")
    end = reverse("console_attorney_end_here", args=[made])
    case = reverse("console_attorney_case", args=[made])
    assert theo.post(end, {"reason": "other", "note": "Lost phone."}).status_code == 302
    page = theo.get(case).text
    assert "Let it hold here again" in page
    assert "End it in the whole state" not in page, "Bristol decided it"
    assert theo.post(reverse("console_attorney_resume", args=[made])).status_code == 302
    assert "Let it hold here again" not in theo.get(case).text
    assert AttorneyRequest.objects.get(pk=made).state == State.APPROVED
