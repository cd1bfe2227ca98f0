"""A person's own list in words: how each number is, what the rules are, and why not.

The person reads all of it on the tablet, staff the reasons in the console.
"""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.notices.kinds import LIST_APPROVED, LIST_REFUSED, LIST_VERIFIED
from kinline.apps.notices.queries import NoteView
from kinline.core.policy.listing import (
    ASK_AGAIN,
    ListRules,
    Reason,
    Relation,
    Shown,
    days_in_words,
)
from kinline.core.refusal import Refusal
from kinline.doors.words import clock, refusals
from kinline.doors.words.refusals import Rows
from kinline.doors.words.said import EVERYWHERE, NEVER, Said

Text = str | Promise
KINDS_OF_NOTES = (LIST_APPROVED, LIST_REFUSED, LIST_VERIFIED)

RELATIONS: dict[str, Text] = {
    Relation.PARENT: _("Mother or father"),
    Relation.CHILD: _("Son or daughter"),
    Relation.PARTNER: _("Husband, wife or partner"),
    Relation.SIBLING: _("Brother or sister"),
    Relation.FAMILY: _("Other family"),
    Relation.FRIEND: _("Friend"),
    Relation.ATTORNEY: _("Attorney"),
    Relation.CLERGY: _("Clergy"),
    Relation.OTHER: _("Somebody else"),
}
SHOWN: dict[str, Text] = {
    Shown.WAITS_FOR_STAFF: _("Staff look at it"),
    Shown.WAITS_FOR_OWNER: _("Not verified yet"),
    Shown.LISTED: _("On your list"),
    Shown.VERIFIED: _("Verified"),
    Shown.BLOCKED: _("Wants no calls"),
    Shown.REFUSED: _("Not agreed"),
}
# How a state looks: the tone of its chip, and its icon.
TONES: dict[str, tuple[str, str]] = {
    Shown.WAITS_FOR_STAFF: ("is-wait", "schedule"),
    Shown.WAITS_FOR_OWNER: ("is-wait", "schedule"),
    Shown.LISTED: ("is-free", "check_circle"),
    Shown.VERIFIED: ("is-free", "verified_user"),
    Shown.BLOCKED: ("is-plain", "info_outline"),
    Shown.REFUSED: ("is-plain", "info_outline"),
}
MEANS: dict[str, Text] = {
    Shown.WAITS_FOR_STAFF: _("You asked on %(day)s."),
    Shown.WAITS_FOR_OWNER: _("Call them: whoever answers presses 1 to say yes."),
    Shown.LISTED: _("Since %(day)s."),
    Shown.VERIFIED: _("They said yes to your call on %(day)s."),
    Shown.BLOCKED: _("They chose not to be called from here. Only they can change that."),
    Shown.REFUSED: _("Decided on %(day)s."),
}
# What was seen, and nothing of an order: nobody learns of one by asking for numbers.
REASONS: dict[str, Text] = {
    Reason.NOT_THEIRS: _("The number is not that of the person you named."),
    Reason.DOES_NOT_WANT: _("Whoever has the number does not want to be called."),
    Reason.OF_STAFF: _("The number belongs to somebody who works here."),
    Reason.UNCLEAR: _("Something about it is not clear."),
    Reason.FACILITY_RULE: _("A rule of the facility."),
}
NOT_ADDED = _("This number was not added")
WHY_NOT: dict[str, Said] = {
    "list.kept_by_staff": Said(
        title=_("Staff keep the lists here"),
        rule=_("At this facility staff put numbers on lists and take them off."),
        open_end=_("Until the facility changes it."),
        you_can=_("Ask an officer to add or take off a number."),
    ),
    "list.listed_already": Said(
        title=_("It is on your list already"),
        rule=_("A number stands on a list once."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Call it, or take it off your list."),
    ),
    "list.blocked": Said(
        title=NOT_ADDED,
        rule=_("Whoever has this number chose not to be called from here."),
        whose=_("Theirs: staff did not do it."),
        open_end=_("Until they change it."),
        you_can=_("Add somebody else."),
    ),
    "list.refused_lately": Said(
        title=NOT_ADDED,
        rule=_("Staff did not agree to this number. Their reason stands in your list."),
        open_end=_("30 days after their answer."),
        you_can=_("Ask an officer, or ask again then."),
    ),
    "list.full": Said(
        title=_("Your list is full"),
        rule=_(
            "A list has at most %(most)s numbers. On yours: %(has)s. Waiting for staff: "
            "%(waiting)s. Verified attorneys do not count."
        ),
        open_end=_("Until a place is free."),
        you_can=_("Take a number off your list first. That is always possible."),
    ),
    "list.too_many_waiting": Said(
        title=_("Many numbers wait for staff"),
        rule=_("At most %(most)s numbers wait at once."),
        whose=EVERYWHERE,
        open_end=_("Until staff have looked at one."),
        you_can=_("Wait for an answer, or take one back."),
    ),
    "list.not_today": Said(
        title=_("Not on this day"),
        rule=_("Numbers are added on these days of the month: %(days)s."),
        open_end=_("Until the next of these days."),
        you_can=_("Come back then. You can take numbers off today."),
    ),
    "list.changes_used": Said(
        title=_("All your changes are used"),
        rule=_("Numbers you can add in %(within)s days: %(changes)s. All are used."),
        open_end=_("Until one of them is long enough ago."),
        you_can=_("Come back then. You can take numbers off today."),
    ),
    "list.decided_meanwhile": Said(
        title=_("It was decided just now"),
        rule=_("Staff answered in this moment."),
        open_end=NEVER,
        you_can=_("Look at your list again."),
    ),
}
# Beside the field where it can be put right.
FIELDS: dict[str, Text] = {
    "number.not_a_number": _("Type the area code and seven digits, or + and a country code."),
    "name.missing": _("Type the name of whoever answers."),
    "name.too_long": _("Use at most 60 letters."),
    "list.relation_missing": _("Choose who they are to you."),
}


def rows(refusal: Refusal, *, what: str, zone: str, now: datetime) -> Rows:
    """One reason in its five rows; also one that would be said at every call to the number."""
    if refusal.code not in WHY_NOT:
        return refusals.rows(refusal, what=what, outside=what, zone=zone, now=now)
    said = WHY_NOT[refusal.code]
    return refusals.told(said, refusal, what=what, outside=what, zone=zone, now=now)


def short(refusal: Refusal) -> str:
    """The rule alone."""
    return str(WHY_NOT[refusal.code].rule) % refusals.figures(refusal.facts)


def means(shown: Shown, at: datetime, zone: str) -> str:
    """What a state means, and since when."""
    return str(MEANS[shown]) % {"day": clock.day(at, zone)}


def again(decided_at: datetime, zone: str) -> str:
    """From when a refused number can be asked for again."""
    day = (decided_at + ASK_AGAIN).astimezone(ZoneInfo(zone)).date()
    return gettext("You can ask again from %(day)s on.") % {"day": clock.long_day(day)}


def told(note: NoteView, zone: str) -> tuple[str, tuple[str, ...]]:
    """Title and sentences of a note about one's own list, for the person it is of."""
    facts = {"name": note.facts.get("name", "")}
    if note.kind == LIST_APPROVED:
        said = [gettext("Staff agreed. You can call the number.")]
        if note.facts.get("key") == "yes":
            said.append(gettext("At your first call whoever answers presses 1 to say yes."))
        return gettext("%(name)s is on your list now") % facts, tuple(said)
    if note.kind == LIST_REFUSED:
        why = str(REASONS[note.facts["reason"]])
        words = [note.facts["note"]] if note.facts.get("note") else []
        return gettext("%(name)s was not added to your list") % facts, (
            why,
            *words,
            again(note.at, zone),
        )
    more = gettext(
        "The number is verified. Where your facility offers it, you can ask to write to each other "
        "and to meet by video."
    )
    return gettext("%(name)s said yes to your calls") % facts, (more,)


def rules(of: ListRules) -> Iterator[str]:
    """The rules in sentences, for the person they hold for."""
    if of.most is not None:
        yield ngettext(
            "At most %(n)s number. Verified attorneys do not count.",
            "At most %(n)s numbers. Verified attorneys do not count.",
            of.most,
        ) % {"n": of.most}
    if of.changes is not None and of.within_days is not None:
        often = {"n": of.changes, "days": of.within_days}
        yield (
            ngettext(
                "You can add %(n)s number in %(days)s days.",
                "You can add %(n)s numbers in %(days)s days.",
                of.changes,
            )
            % often
        )
    if of.days:
        days = {"days": days_in_words(of.days)}
        yield gettext("Numbers are added on these days of the month: %(days)s.") % days
    if of.approval:
        yield gettext("Staff look at each number first.")
    if of.owner_key:
        yield gettext(
            "At your first call whoever answers presses 1 to say yes. Until then the number is for "
            "calls only."
        )
    yield gettext("You can take a number off at any time.")


def when(next_on: date, today: date) -> str:
    """When one can add a number."""
    if next_on <= today:
        return gettext("You can add a number today.")
    return gettext("You can add a number from %(day)s on.") % {"day": clock.long_day(next_on)}
