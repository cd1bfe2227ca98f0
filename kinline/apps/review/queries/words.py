"""Word lists as staff see them, and what they would find in a text."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.review.access import access_list
from kinline.apps.review.lists import Kind, Word, WordList
from kinline.apps.review.models import Decision
from kinline.apps.review.parts import findings_of
from kinline.apps.review.queries.triage import triage
from kinline.core.review.folding import fold
from kinline.core.review.lists import folded_words
from kinline.core.review.terms import TEXT_PART, Finding, FindingKind
from kinline.core.review.triage import Context

A_PAGE = 100
USE_DAYS, MOST_DECIDED = 90, 5000
WORDS = frozenset({FindingKind.WORD, FindingKind.DISGUISED})


@dataclass(frozen=True, slots=True)
class ListView:
    """One list in use. `language` is empty for words of no one language."""

    id: UUID
    name: str
    kind: Kind
    language: str
    count: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class WordView:
    id: UUID
    words: str
    severity: int
    added_by: str
    added_at: datetime
    use: "Use"


@dataclass(frozen=True, slots=True)
class Use:
    """In how many messages a word was found that were decided since, and in how many of them the
    part it stood in was not let through. A word that is found often and seldom right costs time.
    """

    found: int = 0
    kept_back: int = 0


@dataclass(frozen=True, slots=True)
class WordsPage:
    """Some words of a list, by the alphabet; `count` are all that were asked for."""

    words: tuple[WordView, ...]
    count: int
    page: int
    pages: int


def lists(*, staff: Staff, place: str) -> list[ListView]:
    """The lists in use at a facility. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    on_it = Count("words", filter=Q(words__removed_at=None))
    rows = WordList.objects.filter(facility=here.facility, ended_at=None).annotate(count=on_it)
    return [_view(row, row.count) for row in rows.order_by("kind", "name")]


def one(*, staff: Staff, place: str, list_id: UUID) -> ListView:
    """One of them. Raises NotFound."""
    row = _row(staff, place, list_id)
    return _view(row, row.words.filter(removed_at=None).count())


def page_of(
    *, staff: Staff, place: str, list_id: UUID, now: datetime, find: str = "", page: int = 1
) -> WordsPage:
    """A page of a list's words; `find` are letters that stand in them. Raises NotFound.

    Their use is that of the last USE_DAYS, of at most the newest MOST_DECIDED decisions.
    """
    rows = _row(staff, place, list_id).words.filter(removed_at=None)
    letters = " ".join(folded_words(find)) or fold(find.strip())
    if letters:
        rows = rows.filter(folded__contains=letters)
    count = rows.count()
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, page), pages)
    some = rows.order_by("folded", "pk")[(page - 1) * A_PAGE : page * A_PAGE]
    use = _use(access_facility(staff=staff, place=place, right=Right.SET_REVIEW).facility, now)
    nothing = Use()
    shown = tuple(_word(row, use.get(row.words, nothing)) for row in some)
    return WordsPage(shown, count, page, pages)


def table(*, staff: Staff, place: str, list_id: UUID) -> Iterator[tuple[str, int]]:
    """Every word of a list with its severity, for a file. Raises NotFound."""
    rows = _row(staff, place, list_id).words.filter(removed_at=None).order_by("folded", "pk")
    return ((words, severity) for words, severity in rows.values_list("words", "severity"))


def tried(*, staff: Staff, place: str, text: str) -> tuple[Finding, ...]:
    """What would stand out in a text if it came in now. Nothing is kept of it. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    return triage(facility_id=here.facility, context=Context({TEXT_PART: text}))


def _row(staff: Staff, place: str, list_id: UUID) -> WordList:
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    return access_list(staff=staff, facility=here.facility, list_id=list_id)


def _view(row: WordList, count: int) -> ListView:
    return ListView(row.pk, row.name, Kind(row.kind), row.language, count, row.made_by, row.made_at)


def _word(row: Word, use: Use) -> WordView:
    return WordView(row.pk, row.words, row.severity, row.added_by, row.added_at, use)


def _use(facility: UUID, now: datetime) -> dict[str, Use]:
    """How each word did. Of a message that was appealed the last word counts. One query."""
    rows = Decision.objects.filter(
        item__facility=facility, item__marks__gt=0, taken_up_at__gte=now - timedelta(days=USE_DAYS)
    )
    newest = rows.order_by("-taken_up_at").values_list("item", "item__findings", "rejected")
    decided: set[UUID] = set()
    found: Counter[str] = Counter()
    kept_back: Counter[str] = Counter()
    for item, findings, rejected in newest[:MOST_DECIDED]:
        if item in decided:
            continue
        decided.add(item)
        words = [one for one in findings_of(findings) if one.kind in WORDS]
        found.update({one.what for one in words})
        kept_back.update({one.what for one in words if one.part in rejected})
    return {word: Use(count, kept_back[word]) for word, count in found.items()}
