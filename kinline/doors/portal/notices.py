"""How somebody outside is told of things: which, by which way, on which devices, and when not."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.errors import Refused
from kinline.apps.notices import choices, mail
from kinline.apps.notices.choices import Quiet
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.push import devices, sending
from kinline.apps.notices.sms import consents, proving, setup
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.inputs import HourInput
from kinline.doors.words import notices as words
from kinline.doors.words import numbers as numbers_in_words
from kinline.doors.words.zones import ZONES

LARGEST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Wish:
    """One box: this group by this way."""

    name: str
    label: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One group with a box for each way that there is."""

    name: str
    wishes: list[Wish]


@dataclass(frozen=True, slots=True)
class Telephone:
    """One of the contact's numbers, and to what they agreed on it."""

    e164: str
    notices: bool
    texts: bool
    stopped: bool


class QuietForm(forms.Form):
    """From when until when, by whose clock."""

    from_at = forms.TimeField(label=gettext_lazy("Quiet from"), widget=HourInput)
    until_at = forms.TimeField(label=gettext_lazy("Until"), widget=HourInput)
    # Anybody's own zone stays in the list once it is chosen.
    zone = forms.ChoiceField(label=gettext_lazy("By the clock of"), choices=ZONES)

    def __init__(self, *args: Any, kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept and kept not in dict(ZONES):
            self.fields["zone"].choices = [*ZONES, (kept, kept)]  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code that came to the telephone."""

    code = forms.CharField(
        label=gettext_lazy("The six digits we sent"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_GET
@contact_only
def page(request: ContactRequest) -> HttpResponse:
    """All of it on one page."""
    return _page(request)


def _page(
    request: ContactRequest,
    *,
    quiet: QuietForm | None = None,
    code: CodeForm | None = None,
    proving_of: str = "",
    purpose: str = "",
) -> HttpResponse:
    mine = request.contact.id
    kept = choices.quiet_of(owner=mine)
    ways = _ways(request)
    facts = {
        "tab": "account",
        "lines": _lines(mine, ways),
        "dead_since": mail.dead_since(request.contact.email) if request.contact.email else None,
        "mail": mail.is_set(),
        "sms": setup.is_set(),
        "devices": devices.mine(owner=mine),
        "push_key": sending.public_key(),
        "telephones": _telephones(request) if setup.is_set() else [],
        "quiet": kept,
        "quiet_zone": str(dict(ZONES).get(kept.zone, kept.zone)) if kept else "",
        "quiet_form": quiet or _quiet_form(kept),
        "code_form": code or CodeForm(),
        "proving": proving_of,
        "purpose": purpose,
    }
    wrong = bool(quiet and quiet.errors) or bool(code and code.errors)
    return render(request, "portal/notices.html", facts, status=400 if wrong else 200)


def _ways(request: ContactRequest) -> list[Channel]:
    """The ways there are in this house; a box for one that is not would promise something."""
    there = {
        Channel.EMAIL: mail.is_set() and bool(request.contact.email),
        Channel.PUSH: True,
        Channel.SMS: setup.is_set(),
    }
    return [way for way in Channel if there[way]]


def _lines(owner: UUID, ways: list[Channel]) -> list[Line]:
    wanted = choices.wanted(owner=owner)
    return [
        Line(
            str(words.GROUPS[group]),
            [
                Wish(f"{way}.{group}", str(words.CHANNELS[way]), group in wanted[way])
                for way in ways
            ],
        )
        for group in Group
    ]


def _telephones(request: ContactRequest) -> list[Telephone]:
    agreed = {(one.e164, one.purpose) for one in consents.mine(owner=request.contact.id)}
    return [
        Telephone(
            e164=number,
            notices=(number, consents.NOTICES) in agreed,
            texts=(number, consents.TEXTS) in agreed,
            stopped=consents.stopped(e164=number),
        )
        for number in request.contact.numbers
    ]


def _quiet_form(kept: Quiet | None) -> QuietForm:
    if kept is None:
        return QuietForm(initial={"from_at": "22:00", "until_at": "07:00", "zone": ZONES[0][0]})
    initial = {"from_at": kept.begins, "until_at": kept.ends, "zone": kept.zone}
    return QuietForm(initial=initial, kept=kept.zone)


@require_POST
@contact_only
def keep(request: ContactRequest) -> HttpResponse:
    """Keep the boxes as they are ticked. A way without boxes on the page stays as it was."""
    wishes = {
        (way, group): f"{way}.{group}" in request.POST for way in _ways(request) for group in Group
    }
    choices.choose(owner=request.contact.id, wishes=wishes, now=timezone.now())
    messages.success(request, _("Kept. We tell you as you wish."))
    return redirect("portal-notices")


@require_POST
@contact_only
def quiet(request: ContactRequest) -> HttpResponse:
    """Set or end the quiet hours."""
    mine, now = request.contact.id, timezone.now()
    if "end" in request.POST:
        choices.set_quiet(owner=mine, quiet=None, now=now)
        messages.success(request, _("There are no quiet hours now."))
        return redirect("portal-notices")
    kept = choices.quiet_of(owner=mine)
    form = QuietForm(request.POST, kept=kept.zone if kept else "")
    if not form.is_valid():
        return _page(request, quiet=form)
    said = form.cleaned_data
    try:
        choices.set_quiet(
            owner=mine, quiet=Quiet(said["from_at"], said["until_at"], said["zone"]), now=now
        )
    except Refused as no:
        form.add_error(no.refusals[0].facts["field"], words.against(no.refusals[0]))
        return _page(request, quiet=form)
    messages.success(request, _("Kept. In these hours your devices and phone stay silent."))
    return redirect("portal-notices")


@require_POST
@contact_only
def mailbox(request: ContactRequest) -> HttpResponse:
    """The reader says that their address works again."""
    if mail.revive(email=request.contact.email, now=timezone.now()):
        messages.success(request, _("Good. We write to this address again."))
    return redirect("portal-notices")


# --- devices ---------------------------------------------------------------------------------


@require_POST
@contact_only
def let_in(request: ContactRequest) -> HttpResponse:
    """A browser subscribed; its script hands over what the push service gave it."""
    try:
        told = json.loads(request.body[:LARGEST_BYTES])
        endpoint, keys = str(told["endpoint"]), told["keys"]
        key, secret = str(keys["p256dh"]), str(keys["auth"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"code": "push.bad_keys"}, status=400)
    try:
        made = devices.let_in(
            owner=request.contact.id,
            endpoint=endpoint,
            key=key,
            secret=secret,
            name=_browser(request),
            now=timezone.now(),
        )
    except Refused as no:
        said = words.against(no.refusals[0])
        return JsonResponse({"code": no.refusals[0].code, "said": said}, status=400)
    return JsonResponse({"device": str(made)})


@require_POST
@contact_only
def end_device(request: ContactRequest, device: UUID) -> HttpResponse:
    """Tell nothing to this device any more."""
    devices.end(owner=request.contact.id, device=device, now=timezone.now())
    messages.success(request, _("Nothing is sent to that device any more."))
    return redirect("portal-notices")


# Words in what a browser says of itself, most telling first.
BROWSERS = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
]


def _browser(request: HttpRequest) -> str:
    """What its owner would call it: "Chrome, Android". No more of what it says is kept."""
    says = request.headers.get("User-Agent", "")
    found = [
        next((name for word, name in known if word in says), "") for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or _("A browser")


# --- telephones --------------------------------------------------------------------------------


class NumberForm(forms.Form):
    """Which telephone, for what."""

    e164 = forms.CharField(max_length=20)
    purpose = forms.ChoiceField(choices=[(consents.NOTICES, ""), (consents.TEXTS, "")])


@require_POST
@contact_only
def ask_code(request: ContactRequest) -> HttpResponse:
    """Send a code to one of the contact's own telephones, and ask for it."""
    asked = NumberForm(request.POST)
    if not asked.is_valid():
        return redirect("portal-notices")
    e164, purpose = asked.cleaned_data["e164"], asked.cleaned_data["purpose"]
    try:
        proving.ask_code(
            owner=request.contact.id,
            e164=e164,
            purpose=purpose,
            own=request.contact.numbers,
            now=timezone.now(),
        )
    except Refused as no:
        messages.error(request, words.against(no.refusals[0]))
        return redirect("portal-notices")
    return _page(request, proving_of=e164, purpose=purpose)


@require_POST
@contact_only
def give_code(request: ContactRequest) -> HttpResponse:
    """The code as typed in: the second proof."""
    asked, form = NumberForm(request.POST), CodeForm(request.POST)
    if not asked.is_valid():
        return redirect("portal-notices")
    e164 = asked.cleaned_data["e164"]
    if form.is_valid():
        try:
            proving.give_code(
                owner=request.contact.id,
                e164=e164,
                code=form.cleaned_data["code"],
                now=timezone.now(),
            )
        except Refused as no:
            form.add_error("code", words.against(no.refusals[0]))
        else:
            said = _("Done. Text messages come to %(number)s now.")
            messages.success(request, said % {"number": numbers_in_words.shown(e164)})
            return redirect("portal-notices")
    return _page(request, code=form, proving_of=e164, purpose=asked.cleaned_data["purpose"])


@require_POST
@contact_only
def end_sms(request: ContactRequest) -> HttpResponse:
    """No more SMS of this kind to this telephone."""
    asked = NumberForm(request.POST)
    if asked.is_valid():
        consents.end(owner=request.contact.id, now=timezone.now(), **asked.cleaned_data)
        messages.success(request, _("Done. No more of these text messages."))
    return redirect("portal-notices")
