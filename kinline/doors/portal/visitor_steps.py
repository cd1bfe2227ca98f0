"""Asking to visit, step by step: whom, the ID, the face, children, check and send.

Every step is a page that works without a script; with one, the camera can be used in the page.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ids import as_uuid
from kinline.apps.people import visitors
from kinline.apps.people.actions.visitors import asking
from kinline.apps.people.visitors import RequestView
from kinline.core.visitor import Picture, State, VisitorKind
from kinline.darkroom.photo import LIMITS
from kinline.darkroom.terms import Code
from kinline.doors import uploads
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.inputs import DayInput
from kinline.doors.words import visitors as words

STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("whom", gettext_lazy("Whom to visit")),
    (Picture.DOCUMENT, gettext_lazy("Your ID")),
    (Picture.SELFIE, gettext_lazy("Your face")),
    ("children", gettext_lazy("Children with you")),
    ("check", gettext_lazy("Check and send")),
)
ANYBODY, SOMEBODY_ELSE = "place:", "else:"


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of the line of steps."""

    words: str | Promise
    number: int
    done: bool
    here: bool


def steps(here: str) -> dict[str, Any]:
    """The line of steps, for a template."""
    at = next(number for number, (key, _words) in enumerate(STEPS, 1) if key == here)
    line = [
        Step(said, number, number < at, number == at)
        for number, (_key, said) in enumerate(STEPS, 1)
    ]
    return {"tab": "people", "steps": line, "step": line[at - 1], "of": len(line)}


