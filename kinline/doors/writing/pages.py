"""The list of threads and one thread: read, written in, searched. The same for both doors."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.actions import appeals, drafts, reading, withdraw
from kinline.apps.messaging.actions.send import reasons_against
from kinline.apps.messaging.privileged import writing as private
from kinline.apps.messaging.queries import search as searching
from kinline.apps.messaging.queries import thread as threads_
from kinline.apps.messaging.queries.thread import ThreadView
from kinline.apps.messaging.queries.threads import threads
from kinline.apps.messaging.views import MessageView
from kinline.apps.people import links
from kinline.apps.people.links import LinkView
from kinline.apps.review.queries.policies import policy_of
from kinline.apps.review.queries.told import appeals_of
from kinline.core.link import State as Linked
from kinline.core.message.terms import Service
from kinline.core.refusal import Refusal
from kinline.doors.paging import page_number
from kinline.doors.words import unsent
from kinline.doors.words.refusals import Rows
from kinline.doors.writing import compose, show
from kinline.doors.writing.desk import Desk
from kinline.doors.writing.show import Around, Line


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody to write to: the link, told from whoever looks."""

    id: UUID
    name: str
    facility_name: str
    zone: str


def everything(desk: Desk) -> HttpResponse:
    """All threads, those that moved last first; what was found, where something was asked for."""
    if words := desk.request.GET.get("q", "").strip():
        return _found(desk, words)
    return desk.own("messages", listed(desk, page_number(desk.request)))


def listed(desk: Desk, number: int = 1) -> dict[str, Any]:
    """The threads as lines, and whom one may write to besides."""
    known = friends(desk)
    zones = {one.id: one.zone for one, _linked in known}
    page = threads(by=desk.by, page=number)
    lines: list[Line] = [
        show.line(row, zones.get(row.other_id, settings.TIME_ZONE), desk.now) for row in page.items
    ]
    begun = {line.row.other_id for line in lines if not line.row.privileged}
    others = [one for one, linked in known if linked and one.id not in begun]
    return {"page": page, "lines": lines, "others": others}


def friends(desk: Desk) -> list[tuple[Friend, bool]]:
    """Everybody they have or had a link with; True where it holds."""
    mine = desk.by.id
    if desk.is_inside:
        found = links.links_of_person(person_id=mine, open_only=False)
    else:
        found = links.links_of_contact(contact_id=mine, open_only=False)
    return [(_friend(one, desk.is_inside), one.state is Linked.LINKED) for one in found]


def _friend(one: LinkView, is_inside: bool) -> Friend:
    if is_inside:
        return Friend(one.contact, one.contact_name, one.facility_name, one.zone)
    return Friend(one.person, one.person_name, one.facility_name, one.zone)


def _found(desk: Desk, words: str) -> HttpResponse:
    page = searching.search(by=desk.by, words=words, page=page_number(desk.request))
    zones = {one.id: one.zone for one, _linked in friends(desk)}
    zone = next(iter(zones.values()), settings.TIME_ZONE)
    hits = [
        {
            "hit": one,
            "before": threads_.page_with(one.message),
            "when": show.moment(one.message.sent_at, zone, desk.now),
            "who": _("You") if one.message.mine else one.other_name,
        }
        for one in page.items
    ]
    facts = {"page": page, "hits": hits, "q": words[: searching.LONGEST]}
    return desk.page("writing/found.html", facts)


def begin(desk: Desk) -> HttpResponse:
    """Open the thread with somebody one is linked to."""
    other = _uuid(desk.request.POST.get("to", ""))
    if other is None:
        raise NotFound
    return desk.go("thread", drafts.open_thread(by=desk.by, other=other, now=desk.now))


def one(desk: Desk, thread_id: UUID) -> HttpResponse:
    """One thread, and the field to write in. What is shown is read."""
    before = desk.request.GET.get("before", "")
    view = threads_.thread(by=desk.by, thread_id=thread_id, before=before)
    if view.messages and not before and desk.request.method == "GET":
        reading.mark_read(
            by=desk.by, thread_id=thread_id, now=desk.now, until=view.messages[0].sent_at
        )
    return thread_page(desk, view, before=before)


