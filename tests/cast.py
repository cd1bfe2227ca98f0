"""The named people of every test: the demo town, its rows at hand by first name.

    def test_something(town, now):
        town.julian, town.odette, town.sam ...

The town is loaded once a run; each test works in a transaction that is rolled back. A test that
needs real commits (threads, races) asks for `committed_town` instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from kinline.apps import sql
from kinline.apps.facilities.models import CallingRule, Facility, OpenLine, Station
from kinline.apps.ledger.actions.post import post
from kinline.apps.people import access
from kinline.apps.people.actions import sign_in
from kinline.apps.people.actions.sign_in import SignedIn
from kinline.apps.people.models import Account, AllowedNumber, Contact, ContactNumber, Person
from kinline.config import demo
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.transition.words import AccountKind

# A Wednesday, eleven in the morning in Boston.
NOW = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)
PASSWORD = demo.town()["password"]
# Every guard file of every room, so that none is forgotten when they are set again.
GUARDS = sorted(
    (path.parents[2].name, path.stem)
    for path in Path(sql.__file__).parent.glob("*/sql/sqlite/*.sql")
)


@dataclass(slots=True)
class Numbers:
    """Everybody's telephone number, in E.164; `unknown` belongs to nobody."""

    odette: str = "+16175550142"
    carmen: str = "+16035550117"
    denise: str = "+16035550119"
    grace: str = "+16175550163"
    priya: str = "+16175550181"
    nadia: str = "+19785550125"
    prea: str = "+16035550171"
    crisis: str = "+16035550172"
    legal: str = "+16035550174"
    relay: str = "+16035550175"
    unknown: str = "+16175550199"


