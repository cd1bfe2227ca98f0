"""The portal's pages. Each view asks the rooms and shows the answer in words."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kinline.apps.calls.queries import portal
from kinline.apps.charging.answers import of_contact
from kinline.apps.errors import NotFound
from kinline.apps.facilities.lines import lines_at
from kinline.apps.notices import queries as notices
from kinline.apps.notices.actions import mark_read
from kinline.apps.notices.kinds import CALL_MISSED
from kinline.apps.people import visitors
from kinline.apps.people.actions import blocks as blocking
from kinline.apps.people.actions import contacts
from kinline.apps.people.links import waiting
from kinline.apps.people.queries import blocks as blocks_of
from kinline.core.link import By
from kinline.doors import language, notes
from kinline.doors.guards import ContactRequest, contact_only, wants_json
from kinline.doors.paging import page_number
from kinline.doors.portal import pages, visits
from kinline.doors.visiting.show import next_one


@require_GET
@contact_only
def home(request: ContactRequest) -> HttpResponse:
    """Who can call me now, until when, at what price; and calls I missed."""
    now = timezone.now()
    callers = portal.callers(contact_id=request.contact.id, now=now)
    mine = request.contact.id
    missed = notices.notes(owner_kind="contact", owner=mine, kinds=[CALL_MISSED], limit=3)
    told = notices.notes(owner_kind="contact", owner=mine, kinds=notes.KINDS, limit=3)
    has = of_contact(contact_id=mine, now=now) if told else ()
    facts = {
        "tab": "home",
        "greeting": pages.greeting(request.contact.name, callers[0].zone if callers else None, now),
        "cards": [pages.card(caller, now) for caller in callers],
        "notes": [pages.missed(note, now) for note in missed],
        "told": [notes.told(note, has, now) for note in told],
        "waiting": waiting(side=By.CONTACT, owner=mine),
        "visiting": visitors.any_offered(),
        "numbers": request.contact.numbers,
        "next_visit": next_one(visits.desk(request)),
        "lines": [
            pages.answered(line) for line in lines_at(numbers=request.contact.numbers, now=now)
        ],
    }
    return render(request, "portal/home.html", facts)


@require_GET
@contact_only
def calls(request: ContactRequest) -> HttpResponse:
    """Calls so far, latest first."""
    page = portal.history(contact_id=request.contact.id, page=page_number(request))
    rows = [pages.row(call) for call in page.items]
    return render(request, "portal/calls.html", {"tab": "calls", "page": page, "rows": rows})


@require_GET
@contact_only
def call(request: ContactRequest, call_id: UUID) -> HttpResponse:
    """One call: why it ended, what it cost and why, what is kept."""
    one = portal.one(contact_id=request.contact.id, call_id=call_id)
    facts = {"tab": "calls", "screen": pages.screen(one), "row": pages.row(one)}
    return render(request, "portal/call.html", facts)


@require_GET
@contact_only
def screen(request: ContactRequest, call_id: UUID) -> HttpResponse:
    """The call page's sections, laid over whatever page is open when it rings."""
    one = portal.one(contact_id=request.contact.id, call_id=call_id)
    return render(request, "portal/screen.html", {"screen": pages.screen(one)})


@require_POST
@contact_only
def block(request: ContactRequest, call_id: UUID) -> HttpResponse:
    """Block who called, or the whole facility they called from."""
    one = portal.one(contact_id=request.contact.id, call_id=call_id)
    mine, now = request.contact.id, timezone.now()
    if one.lines:
        raise NotFound  # whoever answers a line that is always open does not block its callers
    if request.POST.get("what") == "facility":
        blocking.block_facility(contact_id=mine, place=one.place, now=now)
        name = one.facility_name
    elif one.person is None:
        raise NotFound
    else:
        blocking.block_person(contact_id=mine, person_id=one.person, now=now, called=True)
        name = one.person_name
    if wants_json(request):
        return JsonResponse({"blocked": True})
    messages.success(request, _("Calls from %(name)s are blocked now.") % {"name": name})
    return redirect("portal-blocks")


@require_GET
@contact_only
def blocks(request: ContactRequest) -> HttpResponse:
    """Who may not call me, because I said so."""
    mine = blocks_of(contact_id=request.contact.id)
    return render(
        request,
        "portal/blocks.html",
        {"tab": "blocks", "blocks": [pages.block_row(one) for one in mine]},
    )


@require_POST
@contact_only
def lift(request: ContactRequest, block_id: UUID) -> HttpResponse:
    """Take a block back."""
    blocking.lift(contact_id=request.contact.id, block_id=block_id, now=timezone.now())
    messages.success(request, _("The block is gone. Calls can come again."))
    return redirect("portal-blocks")


@require_POST
@contact_only
def read_note(request: ContactRequest, note_id: UUID) -> HttpResponse:
    """Put a note away."""
    mark_read(owner_kind="contact", owner=request.contact.id, note_id=note_id, now=timezone.now())
    return redirect("portal")


class LanguageForm(forms.Form):
    """In which language calls are announced and pages are shown."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


@require_http_methods(["GET", "POST"])
@contact_only
def account(request: ContactRequest) -> HttpResponse:
    """Name, numbers, language; how to sign out."""
    if request.method == "GET":
        return render(request, "portal/account.html", {"tab": "account"})
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/account.html", {"tab": "account"}, status=400)
    chosen = form.cleaned_data["language"]
    contacts.set_language(contact_id=request.contact.id, language=chosen, now=timezone.now())
    with override(chosen):
        messages.success(request, _("Calls and pages are in this language now."))
    answer: HttpResponseRedirect = redirect("portal-account")
    language.remember(answer, chosen)
    return answer


@require_GET
@contact_only
def help_page(request: ContactRequest) -> HttpResponse:
    """How calls work, in short."""
    now = timezone.now()
    callers = portal.callers(contact_id=request.contact.id, now=now)
    places = {caller.place: caller.facility_name for caller in callers}
    return render(request, "portal/help.html", {"tab": "help", "places": places.items()})
