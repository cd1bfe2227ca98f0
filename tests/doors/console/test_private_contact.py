"""No one can listen to, read, search or export anything of a private contact.

Julian's attorney called, visited and wrote. Somebody with every right there is asks every address
of the console about all of it, and every command that reads the books.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from kinline.apps.calls.models import Call
from kinline.apps.ledger import export
from kinline.apps.ledger import queries as ledger
from kinline.apps.messaging.models import Message
from kinline.apps.messaging.privileged import writing
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import Right
from kinline.apps.visits.models import Visit
from kinline.config import cli, rating
from tests.apps.messaging.writing import by
from tests.apps.story import talked
from tests.doors import visitors
from tests.doors.console.conftest import Day
from tests.doors.console.test_listening import private_call
from tests.doors.console.test_who_may import visit_station

WORDS = "The hearing is on Friday about the second witness."
NUMBER = re.compile(r"617\D{0,3}555\D{0,3}0181|(?<![0-9a-f-])0181(?![0-9a-f-])")
NAME = "Halloway"

# Who is on a person's list is staff's own work: they put the number there and checked the bar.
LIST = {"console_person", "console_number"}
ENTRY = {"console_attorney", "console_number_sign_in", "console_number_password"}  # acts on it
# That private mail or a private visit takes place, and with whom, is told where somebody must act.
NAMED = LIST | {
    "console_contacts",
    "console_order",
    "console_order_link",
    "console_hold",
    "console_private_mail",
    "console_visit",
    "console_visit_live",
    "console_visits_live",
    "console_visits_live_part",
    "console_visits",
    "console_visits_print",
    "console_visits_requests",
    "console_visit_approve",
    "console_visit_refuse",
    "console_visit_cancel",
    "console_visit_end",
    "console_visitor",
    "console_visitors",
    "console_visitors_waiting",
    "console_audit",
}


@dataclass
class Books:
    """Everything of the attorney's that stands in the books."""

    live: Call
    over: UUID
    visit: Visit
    letter: UUID
    ids: list[UUID] = field(default_factory=list)


@pytest.fixture
def books(day: Day) -> Books:
    town, now = day.town, timezone.now()
    live = private_call(day)
    Call.objects.filter(pk=live.pk).update(state="ended", ended_at=now, end_reason="hung_up_inside")
    over = talked(day.julian, town.numbers.priya, town.tablet(), now - timedelta(hours=3), 9).pk
    Call.objects.filter(pk=live.pk).update(state="talking", ended_at=None, end_reason="")
    where = writing.open_thread(by=by(town.priya), other=day.julian.pk, now=now)
    draft = writing.begin(by=by(town.priya), thread_id=where, now=now)
    writing.save(by=by(town.priya), key=draft.key, text=WORDS, revision=1, now=now)
    letter = writing.send(by=by(town.priya), key=draft.key, now=now).id
    visit = Visit.objects.create(
        key="private",
        facility=day.julian.facility,
        person=day.julian,
        booked_by=town.priya,
        asked_by="contact",
        kind="attorney",
        state="booked",
        starts_at=now + timedelta(hours=2),
        ends_at=now + timedelta(hours=2, minutes=20),
        station_id=UUID(str(visit_station(day)[1])),
        booked_at=now,
        changed_at=now,
        cancel_minutes=60,
        buffer_minutes=0,
        recorded=False,
        private=True,
    )
    visit.visitors.create(contact=town.priya, seat="home-1")
    allowed = town.list_entry(day.julian, town.numbers.priya)
    thread = Message.objects.get(pk=letter).thread_id
    ids = [live.pk, over, visit.pk, letter, thread, day.julian.pk, allowed.pk, town.priya.pk]
    return Books(live, over, visit, letter, ids)


