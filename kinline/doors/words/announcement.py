"""The announcement as text, shown while it plays: the same facts in the same order."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kinline.core.call.announcement import (
    BALANCE,
    PAID_BY_BOTH,
    PAID_BY_CALLER,
    PAID_BY_YOU,
    Acceptance,
)
from kinline.core.rating.terms import HUNDRED
from kinline.doors.words.price import a_minute, dollars


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
    price += money(said, name=name)
    if "private" in said:
        kept = _("It is private: it is not recorded and nobody can listen.")
    else:
        kept = _("It will be recorded and may be reviewed.")
    return [opening, *price, kept]


def money(prompts: Iterable[str], *, name: str) -> list[str]:
    """Whose money pays, as the called side hears it; nothing where no account pays."""
    said = tuple(prompts)
    facts = {"name": name}
    found = {
        PAID_BY_CALLER: _("%(name)s pays for it."),
        PAID_BY_YOU: _("It is paid from your account."),
        PAID_BY_BOTH: _("%(name)s pays first, and then your account."),
    }
    sentences = [words % facts for prompt, words in found.items() if prompt in said]
    has = next((one.removeprefix(BALANCE) for one in said if one.startswith(BALANCE)), None)
    if has is not None:
        sentences.append(_("Your account has %(amount)s.") % {"amount": dollars(int(has))})
    return sentences


def keys(acceptance: Acceptance = Acceptance.KEYS) -> str:
    """Which key does what, also by keyboard."""
    if acceptance is Acceptance.DIRECT:
        return _("You are put through when it has been said.")
    if acceptance is Acceptance.TWO_KEYS:
        return _("Press 1 to accept, 2 to refuse.")
    return _("Press 1 to accept, 2 to refuse, 9 to block.")
