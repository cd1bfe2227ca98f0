"""One item: read it, decide it, ask about it, give it back; and undo within thirty seconds."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.queries.files import part_file_for_review
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import claim, decide, opinions, reading
from kinline.apps.review.queries import item as items
from kinline.apps.review.queries import queue as waiting
from kinline.apps.review.queries.item import ItemView
from kinline.apps.review.rules import list_of
from kinline.core.review.states import OPEN, State
from kinline.doors import ranges
from kinline.doors.console import reading as contents
from kinline.doors.console import say
from kinline.doors.console.forms.review import Answer, Decide, Question
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.review.queue import next_url, undoable

READ, DECIDE = Right.READ_MESSAGES, Right.DECIDE_MESSAGES


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(READ)
def one(request: StaffRequest, item: UUID) -> HttpResponse:
    """Open an item: it is the viewer's if nobody has it. Post: decide it.

    `?ahead=1` is a browser that fetches the page before its reviewer comes to it: nothing is
    claimed by that, and the log says so.
    """
    ahead = request.GET.get("ahead") == "1"
    seen = items.item(staff=request.staff, item_id=item, now=request.now)
    if not ahead and _is_free(seen):
        seen = _claimed(request, seen)
    form = _form(request, seen)
    if request.method == "POST" and form.is_valid():
        try:
            made = decide.decide(
                staff=request.staff, item_id=item, said=form.said(), now=request.now
            )
            return HttpResponseRedirect(next_url(request, but=item, undo=made))
        except Refused as no:
            say.blame(form, no.refusals)
    return _page(request, seen, form, ahead=ahead)


@require_POST
@staff_only(DECIDE)
def hold(request: StaffRequest, item: UUID) -> HttpResponse:
    """Have it, from the page that was fetched ahead."""
    try:
        claim.claim(staff=request.staff, item_id=item, now=request.now)
        reading.read(staff=request.staff, item_id=item, now=request.now)
    except Refused:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
@staff_only(DECIDE)
def release(request: StaffRequest, item: UUID) -> HttpResponse:
    """Give it back to the queue."""
    claim.release(staff=request.staff, item_id=item, now=request.now)
    return HttpResponseRedirect(reverse("console_review"))


@require_POST
@staff_only(DECIDE)
def take_over(request: StaffRequest, item: UUID) -> HttpResponse:
    """Take it from the colleague who has it."""
    try:
        claim.take_over(staff=request.staff, item_id=item, now=request.now)
        messages.success(request, _("It is yours now. The audit log has both your names."))
    except Refused as no:
        messages.warning(request, say.mistake(no.refusals[0]))
    return _to(item)


@require_POST
@staff_only(DECIDE)
def ask(request: StaffRequest, item: UUID) -> HttpResponse:
    """Ask a colleague, and go on to the next."""
    form = Question(request.POST)
    if form.is_valid() and say.done(
        form,
        opinions.ask,
        staff=request.staff,
        item_id=item,
        question=form.cleaned_data["question"],
        now=request.now,
    ):
        messages.success(request, _("A colleague is asked. It waits until somebody answers."))
        return HttpResponseRedirect(next_url(request, but=item))
    return _again(request, item, question=form)


@require_POST
@staff_only(DECIDE)
def answer(request: StaffRequest, item: UUID) -> HttpResponse:
    """Answer a colleague's question."""
    form = Answer(request.POST)
    if form.is_valid() and say.done(
        form,
        opinions.answer,
        staff=request.staff,
        item_id=item,
        words=form.cleaned_data["words"],
        now=request.now,
    ):
        messages.success(request, _("Your answer stands with the message."))
        return _to(item)
    return _again(request, item, answer=form)


@require_POST
@staff_only(DECIDE)
def take_back(request: StaffRequest, item: UUID) -> HttpResponse:
    """No answer is needed any more."""
    try:
        opinions.take_back(staff=request.staff, item_id=item, now=request.now)
    except Refused as no:
        messages.warning(request, say.mistake(no.refusals[0]))
    return _to(item)


