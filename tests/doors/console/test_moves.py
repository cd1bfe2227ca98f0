"""A person is moved or released on the console, and what everybody sees of it then."""

from html import unescape
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from kinline.apps.audit.models import Line
from kinline.apps.calls.models import Call, Command, Engine
from kinline.apps.facilities.models import Facility
from kinline.apps.people.actions import people_inside
from kinline.apps.people.models import Grant, InsideSession, Move, Person
from kinline.apps.people.rights import Right
from tests.apps.story import ENGINE, Story, dial, permit, talked
from tests.cast import NOW, Town
from tests.doors import people, visitors
from tests.doors.test_accounts import has


def staff(town: Town, name: str) -> Client:
    return visitors.staff(town.account(name))


def text(answer: object) -> str:
    return unescape(" ".join(answer.text.split()))  # type: ignore[attr-defined]


def move(town: Town, to: str, number: str = "77-0001", key: str = "") -> str:
    answer = staff(town, "ines").post(
        reverse("console_transfer", args=[town.julian.pk]),
        {"to": to, "number": number, "key": key or uuid4().hex},
        follow=True,
    )
    return text(answer)


def at(town: Town) -> Person:
    return Person.objects.select_related("facility").get(pk=town.julian.pk)


def test_ines_moves_julian_to_another_county(town: Town) -> None:
    page = move(town, "ma-suffolk")
    assert "Julian Marrow was moved. They and their list are told." in page
    now_at = at(town)
    assert (now_at.facility.place, now_at.number, now_at.unit) == ("ma-suffolk", "77-0001", None)
    assert now_at.pin_hash == "", "a PIN of one agency is none of another"
    assert now_at.allowed.filter(removed_at=None).count() == 2
    ines = staff(town, "ines")
    assert ines.get(reverse("console_person", args=[town.julian.pk])).status_code == 404
    theo = staff(town, "theo").get(reverse("console_person", args=[town.julian.pk])).text
    assert "none: cannot sign in" in theo
    assert "Mama" in theo
    acts = Line.objects.filter(act__in=["person.transferred", "person.arrived"])
    assert set(acts.values_list("act", "facility")) == {
        ("person.transferred", "ma-bristol"),
        ("person.arrived", "ma-suffolk"),
    }


def test_an_attorney_is_private_there_once_that_agency_verified_them(town: Town) -> None:
    assert permit(dial(town.julian, town.numbers.priya, town.tablet(), NOW)).private
    Call.objects.update(state="ended", ended_at=NOW, end_reason="staff")
    move(town, "ma-suffolk")
    call = dial(at(town), town.numbers.priya, town.tablet("ma-suffolk"), NOW)
    assert not permit(call).private


def test_within_an_agency_the_pin_stays(town: Town) -> None:
    norfolk = town.desmond.facility
    there = Facility.objects.create(
        agency=norfolk.agency, place="ma-doc-shirley", name="MCI-Shirley", zone=norfolk.zone
    )
    for right in (Right.SEE_PEOPLE, Right.CHANGE_PEOPLE):
        Grant.objects.create(
            account=town.account("sam"),
            right=right,
            agency=norfolk.agency,
            given_by="test",
            given_at=NOW,
        )
    before = town.desmond.pin_hash
    staff(town, "sam").post(
        reverse("console_transfer", args=[town.desmond.pk]),
        {"to": "ma-doc-shirley", "number": town.desmond.number, "key": uuid4().hex},
    )
    moved = Person.objects.get(pk=town.desmond.pk)
    assert (moved.facility_id, moved.pin_hash) == (there.pk, before)


def test_history_stays_and_money_goes_along(town: Town) -> None:
    story = talked(town.julian, town.numbers.odette, town.tablet(), NOW, seconds=60)
    has("debit,ma-bristol,40-2719,1205", "prepaid_collect,,+16175550142,900")
    odette = people.outside(town.odette)
    address = reverse("portal-account-of", args=["prepaid_collect"])
    assert "You may close this account" in odette.get(address).text
    move(town, "nh-example")
    assert "Keep this account open." in odette.get(address).text
    ines = staff(town, "ines").get(reverse("console_call", args=[story.pk]))
    assert ines.status_code == 200
    rae = staff(town, "rae").get(reverse("console_call", args=[story.pk]))
    assert rae.status_code == 404
    people_inside.reset_pin(
        staff=town.staff("rae"), person_id=town.julian.pk, pin="271900", now=NOW
    )
    browser = people.device(town, "nh-example")
    browser.post("/tablet/sign-in/", {"number": "77-0001", "pin": "271900"})
    money = text(browser.get(reverse("tablet-account-of", args=["debit"])))
    assert "it still pays for calls at Example County Jail" in money


