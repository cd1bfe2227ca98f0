"""Questions about free communications as a whole."""

from django.utils.translation import gettext as _

from kinline.core.call.announcement import announcement as prompts
from kinline.core.money import Money
from kinline.core.rating.book import Law
from kinline.core.rating.terms import Service
from kinline.doors.help import say
from kinline.doors.help.answer import Answer, Verdict, cite, quote
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import State, standings
from kinline.doors.words import announcement, places, services
from kinline.doors.words.clock import long_day
from kinline.doors.words.contact import TOPICS
from kinline.laws.transition import old_money

STATUTE = "statute"


def why_free(asked: Asked) -> Answer:
    """Why are communications services free?"""
    if asked.place is None:
        return say.elsewhere(asked, Service)
    found = standings(asked.place, asked.at)
    laws = {one.law.id: one for one in found if one.law}
    if not laws:
        said = _("It is not free here. No law in our book frees any service at %(place)s.")
        return Answer(
            verdict=say.verdict(found),
            sentences=(said % {"place": asked.name}, *say.not_covered(asked)),
            cited=say.cited(found),
        )
    sentences = [_by_whom(one.law) for one in laws.values() if one.law]
    sentences += say.by_state(found)
    if any(one.free for one in found):
        sentences.append(
            _("The agency that runs the facility pays the bill instead. Before, families paid it.")
        )
    return Answer(
        verdict=Verdict.SAYS if any(one.free for one in found) else say.verdict(found),
        sentences=tuple(sentences),
        cited=say.cited(one for one in found if one.law),
    )


def _by_whom(law: Law) -> str:
    facts = {"law": law.citation, "place": places.jurisdiction(law.jurisdiction)}
    if law.authority == STATUTE:
        return _("The lawmakers of %(place)s decided it: %(law)s.") % facts
    return (
        _(
            "It is a decision of the government in %(place)s: %(law)s. No statute stands behind "
            "it that we know of, so it is easier to change."
        )
        % facts
    )


def free_here(asked: Asked) -> Answer:
    """Are communications services free at my loved one's facility?"""
    if asked.place is None:
        return say.elsewhere(asked, Service)
    found = standings(asked.place, asked.at)
    verdict = say.verdict(found)
    facts = {"place": asked.name, "day": long_day(asked.on)}
    said = {
        Verdict.YES: _("On %(day)s every service that %(place)s offers is free for both sides."),
        Verdict.NO: _("On %(day)s no service is free by law at %(place)s."),
        Verdict.PARTLY: _("On %(day)s some of it is free at %(place)s, and some is not."),
        Verdict.NOT_YET: _("On %(day)s services at %(place)s still have a price."),
        Verdict.NOT_KNOWN: _("The law book has no prices of %(place)s for %(day)s."),
    }[verdict]
    return Answer(
        verdict=verdict,
        sentences=(
            said % facts,
            *say.by_state(found),
            *(() if any(one.law for one in found) else say.not_covered(asked)),
        ),
        rows=say.rows(asked),
        cited=say.cited(found),
    )


def which_services(asked: Asked) -> Answer:
    """What communications services will be free?"""
    if asked.place is None:
        return say.elsewhere(asked, Service)
    found = standings(asked.place, asked.at)
    facts = {
        "count": sum(one.free for one in found),
        "all": len(found),
        "place": asked.name,
        "day": long_day(asked.on),
    }
    said = _("%(count)s of the %(all)s kinds of service are free by law at %(place)s on %(day)s.")
    chips = {
        Verdict.YES: _("All of them"),
        Verdict.PARTLY: _("Some of them"),
        Verdict.NOT_YET: _("None yet"),
        Verdict.NO: _("None"),
    }
    return Answer(
        verdict=say.verdict(found),
        chip=chips.get(say.verdict(found), ""),
        sentences=(said % facts, *say.by_state(found), say.offers(asked)),
        rows=say.rows(asked),
        cited=say.cited(found),
    )


def service_not_offered(asked: Asked) -> Answer:
    """What if the facility does not offer some of the services?"""
    said = _(
        "Each facility chooses the services it has, and not every facility has all. What it does "
        "not have you can’t use there, and there is nothing to pay for it."
    )
    if asked.place is None:
        some = _("Where a law makes services free, it does so for those that the facility has.")
        return Answer(verdict=Verdict.SAYS, sentences=(said, some))
    found = standings(asked.place, asked.at)
    state = {
        Verdict.YES: _("Each service that it does have is free."),
        Verdict.NO: _("Those that it does have keep their price: no law makes them free here."),
        Verdict.NOT_YET: _("Those that it does have become free on the first day of the law."),
        Verdict.PARTLY: _("Of those that it does have, the law frees some. The list says which."),
        Verdict.NOT_KNOWN: _("The law book has no prices for this day."),
    }[say.verdict(found)]
    return Answer(
        verdict=Verdict.SAYS,
        sentences=(said, state, say.offers(asked)),
        rows=say.rows(asked),
        cited=say.cited(found),
    )


