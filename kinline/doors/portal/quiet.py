"""When no call reaches me: chosen here, kept until I change it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kinline.apps.errors import Refused
from kinline.apps.people.actions import quiet as actions
from kinline.apps.people.quiet import QuietView, quiet_of
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.portal.notices import QuietForm
from kinline.doors.words import notices as words
from kinline.doors.words import zones

BEGIN = {"from_at": "22:00", "until_at": "07:00", "zone": zones.ZONES[0][0]}


@require_http_methods(["GET", "POST"])
@contact_only
def hours(request: ContactRequest) -> HttpResponse:
    """Choose quiet hours, change them, or have none."""
    mine = request.contact.id
    if "end" in request.POST:
        actions.choose(contact_id=mine, quiet=None, now=timezone.now())
        messages.success(request, _("There are no quiet hours now. Calls can come at any time."))
        return redirect("portal-quiet-calls")
    kept = quiet_of(contact_id=mine)
    form = QuietForm(request.POST or None, initial=_initial(kept), kept=kept.zone if kept else "")
    if form.is_valid() and _kept(request, form):
        messages.success(request, _("Kept. In these hours no call reaches you."))
        return redirect("portal-quiet-calls")
    facts = {
        "tab": "blocks",
        "form": form,
        "quiet": kept,
        "zone": zones.name(kept.zone) if kept else "",
    }
    status = 400 if form.errors else 200
    return render(request, "portal/quiet.html", facts, status=status)


def _kept(request: ContactRequest, form: QuietForm) -> bool:
    said = form.cleaned_data
    quiet = QuietView(said["from_at"], said["until_at"], said["zone"])
    try:
        actions.choose(contact_id=request.contact.id, quiet=quiet, now=timezone.now())
    except Refused as no:
        form.add_error(no.refusals[0].facts["field"], words.against(no.refusals[0]))
        return False
    return True


def _initial(kept: QuietView | None) -> dict[str, object]:
    if kept is None:
        return dict(BEGIN)
    return {"from_at": kept.from_at, "until_at": kept.until_at, "zone": kept.zone}
