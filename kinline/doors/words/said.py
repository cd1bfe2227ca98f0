"""What the words of a refusal consist of: each list of them is made of these."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.refusal import Whose

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one code. `%(outside)s` is who was called; other names are facts.

    `open_end` is said when the reason has no set end; `whose` only where the person named
    by Refusal.whose needs more words than usual.
    """

    title: Text
    rule: Text
    open_end: Text
    you_can: Text
    whose: Text = ""


WHOSE: dict[Whose, Text] = {
    Whose.CONTACT: _("Theirs: %(outside)s decided this. Staff did not do it."),
    Whose.PERSON: _("Yours: you decided this."),
    Whose.FACILITY: _("The facility’s."),
    Whose.LAW: _("The law’s."),
    Whose.KINLINE: _("Kinline’s: our equipment cannot do it."),
}

EVERYWHERE = _("Kinline’s: it holds at every facility.")
NEVER = _("It stays so.")
