"""The announcement as text, shown while it plays: the same facts in the same order."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kinline.core.call.announcement import Acceptance
from kinline.core.rating.terms import HUNDRED
from kinline.doors.words.price import a_minute


def sentences(prompts: Iterable[str], *, name: str, place: str) -> list[str]:
    """What the prompts of core.call.announcement say, sentence by sentence."""
    said = tuple(prompts)
    cents = next((int(one.partition(":")[2]) for one in said if one.startswith("cents:")), 0)
    facts = {"name": name, "place": place}
    if "free_call_from" in said:
        opening = _("This is a free call from %(name)s at %(place)s.") % facts
    else:
        opening = _("This is a call from %(name)s at %(place)s.") % facts
    price = [_("It costs %(price)s.") % {"price": a_minute(cents * HUNDRED)}] if cents else []
    if "private" in said:
        kept = _("It is private: it is not recorded and nobody can listen.")
    else:
        kept = _("It will be recorded and may be reviewed.")
    return [opening, *price, kept]


def keys(acceptance: Acceptance = Acceptance.KEYS) -> str:
    """Which key does what, also by keyboard."""
    if acceptance is Acceptance.DIRECT:
        return _("You are put through when it has been said.")
    if acceptance is Acceptance.TWO_KEYS:
        return _("Press 1 to accept, 2 to refuse.")
    return _("Press 1 to accept, 2 to refuse, 9 to block.")
