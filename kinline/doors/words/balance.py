"""What becomes of a balance, in words: for the holder, in the portal, on the tablet, on paper."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kinline.core.place import Place
from kinline.core.rating.terms import STAMP
from kinline.core.transition.decide import Decision, Note
from kinline.core.transition.words import AccountKind, Outcome
from kinline.doors.words.clock import long_day
from kinline.doors.words.price import dollars, units_of

THINGS: dict[str, str | Promise] = {
    "games": gettext_lazy("games"),
    "music": gettext_lazy("music"),
    "movies": gettext_lazy("movies"),
    "other": gettext_lazy("other things that are no communication"),
}

PAID_FOR: dict[AccountKind, str | Promise] = {
    AccountKind.PREPAID_COLLECT: gettext_lazy("calls"),
    AccountKind.DEBIT: gettext_lazy("calls"),
    AccountKind.CALLING_CARD: gettext_lazy("calls"),
    AccountKind.TEXT_PACKAGE: gettext_lazy("texts"),
    AccountKind.STAMPS: gettext_lazy("messages"),
}


NAMES: dict[AccountKind, str | Promise] = {
    AccountKind.PREPAID_COLLECT: gettext_lazy("Phone account"),
    AccountKind.DEBIT: gettext_lazy("Debit account"),
    AccountKind.STAMPS: gettext_lazy("Message stamps"),
    AccountKind.TEXT_PACKAGE: gettext_lazy("Paid texts"),
    AccountKind.CALLING_CARD: gettext_lazy("Calling card"),
}

# What is said beside the answer, by who says it.
OF_RULE = frozenset({Note.FUNDS_RULE, Note.FUNDS_PROBABLY, Note.FUNDS_DOUBTFUL})


def name(kind: AccountKind) -> str:
    """What a kind of account is called, whatever it was sold as."""
    return str(NAMES[kind])


def standing(kind: AccountKind, held: int) -> str:
    """ "$23.50", "20 stamps", or "−$1.50" where more is owed than there is."""
    return ("−" if held < 0 else "") + amount(kind, held)


def amount(kind: AccountKind, held: int) -> str:
    """ "$23.50", "20 stamps" or "3 texts"; without its sign."""
    held = abs(held)
    if kind is AccountKind.STAMPS:
        return units_of(held, STAMP)
    if kind is AccountKind.TEXT_PACKAGE:
        return ngettext("%(n)d text", "%(n)d texts", held) % {"n": held}
    return dollars(held)


def sentence(decision: Decision) -> str:
    """The whole answer: what becomes of it, then what else is to be known."""
    return " ".join([_outcome(decision), *filter(None, _notes(decision))])


def outcome(decision: Decision, *, mine: bool = False) -> str:
    """What becomes of it, alone. `mine`: told to the person inside whose money it is."""
    if mine and decision.facts.kind is AccountKind.DEBIT:
        return _stays_mine(decision) % (_facts(decision) | {"things": _things(decision)})
    return _outcome(decision)


def advice(decision: Decision) -> list[str]:
    """What else is to be known, but for what the federal rule says."""
    return list(_notes(decision, [note for note in decision.notes if note not in OF_RULE]))


def rule(decision: Decision) -> list[str]:
    """What the federal rule on unused money says of this kind; empty where it says nothing."""
    return list(_notes(decision, [note for note in decision.notes if note in OF_RULE]))


def _facts(decision: Decision) -> dict[str, str]:
    facts = decision.facts
    return {
        "amount": amount(facts.kind, facts.amount),
        "services": str(PAID_FOR[facts.kind]),
        "refund": dollars(decision.refundable_cents),
        "places": _places(decision.needed_at),
        "day": long_day(decision.holds_from) if decision.holds_from else "",
        "until": long_day(decision.needed_until) if decision.needed_until else "",
        "last": long_day(decision.deadline_on) if decision.deadline_on else "",
        "days": str(decision.rule.inactive_days) if decision.rule else "",
        "idle": long_day(decision.idle_on) if decision.idle_on else "",
    }


def _places(places: Iterable[Place]) -> str:
    return _(", ").join(place.name for place in places)


def _outcome(decision: Decision) -> str:
    facts = _facts(decision)
    match decision.outcome:
        case Outcome.REFUND_IN_FULL if not decision.refundable_cents:
            said = _("No call is paid from this account any more. You may close it.")
        case Outcome.REFUND_IN_FULL if decision.before:
            said = _("From %(day)s on you may close this account and get all of %(refund)s back.")
        case Outcome.REFUND_IN_FULL:
            said = _("You may close this account and get all of %(refund)s back.")
        case Outcome.KEEP_OPEN:
            said = _("Keep this account open. Calls from %(places)s are still paid from it.")
        case Outcome.STAYS_USABLE:
            return _stays(decision) % (facts | {"things": _things(decision)})
        case Outcome.NOT_REFUNDABLE:
            said = _not_refundable(decision)
    return said % facts


def _stays(decision: Decision) -> str:
    if decision.facts.kind is not AccountKind.DEBIT:
        return _("Nothing happens to %(amount)s. It still pays for %(services)s at %(places)s.")
    if decision.needed_at:
        return _(
            "Nothing happens to %(amount)s. It stays the person’s. It buys %(things)s, and it "
            "still pays for %(services)s at %(places)s."
        )
    if decision.before:
        return _(
            "Nothing happens to %(amount)s. It stays the person’s. From %(day)s on it is not "
            "needed for calls, and buys %(things)s."
        )
    return _(
        "Nothing happens to %(amount)s. It stays the person’s. It is not needed for calls any "
        "more, and buys %(things)s."
    )


def _stays_mine(decision: Decision) -> str:
    if decision.needed_at:
        return _(
            "Nothing happens to %(amount)s. It stays yours. It buys %(things)s, and it still pays "
            "for %(services)s at %(places)s."
        )
    if decision.before:
        return _(
            "Nothing happens to %(amount)s. It stays yours. From %(day)s on you do not need it for "
            "calls. It buys %(things)s."
        )
    return _(
        "Nothing happens to %(amount)s. It stays yours. You do not need it for calls any more. It "
        "buys %(things)s."
    )


def _things(decision: Decision) -> str:
    bought = decision.word.buys if decision.word else ()
    return _(", ").join(str(THINGS[one]) for one in bought or THINGS)


def _not_refundable(decision: Decision) -> str:
    if decision.word is None:
        return _("There is no promise that %(amount)s will be paid back.")
    if decision.deadline_on is None:
        return _("The provider gives no refund for %(amount)s.")
    if decision.before:
        return _(
            "The provider gives no refund for %(amount)s. Use it up: %(last)s is the last day on "
            "which it is of use. From %(day)s on nobody needs it."
        )
    return _(
        "The provider gives no refund for %(amount)s. It asked people to use it up by %(last)s. "
        "Nobody has needed it since."
    )


NOTES: dict[Note, str | Promise] = {
    Note.NEEDED_UNTIL: gettext_lazy("From %(until)s on it is not needed there any more."),
    Note.ASKING_IS_OPEN: gettext_lazy(
        "The money is yours: if you close the account all the same, %(refund)s is paid back, and "
        "those calls cannot reach you any more."
    ),
    Note.BELOW_ZERO: gettext_lazy(
        "The balance is %(amount)s below zero, so there is nothing to pay back."
    ),
    Note.NOTHING_LEFT: gettext_lazy("There is nothing left on it to pay back."),
    Note.PENDING: gettext_lazy("Calls of the last 24 hours are taken off first."),
    Note.NO_WORD: gettext_lazy(
        "We know of no published answer for this kind of money there. Ask who sold it."
    ),
    Note.FUNDS_RULE: gettext_lazy(
        "A federal rule says that money you did not use stays yours: nothing may be taken before "
        "%(days)s days without any use."
    ),
    Note.FUNDS_PROBABLY: gettext_lazy(
        "A federal rule says that money you did not use stays yours for at least %(days)s days "
        "without any use. It probably reaches this kind of money too."
    ),
    Note.FUNDS_DOUBTFUL: gettext_lazy(
        "A federal rule says that money you did not use stays yours. Whether it reaches this kind "
        "of money is not sure; we doubt it."
    ),
}


def _notes(decision: Decision, notes: Iterable[Note] | None = None) -> Iterable[str]:
    facts = _facts(decision)
    for note in decision.notes if notes is None else notes:
        if note in NOTES:
            yield str(NOTES[note]) % facts
        if note in (Note.FUNDS_RULE, Note.FUNDS_PROBABLY) and decision.idle_on:
            yield _idle(decision) % facts


def _idle(decision: Decision) -> str:
    if decision.idle_on and decision.idle_on <= decision.facts.as_of:
        return _("That time ended on %(idle)s. Whoever holds the money must then find its owner.")
    return _("Without another use that time ends on %(idle)s.")