def thread_page(
    desk: Desk,
    view: ThreadView,
    *,
    before: str = "",
    refused: tuple[Refusal, ...] = (),
    text: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a thread. `refused` says why what was just tried did not go out."""
    around = around_of(desk, view)
    facts = {
        "view": view,
        "around": around,
        "bubbles": bubbles(view.messages, around),
        "before": before,
        "refused": said(desk, around, refused, _message_to(around)),
        **_composer(desk, view, around, text),
    }
    other = view.contact if desk.is_inside else view.person
    facts["other"] = other
    facts["private_too"] = private.offered(by=desk.by, other=other, now=desk.now)
    if desk.is_inside:
        facts |= listed(desk)
    return desk.own("thread", facts, status)


def _composer(desk: Desk, view: ThreadView, around: Around, text: str | None) -> dict[str, Any]:
    """Everything to write with, or every reason why not."""
    service = Service.EMESSAGE
    against = reasons_against(by=desk.by, thread_id=view.id, service=service, now=desk.now)
    if against:
        return {"against": said(desk, around, against, _message_to(around))}
    draft, limits = view.draft, view.limits[service]
    return {
        "limits": limits,
        "most": compose.most(limits),
        "prices": compose.prices(view.place, service, desk.now),
        "review": compose.review(_policy(desk, view, service), around),
        "draft": draft,
        "key": draft.key if draft else uuid4(),
        "revision": draft.revision if draft else 0,
        "text": text if text is not None else (draft.text if draft else ""),
        "texts": texts_offered(desk, view),
    }


def texts_offered(desk: Desk, view: ThreadView) -> bool:
    """Whether the two can text each other now."""
    no = reasons_against(by=desk.by, thread_id=view.id, service=Service.TEXT, now=desk.now)
    return not no


def _policy(desk: Desk, view: ThreadView, service: Service) -> Any:
    return policy_of(
        facility_id=view.facility,
        service=service,
        direction=desk.by.direction,
        person_id=view.person,
        contact_id=view.contact,
        now=desk.now,
    )


policy = _policy


def around_of(desk: Desk, view: ThreadView) -> Around:
    return Around(
        side=desk.by.side,
        other_name=view.other_name,
        place=view.place,
        facility_name=view.facility_name,
        zone=view.zone,
        now=desk.now,
    )


def bubbles(views: tuple[MessageView, ...], around: Around) -> list[show.Bubble]:
    """Messages with what became of their appeals: one query for all of them."""
    appealed = appeals_of(subjects=[str(one.id) for one in views])
    return show.bubbles(views, around, appealed)


def said(desk: Desk, around: Around, reasons: tuple[Refusal, ...], what: str) -> list[Rows]:
    """Refusals in words."""
    return [
        unsent.rows(
            no,
            side=desk.by.side,
            other=around.first_name,
            what=what,
            zone=around.zone,
            now=desk.now,
        )
        for no in reasons
    ]


def _message_to(around: Around) -> str:
    return _("A message to %(name)s") % {"name": around.first_name}


# --- one message: taken back, appealed ------------------------------------------------------


def take_back(desk: Desk, message_id: UUID) -> HttpResponse:
    """Take a message back while it waits for review."""
    message = threads_.message(by=desk.by, message_id=message_id)
    try:
        withdraw.withdraw(by=desk.by, message_id=message_id, now=desk.now)
    except Refused as no:
        view = threads_.thread(by=desk.by, thread_id=message.thread)
        return thread_page(desk, view, refused=no.refusals, status=409)
    return desk.go("thread", message.thread, anchor=f"m-{message_id}")


def appeal(desk: Desk, message_id: UUID) -> HttpResponse:
    """What was kept back and until when one may appeal; the appeal in one's own words."""
    message = threads_.message(by=desk.by, message_id=message_id)
    view = threads_.thread(by=desk.by, thread_id=message.thread)
    around = around_of(desk, view)
    bubble = bubbles((message,), around)[0]
    if bubble.no is None and not bubble.won:
        raise NotFound
    facts: dict[str, Any] = {"view": view, "around": around, "bubble": bubble, "words": ""}
    if desk.request.method != "POST":
        return desk.page("writing/appeal.html", facts)
    words = desk.request.POST.get("words", "")[:2000]
    if not words.strip():
        return desk.page("writing/appeal.html", facts | {"empty": True}, 400)
    try:
        appeals.appeal(by=desk.by, message_id=message_id, words=words, now=desk.now)
    except Refused as no:
        reasons = said(desk, around, no.refusals, _("An appeal"))
        return desk.page("writing/appeal.html", facts | {"words": words, "refused": reasons}, 409)
    return desk.go("thread", message.thread, anchor=f"m-{message_id}")


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None