@require_POST
@staff_only(READ)
def undo(request: StaffRequest, decision: UUID) -> HttpResponse:
    """Take one's own decision back, while it has no effect."""
    seen = items.decision(staff=request.staff, decision_id=decision)
    try:
        item = decide.undo(staff=request.staff, decision_id=decision, now=request.now)
        messages.success(request, _("Undone. Nobody was told."))
    except Refused as no:
        messages.warning(request, say.mistake(no.refusals[0]))
        return HttpResponseRedirect(reverse("console_review"))
    if seen.of_appeal:
        return HttpResponseRedirect(reverse("console_review_appeals"))
    return _to(item)


@require_safe
@staff_only(READ)
def file(request: StaffRequest, item: UUID, part: UUID) -> HttpResponseBase:
    """A photo or film of it, or its small picture. Every look at the whole is in the log."""
    small = request.GET.get("small") == "1"
    seen = items.item(staff=request.staff, item_id=item, now=request.now)
    if str(part) not in {one.name for one in seen.parts}:
        raise NotFound
    found = part_file_for_review(part_id=part, viewer=request.staff, small=small)
    if not small and "Range" not in request.headers:
        reading.read(staff=request.staff, item_id=item, now=request.now, part=str(part))
    etag = f"{part}{'s' if small else ''}"
    return ranges.send_opened(request, found.opened, media_type=found.media_type, etag=etag)


def _again(request: StaffRequest, item: UUID, **forms: Any) -> HttpResponse:
    """The page once more, with what was typed and what is wrong with it."""
    seen = items.item(staff=request.staff, item_id=item, now=request.now)
    if _is_free(seen):
        seen = _claimed(request, seen)
    return _page(request, seen, _form(request, seen, fresh=True), **forms)


def _page(
    request: StaffRequest, seen: ItemView, form: Decide, *, ahead: bool = False, **forms: Any
) -> HttpResponse:
    reading.read(staff=request.staff, item_id=seen.id, now=request.now, ahead=ahead)
    found = contents.content(seen, request.staff)
    rules = list_of(seen.place, request.now)
    may_act = seen.may_decide and (seen.mine or (ahead and _is_free(seen)))
    facts = {
        "item": seen,
        "content": found,
        "form": form,
        "question": forms.get("question") or Question(),
        "answer": forms.get("answer") or Answer(),
        "citations": rules.citations[seen.direction],
        "rules": rules,
        "is_open": seen.state in OPEN,
        "may_act": may_act,
        "decidable": [part.name for part in seen.parts] if may_act else [],
        "may_set": request.staff.may(Right.SET_REVIEW, seen.facility),
        "next": _next(request, seen),
        "counts": waiting.counts(staff=request.staff, place=request.place, now=request.now),
        "review_keys": True,
        **undoable(request),
    }
    return page(request, "console/review/item.html", facts, tab="review")


def _next(request: StaffRequest, seen: ItemView) -> UUID | None:
    if not request.staff.has(DECIDE):
        return None
    return waiting.next_of(staff=request.staff, place=request.place, now=request.now, but=[seen.id])


def _is_free(seen: ItemView) -> bool:
    return seen.may_decide and seen.state is State.WAITING


def _claimed(request: StaffRequest, seen: ItemView) -> ItemView:
    with suppress(Refused):  # a colleague was quicker: the page says who has it
        claim.claim(staff=request.staff, item_id=seen.id, now=request.now)
    return items.item(staff=request.staff, item_id=seen.id, now=request.now)


def _form(request: StaffRequest, seen: ItemView, *, fresh: bool = False) -> Decide:
    typed = None if fresh or request.method != "POST" else request.POST
    reasons = list_of(seen.place, request.now).reasons(seen.direction)
    return Decide(typed, parts=[part.name for part in seen.parts], reasons=reasons)


def _to(item: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("console_review_item", args=[item]))
