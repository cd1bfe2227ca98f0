"""Own lists where much happens: at one moment, killed half-way, and with many numbers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from kinline.apps.errors import Refused
from kinline.apps.people import list_desk as desk
from kinline.apps.people import listing
from kinline.apps.people.actions import list_desk
from kinline.apps.people.models import AllowedNumber, ListRequest
from tests.apps.test_own_list import AUNT_E164, OTHERS, approve, ask, rule
from tests.cast import Town


def test_two_wishes_at_one_moment_do_not_pass_the_size(committed_town: Town, now: datetime) -> None:
    town = committed_town
    rule(town, now, most=2, approval=False)  # Mama is on it: one place is left
    person = town.julian

    def one(number: str) -> str:
        try:
            ask(person, now, number)
        except Refused as no:
            return no.refusals[0].code
        finally:
            connections.close_all()
        return "listed"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(one, OTHERS[:4]))
    assert said == ["list.full"] * 3 + ["listed"]


def test_two_of_staff_decide_at_one_moment_and_one_does(
    committed_town: Town, now: datetime
) -> None:
    town = committed_town
    asked, ines = ask(town.julian, now), town.staff("ines")

    def yes() -> str:
        try:
            list_desk.approve(staff=ines, request_id=asked.request, now=now)
        except Refused as no:
            return no.refusals[0].code
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(3) as pool:
        said = sorted(one.result() for one in [pool.submit(yes) for _ in range(3)])
    assert said == ["approved", "list.decided_meanwhile", "list.decided_meanwhile"]
    assert AllowedNumber.objects.filter(number__e164=AUNT_E164).count() == 1


def test_a_failure_in_the_middle_leaves_nothing(
    town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request, the entry, the contact and the audit line are one transaction."""
    rule(town, now, approval=False)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("kinline.apps.audit.actions.write", dies)
    with pytest.raises(RuntimeError):
        ask(town.julian, now)
    assert not ListRequest.objects.exists()
    assert not AllowedNumber.objects.filter(number__e164=AUNT_E164).exists()


def test_no_page_costs_more_with_more_numbers(town: Town, now: datetime) -> None:
    rule(town, now)
    ines = town.staff("ines")

    def costs() -> list[int]:
        found = []
        for look in (
            lambda: listing.own_list(person_id=town.julian.pk, now=now),
            lambda: desk.queue(staff=ines, place="", page=1),
        ):
            with CaptureQueriesContext(connection) as queries:
                look()
            found.append(len(queries))
        return found

    approve(town, ask(town.julian, now).request, now)
    ask(town.julian, now, OTHERS[0])
    before = costs()
    for number in OTHERS[1:4]:
        approve(town, ask(town.julian, now, number).request, now)
    for number in OTHERS[4:]:
        ask(town.julian, now, number)
    assert costs() == before
