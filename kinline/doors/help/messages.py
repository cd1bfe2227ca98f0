"""Questions about eMessages, what goes with them, and their stamps."""

from django.utils.translation import gettext as _

from kinline.core.rating.terms import Service
from kinline.doors.help import say
from kinline.doors.help.answer import Answer, Verdict, quotes
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import State, standing
from kinline.doors.words import services

ADD_ONS = (Service.ECARD, Service.VIDEOGRAM, Service.PHOTO)


def how_messages_work(asked: Asked) -> Answer:
    """How will eMessaging work?"""
    same = _(
        "As before: you write, staff of the facility may read it, and then it is delivered. What "
        "the law changes is the price."
    )
    if asked.place is None:
        return Answer(verdict=Verdict.SAYS, sentences=(same, *say.not_carried(Service.EMESSAGE)))
    one = standing(asked.place, Service.EMESSAGE, asked.at)
    stamps = {
        State.FREE: _("You need no stamps for it at %(place)s."),
        State.COMING: _("You need stamps for it at %(place)s until the law begins."),
        State.PAID: _("You need stamps for it at %(place)s."),
        State.SHARED: _("A law pays a part of it at %(place)s."),
        State.UNKNOWN: _("The law book has no price of it at %(place)s for this day."),
    }[one.state]
    return Answer(
        verdict=Verdict.SAYS,
        sentences=(
            same,
            stamps % {"place": asked.name},
            say.state(one),
            *say.not_carried(Service.EMESSAGE),
        ),
        quotes=quotes(asked, str(services.NAMES[Service.EMESSAGE]), one),
        cited=say.cited([one]),
    )


def add_ons(asked: Asked) -> Answer:
    """Are eMessaging add-ons (eCards, photo attachments, VideoGrams) included?"""
    if asked.place is None:
        return say.elsewhere(asked, ADD_ONS)
    found = [standing(asked.place, service, asked.at) for service in ADD_ONS]
    said = {
        Verdict.YES: _("eCards, photos and VideoGrams are free, like the message they go with."),
        Verdict.NOT_YET: _("eCards, photos and VideoGrams take stamps until the law begins."),
        Verdict.NO: _("eCards, photos and VideoGrams take stamps here."),
        Verdict.PARTLY: _("Some of them are free, some are not."),
        Verdict.NOT_KNOWN: _("The law book has no price for this day."),
    }[say.verdict(found)]
    later = dict.fromkeys(say.state(one) for one in found if one.state is State.COMING)
    return Answer(
        verdict=say.verdict(found),
        sentences=(said, *later, *say.not_carried(Service.ECARD)),
        quotes=tuple(
            shown for one in found for shown in quotes(asked, str(services.NAMES[one.service]), one)
        ),
        cited=say.cited(found),
    )


def messages_reviewed(asked: Asked) -> Answer:
    """Will eMessages still be recorded and reviewed?"""
    return Answer(
        verdict=Verdict.YES,
        sentences=(
            _(
                "Yes. eMessages and all that goes with them, photos, eCards and VideoGrams, may "
                "be kept and read by staff, under the facility’s policy. Being free does not "
                "change that."
            ),
        ),
        unsure=(
            _(
                "Whether a message to an attorney is private. The published answers name no "
                "exception for messages, so it is the facility’s policy: ask before you write."
            ),
        ),
        recorded=True,
    )
