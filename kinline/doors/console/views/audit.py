"""The audit log: who did what to whom and why, and whether the chain holds."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.audit import actions, queries
from kinline.apps.ids import as_uuid
from kinline.apps.people import queries as people
from kinline.apps.people.rights import Right
from kinline.doors.console.forms.calls import FindLines
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.SEE_AUDIT)
def log(request: StaffRequest) -> HttpResponse:
    """Lines of one's facilities, newest first."""
    form = FindLines(request.GET)
    form.is_valid()
    found = queries.lines(
        places=_places(request), filter=_wanted(request, form), page=number_of(request)
    )
    entry = next((one for one in found.items if str(one.id) == request.GET.get("entry")), None)
    facts = {
        "form": form,
        "page": found,
        "rest": rest_of(request),
        "names": people.audit_names(found.items),
        "seal": queries.seal_state(),
        "entry": entry,
        "opens": _opens(request, entry),
        "zone": zone_of(request),
    }
    return page(request, "console/audit.html", facts, tab="audit")


@require_POST
@staff_only(Right.SEE_AUDIT)
def check(request: StaffRequest) -> HttpResponse:
    """Walk the whole chain now and say whether it holds."""
    broken = actions.verify()
    if broken is None:
        messages.success(request, _("The chain holds: every sealed entry is as it was written."))
    else:
        words = _("The chain does not hold at entry %(n)s. Tell whoever runs Kinline at once.")
        messages.error(request, words % {"n": broken.position})
    return HttpResponseRedirect(reverse("console_audit"))


def _opens(request: StaffRequest, entry: queries.LineView | None) -> dict[str, str]:
    """Pages the entry's ids lead to, as far as the viewer may open them."""
    if entry is None:
        return {}
    found = {}
    call = entry.subject if entry.subject_kind == "call" else entry.facts.get("call")
    if isinstance(call, str) and (known := as_uuid(call)) and request.staff.has(Right.SEE_CALLS):
        found["call"] = reverse("console_call", args=[known])
    person = as_uuid(entry.subject) if entry.subject_kind == "person" else None
    if person and request.staff.has(Right.SEE_PEOPLE):
        found["person"] = reverse("console_person", args=[person])
    return found


def _places(request: StaffRequest) -> frozenset[str]:
    mine = frozenset(one.place for one in request.staff.places_with(Right.SEE_AUDIT))
    return mine & {request.place} if request.place else mine


def _wanted(request: StaffRequest, form: FindLines) -> queries.AuditFilter:
    wanted: dict[str, Any] = {k: v for k, v in form.cleaned_data.items() if v}
    return queries.AuditFilter(zone=zone_of(request), **wanted)
