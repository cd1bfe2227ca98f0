"""Rules for visits as lines of words: for staff who set them, and for who wants to know them."""

from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kinline.core.schedule.rules import Rules
from kinline.doors.words import clock, visits
from kinline.doors.words.unbooked import length


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: what it is about, and what holds."""

    name: str
    words: str


def lines(rules: Rules) -> tuple[Line, ...]:
    """All of them, in the order in which somebody who books meets them."""
    return (
        Line(_("Lengths"), ", ".join(visits.minutes(one) for one in rules.lengths)),
        Line(_("Hours"), "; ".join(hours(rules)) or _("none")),
        Line(_("Book"), ahead(rules)),
        Line(_("A week"), _week(rules)),
        Line(_("Visitors"), _("at most %(n)s in a visit") % {"n": rules.max_visitors}),
        Line(_("Cancel"), _cancel(rules)),
        Line(_("Between visits"), _between(rules)),
        Line(_("At a time"), _capacity(rules)),
        Line(_("Staff agree"), _("to each visit") if rules.approval else _("not needed")),
        Line(_("Recorded"), _("yes, unless private") if rules.recorded else _("no")),
    )


def hours(rules: Rules) -> list[str]:
    """Monday: 9:00 AM to 11:30 AM, 1:00 PM to 4:00 PM. Days with the same hours stand together."""
    groups: dict[str, list[str]] = {}
    for number in range(7):
        mine = sorted(
            (one for one in rules.template if one.weekday == number),
            key=lambda one: one.from_minute,
        )
        if mine:
            said = ", ".join(clock.hours(one.from_, one.until) for one in mine)
            groups.setdefault(said, []).append(str(WEEKDAYS[number]))
    return [f"{', '.join(days)}: {said}" for said, days in groups.items()]


def ahead(rules: Rules) -> str:
    """At least 24 hours and at most 14 days ahead."""
    days = ngettext("%(n)s day", "%(n)s days", rules.horizon_days) % {"n": rules.horizon_days}
    facts = {"least": length(rules.notice_minutes), "most": days}
    return _("at least %(least)s and at most %(most)s ahead") % facts


def _week(rules: Rules) -> str:
    many = [
        (rules.per_person_week, _("%(n)s for a person inside")),
        (rules.per_visitor_week, _("%(n)s for a visitor")),
    ]
    said = [words % {"n": n} for n, words in many if n is not None]
    if not said:
        return _("as many as fit")
    begins = _("from %(day)s on") % {"day": WEEKDAYS[rules.week_starts]}
    return f"{', '.join(said)}, {begins}"


def _cancel(rules: Rules) -> str:
    if not rules.cancel_minutes:
        return _("at any time before it begins")
    return _("without harm up to %(least)s before") % {"least": length(rules.cancel_minutes)}


def _between(rules: Rules) -> str:
    if not rules.buffer_minutes:
        return _("no pause")
    return visits.minutes(rules.buffer_minutes)


def _capacity(rules: Rules) -> str:
    if rules.capacity is None:
        return _("as many as there are stations")
    return ngettext("%(n)s visit", "%(n)s visits", rules.capacity) % {"n": rules.capacity}
