"""An order against contact refuses calls: staff read why, nobody else learns that there is one."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.calls.queries import console, portal, tablet
from kinline.apps.people import queries as people
from kinline.apps.people.actions import courtesies, lists, no_contact
from kinline.apps.people.models import Account, ContactNumber, Link, NoContact
from kinline.core.refusal import Refusal
from tests.apps.story import codes, dial, permit, talked
from tests.cast import Town

WHY = "Probate court, 24-1187"


def order(town: Town, now: datetime, against: str, until: datetime | None = None) -> None:
    no_contact.make(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        against=against,
        reason=WHY,
        until=until,
        now=now,
    )


def call_mama(town: Town, now: datetime) -> list[str]:
    return codes(dial(town.julian, town.numbers.odette, town.tablet(), now))


def why(found: tuple[Refusal, ...]) -> list[str]:
    return [one.code for one in found]


@pytest.fixture(params=["number", "mail", "contact", "another number", "sign-in number"])
def ordered(request: pytest.FixtureRequest, town: Town, now: datetime) -> Town:
    """Julian and Odette are kept apart, however the order names her."""
    odette = town.odette
    if request.param == "number":
        order(town, now, town.numbers.odette)
    elif request.param == "mail":
        assert odette.account is not None
        Account.objects.filter(pk=odette.account.pk).update(email="Odette@Example.org")
        order(town, now, "odette@example.ORG")
    elif request.param == "contact":
        link = Link.objects.get(person=town.julian, contact=odette)
        no_contact.make_against_contact(
            staff=town.staff("ines"),
            person_id=town.julian.pk,
            link_id=link.pk,
            reason=WHY,
            until=None,
            now=now,
        )
    elif request.param == "another number":
        ContactNumber.objects.create(contact=odette, e164="+15085550177")
        order(town, now, "+15085550177")
    else:
        assert odette.account is not None
        Account.objects.filter(pk=odette.account.pk).update(phone="+15085550178")
        order(town, now, "+15085550178")
    return town


def test_a_listed_number_is_refused_as_one_that_never_was(ordered: Town, now: datetime) -> None:
    reply = dial(ordered.julian, ordered.numbers.odette, ordered.tablet(), now)
    never = dial(ordered.julian, ordered.numbers.grace, ordered.tablet(), now)
    assert reply.refusals == never.refusals, "what the engine says aloud and shows"
    assert codes(reply) == ["call.not_on_list"]


def test_whoever_is_not_named_is_called_as_before(ordered: Town, now: datetime) -> None:
    permit(dial(ordered.julian, ordered.numbers.priya, ordered.tablet(), now))
    theo = ordered.staff("theo")
    lists.allow(
        staff=theo, person_id=ordered.wendell.pk, number=ordered.numbers.odette, name="O", now=now
    )
    permit(dial(ordered.wendell, ordered.numbers.odette, ordered.tablet("ma-suffolk"), now))


def test_on_the_tablet_the_number_is_gone_from_the_list_and_loses_its_name(
    town: Town, now: datetime
) -> None:
    inside = town.sign_in(town.julian).inside
    assert [one.label for one in tablet.allowed(inside=inside, now=now)] == ["Mama", "Ms. Halloway"]
    order(town, now, town.numbers.odette)
    call_mama(town, now)
    assert [one.label for one in tablet.allowed(inside=inside, now=now)] == ["Ms. Halloway"]
    (mine,) = tablet.history(inside=inside, now=now).items
    assert (why(mine.refusals), mine.label, mine.contact_name) == (["call.not_on_list"], "", "")
    assert tablet.one(inside=inside, call_id=mine.id, now=now) == mine


def test_at_home_the_caller_is_gone_and_no_attempt_is_shown(town: Town, now: datetime) -> None:
    def callers() -> list[str]:
        return [one.person_name for one in portal.callers(contact_id=town.odette.pk, now=now)]

    assert "Julian Marrow" in callers()
    order(town, now, town.numbers.odette)
    call_mama(town, now)
    assert "Julian Marrow" not in callers()
    assert not portal.history(contact_id=town.odette.pk).items


def test_staff_read_the_true_reason(town: Town, now: datetime) -> None:
    order(town, now, town.numbers.odette)
    call_mama(town, now)
    ines = town.staff("ines")
    (row,) = console.finished(staff=ines).items
    assert why(row.refusals) == ["call.no_contact"]
    assert why(console.one(staff=ines, call_id=row.id).call.refusals) == ["call.no_contact"]
    tried = console.try_call(
        staff=ines, person_id=town.julian.pk, number=town.numbers.odette, at=now
    )
    assert why(tried.refusals) == ["call.no_contact"]
    listed = people.person(staff=ines, person_id=town.julian.pk, now=now).allowed
    assert [(one.label, why(one.refusals)) for one in listed] == [
        ("Mama", ["call.no_contact"]),
        ("Ms. Halloway", []),
    ]


def test_an_order_holds_from_its_making_until_its_end_or_its_lifting(
    town: Town, now: datetime
) -> None:
    order(town, now, town.numbers.odette, until=now + timedelta(hours=1))
    assert call_mama(town, now + timedelta(minutes=59)) == ["call.not_on_list"]
    talked(town.julian, town.numbers.odette, town.tablet(), now + timedelta(minutes=61), 60)
    later = now + timedelta(hours=2)
    order(town, later, town.numbers.odette)
    assert call_mama(town, later) == ["call.not_on_list"]
    endless = NoContact.objects.get(until_at=None)
    no_contact.lift(staff=town.staff("ines"), order_id=endless.pk, now=later)
    assert call_mama(town, later) == []


def test_a_courtesy_call_reaches_nobody_an_order_names(town: Town, now: datetime) -> None:
    courtesies.grant(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        until=now + timedelta(hours=1),
        max_call_seconds=300,
        reason="A death in the family",
        now=now,
    )
    stranger = "+15085550179"  # nobody's number that we know
    assert not ContactNumber.objects.filter(e164=stranger).exists()
    order(town, now, stranger)
    assert codes(dial(town.julian, stranger, town.tablet(), now)) == ["call.not_on_list"]
    order(town, now, town.numbers.grace)
    assert codes(dial(town.julian, town.numbers.grace, town.tablet(), now)) == ["call.not_on_list"]
    permit(dial(town.julian, "+15085550180", town.tablet(), now))


def test_an_order_costs_a_call_no_query_more(town: Town, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            dial(town.julian, town.numbers.grace, town.tablet(), now)
        return len(asked)

    queries()  # compiles what is compiled once
    before = queries()
    order(town, now, town.numbers.grace)
    assert queries() == before