class Town:
    """Rows by name. A row is read when it is first asked for, and then kept."""

    numbers = Numbers()

    def _person(self, number: str) -> Person:
        return Person.objects.select_related("facility__agency", "unit").get(number=number)

    @cached_property
    def julian(self) -> Person:
        """ma-bristol, unit C. PIN 271900. Odette and Priya are on his list."""
        return self._person("40-2719")

    @cached_property
    def tomas(self) -> Person:
        """nh-example, where a minute costs 12 cents. PIN 103400. Carmen is on his list."""
        return self._person("55-1034")

    @cached_property
    def marcus(self) -> Person:
        """nh-example too. PIN 207700. Denise is on his list, and neither has money for a call."""
        return self._person("55-2077")

    @cached_property
    def wendell(self) -> Person:
        """ma-suffolk. PIN 700031. Grace is on his list."""
        return self._person("31-0007")

    @cached_property
    def desmond(self) -> Person:
        """ma-doc-norfolk. PIN 441012. Nobody is on his list."""
        return self._person("12-4410")

    @cached_property
    def luis(self) -> Person:
        """ma-essex, speaks Spanish. PIN 886120. Nadia is on his list."""
        return self._person("20-8861")

    @cached_property
    def odette(self) -> Contact:
        """Mother of Julian, on his list as "Mama"."""
        return Contact.objects.get(account__email="odette@example.org")

    @cached_property
    def carmen(self) -> Contact:
        """Wife of Tomás, reads Spanish."""
        return Contact.objects.get(account__email="carmen@example.org")

    @cached_property
    def grace(self) -> Contact:
        """Sister of Wendell."""
        return Contact.objects.get(account__email="grace@example.org")

    @cached_property
    def priya(self) -> Contact:
        """Julian's attorney, verified by Bristol."""
        return Contact.objects.get(account__email="priya@example.org")

    @cached_property
    def nadia(self) -> Contact:
        """Daughter of Luis."""
        return Contact.objects.get(account__email="nadia@example.org")

    @cached_property
    def desk(self) -> Contact:
        """Answers the made-up crisis line of nh-example."""
        return Contact.objects.get(account__email="desk@crisis.example")

    def line(self, kind: str) -> OpenLine:
        """One of the made-up open lines of nh-example: prea, crisis, tip, legal_services, relay."""
        return OpenLine.objects.get(facility__place="nh-example", kind=kind)

    @cached_property
    def intake_tablet(self) -> Station:
        """The tablet of nh-example from which people call before they have a PIN."""
        stations = Station.objects.select_related("unit__facility__agency")
        return stations.get(intake=True)

    def staff(self, name: str, now: datetime = NOW) -> access.Staff:
        """ "sam", "ines" (Bristol), "theo" (Suffolk), "rae" (nh-example) or "ada" (auditor)."""
        return access.staff(account_id=self.account(name).pk, now=now)

    def account(self, name: str) -> Account:
        """The sign-in of anybody outside or of staff, by first name in small letters."""
        return Account.objects.get(email__startswith=f"{name}@")

    def facility(self, place: str) -> Facility:
        return Facility.objects.select_related("agency").get(place=place)

    def tablet(self, place: str = "ma-bristol") -> Station:
        """The first tablet of a facility."""
        stations = Station.objects.select_related("unit__facility__agency")
        found = stations.filter(unit__facility__place=place).order_by("name").first()
        assert found is not None
        return found

    def sign_in(self, person: Person, now: datetime = NOW) -> SignedIn:
        """Sign someone in on the first tablet of their facility."""
        return sign_in.sign_in(
            station_id=self.tablet(person.facility.place).pk,
            number=person.number,
            pin=PINS[person.number],
            now=now,
        )

    def list_entry(self, person: Person, e164: str) -> AllowedNumber:
        return AllowedNumber.objects.get(person=person, number__e164=e164, removed_at=None)

    def has(
        self, who: Person | Contact, cents: int, kind: AccountKind | None = None
    ) -> chart.Account:
        """Give somebody money: to whom is inside as debit, to a contact as prepaid_collect."""
        inside = AccountKind.DEBIT if isinstance(who, Person) else AccountKind.PREPAID_COLLECT
        account = chart.held_by(kind or inside, str(who.pk))
        opening = chart.of_house(chart.House.OPENING)
        key = f"test:{uuid4()}"
        entry = Entry(key, NOW, "opening", (Posting(opening, account, cents),))
        post(entry=entry, now=NOW)
        return account

    def number(self, e164: str) -> ContactNumber:
        return ContactNumber.objects.get(e164=e164)

    def hours(self, place: str, opens: str, closes: str, **rule: Any) -> None:
        """Give a facility other hours than the demo's open day."""
        found = CallingRule.objects.filter(facility__place=place)
        found.update(
            opens_at=time.fromisoformat(opens), closes_at=time.fromisoformat(closes), **rule
        )


PINS = {person["number"]: person["pin"] for person in demo.town()["inside"]}


@pytest.fixture
def now() -> datetime:
    """The moment most tests happen at."""
    return NOW


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database with the town in it, once a run.

    In place of pytest-django's, which makes no database for a run of `committed_town` alone.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        demo.load(now=NOW, open_hours=True)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def town(db: None) -> Town:
    """The town, in a transaction that is rolled back."""
    return Town()


@pytest.fixture
def committed_town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """The town with real commits, for threads. Everything is put back afterwards.

    pytest-django would flush the tables; the triggers that keep books and audit from being
    emptied rightly refuse that, so here they are lifted first and set again.
    """
    with django_db_blocker.unblock():
        try:
            yield Town()
        finally:
            _put_back()
            connections.close_all()


def _put_back() -> None:
    guarded = _triggers()
    tables = connection.introspection.django_table_names(only_existing=True)
    tables = [table for table in tables if table != "django_content_type"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            cursor.execute("SET session_replication_role = origin")
        else:
            _empty_sqlite(cursor, tables)
    for room, name in GUARDS:
        sql.run(room, name, connection)
    assert _triggers() == guarded, "the next test would find books without their guards"
    demo.load(now=NOW, open_hours=True)


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def _empty_sqlite(cursor: Any, tables: list[str]) -> None:
    for name in _triggers():
        cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute("PRAGMA foreign_keys = OFF")
    for table in tables:
        cursor.execute(f"DELETE FROM {table}")
    cursor.execute("PRAGMA foreign_keys = ON")
