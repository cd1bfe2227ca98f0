"""Somebody's own messages as a ZIP that opens without us: a page to read, JSON, and the files.

Of the other side's messages it has what could be read. Privileged mail is not in it: that of the
two people themselves is added by `privileged.export`, and staff have no way to.
"""

import html
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext

from kinline.apps import stored
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Attachment, Message, Thread
from kinline.apps.messaging.queries.thread import parts_of
from kinline.apps.messaging.views import MessageView, PartView, message_view
from kinline.core.message.terms import PartKind

STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid #ccc;padding:1rem 0}img,video{max-width:100%}"
    "header{color:#555}pre{white-space:pre-wrap;font:inherit;margin:.5rem 0}"
)
ENDINGS = {"image/jpeg": "jpg", "video/mp4": "mp4"}
IN_ONE_QUERY = 200


@dataclass(slots=True)
class Letter:
    """One message as it stands in the export. `files` are names in the ZIP by what they show."""

    id: str
    mine: bool
    sent_at: datetime
    state: str
    service: str
    text: str
    cards: list[dict[str, str]] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "from_me": self.mine,
            "sent_at": self.sent_at.isoformat(),
            "state": self.state,
            "service": self.service,
            "text": self.text,
            "cards": self.cards,
            "files": self.files,
        }


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that goes into the ZIP: its name there, and its bytes."""

    name: str
    chunks: Iterator[bytes]


def write(*, by: Writer, to: IO[bytes], now: datetime) -> int:
    """Write all ordinary messages of `by` as a ZIP to `to`; returns how many there are."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        return add(Folder(archive), by=by, now=now)


def add(archive: "Folder", *, by: Writer, now: datetime) -> int:
    """Put all ordinary messages of `by` into a ZIP; returns how many there are.

    One message after the other, so that memory does not grow with them.
    """
    count = 0
    with translation.override(by.language):
        rows = Thread.objects.filter(by.mine, privileged=False).order_by("begun_at")
        threads = list(rows.select_related("person__facility", "contact"))
        add_index(archive, [(name_of(one, by), folder_of(one)) for one in threads], now)
        for thread in threads:
            count += add_thread(archive, thread, by, _letters(archive, thread, by))
    return count


@dataclass(frozen=True, slots=True)
class Folder:
    """A ZIP that is being written, or a folder in it; `name` is "" or ends with a slash."""

    archive: zipfile.ZipFile
    name: str = ""

    def writestr(self, name: str, text: str) -> None:
        self.archive.writestr(self.name + name, text)

    def file(self, name: str, chunks: Iterable[bytes]) -> None:
        """A photo or film, as it is: compressed already."""
        with self.archive.open(zipfile.ZipInfo(self.name + name), "w", force_zip64=True) as entry:
            for chunk in chunks:
                entry.write(chunk)


def add_index(archive: Folder, entries: Iterable[tuple[str, str]], now: datetime) -> None:
    """The first page: whom one wrote with."""
    links = "".join(
        f'<li><a href="{folder}/messages.html">{html.escape(name)}</a></li>'
        for name, folder in entries
    )
    day = now.date().isoformat()
    archive.writestr("index.html", page(gettext("My messages"), f"<p>{day}</p><ul>{links}</ul>"))


def add_thread(archive: Folder, thread: Thread, by: Writer, letters: Iterable[Letter]) -> int:
    """One thread: a page, and the same as JSON. Its files were written as its letters were read."""
    found = list(letters)
    zone, name, home = ZoneInfo(thread.person.facility.zone), name_of(thread, by), folder_of(thread)
    body = "".join(_article(one, name, zone) for one in found)
    archive.writestr(f"{home}/messages.html", page(name, body))
    content = {"with": name, "zone": str(zone), "messages": [one.plain() for one in found]}
    archive.writestr(f"{home}/messages.json", json.dumps(content, indent=1, ensure_ascii=False))
    return len(found)


def page(title: str, body: str) -> str:
    """A page of its own, without anything from elsewhere."""
    language = translation.get_language() or "en"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{html.escape(title)}</h1>{body}</html>"
    )


def folder_of(thread: Thread) -> str:
    return f"thread-{thread.pk.hex[:12]}"


def name_of(thread: Thread, by: Writer) -> str:
    """The other side's name."""
    if by.id == thread.person_id:
        return thread.contact.name
    return thread.person.full_name


def _letters(archive: Folder, thread: Thread, by: Writer) -> Iterator[Letter]:
    rows = Message.objects.filter(by.seen, thread=thread).order_by("sent_at", "pk")
    batch: list[Message] = []
    for row in rows.iterator(chunk_size=IN_ONE_QUERY):
        batch.append(row)
        if len(batch) == IN_ONE_QUERY:
            yield from _batch(archive, thread, by, batch)
            batch = []
    yield from _batch(archive, thread, by, batch)


def _batch(archive: Folder, thread: Thread, by: Writer, rows: list[Message]) -> Iterator[Letter]:
    parts = parts_of(rows)
    for row in rows:
        here = parts.get(row.pk, [])
        view = message_view(row, here, by)
        yield _letter(archive, thread, view, {one.pk: one for one in here})


def _letter(
    archive: Folder, thread: Thread, view: MessageView, rows: Mapping[UUID, Attachment]
) -> Letter:
    letter = Letter(
        id=str(view.id),
        mine=view.mine,
        sent_at=view.sent_at,
        state=view.state.value,
        service=view.service.value,
        text=view.text,
    )
    for part in view.parts:
        if part.kind is PartKind.CARD:
            letter.cards.append({"card": part.card, "text": part.text})
        elif found := _file(rows[part.id], part, folder_of(thread)):
            archive.file(found.name, found.chunks)
            name = found.name.rpartition("/")[2]
            letter.files.append({"name": name, "shows": part.alt, "type": part.media_type})
    return letter


def _file(row: Attachment, part: PartView, home: str) -> Opened | None:
    if not row.wrapped_key:
        return None
    chunks = stored.read(blob=row.blob, wrapped_key=row.wrapped_key, agency=row.agency)
    return Opened(f"{home}/{part.id.hex}.{ENDINGS.get(part.media_type, 'bin')}", chunks)


def _article(letter: Letter, name: str, zone: ZoneInfo) -> str:
    when = letter.sent_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    who = gettext("Me") if letter.mine else name
    cards = "".join(f"<p>{html.escape(one['text'])}</p>" for one in letter.cards)
    files = "".join(_shown(one) for one in letter.files)
    return (
        f"<article><header>{html.escape(who)}, {when}</header>"
        f"<pre>{html.escape(letter.text)}</pre>{cards}{files}</article>"
    )


def _shown(file: Mapping[str, str]) -> str:
    name, shows = html.escape(file["name"]), html.escape(file["shows"])
    if file["type"] == "video/mp4":
        return f'<video controls src="{name}" aria-label="{shows}"></video>'
    return f'<img src="{name}" alt="{shows}">'
