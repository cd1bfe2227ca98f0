"""Questions about phone calls."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kinline.apps.charging import queries as charging
from kinline.core.rating.book import Law
from kinline.core.rating.terms import Service
from kinline.doors.help import say
from kinline.doors.help.answer import Answer, Verdict, cite, quotes
from kinline.doors.help.asked import Asked
from kinline.doors.help.general import spoken
from kinline.doors.help.standing import (
    DOMINICAN_REPUBLIC,
    MEXICO,
    State,
    far_number,
    leads_to,
    standing,
)
from kinline.doors.words import announcement, calls
from kinline.doors.words.clock import long_day


def how_calls_work(asked: Asked) -> Answer:
    """How do I use free phone calls?"""
    steps = (
        _("The person inside dials a number on their list. Nobody can call in."),
        _("You hear who calls, from where, what it costs, and whether it is recorded."),
        announcement.keys(),
        _("Both sides are told one minute before the time is up."),
    )
    accept = _("You accept each call yourself, as always. That does not change with the price.")
    if asked.place is None:
        return Answer(verdict=Verdict.SAYS, sentences=(accept,), steps=steps)
    one = standing(asked.place, Service.CALL, asked.at)
    sentences = [accept]
    if one.free:
        sentences.append(_("A free call is no collect call: by accepting you agree to no charge."))
    elif one.charge and not one.charge.free:
        sentences.append(_("Calls here have a price, and you hear it before you accept."))
    if said := spoken(asked):
        sentences.append(_("At the start you hear: “%(words)s”") % {"words": " ".join(said)})
    return Answer(
        verdict=Verdict.SAYS,
        sentences=tuple(sentences),
        steps=steps,
        quotes=quotes(asked, _("One minute"), one),
        cited=say.cited([one]),
    )


def restrictions(asked: Asked) -> Answer:
    """Are there any restrictions on free calling?"""
    may = _(
        "Yes, there may be. Free says what a call costs, not when it can be made: the facility "
        "may set hours, how long a call lasts, and which numbers can be called."
    )
    refused = _(
        "When a limit stops a call, both sides can read which rule it was, whose, and until when."
    )
    if asked.place is None:
        return Answer(verdict=Verdict.YES, sentences=(may, refused))
    one = standing(asked.place, Service.CALL, asked.at)
    law = one.law if one.state is not State.COMING else None
    unsure = []
    if law is not None and law.access and law.access.kind == "baseline":
        unsure.append(
            _(
                "How far a facility may go: the provider wrote that it may limit calls, and the "
                "law does not let access fall below that day’s. We show both."
            )
        )
    return Answer(
        verdict=Verdict.YES,
        sentences=(may, say.calling_hours(asked), *_access(law), refused),
        cited=(cite(law),) if law else (),
        unsure=tuple(unsure),
    )


def _access(law: Law | None) -> tuple[str, ...]:
    """What a law says of access beside the price."""
    if law is None or law.access is None:
        return ()
    facts: dict[str, object] = {"law": law.citation, **law.access.facts}
    if law.access.kind == "floor":
        said = _(
            "%(law)s asks for at least %(minutes_per_day)s minutes of calls a day, unless that "
            "gets in the way of running the facility."
        )
    elif law.access.kind == "allotment":
        said = _(
            "Beside %(law)s there is a time limit: %(minutes)s minutes in %(per_hours)s hours, "
            "and %(minutes_a_call)s minutes a call."
        )
    else:
        facts["day"] = long_day(date.fromisoformat(law.access.facts["on"]))
        said = _("%(law)s: access may not fall below what was offered on %(day)s.")
        if law.access.facts.get("status") == "verify":
            said = _(
                "%(law)s: access may not fall below what was offered on %(day)s (this day is to "
                "be confirmed)."
            )
    return (said % facts,)


def long_distance(asked: Asked) -> Answer:
    """Are long-distance calls free?"""
    if asked.place is None:
        return say.elsewhere(asked, [Service.CALL])
    number = far_number(asked.place)
    one = standing(asked.place, Service.CALL, asked.at, leads_to(number))
    abroad = standing(asked.place, Service.CALL, asked.at, leads_to(MEXICO))
    return Answer(
        verdict=say.verdict([one]),
        sentences=(_at_home(asked, one.state), *_minutes_a_week(asked)),
        quotes=(
            *quotes(asked, _("One minute to another state"), one, number=number),
            *quotes(asked, _("One minute to another country: Mexico"), abroad, number=MEXICO),
        ),
        cited=say.cited([one]),
    )


def _at_home(asked: Asked, state: State) -> str:
    facts = {"place": asked.name}
    if state is State.FREE:
        return (
            _("A call from %(place)s to another state costs what a local call costs: nothing.")
            % facts
        )
    if state is State.COMING:
        return _("A call from %(place)s to another state has a price until the law begins.") % facts
    if state is State.SHARED:
        return _("The law pays a part of a call from %(place)s to another state.") % facts
    if state is State.PAID:
        return _("A call from %(place)s to another state is not free.") % facts
    return _("The law book has no price for this day.")


def _minutes_a_week(asked: Asked) -> tuple[str, ...]:
    """Minutes a week that cost nothing though calls have a price."""
    view = charging.price(place=asked.place.code, at=asked.at) if asked.place else None
    if view is None or not view.allowance:
        return ()
    said = ngettext(
        "The first %(n)s minute of each week is free for each person.",
        "The first %(n)s minutes of each week are free for each person.",
        view.allowance,
    )
    return (said % {"n": view.allowance},)


def international(asked: Asked) -> Answer:
    """Are international calls free?"""
    if asked.place is None:
        return say.elsewhere(asked, [Service.CALL])
    one = standing(asked.place, Service.CALL, asked.at, leads_to(MEXICO))
    home = standing(asked.place, Service.CALL, asked.at)
    sentences = [say.state(one)]
    if home.free and not one.free and home.law:
        sentences = [
            _("No. %(law)s frees calls inside the United States only.") % {"law": home.law.citation}
        ]
    sentences.append(
        _(
            "Canada and the Caribbean are other countries too, though some of their numbers look "
            "like numbers at home. Puerto Rico and the other territories are not."
        )
    )
    return Answer(
        verdict=say.verdict([one]),
        sentences=tuple(sentences),
        quotes=(
            *quotes(asked, _("One minute to Mexico"), one, number=MEXICO),
            *quotes(
                asked, _("One minute to the Dominican Republic"), one, number=DOMINICAN_REPUBLIC
            ),
        ),
        cited=say.cited([one]),
    )


def calls_monitored(asked: Asked) -> Answer:
    """Will phone calls still be monitored?"""
    sentences = [
        _(
            "Yes, every call that is not private may be recorded and reviewed by staff, under the "
            "facility’s policy. Whether it is free makes no difference."
        ),
        _("A private call is not recorded, and nobody can listen. A call is private when:"),
    ]
    return Answer(
        verdict=Verdict.YES,
        sentences=tuple(sentences),
        steps=tuple(str(said) for said in calls.PRIVATE_BECAUSE.values()),
        unsure=(
            _(
                "Whom a facility counts as private is its own policy. If the announcement says "
                "“recorded”, the call is recorded."
            ),
        ),
        recorded=True,
    )
