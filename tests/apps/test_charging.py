"""Charges are written once, with a line for each payer, and draw on the week's free minutes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.charging import queries
from kinline.apps.charging.actions import charge
from kinline.apps.charging.models import AllowanceDraw, Charge
from kinline.apps.ledger import queries as ledger
from kinline.core.ids import PlaceCode
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import Destination, Service
from kinline.laws.loader import places
from tests.cast import Town

BOSTON = Destination("US", "617")


def written(
    place: str, began_at: datetime, seconds: int, key: str, person: str = "julian"
) -> queries.ChargeView:
    """A call, charged."""
    usage = Usage(Service.CALL, places()[PlaceCode(place)], began_at, seconds, to=BOSTON)
    made = charge(key=key, usage=usage, person=person, now=began_at + timedelta(seconds=seconds))
    return queries.charges(ids=[made])[made]


def test_the_second_call_of_a_week_finds_the_free_minutes_the_first_has_left(db: None) -> None:
    tuesday = datetime(2023, 11, 14, 15, 0, tzinfo=UTC)
    first = written("ma-bristol", tuesday, 420, "call:1")
    second = written("ma-bristol", tuesday + timedelta(hours=1), 420, "call:2")
    other = written("ma-bristol", tuesday + timedelta(hours=2), 420, "call:3", person="wendell")
    next_week = written("ma-bristol", tuesday + timedelta(days=7), 420, "call:4")
    assert [one.consumer_cents for one in (first, second, other, next_week)] == [0, 56, 0, 0]
    assert [(line.units, line.cents) for line in second.lines] == [(3, 0), (4, 56)]


def test_the_same_charge_again_draws_nothing_again(db: None) -> None:
    tuesday = datetime(2023, 11, 14, 15, 0, tzinfo=UTC)
    first, again = (written("ma-bristol", tuesday, 420, "call:1") for _ in range(2))
    assert first == again
    assert Charge.objects.count() == 1
    assert list(AllowanceDraw.objects.values_list("week_on", "minutes")) == [
        (date(2023, 11, 13), 7)
    ]


def test_each_cent_of_a_charge_is_in_the_books_once(db: None) -> None:
    before = datetime(2023, 11, 14, 15, 0, tzinfo=UTC)
    free = datetime(2023, 12, 1, 15, 0, tzinfo=UTC)
    for _ in range(2):
        written("ma-bristol", before, 1200, "call:1")
        written("ma-bristol", free, 600, "call:2")
    paid, borne = (Charge.objects.get(key=key) for key in ("call:1", "call:2"))
    totals = {one.code: (one.debits, one.credits) for one in ledger.trial_balance()}
    assert totals == {
        "people_due:ma-bristol": (paid.consumer_cents, 0),
        "agency_due:ma-bristol": (borne.agency_cents, 0),
        "revenue:ma-bristol": (0, paid.consumer_cents + borne.agency_cents),
    }
    assert paid.consumer_cents
    assert borne.agency_cents
    assert not borne.consumer_cents, "the law makes it free"
    (row, _) = ledger.statement(code="revenue:ma-bristol")
    assert (row.key, row.about) == ("charge:call:1", str(paid.pk))


def test_what_was_drawn_is_never_changed(db: None) -> None:
    written("ma-bristol", datetime(2023, 11, 14, 15, 0, tzinfo=UTC), 420, "call:1")
    for act in (
        lambda: AllowanceDraw.objects.update(minutes=0),
        lambda: AllowanceDraw.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_shared_call_has_a_line_for_each_payer(db: None) -> None:
    seen = written("co-doc-example", datetime(2024, 1, 10, 19, 0, tzinfo=UTC), 420, "call:1")
    assert [(one.payer, one.price_hundredths, one.cents) for one in seen.lines] == [
        ("consumer", 750, 52),
        ("agency", 250, 18),
    ]
    assert (seen.consumer_cents, seen.agency_cents, seen.free) == (52, 18, False)


def test_where_no_allowance_is_in_force_none_is_asked_for(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        written("ma-bristol", datetime(2026, 11, 23, 15, 0, tzinfo=UTC), 60, "call:1")
    assert not any("allowancedraw" in query["sql"] for query in asked.captured_queries)


def test_a_price_names_its_unit_and_a_call_abroad_its_own_price(town: Town, now: datetime) -> None:
    def price(service: str = "call", number: str = "", place: str = "nh-example") -> str:
        found = queries.price(place=place, at=now, service=service, number=number)
        assert found is not None
        return f"{found.cents} {found.pieces} {found.unit}"

    assert price() == "12 0 minute"
    assert price(number="+525555550100") == "25 0 minute"
    assert price("visit") == "19 0 minute"
    assert price("videogram") == "0 2 stamp"
    assert price("text", place="ma-bristol") == "0 0 text"
    assert queries.price(place="nowhere", at=now) is None


def test_a_charge_nobody_has_is_not_found(db: None) -> None:
    assert queries.charges(ids=[UUID(int=0)]) == {}