@pytest.fixture
def might(day: Day, books: Books) -> Client:
    """Somebody with every right there is at Bristol, and for its agency."""
    account, home = day.town.account("sam"), day.town.facility("ma-bristol")
    facts: dict[str, Any] = {"account": account, "given_by": "test", "given_at": day.now}
    for right in Right:
        Grant.objects.create(right=right, facility=home, **facts)
        Grant.objects.create(right=right, agency=home.agency, **facts)
    return visitors.staff(account)


def routes(patterns: Any = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the console, with what it takes."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns)
        elif isinstance(one, URLPattern) and (one.name or "").startswith("console_"):
            yield str(one.name), one.pattern.converters


OTHERS = {"law": "ma-87a", "country": "JM", "kind": "document", "seat": "home-1", "part": 0}


def addresses(books: Books) -> list[tuple[str, str]]:
    """Each route about each thing of the attorney's, wherever an id can be put in."""
    found = []
    for name, takes in routes():
        choices = [
            books.ids if type(kind).__name__ == "UUIDConverter" else [OTHERS.get(key, "ma-bristol")]
            for key, kind in takes.items()
        ]
        for chosen in product(*choices):
            found.append((name, reverse(name, kwargs=dict(zip(takes, chosen, strict=True)))))
    return found


def said(answer: HttpResponseBase) -> str:
    if answer.streaming:
        return b"".join(answer).decode(errors="replace")  # type: ignore[arg-type]
    return answer.content.decode(errors="replace")  # type: ignore[attr-defined, no-any-return]


def telling(answers: Iterator[tuple[str, str]], what: re.Pattern[str]) -> set[str]:
    return {name for name, page in answers if what.search(page)}


def test_no_page_of_the_console_tells_anything_of_an_attorney_that_policy_does_not(
    books: Books, might: Client
) -> None:
    pages = [(name, might.get(url)) for name, url in addresses(books)]
    assert {name for name, page in pages if page.status_code == 200} > LIST, "they were let in"
    assert not [name for name, page in pages if page.status_code >= 500]
    read = [(name, said(page)) for name, page in pages]
    assert telling(iter(read), re.compile(re.escape(WORDS[4:20]))) == set()
    assert telling(iter(read), NUMBER) <= LIST
    assert telling(iter(read), re.compile(NAME)) <= NAMED


def test_nothing_that_is_sent_to_the_console_brings_it_out_either(
    books: Books, might: Client
) -> None:
    given = {"purpose": "Case 26-0441", "why": "Case 26-0441", "seconds": "3", "words": "Case"}
    read = []
    for name, url in addresses(books):
        with transaction.atomic():
            read.append((name, said(might.post(url, given))))
            transaction.set_rollback(True)
    assert telling(iter(read), re.compile(re.escape(WORDS[4:20]))) == set()
    assert telling(iter(read), NUMBER) <= LIST | ENTRY


@pytest.mark.parametrize("name", ["console_calls", "console_find", "console_hot"])
def test_a_search_for_it_answers_as_for_a_number_nobody_ever_called(
    day: Day, books: Books, might: Client, name: str
) -> None:
    for cut, asked in product((0, -4, -7), ("number", "q", "person")):
        private, nobodys = day.town.numbers.priya[cut:], "+16175550999"[cut:]
        one, other = (
            seen_of(said(might.get(reverse(name), {asked: number})), number)
            for number in (private, nobodys)
        )
        assert one == other


def seen_of(page: str, typed: str) -> str:
    """What a page shows, without what was typed into its own fields."""
    shown = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}", "", visitors.bare(shown)).replace(typed, "")


def test_no_address_lets_anybody_listen_watch_or_play(books: Books, might: Client) -> None:
    for name in ("console_listen", "console_listen_pass", "console_listen_heard"):
        for call in (books.live.pk, books.over, uuid4()):
            assert might.post(reverse(name, args=[call]), {"purpose": "Case"}).status_code == 404
    for thing in books.ids:
        for name in ("console_recording", "console_audio", "console_visit_recording"):
            assert might.get(reverse(name, args=[thing])).status_code in (404, 405), name
        page = might.post(reverse("console_visit_pass", args=[thing]), {"purpose": "Case"})
        assert page.status_code == 404


