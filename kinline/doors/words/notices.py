"""Groups of notices and ways to be told, in words; and why a wish about them was refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.apps.notices.kinds import Channel, Group
from kinline.core.refusal import Refusal

Text = str | Promise

GROUPS: dict[Group, Text] = {
    Group.CALLS: _("Calls"),
    Group.MESSAGES: _("Messages"),
    Group.VISITS: _("Video visits"),
    Group.PEOPLE: _("People you are in touch with"),
    Group.MONEY: _("Money"),
    Group.LAW: _("What becomes free"),
}
CHANNELS: dict[Channel, Text] = {
    Channel.EMAIL: _("Email"),
    Channel.PUSH: _("On your devices"),
    Channel.SMS: _("Text message (SMS)"),
}
AGAINST: dict[str, Text] = {
    "push.not_a_service": _("This browser cannot be told things while Kinline is closed."),
    "push.bad_keys": _("This browser cannot be told things while Kinline is closed."),
    "push.too_many": _("Ten devices are enough. Take one away first."),
    "quiet.no_length": _("Begin and end are the same. Choose two different times."),
    "quiet.unknown_zone": _("Choose a place from the list."),
    "sms.not_yours": _("Choose one of your numbers."),
    "sms.stopped": _("This phone asked us to stop. Send START from it first."),
    "sms.too_many_codes": _("We sent some codes already. Wait an hour, then try again."),
    "sms.wrong_code": _(
        "This is not the code, or it is too old. Look again, or ask for a new one."
    ),
}


def against(refusal: Refusal) -> str:
    """One refusal as a sentence that says what to do."""
    return str(AGAINST[refusal.code])