class WhomForm(forms.Form):
    """Somebody one knows, somebody by their ID, or anybody at a facility; and as what one comes."""

    whom = forms.ChoiceField(
        label=gettext_lazy("Whom do you want to visit?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    number = forms.CharField(
        label=gettext_lazy("ID number, if you chose somebody else"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Exactly as the facility writes it, such as 40-2719."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    asks_as = forms.ChoiceField(
        label=gettext_lazy("You come as"), choices=list(words.KINDS.items())
    )

    def __init__(self, *args: Any, contact_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (str(one.person), f"{one.name}, {one.facility_name}")
            for one in visitors.to_choose(contact_id=contact_id)
        ]
        offers = visitors.places()
        facts = [{"place": one.name} for one in offers]
        others = [
            (f"{SOMEBODY_ELSE}{one.place}", _("Somebody else at %(place)s") % fact)
            for one, fact in zip(offers, facts, strict=True)
        ]
        anybody = [
            (f"{ANYBODY}{one.place}", _("Anybody at %(place)s, for my work") % fact)
            for one, fact in zip(offers, facts, strict=True)
        ]
        self.fields["whom"].choices = known + others + anybody  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("whom", "").startswith(SOMEBODY_ELSE) and not typed.get("number"):
            self.add_error("number", _("Type the ID number."))
        return typed


class ChildForm(forms.Form):
    """One child."""

    name = forms.CharField(label=gettext_lazy("The child’s name"), max_length=120)
    born_on = forms.DateField(label=gettext_lazy("Birthday"), widget=DayInput)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def whom(request: ContactRequest) -> HttpResponse:
    """The first step."""
    offers = visitors.places()
    form = WhomForm(
        request.POST or None,
        contact_id=request.contact.id,
        initial={"asks_as": VisitorKind.ORDINARY.value},
    )
    if form.is_valid() and (made := _begun(request, form)):
        return redirect("portal-visitor-one", made)
    facts = {**steps("whom"), "form": form, "offers": offers}
    status = 400 if form.errors else 200
    return render(request, "portal/visitor/whom.html", facts, status=status)


@csrf_exempt  # looked at inside, once the form may be read
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: HttpRequest, access: UUID, kind: str) -> HttpResponseBase:
    """The ID, then the face: how much may come is set before anything is read."""
    limited = uploads.limit(request, most=LIMITS.most_bytes)
    answer: HttpResponseBase = _photo(request, access, kind, limited)
    return answer


@contact_only
@csrf_protect
def _photo(
    request: ContactRequest, access: UUID, kind: str, limited: uploads.Limited
) -> HttpResponse:
    if kind not in set(Picture):
        raise NotFound
    seen, picture, trouble = _draft(request, access), Picture(kind), ""
    if request.method == "POST":
        trouble = _taken(request, access, picture, limited)
        if not trouble:
            return redirect(*_after(seen, picture))
    facts = {
        **steps(picture),
        "one": seen,
        "kind": picture,
        "kept": picture in seen.pictures,
        "trouble": trouble,
        "most": LIMITS.most_bytes // 1_000_000,
        "next": _after(seen, picture),
    }
    status = 400 if trouble else 200
    return render(request, "portal/visitor/photo.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def children(request: ContactRequest, access: UUID) -> HttpResponse:
    """Children who come along, one after the other."""
    _draft(request, access)
    form = ChildForm(request.POST or None)
    if form.is_valid():
        try:
            asking.add_minor(
                contact_id=request.contact.id,
                access_id=access,
                name=form.cleaned_data["name"],
                born_on=form.cleaned_data["born_on"],
                now=timezone.now(),
            )
            return redirect("portal-visitor-children", access)
        except Refused as no:
            _blame(form, no)
    facts = {**steps("children"), "one": _draft(request, access), "form": form}
    status = 400 if form.errors else 200
    return render(request, "portal/visitor/children.html", facts, status=status)


@require_POST
@contact_only
def drop_child(request: ContactRequest, access: UUID, child: UUID) -> HttpResponse:
    """One child less."""
    asking.drop_minor(contact_id=request.contact.id, access_id=access, minor_id=child)
    return redirect("portal-visitor-children", access)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def check(request: ContactRequest, access: UUID) -> HttpResponse:
    """All of it once more, and what becomes of it; then it goes to staff."""
    seen = visitors.request_of(contact_id=request.contact.id, access_id=access)
    if seen.state is State.PENDING:
        return redirect("portal-visitor-one", access)  # pressed twice
    seen, reasons = _draft(request, access), []
    if request.method == "POST":
        try:
            asking.send(contact_id=request.contact.id, access_id=access, now=timezone.now())
            messages.success(request, _("Sent. Staff look at it; you hear from us."))
            return redirect("portal-visitor-one", access)
        except Refused as no:
            reasons = [words.why_not(why) for why in no.refusals]
    rule = visitors.rule_for(place=seen.place)
    facts = {
        **steps("check"),
        "one": seen,
        "reasons": reasons,
        "pictures": list(Picture),
        "keep_days": rule.keep_days,
    }
    status = 409 if reasons else 200
    return render(request, "portal/visitor/check.html", facts, status=status)


def _begun(request: ContactRequest, form: WhomForm) -> UUID | None:
    chosen, number, person = form.cleaned_data["whom"], "", as_uuid(form.cleaned_data["whom"])
    if person is not None:
        known = visitors.to_choose(contact_id=request.contact.id)
        place = next(one.place for one in known if one.person == person)
    else:
        place = chosen.partition(":")[2]
        number = form.cleaned_data["number"] if chosen.startswith(SOMEBODY_ELSE) else ""
    try:
        return asking.begin(
            contact_id=request.contact.id,
            place=place,
            person_id=person,
            number=number,
            asks_as=VisitorKind(form.cleaned_data["asks_as"]),
            now=timezone.now(),
        )
    except Refused as no:
        _blame(form, no)
        return None


def _draft(request: ContactRequest, access: UUID) -> RequestView:
    """The request, as long as it is written. Raises NotFound."""
    seen = visitors.request_of(contact_id=request.contact.id, access_id=access)
    if seen.state is not State.DRAFT:
        raise NotFound
    return seen


def _taken(request: ContactRequest, access: UUID, kind: Picture, limited: uploads.Limited) -> str:
    """Keep the photo that came; why not, or nothing where it is kept."""
    file = request.FILES.get("photo")
    if limited.too_large:
        most = {"most": str(limited.most // 1_000_000)}
        return words.why_not(wrong(Code.TOO_LARGE, "photo", most))
    if not isinstance(file, TemporaryUploadedFile):
        return _("Choose a photo, or take one.")
    try:
        with file:
            asking.add_picture(
                contact_id=request.contact.id,
                access_id=access,
                kind=kind,
                source=Path(file.temporary_file_path()),
                now=timezone.now(),
            )
    except Refused as no:
        return words.why_not(no.refusals[0])
    return ""


def _after(seen: RequestView, kind: Picture) -> tuple[Any, ...]:
    """Where one goes on after a photo."""
    if kind is Picture.DOCUMENT:
        return ("portal-visitor-photo", seen.id, Picture.SELFIE.value)
    return ("portal-visitor-children", seen.id)


def _blame(form: forms.Form, no: Refused) -> None:
    for one in no.refusals:
        field = one.facts.get("field", "")
        form.add_error(field if field in form.fields else None, words.why_not(one))
