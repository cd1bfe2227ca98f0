"""`python -m bench.messages_worker KIND ...`: one process of bench.messages. Prints JSON."""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench import messages_pages, messages_town  # noqa: E402
from kinline.apps.charging.models import Charge, ChargeLine  # noqa: E402
from kinline.apps.ledger.models import Account, Entry, Posting  # noqa: E402
from kinline.apps.messaging.access import Writer  # noqa: E402
from kinline.apps.messaging.actions.send import send_words  # noqa: E402
from kinline.apps.messaging.models import Message, Thread  # noqa: E402
from kinline.apps.messaging.queries.thread import thread  # noqa: E402
from kinline.apps.notices.models import Note  # noqa: E402
from kinline.apps.prepared_writes import Insert  # noqa: E402
from kinline.core.message.terms import Service  # noqa: E402
from kinline.core.review.terms import Side  # noqa: E402

WORDS = "Dear all, the garden is green again and we think of you every day. " * 12
PAIRS = 2_000  # of each process, its own


class Writers:
    """Threads of this process that write between other pairs than any other process does."""

    def __init__(self, seconds: float, threads: int, number: int) -> None:
        self.seconds, self.threads = seconds, threads
        first = number * PAIRS
        rows = Thread.objects.filter(person__number__startswith="B-").order_by("pk")
        self.pairs = list(rows.select_related("person")[first : first + PAIRS])

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


_INSERTS = {one: Insert(one) for one in (Charge, ChargeLine, Entry, Posting, Message, Note)}


def peer(row: Thread) -> None:
    """The same rows, and nothing asked: what the database alone needs for them."""
    now, pk = datetime.now(UTC), uuid4()
    charge = Charge(
        key=f"message:{pk.hex}:text",
        place=messages_town.PLACE,
        service="emessage",
        direction="received",
        began_at=now,
        seconds=0,
        units=1,
        consumer_cents=0,
        agency_cents=5,
        made_at=now,
    )
    line = ChargeLine(
        charge=charge,
        position=1,
        began_at=now,
        units=1,
        unit="emessage",
        price_hundredths=500,
        cents=5,
        payer="agency",
        rule="bench",
        citation="bench",
    )
    message = Message(
        pk=pk,
        key=uuid4(),
        thread_id=row.pk,
        facility_id=row.person.facility_id,
        service="emessage",
        direction="in",
        text=WORDS,
        folded=WORDS,
        size=len(WORDS),
        state="delivered",
        sent_at=now,
        delivered_at=now,
    )
    entry = Entry(key=f"charge:{charge.key}", at=now, what="message", about=str(charge.pk))
    note = Note(
        key=f"bench:{pk}", owner_kind="person", owner=str(row.person_id), kind="bench", at=now
    )
    debit, credit = _accounts()
    with transaction.atomic():
        for one in (charge, line, entry):
            _INSERTS[type(one)](one)
        posting = Posting(entry=entry, position=1, debit_id=debit, credit_id=credit, amount=5)
        for other in (posting, message, note):
            _INSERTS[type(other)](other)
        with connection.cursor() as cursor:
            key = row.pk if connection.vendor == "postgresql" else row.pk.hex
            cursor.execute(
                "UPDATE messaging_thread SET person_last_at = begun_at WHERE id = %s", [key]
            )


@cache
def _accounts() -> list[int]:
    """Two accounts of the house, whose balances nobody keeps."""
    return list(Account.objects.filter(floor=False).order_by("pk").values_list("pk", flat=True)[:2])


def run(kind: str, more: str, *rest: str) -> dict[str, Any]:
    if kind == "fill":
        messages_town.fill(int(more), datetime.now(UTC))
        return {}
    if kind == "pages":
        return messages_pages.pages(datetime.now(UTC))
    many, rate, number = (int(one) for one in rest)
    writers = Writers(float(more), many, number)
    if kind == "readable":
        return writers.offered(readable, rate)
    return writers.fast({"send": sent, "peer": peer}[kind])


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
