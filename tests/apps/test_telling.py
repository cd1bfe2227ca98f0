"""Everybody is told what a law makes free: once, in their language, with their own answer."""

import io
import json
import tracemalloc
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.actions import KINLINE
from kinline.apps.audit.models import Line
from kinline.apps.charging import telling
from kinline.apps.charging.telling import Heard
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger.actions.importing import bring
from kinline.apps.notices.actions import send_due
from kinline.apps.notices.models import Note, Outgoing
from kinline.apps.people.actions import sign_in
from kinline.apps.people.models import AllowedNumber, Contact, ContactNumber, Grant, Person
from kinline.config import tell as command
from kinline.core.control import IdentifyRequest, NoticeSaid
from kinline.core.ids import PersonId, StationId
from tests.cast import NOW, Town
from tests.doors import people, visitors
from tests.doors.clock import it_is

BEFORE = "2023-11-15 12:00"
LAW = "ma-87a"
OLD = (
    "reference,kind,facility,holder,balance\n"
    "A,prepaid_collect,,odette@example.org,4118\nB,debit,ma-bristol,40-2719,1205\n"
)


def told(town: Town, place: str = "ma-bristol", name: str = "ines") -> Heard:
    return telling.tell(
        staff=town.staff(name, timezone.now()), place=place, law=LAW, now=timezone.now()
    )


def home(town: Town, who: Contact | Person, language: str = "en") -> str:
    if isinstance(who, Contact):
        browser, address = people.outside(who), "/portal/"
    else:
        browser, address = people.inside(town, who), "/tablet/"
    browser.cookies["django_language"] = language
    return unescape(" ".join(browser.get(address).text.split()))


