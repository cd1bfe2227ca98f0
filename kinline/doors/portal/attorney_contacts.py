"""Each call, visit and letter of an attorney, with what the books say of recording it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kinline.apps.calls.queries import attorney as calls
from kinline.apps.messaging.privileged import sent
from kinline.apps.recordings import visit_queries
from kinline.apps.visits.queries import visits
from kinline.core.visit.states import State
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.portal import attorney

CALL, VISIT, LETTER = _("Call"), _("Visit"), _("Letter")
NO_RECORDER = _(
    "Private. No recorder existed: no key to record with was made, and the books have no recording."
)
NO_READER = _("Private. Sealed as it was written: nobody but you two could open it.")
RECORDED = _("Recorded: it was not private then.")


@dataclass(frozen=True, slots=True)
class Contact:
    """One line: what, when, with whom, and the statement."""

    kind: str | Promise
    at: datetime
    zone: str
    person_name: str
    facility_name: str
    private: bool
    statement: str | Promise
    locked: calls.Locked | None = None


@require_safe
@contact_only
def everything(request: ContactRequest) -> HttpResponse:
    """The last of each kind, newest first."""
    mine = request.contact.id
    found = [*_calls(mine), *_visits(mine), *_letters(mine)]
    found.sort(key=lambda one: one.at, reverse=True)
    facts = {"tab": attorney.TAB, "contacts": found, "most": calls.MOST}
    return render(request, "portal/attorney/contacts.html", facts)


def _calls(mine: UUID) -> list[Contact]:
    return [
        Contact(
            CALL,
            one.at,
            one.zone,
            one.person_name,
            one.facility_name,
            one.unrecorded,
            NO_RECORDER if one.unrecorded else RECORDED,
            one.locked,
        )
        for one in calls.held(contact_id=mine)
    ]


def _visits(mine: UUID) -> list[Contact]:
    past = visits.visits_of_contact(contact_id=mine, now=timezone.now()).past
    held = [one for one in past if one.state is State.ENDED]
    taped = visit_queries.recorded(visits=[one.id for one in held])
    found = []
    for one in held:
        private = one.private and one.id not in taped
        said = NO_RECORDER if private else RECORDED
        line = (VISIT, one.starts_at, one.zone, one.person_name, one.facility_name, private, said)
        found.append(Contact(*line))
    return found


def _letters(mine: UUID) -> list[Contact]:
    return [
        Contact(LETTER, one.at, one.zone, one.person_name, one.facility_name, True, NO_READER)
        for one in sent.letters_of_contact(contact_id=mine)
    ]
