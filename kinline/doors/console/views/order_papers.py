"""The paper behind a no-contact order: added by whoever may make orders, opened by the same."""

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.errors import NotFound, wrong
from kinline.apps.people import orders
from kinline.apps.people.actions import order_papers
from kinline.apps.people.rights import Right
from kinline.core.order import MOST_BYTES, OrderPaper
from kinline.darkroom.terms import Code
from kinline.doors import ranges, uploads
from kinline.doors.console import say
from kinline.doors.console.forms.contacts import Paper
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of
from kinline.doors.console.views.vetting import BARE


@csrf_exempt  # looked at inside, once the form may be read
def add(request: HttpRequest, person: UUID, order: UUID) -> HttpResponseBase:
    """A photo or a PDF. How much may come in is set before anything is read."""
    limited = uploads.limit(request, most=MOST_BYTES)
    return _add(request, person, order, limited)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.NO_CONTACT)
def _add(
    request: StaffRequest, person: UUID, order: UUID, limited: uploads.Limited
) -> HttpResponseBase:
    person_of(request, person, Right.NO_CONTACT)
    return _checked(request, person, order, limited)


@csrf_protect
def _checked(
    request: StaffRequest, person: UUID, order: UUID, limited: uploads.Limited
) -> HttpResponse:
    seen = person_of(request, person, Right.NO_CONTACT)
    made = orders.orders_of(staff=request.staff, person_id=person, now=request.now)
    found = next((one for one in made if one.id == order), None)
    if found is None:
        raise NotFound
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Paper(*posted)
    if limited.too_large:
        form.errors.pop("file", None)  # it is not missing: it was not let in
        most = {"most": str(limited.most // 1_000_000)}
        say.blame(form, (wrong(Code.TOO_LARGE, "file", most),))
    elif form.is_valid() and say.done(form, _added, request, order, form):
        messages.success(request, _("The paper is kept."))
        return HttpResponseRedirect(reverse("console_contacts", args=[person]))
    facts = {"form": form, "person": seen.row, "order": found}
    status = 400 if form.errors else 200
    return page(request, "console/order_paper.html", facts, tab="people", status=status)


@require_safe
@staff_only(Right.NO_CONTACT)
def show(request: StaffRequest, person: UUID, document: UUID) -> HttpResponseBase:
    """The paper. The look is on record before its first byte.

    A PDF may carry what a reader would run: it is only ever a download, under no page of ours.
    """
    person_of(request, person, Right.NO_CONTACT)
    made = orders.orders_of(staff=request.staff, person_id=person, now=request.now)
    if document not in {paper.id for one in made for paper in one.papers}:
        raise NotFound
    found = order_papers.look(staff=request.staff, document_id=document, now=request.now)
    sent = ranges.send_opened(
        request, found.opened, media_type=found.media_type, etag=found.document.hex
    )
    if found.media_type is OrderPaper.PDF:
        name = f"order-{found.document.hex[:8]}.pdf"
        sent["Content-Disposition"] = f'attachment; filename="{name}"'
    sent["Cache-Control"] = "no-store"
    sent["Content-Security-Policy"] = BARE
    sent["Cross-Origin-Resource-Policy"] = "same-origin"
    sent["X-Content-Type-Options"] = "nosniff"
    return sent


def _added(request: StaffRequest, order: UUID, form: Paper) -> None:
    file = form.cleaned_data["file"]
    assert isinstance(file, TemporaryUploadedFile)
    with file:
        order_papers.add(
            staff=request.staff,
            order_id=order,
            source=Path(file.temporary_file_path()),
            now=request.now,
        )
