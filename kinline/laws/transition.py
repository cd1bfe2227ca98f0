"""Reads what is known of old money: old_money/*.yaml. Raises LawError with file and line."""

from functools import cache
from pathlib import Path
from types import MappingProxyType

from kinline.core.rating.book import RuleBook
from kinline.core.transition.words import (
    AccountKind,
    FundsRule,
    OldMoney,
    Outcome,
    ProviderWord,
    Publication,
    Reach,
)
from kinline.laws.loader import HOME, book
from kinline.laws.reading import Entry, LawError, plain, read

HEAD = {
    "jurisdiction", "law", "told_inside", "citation", "source", "status", "verify",
    "words", "rules",
}  # fmt: skip
RULE = {"id", "from", "to", "inactive_days", "reach", "citation", "source", "status", "verify"}


@cache
def old_money() -> OldMoney:
    """What ships. Raises LawError."""
    return read_old_money(HOME, book())


def read_old_money(home: Path, laws: RuleBook) -> OldMoney:
    """The old money of one folder, of which each answer must name a law of the book.

    Raises LawError: for what does not read, and for a kind answered twice in one jurisdiction.
    """
    words: list[ProviderWord] = []
    rules: list[FundsRule] = []
    publications: list[Publication] = []
    known = {law.id for law in laws.laws}
    for file in sorted(home.glob("old_money/*.yaml")):
        head = read(file)
        top = Entry(file, head)
        top.only(HEAD)
        rules += [_rule(Entry(file, fields), top) for fields in head.get("rules") or []]
        if head.get("words"):
            published = _publication(top, known)
            publications.append(published)
            words += [_word(Entry(file, fields), published) for fields in head["words"]]
    _once(words)
    return OldMoney(tuple(words), tuple(rules), tuple(publications))


def _once(words: list[ProviderWord]) -> None:
    seen: set[tuple[str, AccountKind]] = set()
    for word in words:
        key = (word.published.jurisdiction, word.kind)
        if key in seen:
            raise LawError(f"{word.origin}: {word.kind} is answered twice")
        seen.add(key)


def _publication(top: Entry, laws: set[str]) -> Publication:
    law = top.text("law")
    if law not in laws:
        raise top.wrong(f"no law is called {law!r}")
    return Publication(
        jurisdiction=top.text("jurisdiction"),
        law=law,
        told_inside=top.fields.get("told_inside") is True,
        **top.sourced(),
    )


def _word(entry: Entry, published: Publication) -> ProviderWord:
    entry.only({"kind", "outcome", "elsewhere", "buys", "sold_as"})
    return ProviderWord(
        kind=entry.word_of(entry.text("kind"), AccountKind),
        outcome=entry.word_of(entry.text("outcome"), Outcome),
        elsewhere=_elsewhere(entry),
        buys=entry.texts("buys"),
        sold_as=entry.text("sold_as", ""),
        published=published,
        origin=entry.origin,
    )


def _elsewhere(entry: Entry) -> Outcome | None:
    if not entry.has("elsewhere"):
        return None
    found: Outcome = entry.word_of(entry.text("elsewhere"), Outcome)
    return found


def _rule(entry: Entry, top: Entry) -> FundsRule:
    entry.only(RULE)
    reach = plain(entry.mapping("reach").fields)
    return FundsRule(
        id=entry.text("id"),
        jurisdiction=top.text("jurisdiction"),
        period=entry.period(),
        inactive_days=entry.number("inactive_days", least=1),
        reach=MappingProxyType(
            {
                entry.word_of(kind, AccountKind): entry.word_of(how, Reach)
                for kind, how in reach.items()
            }
        ),
        **entry.sourced(),
        origin=entry.origin,
    )
