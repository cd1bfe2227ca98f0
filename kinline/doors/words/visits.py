"""Visits in words: how one stands, when it is by both clocks, what cancelling means."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kinline.apps.visits.actions.deciding import RefusedFor
from kinline.apps.visits.queries.visits import VisitView
from kinline.core.policy.visit_kept import Because
from kinline.core.visit.states import State
from kinline.doors.words import clock, price, zones

Text = str | Promise

REFUSED_FOR: dict[str, Text] = {
    RefusedFor.STAFF_SHORT: gettext_lazy("There are not enough staff at that time."),
    RefusedFor.STATION_NEEDED: gettext_lazy("The place for visits is needed for something else."),
    RefusedFor.PERSON_AWAY: gettext_lazy("The person can’t come at that time."),
    RefusedFor.SAFETY: gettext_lazy("It is not safe at that time."),
    RefusedFor.OTHER: gettext_lazy("For another reason."),
}
# Why a booked visit could not stay, for both sides alike: of an order neither is told.
FELL: dict[str, Text] = {
    Because.NOT_APPROVED: gettext_lazy("Somebody who was to come may not visit now."),
    Because.PARTED: gettext_lazy("One side ended the contact with the other."),
    Because.STOPPED: gettext_lazy("The facility stopped visits for this time."),
}


@dataclass(frozen=True, slots=True)
class When:
    """A visit's time: by the facility's clock, and by the reader's own where it differs.

    `whole` says day and hours, `own` the same by the other clock ("" where it is the same),
    `clock` whose clock `whole` is by.
    """

    whole: str
    day: str
    hours: str
    own: str
    clock: str


def day_words(on: date) -> str:
    """Saturday, November 28."""
    # Translators: Django date format of a day in full, such as Saturday, November 28.
    return dateformat(on, pgettext("full day", "l, F j"))


def hours_words(start: datetime, end: datetime, zone: str) -> str:
    """2:20 PM to 2:40 PM."""
    facts = {"opens": clock.clock(start, zone), "closes": clock.clock(end, zone)}
    return _("%(opens)s to %(closes)s") % facts


def when(start: datetime, end: datetime, zone: str, own_zone: str = "") -> When:
    """Day and hours by the facility's clock, and by `own_zone` where it shows another time."""
    on = start.astimezone(ZoneInfo(zone)).date()
    day, hours = day_words(on), hours_words(start, end, zone)
    own = ""
    if own_zone and zones.differ(zone, own_zone, start):
        there = start.astimezone(ZoneInfo(own_zone)).date()
        said = hours_words(start, end, own_zone)
        if there != on:
            said = _("%(day)s, %(clock)s") % {"day": day_words(there), "clock": said}
        own = _("By your clock (%(zone)s): %(hours)s") % {
            "zone": zones.name(own_zone),
            "hours": said,
        }
    whole = _("%(day)s, %(clock)s") % {"day": day, "clock": hours}
    return When(whole, day, hours, own, by_clock(zone))


def when_of(start: datetime, minutes: int, zone: str, own_zone: str = "") -> When:
    """The same for a length in minutes."""
    return when(start, start + timedelta(minutes=minutes), zone, own_zone)


def by_clock(zone: str) -> str:
    """Eastern time, the facility’s clock."""
    return _("%(zone)s, the facility’s clock") % {"zone": zones.name(zone)}


def is_ready(visit: VisitView, now: datetime) -> bool:
    """Whether its door is open: from a quarter of an hour before until its end."""
    open_states = {State.BOOKED, State.HELD}
    return visit.state in open_states and visit.ready_at <= now < visit.ends_at


def state(visit: VisitView, now: datetime) -> str:
    """How it stands, in a word or two."""
    if visit.state == State.BOOKED and is_ready(visit, now):
        return _("Ready")
    return str(STATES[State(visit.state)])


# What a page says was done, after it was; the address carries the key.
DONE: dict[str, Text] = {
    "booked": gettext_lazy("Booked. Everybody who comes is told."),
    "asked": gettext_lazy("Asked for. You hear from us when the facility has decided."),
    "moved": gettext_lazy("The visit was moved. Everybody who comes is told."),
    "canceled": gettext_lazy("Canceled. It does not count."),
    "canceled-late": gettext_lazy("Canceled. It counts as a visit of this week."),
    "let-go": gettext_lazy("Let go. You stay on the waiting list."),
    "waiting": gettext_lazy("You are on the waiting list."),
    "left": gettext_lazy("You are not on the waiting list any more."),
}


def done(key: str) -> str:
    """What was done, in words; "" for any other word."""
    return str(DONE.get(key, ""))


STATES: dict[State, Text] = {
    State.REQUESTED: gettext_lazy("Pending"),
    State.BOOKED: gettext_lazy("Scheduled"),
    State.HELD: gettext_lazy("Going on now"),
    State.REFUSED: gettext_lazy("Not approved"),
    State.LAPSED: gettext_lazy("No answer came"),
    State.CANCELLED: gettext_lazy("Canceled"),
    State.MISSED: gettext_lazy("Missed"),
    State.FAILED: gettext_lazy("Could not be held"),
    State.ENDED: gettext_lazy("Over"),
}
TONES = {State.REQUESTED: "is-wait", State.BOOKED: "is-free", State.HELD: "is-free"}
ICONS = {
    State.REQUESTED: "schedule",
    State.BOOKED: "check_circle",
    State.HELD: "check_circle",
    State.ENDED: "check",
}


