"""Notes of portal and tablet in words: moves, laws, idle money, links, lists, visits, visitors.

What a law makes free, from when and by what is read from the law book, in the reader's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kinline.apps.charging.answers import Answer
from kinline.apps.notices.kinds import (
    ABOUT_ATTORNEYS,
    CONTACT_LEFT,
    CONTACT_MOVED,
    LAW_BEGINS,
    PERSON_LEFT,
    PERSON_MOVED,
    SERVICE_STOPPED,
    UNUSED_MONEY,
)
from kinline.apps.notices.queries import NoteView
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import Law
from kinline.core.rating.terms import Service
from kinline.core.transition.words import AccountKind
from kinline.doors.words import (
    attorneys,
    balance,
    clock,
    links,
    listing,
    services,
    stopped,
    visit_notes,
    visitors,
)
from kinline.laws.loader import book, places

ABOUT_MONEY = frozenset({CONTACT_MOVED, CONTACT_LEFT, PERSON_MOVED, LAW_BEGINS, UNUSED_MONEY})
KINDS = (
    LAW_BEGINS,
    PERSON_MOVED,
    PERSON_LEFT,
    CONTACT_MOVED,
    CONTACT_LEFT,
    UNUSED_MONEY,
    SERVICE_STOPPED,
    *links.KINDS,
    *listing.KINDS_OF_NOTES,
    *visitors.KINDS_OF_NOTES,
    *ABOUT_ATTORNEYS,
    *visit_notes.KINDS,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A note to be read and put away. `money`: the accounts' page says more; `own_list`: the page
    of one's own list does."""

    note: UUID
    title: str
    sentences: tuple[str, ...]
    when: str
    put_away: str
    money: bool
    own_list: bool
    law: str = ""


def told(note: NoteView, answers: Iterable[Answer], now: datetime, *, zone: str = "") -> Told:
    """One note in words; `answers` are those for the reader's own accounts.

    `zone` is that of the wall somebody inside looks at; without it whoever reads is outside.
    """
    place = places().get(PlaceCode(note.facts.get("place", "")))
    when = clock.when(note.at, zone or (place.zone if place else settings.TIME_ZONE), now)
    law = law_of(note.facts) if note.kind == LAW_BEGINS else None
    if law is not None and place is not None:
        on = place.day(now)
        title, sentences = law_title(law, place, on), law_sentences(law, place, on)
        sentences = (*sentences, *own_answers(answers, mine=bool(zone)))
    elif note.kind == UNUSED_MONEY:
        title, sentences = _("Money you did not use"), _unused(note)
    elif note.kind == SERVICE_STOPPED:
        title, sentences = stopped.told(note)
    elif note.kind in visit_notes.KINDS:
        title, sentences = visit_notes.told(note, inside=bool(zone))
    elif note.kind in links.KINDS:
        title, sentences = links.told(note, inside=bool(zone))
    elif note.kind in listing.KINDS_OF_NOTES:
        title, sentences = listing.told(note, zone)
    elif note.kind in visitors.KINDS_OF_NOTES:
        title, sentences = visitors.told(note, place.zone.key if place else settings.TIME_ZONE)
    elif note.kind in ABOUT_ATTORNEYS:
        title, sentences = attorneys.told(note, place.zone.key if place else settings.TIME_ZONE)
    else:
        title, sentences = _moved(note)
    return Told(
        note=note.id,
        title=title,
        sentences=sentences,
        when=when,
        put_away=_("Put away: %(when)s") % {"when": f"{title} {when}"},
        money=note.kind in ABOUT_MONEY,
        own_list=note.kind in listing.KINDS_OF_NOTES,
        law=law.citation if law else "",
    )


def law_of(facts: Mapping[str, str]) -> Law | None:
    """The law a note or letter is about; None where the book no longer has it."""
    return next((law for law in book().laws if law.id == facts.get("law")), None)


def law_title(law: Law, place: Place, on: date) -> str:
    """That it is free, since or from when."""
    facts = {"day": clock.long_day(law.period.from_on), "place": place.name}
    if on < law.period.from_on:
        return _("From %(day)s on it is free at %(place)s") % facts
    return _("Since %(day)s it is free at %(place)s") % facts


def law_sentences(law: Law, place: Place, on: date) -> tuple[str, ...]:
    """What becomes free, for whom, by which law, and that nothing need be done."""
    freed = [str(services.NAMES[one]) for one in Service if one in law.services]
    facts = {"services": ", ".join(freed), "law": law.citation}
    what = _("Free for you and for whoever you are in touch with: %(services)s.")
    if law.domestic_only:
        what = _(
            "Free inside the United States, for you and for whoever you are in touch with: "
            "%(services)s."
        )
    offered = _("Not every facility offers all of them.")
    nothing = _("You need not do anything: it begins by itself.")
    if on >= law.period.from_on:
        nothing = _("You need not do anything.")
    return (what % facts, offered, nothing)


def own_answers(answers: Iterable[Answer], *, mine: bool = False) -> tuple[str, ...]:
    """What becomes of each account of the reader. `mine`: told to the person inside."""
    said = []
    for one in answers:
        if one.decision is not None:
            facts = {
                "name": balance.name(one.account.kind),
                "answer": balance.outcome(one.decision, mine=mine),
            }
            said.append(_("%(name)s: %(answer)s") % facts)
    return tuple(said)


def _unused(note: NoteView) -> tuple[str, ...]:
    kind = AccountKind(note.facts["kind"])
    amount = balance.standing(kind, int(note.facts["cents"]))
    facts = {"name": balance.name(kind), "amount": amount}
    return (
        _("%(name)s: %(amount)s was not used for a long time.") % facts,
        _("It is yours and stays yours: nobody takes it. Use it, or see what you can do."),
    )


def _moved(note: NoteView) -> tuple[str, tuple[str, ...]]:
    facts = note.facts
    name = {"name": facts.get("person_name", ""), "place": facts.get("facility_name", "")}
    elsewhere = bool(facts.get("new_agency"))
    if note.kind == PERSON_MOVED:
        said = [_("Your list of numbers and your money came with you.")]
        if elsewhere:
            said.append(
                _(
                    "Your attorney must be verified here too. Until then those calls are "
                    "recorded: each call says so before it begins."
                )
            )
        return _("You are at %(place)s now") % name, tuple(said)
    if note.kind == PERSON_LEFT:
        said = [_("Your money stays yours. To have it paid out, ask at %(place)s.") % name]
        return _("You left %(place)s") % name, tuple(said)
    if note.kind == CONTACT_MOVED:
        said = [
            _("You are still on their list. What calls cost, and when they can come, may differ.")
        ]
        return _("%(name)s is at %(place)s now") % name, tuple(said)
    said = [_("Calls from there no longer come from %(name)s. Your own money stays yours.") % name]
    return _("%(name)s left %(place)s") % name, tuple(said)
