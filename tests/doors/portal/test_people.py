"""A contact's people on the portal: asking, answering, ending; taking one's data, and leaving."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.errors import Refused
from kinline.apps.messaging.privileged import writing as privileged
from kinline.apps.people.actions import links
from kinline.apps.people.models import Account, AllowedNumber, Contact, Link
from kinline.apps.people.queries import linked
from kinline.core.link import By
from kinline.core.review.terms import Mode
from tests.apps.messaging.writing import by, looks_at, write
from tests.apps.story import talked
from tests.cast import PASSWORD, Town
from tests.doors import people, visitors

ASK = {"place": "ma-bristol", "number": "40-2719"}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def asked(town: Town) -> Link:
    """Julian asks Grace, whom staff listed for him too."""
    return Link.objects.create(
        person=town.julian, contact=town.grace, asked_by=By.PERSON, asked_at=timezone.now()
    )


def test_grace_asks_and_sees_an_id_until_there_is_a_yes(town: Town) -> None:
    grace = people.outside(town.grace)
    page = text(grace.post(reverse("portal-people-ask"), ASK, follow=True))
    assert "Asked. You hear from us" in page
    assert "40-2719" in page
    assert "Marrow" not in page
    link = Link.objects.get(contact=town.grace, person=town.julian)
    links.accept(side=By.PERSON, owner=town.julian.pk, link_id=link.pk, now=timezone.now())
    assert "Julian Marrow" in text(grace.get(reverse("portal-people")))
    assert "Julian Marrow said yes" in text(grace.get(reverse("portal")))


@pytest.mark.parametrize(
    "typed",
    [{"number": "99-0000"}, {"place": "ma-suffolk"}, {"place": "ma-essex", "number": "12-4410"}],
)
def test_nobody_there_and_not_here_read_alike(town: Town, typed: dict[str, str]) -> None:
    answer = people.outside(town.grace).post(reverse("portal-people-ask"), ASK | typed)
    assert answer.status_code == 400
    assert "We can’t link you with anybody by this number here." in text(answer)


def test_without_a_number_the_page_asks_for_one(town: Town) -> None:
    page = text(
        people.outside(town.grace).post(reverse("portal-people-ask"), {**ASK, "number": ""})
    )
    assert "Type the ID number." in page
    assert "Or their name" not in page, "no agency lets people be found"


def test_by_name_where_the_agency_allows_it(town: Town) -> None:
    agency = town.julian.facility.agency
    type(agency).objects.filter(pk=agency.pk).update(search_by_name=True)
    grace = people.outside(town.grace)
    typed = {"place": "ma-bristol", "number": "", "name": "marrow"}
    assert "Julian Marrow" in text(grace.post(reverse("portal-people-ask"), typed))
    other = text(grace.post(reverse("portal-people-ask"), {**typed, "place": "ma-suffolk"}))
    assert "does not let people be found" in other


@pytest.mark.parametrize(("answer", "are"), [("accept", True), ("decline", False)])
def test_grace_answers_julian(town: Town, answer: str, are: bool) -> None:
    grace, link = people.outside(town.grace), asked(town)
    assert "Julian Marrow asks to be linked" in text(grace.get(reverse("portal-people")))
    assert "1 person inside asks" in text(grace.get(reverse("portal")))
    grace.post(reverse(f"portal-people-{answer}", args=[link.pk]))
    assert linked(person_id=town.julian.pk, contact_id=town.grace.pk) is are


def test_ending_says_first_what_it_means(town: Town) -> None:
    odette = people.outside(town.odette)
    link = Link.objects.get(contact=town.odette, person=town.julian)
    end = reverse("portal-people-end", args=[link.pk])
    assert "Calls go on." in text(odette.get(end))
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    assert "The link ended." in text(odette.post(end, follow=True))
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    assert odette.post(end)["Location"] == reverse("portal-people"), "pressed twice"


ROUTES = [
    ("portal-people-accept", True),
    ("portal-people-decline", True),
    ("portal-people-end", False),
    ("portal-people-end", True),
]


@pytest.mark.parametrize(("name", "post"), ROUTES)
def test_not_yours_and_not_there_are_one_answer(town: Town, name: str, post: bool) -> None:
    hers = Link.objects.get(contact=town.odette, person=town.julian).pk
    sam = visitors.staff(town.account("sam"))
    for browser in (people.outside(town.nadia), people.outside(town.priya), sam):
        verb = browser.post if post else browser.get
        pages = [verb(reverse(name, args=[pk])) for pk in (hers, uuid4())]
        assert [one.status_code for one in pages] == [404, 404]
        assert visitors.bare(text(pages[0])) == visitors.bare(text(pages[1]))
    stranger = Client()
    verb = stranger.post if post else stranger.get
    assert verb(reverse(name, args=[hers]))["Location"].startswith("/sign-in/")
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)


@pytest.mark.parametrize("name", ["portal-people", "portal-people-ask", "portal-data"])
def test_only_contacts_have_such_pages(town: Town, name: str) -> None:
    assert Client().get(reverse(name))["Location"].startswith("/sign-in/")
    assert visitors.staff(town.account("ines")).get(reverse(name)).status_code == 404


# --- one's data --------------------------------------------------------------------------


def unpacked(answer: object) -> dict[str, str]:
    with ZipFile(BytesIO(answer.getvalue())) as found:  # type: ignore[attr-defined]
        return {name: found.read(name).decode() for name in found.namelist()}


def test_odette_takes_her_data(town: Town) -> None:
    began = timezone.now() - timedelta(hours=1)
    talked(town.julian, town.numbers.odette, town.tablet(), began, 60)
    files = unpacked(people.outside(town.odette).get(reverse("portal-data")))
    about = json.loads(files["about-me.json"])
    assert about["email"] == "odette@example.org"
    assert about["numbers"] == [town.numbers.odette]
    (row,) = csv.DictReader(StringIO(files["links.csv"]))
    assert (row["name_or_id"], row["state"]) == ("Julian Marrow", "linked")
    (listed,) = csv.DictReader(StringIO(files["lists.csv"]))
    assert listed["name"] == "Julian Marrow"
    (call,) = csv.DictReader(StringIO(files["calls.csv"]))
    assert (call["name"], call["cost"]) == ("Julian Marrow", "0.00")
    assert "links.csv" in files["read-me.txt"]


def test_priya_takes_her_messages_along_and_her_private_mail_opened(town: Town) -> None:
    now = timezone.now()
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)
    write(town.priya, town.julian, "Shall we talk on Monday?", now)
    me = by(town.priya)
    where = privileged.open_thread(by=me, other=town.julian.pk, now=now)
    draft = privileged.begin(by=me, thread_id=where, now=now)
    privileged.save(by=me, key=draft.key, text="The hearing is on Friday.", revision=1, now=now)
    privileged.send(by=me, key=draft.key, now=now)
    files = unpacked(people.outside(town.priya).get(reverse("portal-data")))

    def folder(name: str) -> str:
        return "\n".join(text for path, text in files.items() if path.startswith(name))

    assert "Shall we talk on Monday?" in folder("messages/")
    assert "hearing" not in folder("messages/")
    assert "The hearing is on Friday." in folder("private-mail/")
    assert 'href="thread-' in files["private-mail/index.html"]
    others = "\n".join(unpacked(people.outside(town.odette).get(reverse("portal-data"))).values())
    assert "Monday" not in others
    assert "hearing" not in others


def test_data_holds_nothing_of_others_and_no_name_before_a_yes(town: Town) -> None:
    now = timezone.now()
    links.ask(contact_id=town.grace.pk, place="ma-bristol", number="40-2719", now=now)
    files = unpacked(people.outside(town.grace).get(reverse("portal-data")))
    whole = "\n".join(files.values())
    assert "40-2719" in files["links.csv"]
    for stranger in ("Marrow", "odette@example.org", "Halloway"):
        assert stranger not in whole


# --- leaving -----------------------------------------------------------------------------


def test_odette_closes_her_account_and_the_list_stays(town: Town) -> None:
    odette = people.outside(town.odette)
    other = people.outside(town.odette)
    close = reverse("portal-close")
    assert "not your password" in text(odette.post(close, {"password": "wrong"}))
    page = odette.post(close, {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == "/"
    assert not Account.objects.filter(email="odette@example.org").exists()
    assert other.get("/portal/").status_code == 302
    contact = Contact.objects.get(pk=town.odette.pk)
    assert contact.account is None
    listed = AllowedNumber.objects.filter(number__contact=contact, removed_at=None)
    assert listed.exists(), "the list is Julian's"
    assert not linked(person_id=town.julian.pk, contact_id=contact.pk)


def test_while_there_is_money_the_page_leads_to_it(town: Town) -> None:
    town.has(town.odette, 250)
    odette = people.outside(town.odette)
    answer = odette.post(reverse("portal-close"), {"password": PASSWORD})
    assert answer.status_code == 409
    page = text(answer)
    assert "There is $2.50 on your account." in page
    assert reverse("portal-accounts") in page
    assert odette.get("/portal/").status_code == 200


def test_an_account_of_staff_is_not_closed_here(town: Town) -> None:
    Contact.objects.filter(pk=town.odette.pk).update(account=town.account("sam"))
    town.odette.refresh_from_db()
    sam = visitors.staff(town.account("sam"))
    assert "Staff sign in with this account too." in text(
        sam.post(reverse("portal-close"), {"password": PASSWORD})
    )
    assert town.account("sam").is_active


def test_nobody_else_can_end_anothers_link(town: Town) -> None:
    link = asked(town)
    with pytest.raises(Refused):
        links.ask(
            contact_id=town.odette.pk, place="ma-bristol", number="40-2719", now=timezone.now()
        )
    assert (
        people.outside(town.odette)
        .post(reverse("portal-people-accept", args=[link.pk]))
        .status_code
        == 404
    )
