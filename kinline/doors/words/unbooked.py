"""Why a visit can't be booked, moved or entered: the words of every code.

Both sides read them; `%(outside)s` is whoever the reader wants to meet. Words that differ for
whoever reads inside stand in INSIDE.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kinline.core.refusal import Refusal
from kinline.doors.words import clock, controlled, controls, refusals
from kinline.doors.words.refusals import Rows, Said

NOT_BOOKED = _("This visit can’t be booked")
CHANGES = _("Until the facility changes it.")
OTHER_TIME = _("Choose another time.")
OTHER_DAY = _("Choose another day.")
ASK = _("Ask the facility about it.")
EVERYWHERE = _("Kinline’s: it holds at every facility.")

VISIT: dict[str, Said] = {
    "visit.not_offered": Said(
        title=_("No video visits here"),
        rule=_("The facility does not offer video visits for this unit or day."),
        open_end=_("Until the facility offers them."),
        you_can=_("Calls and messages may still work. Ask the facility about visits."),
    ),
    "visit.length_not_offered": Said(
        title=NOT_BOOKED,
        rule=_("Visits here can be this many minutes long: %(lengths)s."),
        open_end=CHANGES,
        you_can=_("Choose one of the lengths on the page."),
    ),
    "visit.past": Said(
        title=_("This time is over"),
        rule=_("A visit can’t begin in the past."),
        whose=EVERYWHERE,
        open_end=_("It stays so."),
        you_can=OTHER_TIME,
    ),
    "visit.too_soon": Said(
        title=_("This time is too soon"),
        rule=_("A visit must be booked at least %(notice)s ahead."),
        open_end=CHANGES,
        you_can=_("Choose a later time."),
    ),
    "visit.too_far": Said(
        title=_("This day is too far ahead"),
        rule=_("Visits can be booked at most %(days)s days ahead."),
        open_end=_("Until the day comes closer."),
        you_can=_("Choose an earlier day, or come back later."),
    ),
    "visit.outside_hours": Said(
        title=NOT_BOOKED,
        rule=_("Visits on this weekday: %(hours)s."),
        open_end=CHANGES,
        you_can=OTHER_TIME,
    ),
    "visit.no_such_time": Said(
        title=NOT_BOOKED,
        rule=_("No visit begins at exactly this time. Visits on this weekday: %(hours)s."),
        open_end=CHANGES,
        you_can=_("Choose one of the times on the page."),
    ),
    "visit.closed": Said(
        title=_("No visits then"),
        rule=_("The facility has no visits then. It says: %(why)s"),
        open_end=_("Until the facility opens again."),
        you_can=OTHER_DAY,
    ),
    "visit.holiday": Said(
        title=_("No visits on this day"),
        rule=_("The facility has no visits on this day: %(name)s."),
        open_end=_("The whole day."),
        you_can=OTHER_DAY,
    ),
    "visit.lockdown": Said(
        title=_("Visits are stopped now"),
        rule=_("The facility stopped visits for now. It says: %(why)s"),
        open_end=_("Until the facility opens again. The end is not known yet."),
        you_can=_("Write a message. You can book again when visits go on."),
    ),
    "visit.full": Said(
        title=_("This time is taken"),
        rule=_("Somebody else has this time already."),
        open_end=_("Unless they give it back."),
        you_can=_("Choose another time, or let us tell you if one comes free."),
    ),
    "visit.slot_taken": Said(
        title=_("Somebody was quicker"),
        rule=_("Somebody else booked this time a moment ago."),
        open_end=_("Unless they give it back."),
        you_can=_("Choose another time. Nothing was booked and nothing was paid."),
    ),
    "visit.no_station": Said(
        title=NOT_BOOKED,
        rule=_("There is no place for visits in this unit."),
        open_end=_("Until the facility has one."),
        you_can=ASK,
    ),
    "visit.person_busy": Said(
        title=_("They have another visit then"),
        rule=_("%(outside)s has another visit at this time."),
        open_end=_("Unless that visit is canceled."),
        you_can=OTHER_TIME,
    ),
    "visit.visitor_busy": Said(
        title=_("You have another visit then"),
        rule=_("You, or somebody who comes along, has another visit at this time."),
        whose=EVERYWHERE,
        open_end=_("Unless that visit is canceled."),
        you_can=OTHER_TIME,
    ),
    "visit.person_quota": Said(
        title=_("All visits of this week are used"),
        rule=_("Visits a week for %(outside)s: at most %(limit)s. All of them are taken."),
        open_end=_("Until the next week begins."),
        you_can=_("Choose a day in another week."),
    ),
    "visit.visitor_quota": Said(
        title=_("All your visits of this week are used"),
        rule=_("Visits a week for a visitor: at most %(limit)s. All of them are taken."),
        open_end=_("Until the next week begins."),
        you_can=_("Choose a day in another week."),
    ),
    "visit.too_many_visitors": Said(
        title=_("Too many visitors"),
        rule=_("Visitors in one visit: at most %(limit)s. You chose %(has)s."),
        open_end=CHANGES,
        you_can=_("Leave somebody out, or book a second visit."),
    ),
    "visit.no_visitor": Said(
        title=NOT_BOOKED,
        rule=_("Nobody was chosen who comes."),
        whose=EVERYWHERE,
        open_end=_("Until somebody is chosen."),
        you_can=_("Go back and choose who comes."),
    ),
    "visit.minor_alone": Said(
        title=_("A child needs a grown-up"),
        rule=_("A child can come only with a grown-up who is an approved visitor."),
        open_end=CHANGES,
        you_can=_("Book it as the grown-up, and choose the child to come along."),
    ),
    "visit.visitor_not_approved": Said(
        title=_("Not an approved visitor"),
        rule=_("Everybody who comes must be an approved visitor of the facility on that day."),
        open_end=_("Until the facility says yes."),
        you_can=_("Ask to become a visitor, or look when the approval ends."),
    ),
    "visit.visitor_gone": Said(
        title=NOT_BOOKED,
        rule=_("Somebody who was to come has no account here any more."),
        whose=EVERYWHERE,
        open_end=_("Until they sign up again."),
        you_can=_("Go back and choose who comes."),
    ),
    "visit.blocked": Said(
        title=NOT_BOOKED,
        rule=_("You blocked %(outside)s or the facility, so you can’t meet."),
        whose=_("Yours: you decided this."),
        open_end=_("Until you take the block back."),
        you_can=_("Look under Blocks."),
    ),
    "visit.stopped": Said(
        title=_("Visits are stopped"),
        rule=_("Staff stopped visits. They say: %(reason)s"),
        open_end=_("Until staff let visits go on."),
        you_can=_("Ask the facility about it, and how to complain."),
    ),
    "visit.person_inactive": Said(
        title=NOT_BOOKED,
        rule=_("%(outside)s is not in the care of this facility now."),
        open_end=_("Until the facility says otherwise."),
        you_can=ASK,
    ),
    "visit.person_elsewhere": Said(
        title=NOT_BOOKED,
        rule=_("%(outside)s is not at this facility any more."),
        open_end=_("Until they are at a facility that offers visits here."),
        you_can=_("Look at your home page for news of a move."),
    ),
    "visit.private_not_verified": Said(
        title=NOT_BOOKED,
        rule=_("A private visit needs a visitor whom the facility has verified for it."),
        open_end=_("Until the facility has verified the visitor."),
        you_can=_("Ask the facility how that is done."),
    ),
    "visit.private_mixed": Said(
        title=NOT_BOOKED,
        rule=_("A private visit is for verified visitors only. Others can’t come along."),
        open_end=CHANGES,
        you_can=_("Book it without the others, or book two visits."),
    ),
    "visit.private_one_home": Said(
        title=NOT_BOOKED,
        rule=_("A private visit is between two screens: the one inside, and one outside."),
        whose=_("Kinline’s: so nobody else can be in it."),
        open_end=_("It stays so."),
        you_can=_("Book it with one visitor, or book a visit for each."),
    ),
    "visit.private_not_offered": Said(
        title=_("No private video visits here"),
        rule=_(
            "Private video visits are not set up here, and a private visit is never held where it "
            "could be recorded."
        ),
        whose=_("Of whoever runs Kinline here."),
        open_end=_("Until it is set up."),
        you_can=_("Use a private call, private mail, or meet in person."),
    ),
    "visit.over": Said(
        title=_("This visit is over"),
        rule=_("It has begun or is over, so it can’t be changed."),
        whose=EVERYWHERE,
        open_end=_("It stays so."),
        you_can=_("Book another visit."),
    ),
    "visit.not_the_booker": Said(
        title=_("Somebody else booked this visit"),
        rule=_("A visit is moved by whoever booked it."),
        whose=EVERYWHERE,
        open_end=_("For this visit it stays so."),
        you_can=_("Ask them to move it. You can cancel it, too."),
    ),
    "visit.too_late_to_change": Said(
        title=_("Too late to move it"),
        rule=_("A visit can be moved up to %(minutes)s before it begins."),
        open_end=_("For this visit it stays so."),
        you_can=_("Keep it as it is, or cancel it and book another."),
    ),
    "visit.not_from_inside": Said(
        title=NOT_BOOKED,
        rule=_("At this facility only people outside book visits."),
        open_end=CHANGES,
        you_can=_("Ask your visitor to book it."),
    ),
    "visit.no_price_known": Said(
        title=NOT_BOOKED,
        rule=_("No rule says what a visit costs here on that day, and we do not guess a price."),
        whose=_("Kinline’s: our equipment cannot do it."),
        open_end=_("Until the rule is written down."),
        you_can=_("Tell the facility. It is our mistake, not yours."),
    ),
    "visit.waits_for_no_day": Said(
        title=_("This day is over"),
        rule=_("One waits for a day that can still be had."),
        whose=EVERYWHERE,
        open_end=_("It stays so."),
        you_can=OTHER_DAY,
    ),
    "visit.waits_too_long": Said(
        title=_("These are too many days"),
        rule=_("One waits for at most %(days)s days."),
        whose=EVERYWHERE,
        open_end=_("It stays so."),
        you_can=OTHER_DAY,
    ),
    "visit.waits_for_no_hour": Said(
        title=_("These hours are none"),
        rule=_("The end must be later than the beginning."),
        whose=EVERYWHERE,
        open_end=_("It stays so."),
        you_can=OTHER_TIME,
    ),
    "visit.offer_over": Said(
        title=_("This offer is over"),
        rule=_("The time was kept for you for a while. It has gone to somebody else since."),
        open_end=_("Until another time comes free."),
        you_can=_("You stay on the waiting list. Or choose another time."),
    ),
    "visit.too_early": Said(
        title=_("The door is not open yet"),
        rule=_("The door of a visit opens 15 minutes before it begins."),
        whose=EVERYWHERE,
        open_end=_("15 minutes before it begins."),
        you_can=_("Come back then."),
    ),
    "visit.cancelled": Said(
        title=_("This visit was canceled"),
        rule=_("It was canceled before it began."),
        open_end=_("It stays so."),
        you_can=_("Book another visit."),
    ),
    "visit.not_agreed_yet": Said(
        title=_("The facility has not said yes yet"),
        rule=_("The facility agrees to each visit, and has not done so yet."),
        open_end=_("Until the facility decides."),
        you_can=_("Wait for its answer. You hear from us."),
    ),
    "visit.no_money": Said(
        title=_("Not enough money for this visit"),
        rule=_("The visit costs %(cents)s. You have %(free)s."),
        open_end=_("Until there is more money."),
        you_can=_("Add money under Account, then book. Nothing was taken."),
    ),
}
# Whom somebody must not meet is told to nobody: to them the time is taken.
VISIT["visit.separated"] = VISIT["visit.full"]
VISIT |= controlled.VISIT
INSIDE: dict[str, Said] = {
    "visit.person_busy": Said(
        title=_("You have another visit then"),
        rule=_("You have another visit at this time."),
        open_end=_("Unless that visit is canceled."),
        you_can=OTHER_TIME,
    ),
    "visit.visitor_busy": Said(
        title=_("They have another visit then"),
        rule=_("%(outside)s has another visit at this time."),
        whose=EVERYWHERE,
        open_end=_("Unless that visit is canceled."),
        you_can=OTHER_TIME,
    ),
    "visit.person_quota": Said(
        title=_("All your visits of this week are used"),
        rule=_("Visits a week for you: at most %(limit)s. All of them are taken."),
        open_end=_("Until the next week begins."),
        you_can=_("Choose a day in another week."),
    ),
    "visit.visitor_quota": Said(
        title=_("All their visits of this week are used"),
        rule=_("Visits a week for %(outside)s: at most %(limit)s. All of them are taken."),
        open_end=_("Until the next week begins."),
        you_can=_("Choose a day in another week."),
    ),
    "visit.blocked": Said(
        title=NOT_BOOKED,
        rule=_("%(outside)s blocked calls and visits from you."),
        whose=_("Theirs: %(outside)s decided this. Staff did not do it."),
        open_end=_("Until %(outside)s takes it back."),
        you_can=_("Ask somebody else to visit you."),
    ),
    "visit.person_inactive": Said(
        title=NOT_BOOKED,
        rule=_("Visits are turned off for you here."),
        open_end=_("Until the facility turns them on again."),
        you_can=_("Ask an officer why."),
    ),
    "visit.person_elsewhere": Said(
        title=NOT_BOOKED,
        rule=_("This visit is at a facility where you are not any more."),
        open_end=_("It stays so."),
        you_can=_("Ask for a visit here."),
    ),
}


def rows(
    refusal: Refusal, *, what: str, other: str, zone: str, now: datetime, inside: bool = False
) -> Rows:
    """One reason in its five rows. Raises KeyError for a code without words."""
    said = _said(refusal, inside=inside)
    told = replace(refusal, facts=_facts(refusal.facts, inside=inside))
    return refusals.told(said, told, what=what, outside=other, zone=zone, now=now)


def short(refusal: Refusal, *, other: str = "", inside: bool = False) -> str:
    """The rule alone."""
    told = refusals.figures(_facts(refusal.facts, inside=inside))
    facts = {"outside": other or gettext("the other side"), **told}
    return str(_said(refusal, inside=inside).rule) % facts


def _said(refusal: Refusal, *, inside: bool) -> Said:
    return (inside and INSIDE.get(refusal.code)) or VISIT[refusal.code]


def _facts(facts: Mapping[str, str], *, inside: bool) -> dict[str, str]:
    """Minutes as hours where they are whole ones; hours of the week by the wall; a control's level
    for whoever reads."""
    said = controls.read_as(facts, controls.FOR if inside else controls.FOR_CONTACT)
    if "notice_minutes" in said:
        said["notice"] = length(int(said.pop("notice_minutes")))
    if "minutes" in said:
        said["minutes"] = length(int(said["minutes"]))
    if "hours" in said:
        spans = [one.split("-") for one in said["hours"].split(", ") if "-" in one]
        said["hours"] = ", ".join(
            clock.hours(time.fromisoformat(opens), time.fromisoformat(closes))
            for opens, closes in spans
        ) or gettext("none")
    return said


def length(minutes: int) -> str:
    """24 hours, 90 minutes."""
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return clock.span(minutes * 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
