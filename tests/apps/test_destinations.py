"""Closing a country, and what people are told who would call there."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.asking import ask
from kinline.apps.calls.callers import caller
from kinline.apps.calls.models import Call
from kinline.apps.calls.queries import portal, tablet
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.actions import destinations, lines
from kinline.apps.facilities.models import ClosedCountry
from kinline.apps.people import queries as people
from kinline.apps.people.actions import courtesies, lists
from kinline.apps.people.models import ContactNumber
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeReply
from kinline.core.policy.lines import LineKind
from tests.apps.story import Story, codes, dial, permit
from tests.apps.test_intake_and_courtesy import from_intake
from tests.cast import Town

AUNT = "+18765550123"  # Julian's aunt in Kingston; the number is nobody's
WHY = "Ask the captain: a fraud ring was called there."


@pytest.fixture
def aunt(town: Town, now: datetime) -> str:
    lists.allow(staff=town.staff("ines"), person_id=town.julian.pk, number=AUNT, name="A", now=now)
    return AUNT


def close(town: Town, now: datetime, country: str = "JM", why: str = WHY) -> None:
    destinations.close(
        facility_id=town.julian.facility_id,
        country=country,
        why=why,
        by=town.account("ines").pk,
        now=now,
    )


def call(town: Town, number: str, now: datetime) -> AuthorizeReply:
    return dial(town.julian, number, town.tablet(), now)


def over(reply: AuthorizeReply, now: datetime) -> None:
    """It may go out, and nobody answers."""
    Story(permit(reply).call).end(EndReason.NO_ANSWER, now + timedelta(seconds=45))


def listing(town: Town, number: str, now: datetime) -> list[str]:
    with pytest.raises(Refused) as no:
        lists.allow(
            staff=town.staff("ines"), person_id=town.julian.pk, number=number, name="X", now=now
        )
    assert all(refusal.facts["field"] == "number" for refusal in no.value.refusals)
    return [refusal.code for refusal in no.value.refusals]


def test_julian_calls_his_aunt_abroad_until_the_facility_closes_the_country(
    town: Town, now: datetime, aunt: str
) -> None:
    over(call(town, aunt, now), now)
    close(town, now)
    reply = call(town, aunt, now)
    assert codes(reply) == ["call.country_closed"]
    (no,) = reply.refusals
    assert (no.whose, no.until) == ("facility", None)
    assert no.facts == {"country": "JM", "why": WHY}
    permit(call(town, town.numbers.odette, now))


def test_it_is_open_again_when_the_facility_says_so(town: Town, now: datetime, aunt: str) -> None:
    close(town, now)
    facility, by = town.julian.facility_id, town.account("ines").pk
    destinations.open_again(facility_id=facility, country="JM", by=by, now=now)
    permit(call(town, aunt, now))
    with pytest.raises(NotFound):
        destinations.open_again(facility_id=facility, country="JM", by=by, now=now)
    close(town, now + timedelta(days=1), why="Again.")
    assert ClosedCountry.objects.filter(country="JM").count() == 2, "what was stays in the books"
    acts = AuditLine.objects.filter(actor=str(by)).values_list("act", flat=True)
    assert sorted(acts) == ["country.closed", "country.closed", "country.opened", "list.added"]


def test_another_facilitys_closing_is_its_own(town: Town, now: datetime) -> None:
    close(town, now, "DO")
    lists.allow(
        staff=town.staff("theo"),
        person_id=town.wendell.pk,
        number="+18095550123",
        name="Cousin",
        now=now,
    )
    permit(dial(town.wendell, "+18095550123", town.tablet("ma-suffolk"), now))


@pytest.mark.parametrize(
    ("country", "why", "code"),
    [
        ("US", WHY, "country.unknown"),  # at home, calling rules do that
        ("PR", WHY, "country.unknown"),
        ("ZZ", WHY, "country.unknown"),
        ("JM", "  ", "country.why_needed"),
        ("JM", "x" * 201, "country.why_too_long"),
    ],
)
def test_what_cannot_be_closed(
    town: Town, now: datetime, country: str, why: str, code: str
) -> None:
    with pytest.raises(Refused) as no:
        close(town, now, country, why)
    assert [refusal.code for refusal in no.value.refusals] == [code]


def test_a_country_is_closed_once(town: Town, now: datetime) -> None:
    close(town, now)
    with pytest.raises(Refused) as no:
        close(town, now)
    assert [refusal.code for refusal in no.value.refusals] == ["country.closed_already"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("911", "call.number_emergency"),
        ("988", "call.number_crisis"),
        ("411", "call.number_directory"),
        ("617-555-1212", "call.number_directory"),
        ("900-555-0100", "call.number_premium"),
        ("0", "call.number_short"),
        ("711", "call.number_relay"),  # Bristol has no relay line
        ("800-555-0199", "call.number_toll_free"),
    ],
)
def test_such_a_number_is_refused_when_listed_and_when_dialled(
    town: Town, now: datetime, number: str, code: str
) -> None:
    assert listing(town, number, now) == [code]
    assert codes(call(town, number, now))[0] == code


def test_a_number_in_a_closed_country_is_not_listed(town: Town, now: datetime) -> None:
    close(town, now)
    assert listing(town, AUNT, now) == ["call.country_closed"]


def test_toll_free_numbers_can_be_opened(town: Town, now: datetime) -> None:
    facility, by = town.julian.facility_id, town.account("ines").pk
    destinations.set_toll_free(facility_id=facility, on=True, by=by, now=now)
    lists.allow(
        staff=town.staff("ines"), person_id=town.julian.pk, number="8005550199", name="X", now=now
    )
    over(call(town, "8005550199", now), now)
    destinations.set_toll_free(facility_id=facility, on=False, by=by, now=now)
    assert codes(call(town, "8005550199", now)) == ["call.number_toll_free"]


def test_who_dials_711_reaches_the_facilitys_relay_line(town: Town, now: datetime) -> None:
    reply = permit(dial(town.tomas, "711", town.tablet("nh-example"), now))
    row = Call.objects.get(pk=reply.call)
    assert (row.line, row.number) == (town.line("relay"), town.numbers.relay)


def test_an_open_line_stays_open_in_a_closed_country(town: Town, now: datetime) -> None:
    """A consulate's own office abroad, say: a line asks about no country."""
    facility, by = town.julian.facility_id, town.account("ines").pk
    line = lines.NewLine(
        kind=LineKind.CONSULATE, names={"en": "Consulate"}, e164=AUNT, from_on=date(2025, 3, 12)
    )
    lines.set_line(facility_id=facility, line=line, by=by, now=now)
    close(town, now)
    permit(call(town, AUNT, now))


