"""How sure we are of a value of the law book, in a few words. Sure values need none."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.rating.terms import Status

MARKS: dict[Status, str | Promise] = {
    Status.SECONDARY: _("From a second-hand source"),
    Status.VERIFY: _("To be confirmed"),
    Status.EXAMPLE: _("Made up for the demo"),
    Status.POSTPONED: _("Put off: it does not count"),
    Status.DRAFT: _("A plan: it does not count"),
}


def mark(status: Status | str, verify: tuple[str, ...] = ()) -> str:
    """The mark of a value; empty for one that was read in the source's own text.

    Empty, too, where `verify` lists what is to be confirmed: the list says it better.
    """
    if verify and status == Status.VERIFY:
        return ""
    return str(MARKS.get(Status(status), ""))
