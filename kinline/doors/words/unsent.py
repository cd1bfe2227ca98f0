"""Why something written did not go out, or a file was not taken: the words of every code.

Who reads matters: "you blocked them" and "they blocked you" are one code. Words that differ for
whoever writes from outside stand in OUTSIDE.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.core.rating.terms import Service
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Side
from kinline.doors.words import controlled, controls, files, price, refusals, services
from kinline.doors.words.refusals import Rows, Said

NOT_SENT = _("Your message was not sent")
NOT_TAKEN = _("This file was not taken")
NO_END = _("Until the facility changes it.")
FILE_STAYS = _("This file stays as it is.")
OURS_EVERYWHERE = _("Kinline’s: it holds at every facility.")

MESSAGE: dict[str, Said] = {
    "message.not_linked": Said(
        title=NOT_SENT,
        rule=_("The two of you need a link before you can write to each other."),
        open_end=_("Until both of you have said yes to a link."),
        you_can=_("Look under People. What you wrote is kept as a draft."),
    ),
    "message.not_offered": Said(
        title=NOT_SENT,
        rule=_("%(service)s: the facility does not offer this."),
        open_end=_("Until the facility offers it."),
        you_can=_("Calls may still work. Ask the facility about messages."),
    ),
    "message.privileged_not_offered": Said(
        title=NOT_SENT,
        rule=_("The facility does not offer private mail with attorneys here."),
        open_end=_("Until the facility offers it."),
        you_can=_("Use legal mail on paper, or a private call."),
    ),
    "message.attorney_not_verified": Said(
        title=NOT_SENT,
        rule=_("Private mail needs an attorney whom the facility has verified."),
        open_end=_("Until the facility has verified the attorney."),
        you_can=_("Ask the facility how an attorney is verified."),
    ),
    "message.person_inactive": Said(
        title=NOT_SENT,
        rule=_("%(outside)s is not in the care of this facility now."),
        open_end=_("Until the facility says otherwise."),
        you_can=_("Ask the facility where to write."),
    ),
    "message.person_elsewhere": Said(
        title=NOT_SENT,
        rule=_("%(outside)s is not at this facility any more."),
        open_end=_("Until they are at a facility that uses Kinline."),
        you_can=_("Look at your home page for news of a move."),
    ),
    "message.contact_gone": Said(
        title=NOT_SENT,
        rule=_("%(outside)s has no account here any more."),
        open_end=_("Until they sign up again."),
        you_can=_("Call, or write on paper."),
    ),
    "message.blocked": Said(
        title=NOT_SENT,
        rule=_("%(outside)s blocked calls and messages from you."),
        open_end=_("Until %(outside)s takes it back."),
        you_can=_("Write to someone else."),
    ),
    "message.stopped": Said(
        title=NOT_SENT,
        rule=_("Staff stopped messages here. They say: %(reason)s"),
        open_end=_("Until staff let messages go on."),
        you_can=_("Ask the facility about it, and how to complain."),
    ),
    "message.outside_hours": Said(
        title=NOT_SENT,
        rule=_("Messages can be sent from %(opens)s to %(closes)s."),
        open_end=_("Until it opens again."),
        you_can=_("Send it then. What you wrote is kept as a draft."),
    ),
    "message.no_price_known": Said(
        title=NOT_SENT,
        rule=_("We do not know what this costs at the facility, and do not guess."),
        open_end=_("Until we know the price."),
        you_can=_("Tell staff. What you wrote is kept as a draft."),
    ),
    "message.empty": Said(
        title=NOT_SENT,
        rule=_("There is nothing in it yet."),
        whose=OURS_EVERYWHERE,
        open_end=_("Until you have written something."),
        you_can=_("Write some words, or add a photo, an eCard or a VideoGram."),
    ),
    "message.too_long": Said(
        title=NOT_SENT,
        rule=_("A message may have %(limit)s letters. Yours has %(has)s."),
        open_end=NO_END,
        you_can=_("Take out %(over)s letters, or send two messages. It is kept as a draft."),
    ),
    "message.too_many_photos": Said(
        title=NOT_SENT,
        rule=_("A message may have %(limit)s photos. Yours has %(has)s."),
        open_end=NO_END,
        you_can=_("Remove a photo, and send it in the next message."),
    ),
    "message.too_many_cards": Said(
        title=NOT_SENT,
        rule=_("A message may have %(limit)s eCards. Yours has %(has)s."),
        open_end=NO_END,
        you_can=_("Remove an eCard, and send it in the next message."),
    ),
    "message.too_many_films": Said(
        title=NOT_SENT,
        rule=_("A message may have %(limit)s VideoGram. Yours has %(has)s."),
        open_end=NO_END,
        you_can=_("Remove a VideoGram, and send it in the next message."),
    ),
    "message.no_money": Said(
        title=NOT_SENT,
        rule=_("It costs %(needs)s (%(citation)s). You have %(has)s."),
        open_end=_("Until there is enough."),
        you_can=_("Take out a photo, an eCard or a VideoGram, or wait. Nothing was taken."),
    ),
}

OUTSIDE: dict[str, Said] = {
    "message.blocked": Said(
        title=NOT_SENT,
        rule=_("You blocked calls and messages from there."),
        whose=_("Yours: you decided this."),
        open_end=_("Until you take it back."),
        you_can=_("Take the block back under Blocks, then write."),
    ),
    "message.contact_gone": Said(
        title=NOT_SENT,
        rule=_("Your account is closed."),
        whose=_("Yours: you decided this."),
        open_end=_("Until you sign up again."),
        you_can=_("Sign up again."),
    ),
}
INSIDE: dict[str, Said] = {
    "message.person_inactive": Said(
        title=NOT_SENT,
        rule=_("Messages are turned off for you here."),
        open_end=_("Until the facility turns them on again."),
        you_can=_("Ask an officer why."),
    ),
    "message.person_elsewhere": Said(
        title=NOT_SENT,
        rule=_("You are at another facility now."),
        open_end=_("Until you sign in there."),
        you_can=_("Write from a tablet of the facility you are at."),
    ),
}

MESSAGE["card.too_long"] = Said(
    title=_("The words on the eCard are too long"),
    rule=_("An eCard has room for %(limit)s letters."),
    whose=OURS_EVERYWHERE,
    open_end=_("Until they are shorter."),
    you_can=_("Make them shorter, or write the rest into the message."),
)
GONE_OUT = _("It was too late to take it back")
MESSAGE["message.not_waiting"] = Said(
    title=GONE_OUT,
    rule=_("A message can be taken back while it waits for review. This one waits no more."),
    whose=OURS_EVERYWHERE,
    open_end=_("It stays so."),
    you_can=_("Look at the message: it says what became of it."),
)
NOT_APPEALED = _("This can’t be appealed")
APPEAL: dict[str, Said] = {
    "appeal.nothing_rejected": Said(
        title=NOT_APPEALED,
        rule=_("Nothing of this message is kept back now."),
        open_end=_("It stays so, unless something is kept back."),
        you_can=_("Look at the message again: it may have been delivered."),
    ),
    "appeal.already_made": Said(
        title=NOT_APPEALED,
        rule=_("You have appealed already. One appeal of each side is looked at."),
        open_end=_("Until it is answered."),
        you_can=_("Wait for the answer. You are told here."),
    ),
    "appeal.too_late": Said(
        title=NOT_APPEALED,
        rule=_("The days in which one may appeal are over."),
        open_end=_("It stays so."),
        you_can=_("Send the message anew without that part, or write to the facility."),
    ),
}

SAID: dict[str, Said] = {**MESSAGE, **controlled.MESSAGE, **APPEAL}
OURS = frozenset({"file.busy", "file.no_room", "file.no_scan", "file.unable", "upload.too_many"})
BY_SIDE = {Side.CONTACT: OUTSIDE, Side.PERSON: INSIDE}
FOR = {Side.CONTACT: controls.FOR_CONTACT, Side.PERSON: controls.FOR}


def rows(refusal: Refusal, *, side: Side, other: str, what: str, zone: str, now: datetime) -> Rows:
    """A refusal in five rows, told to one side; `other` names whom they write to.

    Raises KeyError for a code without words: a test keeps the two lists the same.
    """
    if refusal.code in files.SENTENCES:
        return _file(refusal, what)
    said = BY_SIDE[side].get(refusal.code) or SAID[refusal.code]
    told = replace(refusal, facts=_figures(controls.read_as(refusal.facts, FOR[side])))
    return refusals.told(said, told, what=what, outside=other, zone=zone, now=now)


def _file(refusal: Refusal, what: str) -> Rows:
    """A file that was not taken: what it says stands in one sentence, with what to do."""
    ours = refusal.code in OURS
    return Rows(
        code=refusal.code,
        title=str(NOT_TAKEN),
        what=what,
        rule=files.sentence(refusal.code, refusal.facts),
        whose=gettext("Kinline’s: our equipment cannot do it.") if ours else str(OURS_EVERYWHERE),
        until=gettext("For a while. We are told of it.") if ours else str(FILE_STAYS),
        you_can=gettext("Send the words alone, or another file. Your draft is kept."),
    )


def _figures(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts as words: what is needed with its unit, a service by its name."""
    found = dict(facts)
    if "service" in found:
        found["service"] = str(services.NAMES[Service(found["service"])])
    if "unit" in found and "needs" in found:
        unit = found["unit"]
        found["needs"] = _amount(unit, int(found["needs"]))
        found["has"] = _amount(unit, int(found["has"]))
    return found


def _amount(unit: str, number: int) -> str:
    if unit == "cents":
        return price.dollars(number)
    return price.units_of(number, unit) if number else gettext("none")
