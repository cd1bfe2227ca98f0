"""Review in words: what was decided and why, what is looked at, what stood out in a message."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.review.terms import FindingKind, Mode, Outcome, Reason, Side

Text = str | Promise
HOURS_FROM_MINUTES, DAYS_FROM_HOURS = 120, 48

# What a rule is called; what it says stands in the law book (kinline.laws.reasons).
REASONS: dict[str, Text] = {
    Reason.WEAPONS: _("Weapons"),
    Reason.ESCAPE: _("Escape"),
    Reason.DRUGS: _("Making alcohol or drugs"),
    Reason.CODE: _("Written in code"),
    Reason.VIOLENCE: _("Violence or group disorder"),
    Reason.CRIME: _("Crime"),
    Reason.SEXUAL: _("Sexually explicit"),
    Reason.CONTRABAND: _("Contraband"),
}

OUTCOMES: dict[str, Text] = {
    Outcome.APPROVED: _("Delivered"),
    Outcome.IN_PART: _("Delivered in part"),
    Outcome.REJECTED: _("Not delivered"),
}

ANSWERS: dict[str, Text] = {
    Outcome.APPROVED: _("Reversed: all of it is delivered"),
    Outcome.IN_PART: _("Reversed in part"),
    Outcome.REJECTED: _("Upheld: it stays as it was"),
}

MODES: dict[str, Text] = {
    Mode.HOLD: _("Everything, before it is delivered"),
    Mode.SAMPLE: _("A part, after it is delivered"),
    Mode.FLAGGED: _("Only what stands out, before it is delivered"),
}

DIRECTIONS: dict[str, Text] = {
    Direction.IN: _("To people inside"),
    Direction.OUT: _("From people inside"),
}

SERVICES: dict[str, Text] = {
    Service.EMESSAGE: _("eMessage"),
    Service.TEXT: _("Text"),
}

PARTS: dict[str, Text] = {
    PartKind.TEXT: _("Words"),
    PartKind.PHOTO: _("Photo"),
    PartKind.CARD: _("eCard"),
    PartKind.FILM: _("VideoGram"),
}

# Reasons to look, said so that none of them sounds like a verdict.
FINDINGS: dict[str, Text] = {
    FindingKind.WORD: _("a word of a list"),
    FindingKind.DISGUISED: _("a word of a list, written another way"),
    FindingKind.LINK: _("a link"),
    FindingKind.TELEPHONE: _("a phone number"),
    FindingKind.CODE: _("the number of a card or account"),
    FindingKind.NEW_CONTACT: _("the first messages of these two"),
    FindingKind.ATTACHMENT: _("a picture or film: only people can look at it"),
}

WORDS: dict[str, Text] = {
    "look": _("Words to look for"),
    "fine": _("Names and phrases that are fine"),
}

GRAVE: dict[int, Text] = {1: _("Worth a look"), 2: _("Grave"), 3: _("Very grave")}

SIDES: dict[str, Text] = {
    Side.PERSON: _("the person inside"),
    Side.CONTACT: _("the contact"),
}

SHOWS: dict[str, Text] = {
    "": _("Everything"),
    "marked": _("With marks"),
    "clean": _("Without marks, free"),
    "free": _("Free"),
    "mine": _("Mine"),
    "late": _("Past the goal"),
    "asked": _("Second opinion wanted"),
}

KINDS: dict[str, dict[str, Text]] = {
    "reason": REASONS,
    "outcome": OUTCOMES,
    "answer": ANSWERS,
    "mode": MODES,
    "direction": DIRECTIONS,
    "service": SERVICES,
    "part": PARTS,
    "finding": FINDINGS,
    "words": WORDS,
    "side": SIDES,
    "show": SHOWS,
}


def word(kind: str, code: str) -> str:
    """The words of a code of one kind; a code without words shows itself."""
    return str(KINDS[kind].get(code, code))


def grave(severity: int) -> Text:
    """How grave a listed word is to staff. It orders the queue, and decides nothing."""
    return GRAVE[severity]


def age(since: datetime, now: datetime) -> str:
    """How long something has waited, as short as one says it: 31 minutes, 5 hours, 3 days."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < HOURS_FROM_MINUTES:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < DAYS_FROM_HOURS:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}


def made_of(service: str, kinds: Sequence[PartKind]) -> str:
    """What a message is made of, as a list says it: eMessage, 2 photos, VideoGram."""
    counts = Counter(kinds)
    said = [word("service", service)]
    if counts[PartKind.PHOTO]:
        n = counts[PartKind.PHOTO]
        said.append(ngettext("%(n)s photo", "%(n)s photos", n) % {"n": n})
    if counts[PartKind.CARD]:
        n = counts[PartKind.CARD]
        said.append(ngettext("%(n)s eCard", "%(n)s eCards", n) % {"n": n})
    if counts[PartKind.FILM]:
        said.append(word("part", PartKind.FILM))
    return ", ".join(said)
