"""One's own data as a ZIP of CSV, JSON and pages: what a person can read, and a program too.

A part is a function from a contact and a moment to files by name; another room's part is one more
line in PARTS. What has photos and films is written into the ZIP piece by piece, by FOLDERS.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from kinline.apps.calls.queries import portal
from kinline.apps.calls.queries.portal import ContactCall
from kinline.apps.charging import money
from kinline.apps.ledger import queries as ledger
from kinline.apps.messaging import export as messages
from kinline.apps.messaging.access import outside
from kinline.apps.messaging.export import Folder
from kinline.apps.messaging.privileged import export as private_mail
from kinline.apps.notices import queries as notices
from kinline.apps.people import own
from kinline.apps.people.queries import ContactView, blocks, links_of_contact
from kinline.core.transition.words import AccountKind
from kinline.doors.table import csv_text, dollars

MOST_NOTES = 10_000


def write(contact: ContactView, to: IO[bytes], *, now: datetime) -> None:
    """Write the whole archive to `to`; memory does not grow with the photos in it."""
    with ZipFile(to, "w", ZIP_DEFLATED) as made:
        for part in PARTS:
            for name, text in part(contact, now).items():
                made.writestr(name, text)
        for name, add in FOLDERS.items():
            add(Folder(made, name), by=outside(contact), now=now)


def _read_me(contact: ContactView, now: datetime) -> Mapping[str, str]:
    lines = [
        _("What Kinline has of you, on %(day)s.") % {"day": f"{now:%Y-%m-%d %H:%M} UTC"},
        "",
        _("about-me.json: name, email, phone numbers, language, since when."),
        _("links.csv: with whom you are or were linked."),
        _("lists.csv: on whose list your numbers stand."),
        _("calls.csv: calls to you, when, how long, what they cost."),
        _("visits-asked.json: for whom you asked to visit, and what was decided."),
        _("attorney.json: if you are an attorney, what you asked and your numbers."),
        _("blocks.csv: whom you do not want to be called by."),
        _("notes.csv: what you were told on your pages."),
        _("accounts.csv, payments.csv, refunds.csv: your money."),
        _("messages/index.html: your messages, with photos and VideoGrams."),
        _("private-mail/index.html: your private mail, opened. Keep it where only you can read."),
        "",
        _("All times are UTC. Amounts are in dollars."),
    ]
    return {"read-me.txt": "\n".join(lines) + "\n"}


def _about(contact: ContactView, now: datetime) -> Mapping[str, str]:
    facts = own.about(contact_id=contact.id)
    return {"about-me.json": json.dumps(facts, ensure_ascii=False, indent=2) + "\n"}


def _links(contact: ContactView, now: datetime) -> Mapping[str, str]:
    head = ["name_or_id", "facility", "state", "asked_by", "asked_at", "accepted_at", "ended_at"]
    rows = [
        [
            one.person_name if one.accepted_at or one.asked_by != "contact" else one.number,
            one.facility_name,
            one.state,
            one.asked_by,
            _moment(one.asked_at),
            _moment(one.accepted_at),
            _moment(one.ended_at or one.declined_at),
        ]
        for one in links_of_contact(contact_id=contact.id, open_only=False)
    ]
    listed = own.lists(contact_id=contact.id)
    return {
        "links.csv": csv_text(head, rows),
        "lists.csv": csv_text(
            ["number", "name", "facility", "from", "until"],
            [[e164, name, at, _moment(a), _moment(b)] for e164, name, at, a, b in listed],
        ),
    }


def _attorney(contact: ContactView, now: datetime) -> Mapping[str, str]:
    found = own.attorney(contact_id=contact.id)
    if not any(found.values()):
        return {}
    return {"attorney.json": json.dumps(found, ensure_ascii=False, indent=2) + "\n"}


def _visits(contact: ContactView, now: datetime) -> Mapping[str, str]:
    asked = own.visits(contact_id=contact.id)
    return {"visits-asked.json": json.dumps(asked, ensure_ascii=False, indent=2) + "\n"}


def _calls(contact: ContactView, now: datetime) -> Mapping[str, str]:
    head = ["asked_at", "accepted_at", "ended_at", "name", "facility", "number", "private"]
    head += ["recorded", "talk_seconds", "cost"]
    rows = (
        [
            _moment(one.asked_at),
            _moment(one.accepted_at),
            _moment(one.ended_at),
            one.person_name,
            one.facility_name,
            one.number,
            "yes" if one.private else "no",
            "yes" if one.recorded else "no",
            one.talk_seconds,
            dollars(one.charge.consumer_cents) if one.charge else "",
        ]
        for one in _every_call(contact)
    )
    return {"calls.csv": csv_text(head, rows)}


def _every_call(contact: ContactView) -> Iterator[ContactCall]:
    number = 1
    while True:
        page = portal.history(contact_id=contact.id, page=number)
        yield from page.items
        if not page.has_next:
            return
        number += 1


def _notes(contact: ContactView, now: datetime) -> Mapping[str, str]:
    found = notices.notes(
        owner_kind="contact", owner=contact.id, unread_only=False, limit=MOST_NOTES
    )
    rows = [[_moment(one.at), one.kind, json.dumps(dict(one.facts))] for one in found]
    made = [
        [one.kind, one.person_name, one.facility_name, _moment(one.made_at)]
        for one in blocks(contact_id=contact.id)
    ]
    return {
        "notes.csv": csv_text(["at", "kind", "facts"], rows),
        "blocks.csv": csv_text(["kind", "name", "facility", "made_at"], made),
    }


def _money(contact: ContactView, now: datetime) -> Mapping[str, str]:
    held = ledger.held(holders=[str(contact.id)]).get(str(contact.id), ())
    kind = AccountKind.PREPAID_COLLECT
    paid, number = [], 1
    while True:
        page = money.payments(kind=kind, holder=contact.id, page=number)
        paid += [
            [_moment(one.made_at), dollars(one.cents), one.state, dollars(one.back_cents)]
            for one in page.items
        ]
        if not page.has_next:
            break
        number += 1
    back = [
        [_moment(one.asked_at), dollars(one.cents), one.state]
        for one in money.refunds(kind=kind, holder=contact.id)
    ]
    accounts = [
        [one.kind, one.agency, one.commodity, _amount(one.commodity, one.stands_at)] for one in held
    ]
    return {
        "accounts.csv": csv_text(["kind", "agency", "counted_in", "balance"], accounts),
        "payments.csv": csv_text(["at", "amount", "state", "went_back"], paid),
        "refunds.csv": csv_text(["asked_at", "amount", "state"], back),
    }


def _amount(commodity: str, count: int) -> str:
    return dollars(count) if commodity == "USD" else str(count)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


PARTS: tuple[Callable[[ContactView, datetime], Mapping[str, str]], ...] = (
    _read_me,
    _about,
    _links,
    _visits,
    _attorney,
    _calls,
    _notes,
    _money,
)
FOLDERS = {"messages/": messages.add, "private-mail/": private_mail.add}
