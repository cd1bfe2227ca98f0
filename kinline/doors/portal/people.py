"""People one is linked with: asking somebody inside, saying yes or no, ending a link."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import Refused
from kinline.apps.people import finding
from kinline.apps.people.actions import links
from kinline.apps.people.links import link_of
from kinline.apps.people.queries import links_of_contact
from kinline.core.link import By, State
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.words import links as words

SIDE = By.CONTACT


class AskForm(forms.Form):
    """Facility and ID; or, where the agency allows it, a name to look for."""

    place = forms.ChoiceField(label=gettext_lazy("Facility"))
    number = forms.CharField(
        label=gettext_lazy("ID number"),
        max_length=20,
        required=False,
        error_messages={"required": gettext_lazy("Type the ID number.")},
        help_text=gettext_lazy("Exactly as the facility writes it, such as 40-2719."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Or their name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Works only where the agency lets people be found by name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, places: list[finding.PlaceChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("Choose one")), *((one.place, one.name) for one in places)]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        if not any(one.by_name for one in places):
            del self.fields["name"]
            self.fields["number"].required = True

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "name" in self.fields and not typed.get("number") and not typed.get("name"):
            self.add_error("number", _("Type the ID number."))
        return typed


@require_safe
@contact_only
def everyone(request: ContactRequest) -> HttpResponse:
    """Who waits for an answer, who is linked."""
    mine = links_of_contact(contact_id=request.contact.id)
    facts = {
        "tab": "people",
        "asked": [one for one in mine if one.waits_for(SIDE)],
        "asking": [one for one in mine if one.waits_for(By.PERSON)],
        "linked": [one for one in mine if one.state is State.LINKED],
    }
    return render(request, "portal/people/all.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def ask(request: ContactRequest) -> HttpResponse:
    """Ask somebody inside, by facility and ID; or look for them by name first."""
    form = AskForm(request.POST or None, places=finding.places())
    facts: dict[str, Any] = {"tab": "people", "form": form, "found": None}
    if form.is_valid():
        number = form.cleaned_data["number"]
        if number and _asked(request, form):
            messages.success(request, _("Asked. You hear from us when there is an answer."))
            return redirect("portal-people")
        if not number:
            facts["found"] = _found(request, form)
    status = 400 if form.errors else 200
    return render(request, "portal/people/ask.html", facts, status=status)


@require_POST
@contact_only
def accept(request: ContactRequest, link_id: UUID) -> HttpResponse:
    """Say yes to somebody inside who asked."""
    try:
        links.accept(side=SIDE, owner=request.contact.id, link_id=link_id, now=timezone.now())
        messages.success(request, _("Linked. You can write to each other now."))
    except Refused as no:
        messages.info(request, words.why_not(no.refusals[0], "UTC"))
    return redirect("portal-people")


@require_POST
@contact_only
def decline(request: ContactRequest, link_id: UUID) -> HttpResponse:
    """Say no."""
    links.decline(side=SIDE, owner=request.contact.id, link_id=link_id, now=timezone.now())
    messages.success(request, _("You said no. They are told that there is no link this time."))
    return redirect("portal-people")


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def end(request: ContactRequest, link_id: UUID) -> HttpResponse:
    """What ending means, then the end; or taking back what one asked."""
    link = link_of(side=SIDE, owner=request.contact.id, link_id=link_id)
    if link.state not in (State.ASKED, State.LINKED):
        return redirect("portal-people")  # pressed twice
    if request.method != "POST":
        return render(request, "portal/people/end.html", {"tab": "people", "link": link})
    links.end(side=SIDE, owner=request.contact.id, link_id=link_id, now=timezone.now())
    if link.state is State.LINKED:
        said = _("The link ended. You do not hear from each other here any more.")
    else:
        said = _("Taken back.")
    messages.success(request, said)
    return redirect("portal-people")


def _asked(request: ContactRequest, form: AskForm) -> bool:
    try:
        links.ask(
            contact_id=request.contact.id,
            place=form.cleaned_data["place"],
            number=form.cleaned_data["number"],
            now=timezone.now(),
        )
    except Refused as no:
        _blame(form, no)
        return False
    return True


def _found(request: ContactRequest, form: AskForm) -> list[finding.Found] | None:
    try:
        return finding.by_name(
            contact_id=request.contact.id,
            place=form.cleaned_data["place"],
            name=form.cleaned_data["name"],
            now=timezone.now(),
        )
    except Refused as no:
        _blame(form, no)
        return None


def _blame(form: AskForm, no: Refused) -> None:
    for one in no.refusals:
        field = one.facts.get("field", "number")
        form.add_error(field if field in form.fields else None, words.why_not(one, "UTC"))
