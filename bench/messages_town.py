"""The town of bench.messages: many people who write, and so many messages between them.

Messages are made by the database itself, by INSERT ... SELECT: through the ORM they would take
longer than all that is measured. Their indexes are made anew afterwards from what the database
itself said they are, so a page meets the same ones as in life.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from bench import triage
from kinline.apps.facilities.models import Facility
from kinline.apps.messaging.models import Message, Thread
from kinline.apps.people.models import Account, Contact, Link, Person
from kinline.apps.review.lists import Kind, Word, WordList, WordsVersion
from kinline.apps.review.models import Item, Policy
from kinline.config import demo
from kinline.core.review.states import State
from kinline.core.review.terms import Mode, Outcome

PLACE, PEOPLE, CONTACTS = "ma-bristol", 200, 30
WAITING, LOOKED_AT = 2_000, 100_000  # items in the queue, and those decided before at most
SECONDS = 20  # from one message to the next


def fill(stored: int, now: datetime) -> None:
    """An empty database becomes the town of the demo, with so many messages besides."""
    call_command("migrate", verbosity=0, interactive=False)
    demo.load(now=now)
    facility = Facility.objects.get(place=PLACE)
    Policy.objects.create(
        facility=facility,
        mode=Mode.SAMPLE,
        sample_percent=1,
        target_minutes=60,
        set_by="bench",
        set_at=now - timedelta(hours=1),
    )
    _lists(facility, now)
    threads = [
        Thread(
            person=person, contact=contact, begun_at=now, person_last_at=now, contact_last_at=now
        )
        for person, contact in _people(facility, now)
    ]
    Thread.objects.bulk_create(threads, batch_size=500)
    with _in_bulk(Message):
        _messages(facility.pk, len(threads), stored, now)
    with _in_bulk(Item):
        _items(WAITING + min(LOOKED_AT, stored // 10), now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _lists(facility: Facility, now: datetime) -> None:
    """As many entries to look for as bench.triage has, and none that is in what is written."""
    rng = random.Random(6)
    entries = {
        " ".join(one.folded): one for one in triage.lists(rng, triage.vocabulary(rng, 6_000))
    }
    made = WordList.objects.create(
        facility=facility, name="Bench", kind=Kind.LOOK, made_by="bench", made_at=now
    )
    Word.objects.bulk_create(
        (
            Word(list=made, words=one.words, folded=folded, added_by="bench", added_at=now)
            for folded, one in entries.items()
        ),
        batch_size=500,
    )
    WordsVersion.objects.update_or_create(facility=facility, defaults={"mark": uuid4()})


def _people(facility: Facility, now: datetime) -> list[tuple[Person, Contact]]:
    people = Person.objects.bulk_create(
        Person(facility=facility, number=f"B-{n}", given_name="Bench", family_name=str(n))
        for n in range(PEOPLE)
    )
    count = PEOPLE * CONTACTS
    accounts = Account.objects.bulk_create(
        (Account(email=f"b{n}@example.org", name=f"Contact {n}") for n in range(count)),
        batch_size=500,
    )
    contacts = Contact.objects.bulk_create(
        (Contact(account=one, name=one.name) for one in accounts), batch_size=500
    )
    pairs = [(people[n % PEOPLE], contact) for n, contact in enumerate(contacts)]
    Link.objects.bulk_create(
        (
            Link(person=one, contact=two, asked_by="contact", asked_at=now, accepted_at=now)
            for one, two in pairs
        ),
        batch_size=500,
    )
    return pairs


@contextmanager
def _in_bulk(model: type[Model]) -> Iterator[None]:
    """While its table is filled it has no indexes but those of its keys. Not waiting for the disk
    and with much memory, as for whoever restores a backup; nothing of it stays."""
    table, postgres = model._meta.db_table, connection.vendor == "postgresql"
    made = (
        # Those of constraints stay: they are no indexes to PostgreSQL's CREATE INDEX.
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint)"
        if postgres
        else "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s "
        "AND sql IS NOT NULL"
    )
    quick = {
        # Foreign keys and guards are asked for each row by triggers; these rows are right.
        "postgresql": [
            "SET session_replication_role = replica",
            "SET synchronous_commit = off",
            "SET maintenance_work_mem = '256MB'",
        ],
        "sqlite": ["PRAGMA cache_size = -500000", "PRAGMA synchronous = OFF"],
    }
    with connection.cursor() as cursor:
        for line in quick[connection.vendor]:
            cursor.execute(line)
        cursor.execute(made, [table])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, statement in indexes:
            cursor.execute(statement)
    connection.close()  # and with it all that was set


def _messages(facility: UUID, pairs: int, stored: int, now: datetime) -> None:
    """Message n belongs to thread n modulo their number, some seconds before the one before it."""
    postgres = connection.vendor == "postgresql"
    key = "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))"
    at = (
        f"%s::timestamptz - n * interval '{SECONDS} seconds'"
        if postgres
        else f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s, '-' || (n * {SECONDS}) || ' seconds')"
        " || '000'"
    )
    no = "false" if postgres else "0"
    values = {
        "id": key,
        "key": key,
        "thread_id": "th.id",
        "facility_id": f"'{facility}'::uuid" if postgres else f"'{facility.hex}'",
        "service": "'emessage'",
        "direction": "CASE WHEN n %% 2 = 0 THEN 'in' ELSE 'out' END",
        "privileged": no,
        "text_rejected": no,
        "text": "'The garden is green again, message ' || n",
        "folded": "'the garden is green again, message ' || n",
        "sealed": "''::bytea" if postgres else "x''",
        "size": "40",
        "state": "'delivered'",
        "sent_at": at,
        "delivered_at": at,
        "read_at": f"CASE WHEN n < {pairs} THEN NULL ELSE {at} END",
        "paid": "'[]'",
        "back": "'[]'",
    }
    numbers = (
        "SELECT generate_series(0, %s) AS n"
        if postgres
        else "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < %s) "
        "SELECT n FROM t"
    )
    order = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM messaging_thread"
    moment = now if postgres else now.strftime("%Y-%m-%d %H:%M:%S")
    _selected(
        Message,
        values,
        f"FROM ({numbers}) AS s JOIN ({order}) AS th ON th.place = s.n %% {pairs}",
        moment,
        [stored - 1],
    )


def _items(count: int, now: datetime) -> None:
    """The first of them wait, all others were decided."""
    postgres = connection.vendor == "postgresql"
    key = "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))"
    waits = f"n <= {WAITING}"
    values = {
        "id": key,
        "subject": "s.id::text" if postgres else "s.id",
        "facility_id": "s.facility_id",
        "person_id": "th.person_id",
        "contact_id": "th.contact_id",
        "service": "s.service",
        "direction": "s.direction",
        "mode": f"'{Mode.SAMPLE}'",
        "before_delivery": "false" if postgres else "0",
        "parts": """'[["text", "text"]]'""",
        "findings": "'[]'",
        "marks": "0",
        "state": f"CASE WHEN {waits} THEN '{State.WAITING}' ELSE '{State.IN_EFFECT}' END",
        "outcome": f"CASE WHEN {waits} THEN '' ELSE '{Outcome.APPROVED}' END",
        "submitted_at": "s.sent_at",
        "due_at": "s.sent_at",
    }
    some = f"SELECT *, row_number() OVER () AS n FROM messaging_message LIMIT {count}"
    _selected(
        Item,
        values,
        f"FROM ({some}) AS s JOIN messaging_thread AS th ON th.id = s.thread_id",
        now,
        [],
    )


def _selected(
    model: type[Model], values: dict[str, str], source: str, moment: Any, more: list[Any]
) -> None:
    """INSERT ... SELECT of every column: those without a value are NULL where they may be, else
    empty. Each %s of a value is `moment`."""
    fields = model._meta.concrete_fields
    known = {str(one.column): "NULL" if one.null else "''" for one in fields} | values
    columns = list(known)
    chosen = ", ".join(known[column] for column in columns)
    parameters = [*[moment] * chosen.replace("%%", "").count("%s"), *more]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {chosen} {source}",
            parameters or None,
        )