def tone(visit: VisitView) -> str:
    """The chip's colour."""
    return TONES.get(State(visit.state), "is-plain")


def icon(visit: VisitView) -> str:
    """The chip's picture."""
    return ICONS.get(State(visit.state), "info_outline")


def sentence(visit: VisitView, now: datetime, *, inside: bool) -> str:
    """What one needs to know of it now, told to whoever reads `inside` or outside."""
    said = State(visit.state)
    if said is State.REQUESTED:
        return _("The facility has not said yes yet. You hear from us.")
    if said is State.BOOKED and is_ready(visit, now):
        return _("The door is open. The visit ends at its time, also if somebody comes late.")
    if said is State.BOOKED:
        return _("The door opens at %(clock)s.") % {
            "clock": clock.clock(visit.ready_at, visit.zone)
        }
    if said is State.HELD:
        return _("It goes on until %(clock)s.") % {"clock": clock.clock(visit.ends_at, visit.zone)}
    return _over(visit, said, inside=inside)


def _over(visit: VisitView, said: State, *, inside: bool) -> str:
    if said is State.REFUSED:
        return _("The facility did not agree to it. %(why)s") % {"why": why(visit)}
    if said is State.LAPSED:
        return _("The facility did not answer before it would have begun. It does not count.")
    if said is State.CANCELLED:
        return _cancelled(visit, inside=inside)
    if said is State.MISSED:
        return _missed(visit, inside=inside)
    if said is State.FAILED:
        return _("It could not be held, by our fault. It does not count, and costs nothing.")
    return _("It was held.")


def why(visit: VisitView) -> str:
    """The reason staff gave, in words, with their note."""
    known = REFUSED_FOR.get(visit.reason)
    parts = [str(known) if known and visit.reason != RefusedFor.OTHER else "", visit.note]
    return " ".join(part for part in parts if part) or str(REFUSED_FOR[RefusedFor.OTHER])


def _cancelled(visit: VisitView, *, inside: bool) -> str:
    if visit.cancelled_by in {"person", "contact", "visitor"}:
        mine = (visit.cancelled_by == "person") is inside
        said = _("You canceled it.") if mine else _("The other side canceled it.")
        return f"{said} {_late(visit)}".strip()
    said = str(FELL.get(visit.reason, ""))
    if visit.note:
        wrote = _("The facility canceled it. It says: %(why)s") % {"why": visit.note}
        return f"{said} {wrote}".strip()
    if said:
        return f"{said} {_('It does not count.')}"
    return _("The facility canceled it. It does not count.")


def _late(visit: VisitView) -> str:
    return _("It was late, so it counts as a visit.") if visit.late else ""


def _missed(visit: VisitView, *, inside: bool) -> str:
    if visit.missing == "both":
        return _("Nobody came.")
    mine = (visit.missing == "inside") is inside
    return _("You did not come.") if mine else _("The other side did not come.")


def cancel_means(visit: VisitView, now: datetime, *, inside: bool) -> tuple[str, ...]:
    """What cancelling now does: who is told, how late it is, and what becomes of the price."""
    told = _("Everybody who was to come is told.")
    others = _("The time is offered to others.")
    before = _before(visit.starts_at - now)
    if now < visit.late_from:
        late = _("You are early enough: it begins in %(before)s. It does not count.") % {
            "before": before
        }
        money = _("All that was paid comes back.")
    else:
        limit = {"when": clock.when(visit.late_from, visit.zone, now), "before": before}
        late = _(
            "It is late: it begins in %(before)s, and the facility asks to hear before %(when)s. "
            "It counts as a visit of this week."
        )
        late = late % limit
        money = _("What was paid does not come back.")
    return (told, others, late, *((money,) if visit.price_cents else ()))


def cancel_until(late_from: datetime, zone: str, now: datetime) -> str:
    """Until when it can be cancelled without harm."""
    if late_from <= now:
        return _("If you cancel it later, it counts as a visit: it begins soon.")
    return _("You can cancel or move it until %(when)s. No penalty.") % {
        "when": clock.when(late_from, zone, now)
    }


def money(visit: VisitView) -> tuple[str, ...]:
    """What it cost and what came back; nothing where it costs nothing."""
    if not visit.price_cents:
        return ()
    said = [_("Paid: %(sum)s.") % {"sum": price.dollars(visit.price_cents)}]
    if visit.returned_cents:
        said.append(_("Came back: %(sum)s.") % {"sum": price.dollars(visit.returned_cents)})
    return tuple(said)


def minutes(n: int) -> str:
    """20 minutes."""
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}


def _before(span: timedelta) -> str:
    """About how long: 3 days, 5 hours, 40 minutes."""
    whole = max(0, int(span.total_seconds()))
    if whole >= 2 * 86400:
        n = whole // 86400
        return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
    if whole >= 2 * 3600:
        n = whole // 3600
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    return minutes(whole // 60)
