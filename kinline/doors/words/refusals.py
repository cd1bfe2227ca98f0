"""Why a call did not go out, in five rows: what, rule, whose rule, until when, you can.

Both ends and staff read the same text. The core gives code, whose, until and figures; the
sentences are here and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.core.money import Money
from kinline.core.refusal import Refusal, Whose
from kinline.doors.words import controls, countries
from kinline.doors.words.clock import day, span, wall, when
from kinline.doors.words.price import a_minute
from kinline.doors.words.said import EVERYWHERE as EVERYWHERE
from kinline.doors.words.said import NEVER as NEVER
from kinline.doors.words.said import WHOSE as WHOSE
from kinline.doors.words.said import Said as Said
from kinline.doors.words.uncalled import BLOCKED_FACILITY
from kinline.doors.words.uncalled import CALL as CALL


@dataclass(frozen=True, slots=True)
class Rows:
    """One refusal as the reader sees it."""

    code: str
    title: str
    what: str
    rule: str
    whose: str
    until: str
    you_can: str


# What facts of controls are read as; the moment of `since` needs a zone, and waits.
OF_CONTROLS: dict[str, Callable[[str], str]] = {
    "level": controls.for_whom,
    "length": lambda value: span(int(value)),
    "week": lambda value: controls.week(controls.read_week(value)),
    "since": str,
}
SUMS = frozenset({"cents", "free", "seen"})  # facts that are whole cents

DOOR: dict[str, Said] = {
    "sign_in.wrong": Said(
        title=_("ID and PIN do not match"),
        rule=_("The ID number and the PIN must both be right."),
        open_end=_("Until both are right."),
        you_can=_("Try again. If you forgot your PIN, ask any officer for a new one."),
    ),
    "sign_in.wait": Said(
        title=_("Too many wrong tries"),
        rule=_("After 5 wrong tries on one tablet one has to wait. This protects your PIN."),
        open_end=_("10 minutes after the last try."),
        you_can=_("Wait, or use another tablet."),
    ),
    "sign_in.closed": Said(
        title=_("This tablet is turned off"),
        rule=_("Staff turned this tablet off."),
        open_end=_("Until staff turn it on again."),
        you_can=_("Use another tablet."),
    ),
    "enrol.unknown_code": Said(
        title=_("This code does not work"),
        rule=_("A code works once and for 15 minutes."),
        open_end=_("Until a new code is made."),
        you_can=_("Check the letters, or make a new code in the console."),
    ),
    "name.person_inactive": Said(
        title=_("Your name can’t be recorded now"),
        rule=_("Calls are turned off for you here."),
        open_end=_("Until the facility turns them on again."),
        you_can=_("Ask an officer why."),
    ),
}

SHOP: dict[str, Said] = {
    "shop.not_enough": Said(
        title=_("Not enough in your account"),
        rule=_("It costs %(cents)s. Your debit account has %(free)s."),
        whose=_("Kinline’s: an account never goes below zero."),
        open_end=_("Until there is enough in your account."),
        you_can=_("Choose something else. Nothing was taken from your account."),
    ),
    "shop.price_changed": Said(
        title=_("The price changed"),
        rule=_("The price changed while you looked. It was %(seen)s and is %(cents)s now."),
        open_end=_("Until you have seen the new price."),
        you_can=_("Look at the new price, then choose. Nothing was taken from your account."),
    ),
    "shop.withdrawn": Said(
        title=_("Not for sale any more"),
        rule=_("The facility does not sell this any more."),
        open_end=_("Until the facility sells it again."),
        you_can=_("Choose something else. What you bought before is still in your library."),
    ),
    "shop.free_by_law": Said(
        title=_("This can’t be sold here"),
        rule=_("Messages are free at %(place)s by law: %(law)s. Nobody may sell them."),
        open_end=_("As long as the law is in force."),
        you_can=_("Write without stamps or credits: it costs nothing."),
    ),
    "shop.no_price_known": Said(
        title=_("This can’t be sold here"),
        rule=_("No rule says what a message costs here, and we do not guess a price."),
        open_end=_("Until the rule is written down."),
        you_can=_("Choose something else. Nothing was taken from your account."),
    ),
    "shop.outside_hours": Said(
        title=_("Not open now"),
        rule=_("This can be used from %(opens)s to %(closes)s."),
        open_end=_("Until it opens again."),
        you_can=_("Come back then. It stays in your library."),
    ),
}

SAID = {**CALL, **controls.CALL, **DOOR, **SHOP}


def rows(
    refusal: Refusal,
    *,
    what: str,
    outside: str,
    zone: ZoneInfo | str,
    now: datetime,
) -> Rows:
    """A refusal in words. `what` says what was tried, `outside` names who was called.

    Raises KeyError for a code without words: a test keeps the two lists the same.
    """
    return told(_said(refusal), refusal, what=what, outside=outside, zone=zone, now=now)


def told(
    said: Said,
    refusal: Refusal,
    *,
    what: str,
    outside: str,
    zone: ZoneInfo | str,
    now: datetime,
) -> Rows:
    """A refusal in the words `said`."""
    facts = {"outside": outside, **figures(refusal.facts)}
    if "since" in facts:
        facts["since"] = day(datetime.fromisoformat(facts["since"]), zone)
    whose = said.whose or WHOSE[Whose(refusal.whose)]
    until = when(refusal.until, zone, now) if refusal.until else str(said.open_end) % facts
    return Rows(
        code=refusal.code,
        title=str(said.title),
        what=what,
        rule=str(said.rule) % facts,
        whose=str(whose) % facts,
        until=until,
        you_can=str(said.you_can) % facts,
    )


def short(refusal: Refusal, *, outside: str = "") -> str:
    """The rule alone, for a list."""
    facts = {"outside": outside or gettext("the called side"), **figures(refusal.facts)}
    return str(_said(refusal).rule) % facts


def title(refusal: Refusal) -> str:
    """What happened, in a few words."""
    return str(_said(refusal).title)


def _said(refusal: Refusal) -> Said:
    if refusal.code == "call.blocked" and refusal.facts.get("block") == "facility":
        return BLOCKED_FACILITY
    return SAID[refusal.code]


def figures(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts as words: a wall-clock time "22:00" reads 10:00 PM, "JM" is Jamaica."""
    return {name: _figure(name, value) for name, value in facts.items()}


def _figure(name: str, value: str) -> str:
    if name in OF_CONTROLS:
        return OF_CONTROLS[name](value)
    if name == "country":
        return countries.name(value)
    if name == "hundredths":
        return a_minute(int(value))
    if name in SUMS:
        return str(Money(int(value)))
    return _hour(value) if ":" in value else value


def _hour(text: str) -> str:
    try:
        return wall(time.fromisoformat(text))
    except ValueError:
        return text