# Every command there is, and what it could write out; what answers is asked over these books.
SERVES = "serves, and writes out nothing"
NO_BOOKS = "reads no database"
ANSWERS = "is asked below"
OUR_OWN = "stands in for another's service, with a store of its own"
COMMANDS = {
    "up": SERVES,
    "web": SERVES,
    "engine": SERVES,
    "sip": SERVES,
    "worker": SERVES,
    "migrate": "changes tables, and says which",
    "demo": "writes invented people, and reads nobody",
    "code": "knows the demo's own staff alone",
    "quote": NO_BOOKS,
    "rate": NO_BOOKS,
    "law": NO_BOOKS,
    "transition": ANSWERS,
    "bill": ANSWERS,
    "books": ANSWERS,
    "balances": ANSWERS,
    "tell": ANSWERS,
    "stand-in": OUR_OWN,
    "telephones": OUR_OWN,
    "django": "is Django's: below, with the tables themselves",
}


def test_every_command_is_looked_at_here() -> None:
    """A new command fails this until somebody has said what it could tell of an attorney."""
    listed = {word for one in cli.parser()._actions for word in one.choices or ()}
    assert listed | {*cli.PASSED_ON, *rating.COMMANDS} == set(COMMANDS)


def asked_of(books: Books, folder: Path) -> dict[str, list[list[str]]]:
    """Each command that answers, in every way that could bring the attorney's things out."""
    number, person = "+16175550181", str(books.ids[5])
    month = timezone.now().strftime("%Y-%m")
    owed, facts = folder / "owed.csv", folder / "facts.json"
    head = "reference,kind,facility,holder,balance\n"
    owed.write_text(f"{head}x-1,prepaid_collect,,{number},100\n")
    given = {"kind": "debit", "balance": 1250, "facilities": ["ma-bristol"], "as_of": "2023-12-01"}
    facts.write_text(json.dumps(given))
    return {
        "transition": [[str(facts)], [person], [number]],
        "bill": [
            ["--month", month],
            ["--month", month, "--facility", "ma-bristol", "--as-of", "2023-11-30"],
            ["--month", month, "--facility", person],
        ],
        "books": [[what] for what in ("check", "csv", "beancount")],
        "balances": [[str(owed)], [str(owed), "--write"]],
        "tell": [["ma-bristol", "ma-87a"], ["ma-bristol", "ma-87a"], [person, number]],
    }


ECHOED = {"tell", "bill", "transition"}  # a wrong question is said again, as it was asked


def test_no_command_of_ours_tells_anything_of_it(
    books: Books, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = asked_of(books, tmp_path)
    assert set(asked) == {name for name, what in COMMANDS.items() if what == ANSWERS}
    worked = set()
    for name, questions in asked.items():
        main = import_module(cli.MODULES[name]).main
        for words in questions:
            code = main(words)
            said = b"".join(capfdbinary.readouterr()).decode()
            worked |= {name} if code == 0 else set()
            wrongly = code == rating.ASKED_WRONGLY and name in ECHOED
            told = said if not wrongly else said.replace(words[-1], "").replace(words[0], "")
            for what in (re.compile(re.escape(WORDS[4:20])), NUMBER, re.compile(NAME)):
                assert not what.search(told), (name, words)
    assert worked == set(asked), "each of them answered something"


def test_no_command_writes_it_out(books: Books, tmp_path: Any) -> None:
    """Whoever has the database has its numbers; the words of a letter not even they."""
    out = StringIO()
    for write in (export.to_csv, export.to_beancount):
        write(ledger.lines(), out)
    assert not NUMBER.search(out.getvalue())
    assert NAME not in out.getvalue()
    whole = tmp_path / "all.json"
    call_command("dumpdata", "--exclude", "contenttypes", "--output", str(whole), verbosity=0)
    everything = whole.read_text()
    assert str(books.letter) in everything
    assert WORDS[4:20] not in everything