def test_both_sides_are_told_and_put_it_away(town: Town) -> None:
    move(town, "nh-example")
    odette = people.outside(town.odette)
    home = text(odette.get("/portal/"))
    assert "Julian Marrow is at Example County Jail, New Hampshire (fictional) now" in home
    people_inside.reset_pin(
        staff=town.staff("rae"), person_id=town.julian.pk, pin="271900", now=NOW
    )
    browser = people.device(town, "nh-example")
    browser.post("/tablet/sign-in/", {"number": "77-0001", "pin": "271900"})
    inside = browser.get("/tablet/")
    assert "Your attorney must be verified here too." in text(inside)
    browser.post(reverse("tablet-note-read", args=[inside.context["told"][0].note]))
    assert "Your attorney must be" not in browser.get("/tablet/").text
    strange = browser.post(reverse("tablet-note-read", args=[uuid4()]))
    assert strange.status_code == 404


def test_a_call_under_way_ends_and_nobody_stays_signed_in(town: Town) -> None:
    Engine.objects.create(id=ENGINE, boot="b", seen_at=NOW)
    town.sign_in(town.julian)
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), NOW)).call)
    story.talk_from(NOW)
    move(town, "ma-suffolk")
    assert Command.objects.get().call_id == story.pk
    assert not InsideSession.objects.filter(person=town.julian.pk, ended_at=None).exists()


def test_the_same_form_sent_twice_moves_once(town: Town) -> None:
    key = uuid4().hex
    move(town, "ma-suffolk", key=key)
    again = staff(town, "ines").post(
        reverse("console_transfer", args=[town.julian.pk]),
        {"to": "nh-example", "number": "77-0001", "key": key},
    )
    assert again.status_code == 404, "it is no longer hers"
    assert Move.objects.count() == 1
    assert at(town).facility.place == "ma-suffolk"


def test_what_is_wrong_is_said(town: Town) -> None:
    page = move(town, "ma-suffolk", number=town.wendell.number)
    assert "Someone here has this ID number already." in page
    assert "Choose a facility" in move(town, "")
    assert at(town).facility.place == "ma-bristol"


def test_released_he_cannot_sign_in_and_his_money_stays_his(town: Town) -> None:
    has("debit,ma-bristol,40-2719,1205")
    ines = staff(town, "ines")
    address = reverse("console_release", args=[town.julian.pk])
    page = text(ines.get(address))
    assert "$12.05" in page
    assert "Their money stays theirs." in page
    key = uuid4().hex
    assert ines.post(address, {"key": key}).status_code == 200, "not without being sure"
    done = text(ines.post(address, {"key": key, "sure": "on"}, follow=True))
    assert "Julian Marrow was released." in done
    assert not at(town).active
    browser = people.device(town)
    refused = browser.post("/tablet/sign-in/", {"number": "40-2719", "pin": "271900"})
    assert refused.status_code == 403
    reply = dial(town.julian, town.numbers.odette, town.tablet(), NOW)
    assert "call.person_inactive" in [one.code for one in reply.refusals]
    home = text(people.outside(town.odette).get("/portal/"))
    assert "Julian Marrow left Bristol County" in home
    ines.post(address, {"key": key, "sure": "on"})
    twice = text(ines.post(address, {"key": uuid4().hex, "sure": "on"}))
    assert "They were released already." in twice
    assert Move.objects.count() == 1
    assert Line.objects.filter(act="person.released").count() == 1


def test_officers_may_not(town: Town) -> None:
    for route in ("console_transfer", "console_release"):
        for name in ("theo", "ada"):
            answer = staff(town, name).get(reverse(route, args=[town.julian.pk]))
            assert answer.status_code == 404