@pytest.fixture
def before(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The middle of November 2023; staff have their rights already."""
    it_is(monkeypatch, BEFORE)
    Grant.objects.update(given_at=timezone.now() - timedelta(days=30))
    assert bring(io.StringIO(OLD), now=timezone.now(), write=True).written
    return town


def test_everybody_at_bristol_and_on_their_lists_reads_it(before: Town) -> None:
    assert told(before) == Heard(people=1, contacts=2, letters=2)
    page = home(before, before.julian)
    assert "From December 1, 2023 on it is free at Bristol County" in page
    for service in ("Phone calls", "Video visits", "eMessages", "Photos in eMessages"):
        assert service in page
    assert "You need not do anything: it begins by itself." in page
    assert "G.L. c. 127, § 87A (St. 2023, c. 64)" in page
    assert "Debit account: Nothing happens to $12.05." in page
    hers = home(before, before.odette)
    assert "get all of $41.18 back." in hers
    assert "it is free at Bristol" not in home(before, before.grace), "nobody at Bristol lists her"


def test_in_their_language_and_put_away_once_read(before: Town) -> None:
    told(before)
    page = home(before, before.odette, "es")
    assert "es gratis en Bristol County" in page
    browser = people.outside(before.odette)
    browser.post(reverse("portal-note-read", args=[Note.objects.get(owner=before.odette.pk).pk]))
    assert "es gratis en" not in home(before, before.odette, "es")


def test_once_the_day_has_come_it_says_since(before: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told(before)
    it_is(monkeypatch, "2023-12-02 09:00")
    assert "Since December 1, 2023 it is free at Bristol County" in home(before, before.odette)


def test_told_again_only_who_is_new_hears_of_it(before: Town) -> None:
    told(before)
    number = ContactNumber.objects.get(e164=before.numbers.grace)
    AllowedNumber.objects.create(
        person=before.julian, number=number, added_by="t", added_at=timezone.now()
    )
    assert told(before) == Heard(people=1, contacts=3, letters=3)
    assert Note.objects.count() == 4
    assert Outgoing.objects.filter(kind="law.begins").count() == 3
    assert Line.objects.filter(act="law.told").count() == 2


def test_the_letter_carries_the_law_and_her_own_answer(before: Town, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    Contact.objects.filter(pk=before.odette.pk).update(language="es")
    told(before)
    assert send_due(now=timezone.now()) == 2
    by_reader = {one.to[0]: one for one in mail.outbox}
    spanish, english = by_reader["odette@example.org"], by_reader["priya@example.org"]
    assert "$41.18" in spanish.body
    assert "1 de diciembre de 2023" in spanish.subject
    assert english.subject.startswith("From December 1, 2023 on it is free at Bristol County")
    assert "You have no account here, and need none." in english.body
    assert "G.L. c. 127, § 87A" in english.body


def test_only_who_may_and_only_a_law_of_the_place(before: Town) -> None:
    for name, place in (("sam", "ma-bristol"), ("ines", "ma-suffolk")):
        with pytest.raises(NotFound):
            told(before, place, name)
    with pytest.raises(Refused) as no:
        telling.tell_place(place="nh-example", law=LAW, by=KINLINE, now=timezone.now())
    assert [one.code for one in no.value.refusals] == ["law.not_here"]
    assert not Note.objects.exists()


def test_a_wall_phone_says_it_once(before: Town) -> None:
    told(before)
    station = StationId(str(before.tablet().pk))
    request = IdentifyRequest(station, before.julian.number, "271900")
    reply = sign_in.identify(request, now=timezone.now())
    assert reply.notice_prompts == ("notice:all", "notice:day:ma-87a", "notice:rest")
    said = NoticeSaid(PersonId(str(before.wendell.pk)), reply.notice)
    assert not sign_in.notice_said(said, now=NOW).known, "it is not his"
    assert reply.person is not None
    said = NoticeSaid(reply.person, reply.notice)
    assert sign_in.notice_said(said, now=NOW).known
    assert sign_in.notice_said(said, now=NOW).known
    again = sign_in.identify(request, now=timezone.now())
    assert (again.notice, again.notice_prompts) == ("", ())
    assert not sign_in.notice_said(NoticeSaid(reply.person, "nonsense"), now=NOW).known
    assert "it is free at Bristol" in home(before, before.julian), "the tablet shows it still"


def test_who_read_it_on_the_tablet_hears_it_no_more(before: Town) -> None:
    told(before)
    note = Note.objects.get(owner=before.julian.pk)
    people.inside(before, before.julian).post(reverse("tablet-note-read", args=[note.pk]))
    request = IdentifyRequest(StationId(str(before.tablet().pk)), before.julian.number, "271900")
    assert sign_in.identify(request, now=timezone.now()).notice == ""


def test_staff_see_who_has_read_it(before: Town) -> None:
    ines = visitors.staff(before.account("ines"))
    address = reverse("console_tell", args=["ma-bristol"])
    page = ines.get(address).text
    assert "Tell everyone now" in page
    done = unescape(ines.post(address, {"law": LAW}, follow=True).text)
    assert "Told: 1 person inside and 2 contacts." in done
    assert "1 told, 0 read it, 0 heard it on a phone" in done
    note = Note.objects.get(owner=before.julian.pk)
    people.inside(before, before.julian).post(reverse("tablet-note-read", args=[note.pk]))
    assert "1 told, 1 read it" in ines.get(address).text
    who = reverse("console_told", args=["ma-bristol", LAW])
    assert "Julian Marrow" in ines.get(who).text
    assert "Odette Marrow" in ines.get(who + "?who=contact").text
    assert ines.get(who + "?who=staff").status_code == 404
    assert visitors.staff(before.account("sam")).get(address).status_code == 404
    assert ines.get(reverse("console_tell", args=["ma-suffolk"])).status_code == 404


def test_the_command_tells_too(before: Town, capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(["ma-suffolk", LAW])
    assert (code, json.loads(capsys.readouterr().out)) == (
        0,
        {"people": 1, "contacts": 1, "letters": 1},
    )
    assert command.main(["ma-suffolk", "nonsense"]) == 2
    assert command.main(["nowhere", LAW]) == 2


def test_more_people_ask_no_more_of_the_database(before: Town) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(before)
        return len(queries)

    few = asked()
    Person.objects.bulk_create(
        Person(facility=before.julian.facility, number=f"N{n}", given_name="A", family_name="B")
        for n in range(300)
    )
    contacts = Contact.objects.bulk_create(Contact(name=f"C{n}") for n in range(300))
    numbers = ContactNumber.objects.bulk_create(
        ContactNumber(contact=one, e164=f"+1617555{n:04d}") for n, one in enumerate(contacts, 2000)
    )
    AllowedNumber.objects.bulk_create(
        AllowedNumber(person=before.julian, number=one, added_by="t", added_at=NOW)
        for one in numbers
    )
    # Rows are written a hundred at a time, for that is as much as SQLite takes in one statement.
    assert asked() <= few + 8
    assert Note.objects.count() == 603


@pytest.mark.long
def test_ten_thousand_people_are_told_in_parts(before: Town) -> None:
    Person.objects.bulk_create(
        Person(facility=before.julian.facility, number=f"N{n}", given_name="A", family_name="B")
        for n in range(10_000)
    )
    everybody = list(Person.objects.filter(facility=before.julian.facility))
    contacts = Contact.objects.bulk_create(Contact(name=f"C{n}") for n in range(10_000))
    numbers = ContactNumber.objects.bulk_create(
        ContactNumber(contact=one, e164=f"+1617{n:07d}")
        for n, one in enumerate(contacts, 2_000_000)
    )
    AllowedNumber.objects.bulk_create(
        AllowedNumber(person=person, number=number, added_by="t", added_at=NOW)
        for person, number in zip(everybody, numbers, strict=False)
    )
    del everybody, contacts, numbers
    tracemalloc.start()
    try:
        heard = told(before)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20, "a part of them at a time"
    finally:
        tracemalloc.stop()
    assert (heard.people, heard.contacts) == (10_001, 10_002)
    assert Note.objects.count() == 20_003
