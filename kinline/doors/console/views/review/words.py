"""Word lists of a facility: kept by hand or by file, and tried on a text."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import Refused
from kinline.apps.ids import as_uuid
from kinline.apps.people import queries as people
from kinline.apps.people.access import access_facility
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import words as act
from kinline.apps.review.lists import Kind
from kinline.apps.review.queries import words as read
from kinline.doors.console import say
from kinline.doors.console.forms.words import ListForm, TryForm, WordsFile, WordsForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.reading import marked
from kinline.doors.console.shell import page
from kinline.doors.table import as_csv

SET = Right.SET_REVIEW


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(SET)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """The lists in use, and a form to make one."""
    here = access_facility(staff=request.staff, place=place, right=SET)
    form = ListForm(request.POST or None)
    if form.is_valid():
        try:
            made = act.make_list(
                staff=request.staff,
                place=place,
                name=form.cleaned_data["name"],
                kind=Kind(form.cleaned_data["kind"]),
                language=form.cleaned_data["language"],
                now=request.now,
            )
            return HttpResponseRedirect(reverse("console_review_words_list", args=[place, made]))
        except Refused as no:
            say.blame(form, no.refusals)
    found = read.lists(staff=request.staff, place=place)
    facts = {
        "here": here,
        "form": form,
        "lists": found,
        "names": people.account_names(ids=[one.made_by for one in found]),
        "most": act.MOST_WORDS_HERE,
        "in_use": sum(one.count for one in found),
    }
    return page(request, "console/review/words.html", facts, tab="review")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(SET)
def one(request: StaffRequest, place: str, words: UUID) -> HttpResponse:
    """One list: its words, some more by hand or by file."""
    form = WordsForm(request.POST or None)
    if form.is_valid() and say.done(form, _add, request, place, words, form):
        return _back_to(place, words)
    return _list_page(request, place, words, form, WordsFile())


@require_POST
@staff_only(SET)
def bring_in(request: StaffRequest, place: str, words: UUID) -> HttpResponse:
    """Words from a file."""
    file = WordsFile(request.POST, request.FILES)
    if file.is_valid() and say.done(file, _bring, request, place, words, file):
        return _back_to(place, words)
    return _list_page(request, place, words, WordsForm(), file)


@require_POST
@staff_only(SET)
def remove(request: StaffRequest, place: str, words: UUID) -> HttpResponse:
    """Words are taken off a list."""
    ticked = [found for found in map(as_uuid, request.POST.getlist("word")) if found]
    gone = act.remove(
        staff=request.staff, place=place, list_id=words, words=ticked, now=request.now
    )
    said = ngettext("%(n)s word was taken off.", "%(n)s words were taken off.", gone)
    messages.success(request, said % {"n": gone})
    return _back_to(place, words)


@require_POST
@staff_only(SET)
def end(request: StaffRequest, place: str, words: UUID) -> HttpResponse:
    """A list ends."""
    act.end_list(staff=request.staff, place=place, list_id=words, now=request.now)
    messages.success(request, _("The list is not used any more."))
    return HttpResponseRedirect(reverse("console_review_words", args=[place]))


@require_safe
@staff_only(SET)
def carry_out(request: StaffRequest, place: str, words: UUID) -> HttpResponse:
    """A list as a file."""
    rows = read.table(staff=request.staff, place=place, list_id=words)
    return as_csv(f"words-{words}.csv", act.COLUMNS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(SET)
def attempt(request: StaffRequest, place: str) -> HttpResponse:
    """What would stand out in a text; by POST, so that it is in no address and no log."""
    here = access_facility(staff=request.staff, place=place, right=SET)
    form = TryForm(request.POST or None)
    facts: dict[str, object] = {"here": here, "form": form}
    if form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n")
        found = read.tried(staff=request.staff, place=place, text=text)
        facts |= {"tried": True, "findings": found, "stretches": marked(text, found)}
    return page(request, "console/review/words_try.html", facts, tab="review")


def _list_page(
    request: StaffRequest, place: str, words: UUID, form: WordsForm, file: WordsFile
) -> HttpResponse:
    here = access_facility(staff=request.staff, place=place, right=SET)
    find = request.GET.get("find", "")[: act.LONGEST_NAME]
    some = read.page_of(
        staff=request.staff,
        place=place,
        list_id=words,
        now=request.now,
        find=find,
        page=number_of(request),
    )
    facts = {
        "here": here,
        "list": read.one(staff=request.staff, place=place, list_id=words),
        "some": some,
        "find": find,
        "rest": rest_of(request),
        "use_days": read.USE_DAYS,
        "form": form,
        "file": file,
        "names": people.account_names(ids=[word.added_by for word in some.words]),
    }
    return page(request, "console/review/words_list.html", facts, tab="review")


def _add(request: StaffRequest, place: str, words: UUID, form: WordsForm) -> None:
    _say_added(
        request,
        act.add(
            staff=request.staff,
            place=place,
            list_id=words,
            lines=form.cleaned_data["lines"],
            severity=form.cleaned_data["severity"],
            now=request.now,
        ),
    )


def _bring(request: StaffRequest, place: str, words: UUID, file: WordsFile) -> None:
    _say_added(
        request,
        act.bring_in(
            staff=request.staff,
            place=place,
            list_id=words,
            content=file.content(),
            now=request.now,
        ),
    )


def _say_added(request: StaffRequest, what: act.Added) -> None:
    said = ngettext("%(n)s word was added.", "%(n)s words were added.", what.added)
    told = [said % {"n": what.added}]
    if what.there:
        more = ngettext("%(n)s was on it already.", "%(n)s were on it already.", what.there)
        told.append(more % {"n": what.there})
    messages.success(request, " ".join(told))


def _back_to(place: str, words: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console_review_words_list", args=[place, words]))
