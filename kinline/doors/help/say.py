"""Sentences that several answers share."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kinline.apps.charging import queries as charging
from kinline.core.rating.book import Law
from kinline.core.rating.terms import Service
from kinline.doors.help.answer import Answer, Cited, Row, Verdict, cite
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import Standing, State, laws_on, overall, passing_by, standings
from kinline.doors.words import places, price, services
from kinline.doors.words.clock import hours, long_day, span

VERDICTS: dict[State | None, Verdict] = {
    State.FREE: Verdict.YES,
    State.SHARED: Verdict.PARTLY,
    State.COMING: Verdict.NOT_YET,
    State.PAID: Verdict.NO,
    State.UNKNOWN: Verdict.NOT_KNOWN,
    None: Verdict.PARTLY,
}


def verdict(found: Iterable[Standing]) -> Verdict:
    """Yes where all of them are free, no where none is, in part where they differ."""
    return VERDICTS[overall(found)]


def state(one: Standing) -> str:
    """Whether a service is free, since when or from when, and by which law."""
    facts = _facts(one)
    if one.state is State.FREE and one.law and one.law.domestic_only:
        return _("Free for both sides inside the United States since %(day)s, by %(law)s.") % facts
    if one.state is State.FREE:
        return _("Free for both sides since %(day)s, by %(law)s.") % facts
    if one.state is State.COMING:
        return _("Free for both sides from %(day)s, by %(law)s. Until then it has a price.") % facts
    if one.state is State.SHARED:
        said = _("%(law)s pays %(share)s percent of the price.") % facts
        later = _("From %(day)s it pays all of it.") % facts if one.from_on else ""
        return f"{said} {later}".strip()
    if one.state is State.PAID:
        return _("No law makes this free here: the facility’s tariff sets the price.")
    return _("The law book has no price for this day.")


def _facts(one: Standing) -> dict[str, object]:
    return {
        "day": long_day(one.from_on) if one.from_on else "",
        "law": one.law.citation if one.law else "",
        "share": one.law.share if one.law else 0,
    }


def by_state(found: Iterable[Standing]) -> tuple[str, ...]:
    """What is said of each service, those of one state and law together: "Phone calls: ..."."""
    groups: dict[str, list[str]] = {}
    for one in found:
        groups.setdefault(state(one), []).append(str(services.NAMES[one.service]))
    if len(groups) == 1 and len(*groups.values()) == len(Service):
        return tuple(groups)
    return tuple(f"{', '.join(names)}: {said}" for said, names in groups.items())


def rows(asked: Asked) -> tuple[Row, ...]:
    """Every service with its price and law at the asked place."""
    if asked.place is None:
        return ()
    return tuple(row(asked, one) for one in standings(asked.place, asked.at))


def row(asked: Asked, one: Standing) -> Row:
    """One service as a line of a list."""
    assert asked.place is not None
    view = charging.price(place=asked.place.code, at=asked.at, service=one.service.value)
    return Row(
        standing=one,
        name=str(services.NAMES[one.service]),
        icon=services.ICONS[one.service],
        price=price.words_of(view) if view else None,
        sentence=state(one),
        offered=asked.told.offers(one.service),
    )


def cited(found: Iterable[Standing]) -> tuple[Cited, ...]:
    """The laws, else the tariffs, that these services hang on; each once."""
    rules = [one.law or one.rule for one in found]
    return tuple({rule.id: cite(rule) for rule in rules if rule is not None}.values())


def elsewhere(asked: Asked, wanted: Iterable[Service]) -> Answer:
    """What can be said without a facility: where a law is in force, and for which services."""
    found = laws_on(asked.on, wanted)
    said = _(
        "It depends on where the person is held. Choose the facility above, and the answer is "
        "about that place. These are the laws in force on %(day)s:"
    )
    none = _("No law in our book was in force on %(day)s.")
    facts = {"day": long_day(asked.on)}
    return Answer(
        verdict=Verdict.DEPENDS,
        sentences=((said if found else none) % facts,),
        cited=tuple(cite(law, what=covers(law)) for law in found),
    )


def covers(law: Law) -> str:
    """What a law pays for, and in which kinds of custody."""
    names = [str(services.NAMES[one]) for one in Service if one in law.services]
    facts = {
        "services": _("all services") if len(names) == len(Service) else ", ".join(names),
        "custody": places.custody(law.custody),
        "share": law.share,
    }
    if law.share < 100:
        return _("%(share)s percent of: %(services)s. In %(custody)s.") % facts
    if law.domestic_only:
        return _("Free, inside the United States: %(services)s. In %(custody)s.") % facts
    return _("Free: %(services)s. In %(custody)s.") % facts


def not_covered(asked: Asked) -> tuple[str, ...]:
    """Laws around the place that are about other kinds of custody."""
    if asked.place is None:
        return ()
    said = _("%(law)s covers %(custody)s. This facility is none of them.")
    return tuple(
        said % {"law": law.citation, "custody": places.custody(law.custody)}
        for law in passing_by(asked.place, asked.on)
        if law.share and not law.domestic_only
    )


def offers(asked: Asked) -> str:
    """What the facility told us of the services it has."""
    facts = {"place": asked.name}
    if asked.told.rule is None:
        return _("%(place)s has not told us which services it offers. Ask the facility.") % facts
    if asked.told.rule.offered:
        said = _("%(place)s has told us that it offers phone calls.") % facts
    else:
        said = _("%(place)s has told us that it does not offer phone calls now.") % facts
    return f"{said} " + _("Of the other services it has told us nothing. Ask the facility.")


def calling_hours(asked: Asked) -> str:
    """Hours and longest call as the facility told us, or that it has not."""
    rule = asked.told.rule
    if rule is None:
        return _("The hours and the longest call here: not told to us.")
    if not rule.offered:
        return _("The facility has told us that it does not offer phone calls now.")
    facts = {"hours": hours(rule.opens_at, rule.closes_at)}
    said = _("Hours here, as the facility told us: %(hours)s.") % facts
    if rule.max_call_seconds is None:
        longest = _("No limit on how long a call lasts.")
    else:
        longest = _("A call lasts %(length)s at most.") % {"length": span(rule.max_call_seconds)}
    demo = _("These hours and limits are invented for the demo.") if asked.told.invented else ""
    return f"{said} {longest} {demo}".strip()


def not_carried(service: Service) -> tuple[str, ...]:
    """That Kinline has no room for a service yet; nothing where it has."""
    if service in services.CARRIED:
        return ()
    return (
        _(
            "Kinline itself does not carry this service yet. The answer is about the law and the "
            "price, whoever carries it."
        ),
    )
