"""The commands quote, rate and law: they need no database and no server, only the law book.

Standard output carries JSON alone; a wrong question is JSON on standard error and exit code 2.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import msgspec

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.core.rating.explain import explain
from kinline.core.rating.rate import Charge
from kinline.core.rating.rate import rate as price
from kinline.laws import answers, loader, usages
from kinline.laws.singly import Singly
from kinline.laws.usages import BadUsage, Told

OK, SOME_BAD, ASKED_WRONGLY = 0, 1, 2


class Wrong(Exception):
    """The question cannot be answered; the message is the answer."""


class JsonParser(ArgumentParser):
    """Says what is wrong with the words of a command as JSON."""

    def error(self, message: str) -> NoReturn:
        tell(message)
        sys.exit(ASKED_WRONGLY)


def tell(message: str) -> None:
    sys.stderr.write(msgspec.json.encode({"error": message}).decode() + "\n")


def quote_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--facility", required=True, metavar="CODE")
    parser.add_argument("--service", required=True, help="call visit text emessage ecard photo ...")
    parser.add_argument("--at", metavar="MOMENT", help="when it begins or is sent (not for visits)")
    parser.add_argument("--scheduled-for", metavar="MOMENT", help="a visit's scheduled start")
    parser.add_argument("--seconds", type=int, help="length of a call; booked length of a visit")
    parser.add_argument("--units", type=int, help="how many messages, photos, cards, texts")
    parser.add_argument("--to", metavar="NUMBER", help="the number called, like +16175550100")
    parser.add_argument("--used-minutes", type=int, default=0, metavar="N")
    parser.add_argument("--explain", action="store_true", help="every rule that was looked at")
    _book_arguments(parser)


def rate_arguments(parser: ArgumentParser) -> None:
    usages = parser.add_mutually_exclusive_group(required=True)
    usages.add_argument("usages", nargs="?", metavar="FILE", help="one usage a line; - is stdin")
    usages.add_argument(
        "--parquet",
        nargs=2,
        type=Path,
        metavar=("IN", "OUT"),
        help="rate a Parquet file on columns",
    )
    _book_arguments(parser)


def law_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--facility", required=True, metavar="CODE")
    parser.add_argument("--on", metavar="DATE")
    parser.add_argument("--diff", nargs=2, metavar=("DATE", "DATE"))
    _book_arguments(parser)


def _book_arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--draft", type=Path, metavar="FILE", help="the book as a bill makes it")
    which.add_argument("--as-of", metavar="DATE", help="what held on a day, as if it always did")


def quote(options: Namespace) -> int:
    """Price one usage."""
    with answering() as answer:
        book = _book(options)
        told = _told(options)
        used = options.used_minutes
        if used < 0:
            raise Wrong("used-minutes cannot be less than 0")
        charge = price(told.usage, book, {told.usage.place.week(told.usage.began_at): used})
        found = answers.quote(told.usage, charge, _say(charge, told.number_told))
        if options.explain:
            found["explanation"] = _explanation(told, book, charge)
        write(sys.stdout.buffer, found)
    return answer.code


def rate(options: Namespace) -> int:
    """Price a file of usages, one answer a line in the same order."""
    with answering() as answer:
        book = _book(options)
        if options.parquet is not None:
            source, target = options.parquet
            answer.code = _rate_columns(source, target, book)
        else:
            with _opened(options.usages) as lines:
                answer.code = _rate_lines(lines, sys.stdout.buffer, book)
    return answer.code


def law(options: Namespace) -> int:
    """Every rule in force at a place on a day, or what changed between two days."""
    with answering() as answer:
        place = place_of(options.facility)
        book = _book(options)
        if bool(options.on) == bool(options.diff):
            raise Wrong("law wants --on DATE, or --diff DATE DATE")
        if options.diff:
            before, after = map(day_of, options.diff)
            found = answers.difference(book, place, before, after)
        else:
            found = answers.law(book, place, day_of(options.on))
        if not found["citations"]:
            raise Wrong(f"the book has no rule for {place.code} on this day")
        write(sys.stdout.buffer, found)
    return answer.code


# What each command is for, its arguments, and what it does.
COMMANDS: Mapping[str, tuple[str, Callable[[ArgumentParser], None], Callable[[Namespace], int]]] = {
    "quote": ("what one usage costs, and why", quote_arguments, quote),
    "rate": ("what each usage of a file costs", rate_arguments, rate),
    "law": ("the rules in force at a place on a day", law_arguments, law),
}


def main(name: str, words: list[str]) -> int:
    """Run one of the commands; its exit code."""
    help, arguments, command = COMMANDS[name]
    parser = JsonParser(prog=f"kinline {name}", description=help, allow_abbrev=False)
    arguments(parser)
    return command(parser.parse_args(words))


class _Answer:
    code = OK


@contextmanager
def answering() -> Iterator[_Answer]:
    """Turns what can be wrong with a question into JSON on standard error and exit code 2."""
    answer = _Answer()
    try:
        yield answer
    except (Wrong, BadUsage, NoRuleInForce, loader.LawError) as wrong:
        tell(str(wrong))
        answer.code = ASKED_WRONGLY
    except BrokenPipeError:
        # Whoever read our answers has enough, and the rest can be flushed to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        answer.code = SOME_BAD


def _rate_lines(lines: BinaryIO, out: BinaryIO, book: RuleBook) -> int:
    decoder = msgspec.json.Decoder()
    rating = Singly(book, loader.places(), _say)
    for number, line in enumerate(lines, start=1):
        try:
            fields = decoder.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as wrong:
            write(out, rating.refuse(number, None, wrong))
            continue
        write(out, rating.answer(number, fields))
    out.flush()
    return SOME_BAD if rating.bad else OK


def _rate_columns(source: Path, target: Path, book: RuleBook) -> int:
    from kinline.laws import columns  # DuckDB takes its time to load, and a quote needs none

    try:
        rated = columns.rate(source, target, book, loader.places(), _say)
    except columns.UnreadableColumns as wrong:
        raise Wrong(str(wrong)) from wrong
    return SOME_BAD if rated.bad else OK


def write(out: BinaryIO, found: dict[str, Any]) -> None:
    out.write(msgspec.json.encode(found) + b"\n")


def _told(options: Namespace) -> Told:
    fields = {
        "facility": options.facility,
        "service": options.service,
        "began_at": options.at,
        "scheduled_for": options.scheduled_for,
        "seconds": options.seconds,
        "units": options.units,
        "to": options.to,
    }
    return usages.read(fields, loader.places())


def _say(charge: Charge, number_told: bool) -> str:
    said: str = words_of("charge").sentence(charge, number_told=number_told)
    return said


def _explanation(told: Told, book: RuleBook, charge: Any) -> list[dict[str, Any]]:
    return [
        {
            "on": one.on.isoformat(),
            "rule": one.rule.id,
            "verdict": one.verdict.value,
            "sentence": words_of("charge").looked(one),
        }
        for one in explain(told.usage, book, charge)
    ]


def words_of(subject: str) -> Any:
    """The words of a subject, in English: translations would need the whole program."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)
    return import_module(f"kinline.doors.words.{subject}")


def place_of(code: str) -> Place:
    place = loader.places().get(PlaceCode(code))
    if place is None:
        raise Wrong(f"no facility is called {code!r}")
    return place


def day_of(text: str) -> date:
    """A day as it is written on the command line. Raises Wrong."""
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Wrong(f"{text!r} is not a day like 2023-12-01") from wrong


def _book(options: Namespace) -> RuleBook:
    if options.draft is not None:
        if not options.draft.is_file():
            raise Wrong(f"there is no file {options.draft}")
        return loader.draft(options.draft)
    if options.as_of is not None:
        return loader.book().as_of(day_of(options.as_of))
    return loader.book()


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    file = Path(name)
    if not file.is_file():
        raise Wrong(f"there is no file {name}")
    with file.open("rb") as lines:
        yield lines