def who_is_eligible(asked: Asked) -> Answer:
    """Who is eligible to receive free communications services?"""
    if asked.place is None:
        return say.elsewhere(asked, Service)
    found = standings(asked.place, asked.at)
    laws = {one.law.id: one.law for one in found if one.law}
    if not laws:
        said = _("Nobody by law: at %(place)s no service is free.") % {"place": asked.name}
        return Answer(
            verdict=say.verdict(found),
            chip=_("Nobody"),
            sentences=(said, *say.not_covered(asked)),
            cited=say.cited(found),
        )
    everyone = _(
        "Everyone who is held at %(place)s, and everyone they call, see or write to. There is no "
        "test and no list: the law looks at the place, not at the person."
    )
    sentences = [everyone % {"place": asked.name}]
    for law in laws.values():
        facts = {"law": law.citation, "custody": places.custody(law.custody)}
        facts["where"] = places.jurisdiction(law.jurisdiction)
        sentences.append(_("%(law)s covers %(custody)s in %(where)s.") % facts)
    if say.verdict(found) is not Verdict.YES:
        sentences += say.by_state(found)
    return Answer(
        verdict=say.verdict(found),
        chip=_("Everyone here") if say.verdict(found) is Verdict.YES else "",
        sentences=tuple(sentences),
        cited=tuple(cite(law) for law in laws.values()),
    )


def what_must_i_do(asked: Asked) -> Answer:
    """What must I do to receive free communications services?"""
    own = _(
        "To be called through Kinline you need a sign-in, which the facility makes, and your "
        "number on the person’s list. Both cost nothing."
    )
    if asked.place is None:
        said = _("Where a law makes services free, it does so by itself: you do not ask for it.")
        return Answer(verdict=Verdict.SAYS, sentences=(said, own))
    found = standings(asked.place, asked.at)
    first = next((one for one in found if one.law), None)
    if first is None:
        said = _("There is nothing to ask for: at %(place)s no service is free by law.")
        return Answer(
            verdict=Verdict.NO,
            sentences=(said % {"place": asked.name}, own),
            cited=say.cited(found),
        )
    nothing = _("Nothing. You fill in no form, add no money and enter no code.")
    starts = _("It begins by itself on %(day)s.")
    began = _("It began by itself on %(day)s.")
    later = starts if first.state is State.COMING else began
    day = first.from_on or (first.law.period.from_on if first.law else asked.on)
    return Answer(
        verdict=say.verdict(found),
        chip=_("Nothing"),
        sentences=(nothing, later % {"day": long_day(day)}, own),
        cited=say.cited(one for one in found if one.law),
    )


def how_will_they_know(asked: Asked) -> Answer:
    """How will the incarcerated person know that communications are now free?"""
    shown = _(
        "The tablet shows the price and its law on the first page after signing in, and the "
        "caller sees what each call cost and why."
    )
    if asked.place is None:
        return Answer(verdict=Verdict.SAYS, sentences=(shown,))
    sentences = [shown]
    if said := spoken(asked):
        heard = _("The side that is called hears, before it accepts: “%(words)s”")
        # All but the last: that one is about recording, which is another question.
        sentences.append(heard % {"words": " ".join(said[:-1])})
    published = old_money().publication(asked.place)
    if published is not None and published.told_inside:
        told = _("%(source)s say that people inside were told. What else they heard we don’t know.")
        sentences.append(told % {"source": published.citation})
    call = quote(asked, str(services.NAMES[Service.CALL]), Service.CALL)
    return Answer(verdict=Verdict.SAYS, sentences=tuple(sentences), quotes=(call,) if call else ())


def spoken(asked: Asked, *, private: bool = False) -> list[str]:
    """What the called side of a call from the asked place hears, sentence by sentence."""
    call = quote(asked, "", Service.CALL)
    if asked.place is None or call is None:
        return []
    cents = call.charge.consumer_cents
    said = prompts(place=asked.place.code, price_per_minute=Money(cents), private=private)
    return announcement.sentences(said, name=_("(name)"), place=asked.name)


def whom_to_ask(asked: Asked) -> Answer:
    """If I have additional questions, who should I ask?"""
    if asked.place is None:
        said = _("The facility where the person is held. Choose it above to see how to reach it.")
        return Answer(verdict=Verdict.SAYS, sentences=(said,))
    facts = {"place": asked.name}
    lines = tuple((str(TOPICS[one.topic]), one.words) for one in asked.told.contact)
    if lines:
        said = _("Ask %(place)s. This is what it has told us:") % facts
        return Answer(verdict=Verdict.SAYS, sentences=(said,), contact=lines)
    said = _(
        "Ask %(place)s. How to reach it was not told to us, and we make nothing up: look for the "
        "number or address that the facility itself publishes."
    )
    return Answer(verdict=Verdict.NOT_TOLD, sentences=(said % facts,))
