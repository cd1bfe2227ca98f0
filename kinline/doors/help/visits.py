"""Questions about video visits."""

from datetime import timedelta

from django.utils.translation import gettext as _

from kinline.core.rating.terms import Service
from kinline.core.schedule.rules import Rules
from kinline.doors.help import say
from kinline.doors.help.answer import Answer, Quote, Verdict, quote
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import standing
from kinline.doors.words import visit_rules
from kinline.doors.words.clock import long_day


def how_visits_work(asked: Asked) -> Answer:
    """Booked as before; the day on which it is held decides the price, and is tried here."""
    same = _(
        "As before: you book a day and an hour ahead, in the way the facility’s provider offers, "
        "and meet at that time."
    )
    held = _("For the price only the day of the visit counts, not the day on which it was booked.")
    if asked.place is None:
        return Answer(verdict=Verdict.SAYS, sentences=(same, held))
    one = standing(asked.place, Service.VISIT, asked.at)
    return Answer(
        verdict=Verdict.SAYS,
        sentences=(_booking(asked.told.visits) or same, held, say.state(one)),
        quotes=_around(asked),
        cited=say.cited([one]),
    )


def _booking(rules: Rules | None) -> str:
    """How one books here on our own pages; "" where the facility offers visits otherwise."""
    if rules is None:
        return ""
    return _(
        "You book here, under Visits: %(ahead)s. Everybody who comes must be an approved visitor. "
        "You meet at that time, and it ends on time."
    ) % {"ahead": visit_rules.ahead(rules)}


def _around(asked: Asked) -> tuple[Quote, ...]:
    """A minute of a visit now; and, where a law frees visits, on the days around its first."""
    assert asked.place is not None
    one = standing(asked.place, Service.VISIT, asked.at)
    if one.from_on is None:
        found = [quote(asked, _("One minute of a visit"), Service.VISIT)]
        return tuple(one for one in found if one)
    first = asked.place.midnight(one.from_on)
    moments = (first - timedelta(days=1), first)
    said = _("One minute of a visit that is held on %(day)s")
    made = [
        quote(asked, said % {"day": long_day(asked.place.day(at))}, Service.VISIT, at=at)
        for at in moments
    ]
    return tuple(one for one in made if one)


def visits_monitored(asked: Asked) -> Answer:
    """May be recorded; whether an attorney's visit is private nobody published."""
    return Answer(
        verdict=Verdict.YES,
        sentences=(
            _(
                "Yes. Video visits may be recorded and reviewed by staff, under the facility’s "
                "policy. Being free does not change that."
            ),
        ),
        unsure=(
            _(
                "Whether a video visit with an attorney is private. The published answers name no "
                "exception for video, so it is the facility’s policy: ask before the visit."
            ),
        ),
        recorded=True,
    )
