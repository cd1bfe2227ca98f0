"""Letters of the outbox whose words come from the law book: made when they are sent.

Registered with the notices room when Django starts, since no room may lean on a door.
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kinline.apps.charging import answers
from kinline.apps.notices.actions import KINDS
from kinline.apps.notices.kinds import LAW_BEGINS
from kinline.apps.notices.mail import Letter
from kinline.core.ids import PlaceCode
from kinline.doors import notes
from kinline.laws.loader import places


def register() -> None:
    """Give the outbox the letters of this module."""
    KINDS[LAW_BEGINS] = law_begins


def law_begins(facts: Mapping[str, str]) -> Letter:
    """What becomes free, from when, and what becomes of the reader's own accounts."""
    return Letter(*law_letter(facts))


def law_letter(facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body, in the reader's language. Raises ValueError for a law that is gone."""
    law, place = notes.law_of(facts), places().get(PlaceCode(facts["place"]))
    if law is None or place is None:
        raise ValueError("the book has no such law or place any more")
    now = timezone.now()
    has = answers.of_contact(contact_id=UUID(facts["contact"]), now=now)
    with translation.override(facts["language"]):
        on = place.day(now)
        own = notes.own_answers(has) or [_("You have no account here, and need none.")]
        lines = [
            _("Hello %(name)s,") % facts,
            "",
            notes.law_title(law, place, on) + ".",
            *notes.law_sentences(law, place, on),
            _("The law: %(law)s.") % {"law": law.citation},
            "",
            *own,
            "",
            _("More, and who says so: %(address)s") % {"address": f"{settings.WEB_URL}/portal/"},
        ]
        return notes.law_title(law, place, on), "\n".join(lines)
