"""`python -m bench.messages_worker KIND ...`: one process of bench.messages. Prints JSON.

Rows to measure over are made by the database itself, by INSERT ... SELECT: a million of them
through the ORM would take longer than all that is measured.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from kinline.apps.charging.models import Charge, ChargeLine  # noqa: E402
from kinline.apps.facilities.models import Facility  # noqa: E402
from kinline.apps.messaging.access import Writer  # noqa: E402
from kinline.apps.messaging.actions.send import send_words  # noqa: E402
from kinline.apps.messaging.models import Message, Thread  # noqa: E402
from kinline.apps.messaging.queries.thread import thread  # noqa: E402
from kinline.apps.messaging.queries.threads import threads  # noqa: E402
from kinline.apps.notices.models import Note, Outgoing  # noqa: E402
from kinline.apps.people import access  # noqa: E402
from kinline.apps.people.models import Account, Contact, Link, Person  # noqa: E402
from kinline.apps.review.models import Item, Policy  # noqa: E402
from kinline.apps.review.queries.queue import QueueFilter, queue  # noqa: E402
from kinline.config import demo  # noqa: E402
from kinline.core.message.terms import Service  # noqa: E402
from kinline.core.review.terms import Mode, Side  # noqa: E402

PLACE, PEOPLE, CONTACTS, WAITING = "ma-bristol", 500, 4, 2_000
WORDS = "Dear all, the garden is green again and we think of you every day. " * 12
TURNS = 60


def fill(stored: int) -> dict[str, Any]:
    """The town, many more people who write, and so many messages between them."""
    now = datetime.now(UTC)
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
    pairs = list(_people(facility, now))
    rows = [
        Thread(
            person=person, contact=contact, begun_at=now, person_last_at=now, contact_last_at=now
        )
        for person, contact in pairs
    ]
    Thread.objects.bulk_create(rows, batch_size=500)
    _messages(facility.pk, len(rows), stored, now)
    _items(facility, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"messages": Message.objects.count()}


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


def _messages(facility: UUID, pairs: int, stored: int, now: datetime) -> None:
    """Message n belongs to thread n modulo their number, a minute before the one after it."""
    postgres = connection.vendor == "postgresql"
    pk = "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))"
    numbers = (
        "SELECT generate_series(0, %s) AS n"
        if postgres
        else "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < %s) "
        "SELECT n FROM t"
    )
    at = (
        "%s::timestamptz - n * interval '20 seconds'"
        if postgres
        else "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s, '-' || (n * 20) || ' seconds') || '000'"
    )
    empty = "''::bytea" if postgres else "x''"
    columns = [field.column for field in Message._meta.concrete_fields]
    values = dict.fromkeys(columns, "''") | {
        "id": pk,
        "key": pk,
        "thread_id": "th.id",
        "facility_id": f"'{facility if postgres else facility.hex}'"
        + ("::uuid" if postgres else ""),
        "service": "'emessage'",
        "direction": "CASE WHEN n % 2 = 0 THEN 'in' ELSE 'out' END".replace("%", "%%"),
        "privileged": "false" if postgres else "0",
        "text_rejected": "false" if postgres else "0",
        "text": "'The garden is green again, message ' || n",
        "folded": "'the garden is green again, message ' || n",
        "sealed": empty,
        "size": "40",
        "state": "'delivered'",
        "sent_at": at,
        "delivered_at": at,
        "read_at": f"CASE WHEN n < {pairs} THEN NULL ELSE {at} END",
        "paid": "'[]'",
        "back": "'[]'",
    }
    values |= dict.fromkeys(["item", "ended_at", "decided_at", "appeal_until", "erased_at"], "NULL")
    chosen = ", ".join(values[column] for column in columns)
    moments = chosen.count("%s")
    order = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM messaging_thread"
    sql = (
        f"INSERT INTO messaging_message ({', '.join(columns)}) SELECT {chosen} "
        f"FROM ({numbers}) AS s JOIN ({order}) AS th ON th.place = s.n %% {pairs}"
    )
    moment = now if postgres else now.strftime("%Y-%m-%d %H:%M:%S")
    with connection.cursor() as cursor:
        cursor.execute(sql, [*[moment] * moments, stored - 1])


def _items(facility: Facility, now: datetime) -> None:
    some = Message.objects.select_related("thread").filter(facility=facility)[:WAITING]
    Item.objects.bulk_create(
        (
            Item(
                subject=str(row.pk),
                facility=facility,
                person_id=row.thread.person_id,
                contact_id=row.thread.contact_id,
                service=row.service,
                direction=row.direction,
                mode=Mode.SAMPLE,
                before_delivery=False,
                parts=[["text", "text"]],
                submitted_at=now,
                due_at=now,
            )
            for row in some
        ),
        batch_size=200,
    )


def pages() -> dict[str, float]:
    """p95 in milliseconds of what each page asks, each time for other people."""
    now = datetime.now(UTC)
    rows = list(Thread.objects.order_by("pk")[:TURNS])
    ines = access.staff(account_id=Account.objects.get(email__startswith="ines@").pk, now=now)
    asks: dict[str, Callable[[Thread], object]] = {
        "inbox": lambda row: threads(by=Writer(Side.PERSON, row.person_id)),
        "thread": lambda row: thread(by=Writer(Side.CONTACT, row.contact_id), thread_id=row.pk),
        "queue": lambda row: queue(staff=ines, filter=QueueFilter(), page=1, now=now),
    }
    found = {}
    for name, ask in asks.items():
        ask(rows[0])
        waits = sorted(_took(ask, row) for row in rows)
        found[f"{name}_p95_ms"] = round(waits[int(len(waits) * 0.95)], 1)
    return found


def _took(ask: Callable[[Thread], object], row: Thread) -> float:
    began = time.perf_counter()
    ask(row)
    return (time.perf_counter() - began) * 1000


class Writers:
    """Threads of this process that write between other pairs than any other process does."""

    def __init__(self, seconds: float, threads: int, number: int) -> None:
        self.seconds, self.threads = seconds, threads
        first = number * 400
        rows = Thread.objects.filter(person__number__startswith="B-").order_by("pk")
        self.pairs = list(rows.select_related("contact", "person__facility")[first : first + 400])

    def fast(self, act: Callable[[Thread], object]) -> dict[str, float]:
        """As fast as the threads can: how many a second, and CPU of this process for each."""
        act(self.pairs[0])
        counts = [0] * self.threads
        end = time.perf_counter() + self.seconds
        before = time.process_time()

        def work(mine: int) -> None:
            while time.perf_counter() < end:
                act(self.pairs[(counts[mine] * self.threads + mine) % len(self.pairs)])
                counts[mine] += 1
            connection.close()

        _together(work, self.threads)
        spent = (time.process_time() - before) * 1000
        return {"a_second": sum(counts) / self.seconds, "cpu_ms": spent / max(1, sum(counts))}

    def offered(self, act: Callable[[Thread], object], rate: int) -> dict[str, list[float]]:
        """At moments fixed beforehand; milliseconds from each due moment to its end."""
        act(self.pairs[0])
        waits: list[float] = []
        began = time.perf_counter()

        def work(mine: int) -> None:
            for number in range(mine, int(rate * self.seconds), self.threads):
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                act(self.pairs[number % len(self.pairs)])
                waits.append((time.perf_counter() - due) * 1000)
            connection.close()

        _together(work, self.threads)
        return {"waits": waits}


def _together(work: Callable[[int], None], many: int) -> None:
    running = [threading.Thread(target=work, args=(number,)) for number in range(many)]
    for one in running:
        one.start()
    for one in running:
        one.join()


def sent(row: Thread) -> UUID:
    by = Writer(Side.CONTACT, row.contact_id)
    moment = datetime.now(UTC)
    return send_words(
        by=by,
        thread_id=row.pk,
        service=Service.EMESSAGE,
        words=WORDS,
        key=uuid4(),
        now=moment,
    ).id


def readable(row: Thread) -> None:
    """Sent, and seen by its reader."""
    message = sent(row)
    reader = Writer(Side.PERSON, row.person_id)
    shown = {one.id for one in thread(by=reader, thread_id=row.pk).messages}
    assert message in shown


def peer(row: Thread) -> None:
    """The same rows, and nothing asked: what the database alone needs for them."""
    now, pk = datetime.now(UTC), uuid4()
    with transaction.atomic():
        charge = Charge.objects.create(
            key=f"message:{pk.hex}:text",
            place=PLACE,
            service="emessage",
            direction="received",
            began_at=now,
            seconds=0,
            minutes=0,
            units=1,
            consumer_cents=0,
            agency_cents=0,
            made_at=now,
        )
        ChargeLine.objects.create(
            charge=charge,
            position=1,
            began_at=now,
            units=1,
            unit="emessage",
            price_hundredths=0,
            cents=0,
            payer="agency",
            rule="bench",
            citation="bench",
        )
        Message.objects.create(
            pk=pk,
            key=uuid4(),
            thread=row,
            facility=row.person.facility,
            service="emessage",
            direction="in",
            text=WORDS,
            folded=WORDS,
            size=len(WORDS),
            state="delivered",
            sent_at=now,
            delivered_at=now,
        )
        Note.objects.create(
            key=f"bench:{pk}", owner_kind="person", owner=str(row.person_id), kind="bench", at=now
        )
        Outgoing.objects.create(key=f"bench:{pk}", kind="bench", created_at=now, next_try_at=now)


def run(kind: str, more: str, *rest: str) -> dict[str, Any]:
    if kind == "fill":
        return fill(int(more))
    if kind == "pages":
        return pages()
    many, rate, number = (int(one) for one in rest)
    writers = Writers(float(more), many, number)
    if kind == "readable":
        return writers.offered(readable, rate)
    return writers.fast({"send": sent, "peer": peer}[kind])


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
