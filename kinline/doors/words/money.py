"""Adding money and paying it back, in words: steps, reasons against, what a card company said."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.core.refund.states import PartState, PaymentState, State, Way
from kinline.core.refusal import Refusal
from kinline.doors.words.price import dollars

Text = str | Promise

STEPS: Mapping[str, Text] = {
    State.REQUESTED: _("You asked for your money back. It is set aside for you."),
    State.APPROVED: _("Staff agreed."),
    State.PAYING: _("The money left your account and is on its way to you."),
    State.PAID: _("Everything is paid."),
    State.FAILED: _("A part could not be paid. That part is back on your account."),
    State.WITHDRAWN: _("You changed your mind. The money is on your account."),
    State.REFUSED: _("Staff said no. The money is on your account."),
}
STATES: Mapping[str, Text] = {
    State.REQUESTED: _("Waits for staff"),
    State.APPROVED: _("Agreed"),
    State.PAYING: _("Being paid"),
    State.PAID: _("Paid"),
    State.FAILED: _("Failed in part"),
    State.WITHDRAWN: _("Withdrawn"),
    State.REFUSED: _("Refused"),
}
PARTS: Mapping[tuple[str, str], Text] = {
    (Way.CARD, PartState.DUE): _("the card company is being asked"),
    (Way.CARD, PartState.SENT): _("on its way to your card"),
    (Way.CARD, PartState.PAID): _("sent to your card; banks take 5 to 10 days to show it"),
    (Way.CARD, PartState.FAILED): _("your bank did not take it"),
    (Way.CHEQUE, PartState.DUE): _("a check is being written"),
    (Way.CHEQUE, PartState.PAID): _("the check is in the mail"),
    (Way.CHEQUE, PartState.FAILED): _("the check could not be paid"),
}
PAYMENTS: Mapping[str, Text] = {
    PaymentState.OPEN: _("Not finished"),
    PaymentState.SUCCEEDED: _("Paid"),
    PaymentState.FAILED: _("Not paid"),
}
AGAINST: Mapping[str, Text] = {
    "refund.under_way": _("You asked for it already. It is on its way."),
    "refund.nothing_left": _("There is nothing free on this account to pay back."),
    "refund.not_yet": _("You cannot ask for it yet: the day has not come."),
    "refund.not_refundable": _("This kind of money is not paid back."),
    "refund.still_needed": _(
        "Calls are still paid from this account. Say below that you want it closed all the same."
    ),
    "refund.nobody_decides": _(
        "We do not know which facility this belongs to. Ask a facility you had calls from; its "
        "staff can start it for you."
    ),
    "refund.payee_needed": _("We need this to write the check."),
    "refund.payee_too_long": _("This is too long for a check. Use at most 300 letters."),
    "refund.decided": _("Somebody has decided about this since. Look at it again."),
    "refund.agreed_before": _("You agreed before. Somebody else has to agree now."),
    "refund.own_request": _("You asked for this one yourself. Somebody else has to agree."),
    "funding.not_needed": _("Nothing that reaches you costs anything, so we take no money."),
    "funding.no_cards": _("This facility does not take cards here yet. Ask its staff."),
    "funding.nothing": _("Give an amount above zero."),
    "funding.too_much": _("At most %(most)s at once. It guards against a slip of the finger."),
    "funding.paused": _("You paused adding money. Turn the pause off first."),
    "funding.own_limit": _("Your own limit is %(limit)s a month. %(left)s of it is left."),
    "funding.limit_not_understood": _("Give an amount above zero, or leave it empty."),
    "funding.sent_before": _(
        "This was sent before. Look at your payments; nothing is taken twice."
    ),
    "funding.card_refused": _("The card company did not take this amount. Nothing was taken."),
    "money.reason_needed": _("Say why. It is kept with the books."),
    "merchant.key": _("This is not a key of that kind. Copy it whole from Stripe."),
    "merchant.limit": _("Give an amount from $0 to $100,000."),
    "ledger.not_enough": _("It was spent since: only %(free)s is free on that account."),
}
TROUBLES: Mapping[str, Text] = {
    "card_declined": _("The bank declined the card."),
    "insufficient_funds": _("The bank said there is not enough on the card."),
    "expired_card": _("The card has expired."),
    "incorrect_cvc": _("The card’s security code was not right."),
    "amount_too_small": _("The card company takes no amount as small as this."),
    "corrected": _("Staff undid this payment."),
}
_MONEY = frozenset({"most", "limit", "left", "free", "wanted"})


def against(refusal: Refusal) -> str:
    """Why not, and what to do."""
    words = AGAINST.get(refusal.code)
    if words is None:
        return gettext("This can’t be done now.")
    facts = {
        name: dollars(int(value)) if name in _MONEY else value
        for name, value in refusal.facts.items()
    }
    return str(words) % facts


def all_against(refusals: Iterable[Refusal]) -> list[str]:
    return [against(one) for one in refusals]


def trouble(code: str) -> str:
    """Why a card was not charged, as far as the card company told us."""
    return str(TROUBLES.get(code, _("The card company did not take the card.")))