def test_no_line_has_a_number_that_charges_extra(town: Town, now: datetime) -> None:
    line = lines.NewLine(
        kind=LineKind.OTHER,
        names={"en": "Chat"},
        e164="+19005550100",
        from_on=date(2025, 3, 12),
    )
    by = town.account("ines").pk
    with pytest.raises(Refused) as no:
        lines.set_line(facility_id=town.julian.facility_id, line=line, by=by, now=now)
    assert [refusal.code for refusal in no.value.refusals] == ["line.no_such_number"]


def test_a_courtesy_call_does_not_open_a_country(town: Town, now: datetime) -> None:
    close(town, now)
    courtesies.grant(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        until=now + timedelta(hours=1),
        max_call_seconds=300,
        reason="A death in the family",
        now=now,
    )
    assert codes(call(town, AUNT, now)) == ["call.country_closed"]
    permit(call(town, "+18095550123", now))


def test_intake_calls_ask_the_same(town: Town, now: datetime) -> None:
    assert codes(from_intake(town, now, "911")) == ["call.number_emergency"]
    destinations.close(
        facility_id=town.facility("nh-example").pk,
        country="JM",
        why=WHY,
        by=town.account("rae").pk,
        now=now,
    )
    assert codes(from_intake(town, now, AUNT)) == ["call.country_closed"]


def test_the_lists_show_what_was_closed_since(town: Town, now: datetime, aunt: str) -> None:
    close(town, now)
    inside = town.sign_in(town.julian).inside
    seen = {one.e164: one.refusals for one in tablet.allowed(inside=inside, now=now)}
    assert [no.code for no in seen[aunt]] == ["call.country_closed"]
    assert seen[town.numbers.odette] == ()
    person = people.person(staff=town.staff("sam"), person_id=town.julian.pk, now=now)
    shown = {one.e164: one.refusals for one in person.allowed}
    assert shown[aunt] == seen[aunt]
    contact = ContactNumber.objects.get(e164=aunt).contact_id
    (who,) = portal.callers(contact_id=contact, now=now)
    assert who.refusals == seen[aunt], "she is not told that he can call her now"


def test_the_question_costs_one_query_more_abroad_and_no_more_at_home(
    town: Town, now: datetime, aunt: str
) -> None:
    who = caller(person_id=town.julian.pk, station_id=town.tablet().pk)
    for country in ("DO", "DE", "MX"):
        close(town, now, country)

    def count(number: str) -> int:
        ask(who, number, now)  # compiled once
        with CaptureQueriesContext(connection) as queries:
            ask(who, number, now)
        return len(queries)

    assert (count(town.numbers.odette), count(aunt)) == (3, 4)
