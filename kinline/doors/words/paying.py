"""Whose money pays for a call, in words: before it, while it rings, and on its bill."""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kinline.apps.calls.paying import Part
from kinline.core.call.states import Side
from kinline.core.policy.paying import OF_THE_CALLER
from kinline.core.transition.words import AccountKind
from kinline.doors.words.price import dollars

OWN: dict[AccountKind, str | Promise] = {
    AccountKind.DEBIT: gettext_lazy("Paid from your debit account: %(amount)s."),
    AccountKind.CALLING_CARD: gettext_lazy("Paid from your calling card: %(amount)s."),
    AccountKind.PREPAID_COLLECT: gettext_lazy("Paid from your account: %(amount)s."),
}


def mine(parts: Iterable[Part], viewer: Side) -> list[Part]:
    """The parts that this side's own accounts pay."""
    inside = viewer is Side.INSIDE
    return [part for part in parts if (part.kind in OF_THE_CALLER) == inside]


def have(cents: int) -> str:
    """What somebody inside has for calls."""
    return _("You have %(amount)s for calls.") % {"amount": dollars(cents)}


def lasts(minutes: int) -> str:
    """How long the money lasts."""
    said = ngettext(
        "The money is enough for %(n)s minute.",
        "The money is enough for %(n)s minutes.",
        minutes,
    )
    return said % {"n": minutes}


def others_pay(name: str, *, alone: bool) -> str:
    """That the called side's money pays, `alone` or too; how much that is stays theirs to know."""
    said = _("The account of %(name)s pays.") if alone else _("The account of %(name)s pays too.")
    return said % {"name": name}


def others_may_pay() -> str:
    """To whoever has too little of their own, before it is known whom they call."""
    return _("The account of whoever you call may pay.")


def bill_lines(
    parts: Sequence[Part], due: int, viewer: Side | None, *, inside: str, outside: str
) -> tuple[str, ...]:
    """Who paid how much of `due` cents, and what nobody has paid; empty where no account did."""
    if not parts:
        return ()
    said = [_paid(part, viewer, inside, outside) for part in parts if part.taken]
    left = due - sum(part.taken or 0 for part in parts)
    if left > 0:
        said.append(_("Still due: %(amount)s.") % {"amount": dollars(left)})
    return tuple(said)


def _paid(part: Part, viewer: Side | None, inside: str, outside: str) -> str:
    by_caller = part.kind in OF_THE_CALLER
    amount = dollars(part.taken or 0)
    if viewer is (Side.INSIDE if by_caller else Side.OUTSIDE):
        return str(OWN[part.kind]) % {"amount": amount}
    name = inside if by_caller else outside
    return _("Paid by %(name)s: %(amount)s.") % {"name": name, "amount": amount}
