"""Julian's own list on the tablet: adding a number, taking one off, and every reason why not."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.notices.models import Note
from kinline.apps.people.actions import list_desk, own_list
from kinline.apps.people.actions.list_desk import NewListRule
from kinline.apps.people.models import AllowedNumber, ListRequest
from kinline.core.policy.listing import Reason
from tests.cast import Town
from tests.doors import people

LIST, ADD = "/tablet/list/", "/tablet/list/add/"
ROSA = {"name": "Aunt Rosa", "number": "617-555-0151", "relation": "family"}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def julian(town: Town) -> Client:
    return people.inside(town, town.julian)


def rule(town: Town, **new: object) -> None:
    list_desk.set_rule(
        staff=town.staff("ines"),
        place="ma-bristol",
        new=NewListRule(**new),  # type: ignore[arg-type]
        now=timezone.now(),
    )


def asked(town: Town, number: str = ROSA["number"]) -> UUID:
    wish = {**ROSA, "number": number}
    return own_list.ask(person_id=town.julian.pk, now=timezone.now(), **wish).request


def test_julian_asks_and_sees_that_staff_look_at_it(town: Town, julian: Client) -> None:
    assert "My list" in text(julian.get("/tablet/call/"))
    page = text(julian.get(LIST))
    assert "1 of 10" in page
    assert "You can add a number today." in page
    assert "At most 10 numbers." in page
    assert "presses 1 to say yes" in page
    assert "data-keyboard" in text(julian.get(ADD))
    assert julian.post(ADD, ROSA)["Location"] == LIST
    page = text(julian.get(LIST))
    assert "Aunt Rosa" in page
    assert "Staff look at it" in page
    assert "Other family. Phone ends in 0151" in page
    row = ListRequest.objects.get()
    assert julian.post(reverse("tablet-list-back", args=[row.pk]))["Location"] == LIST
    assert "Aunt Rosa" not in text(julian.get(LIST))


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(julian: Client) -> None:
    answer = julian.post(ADD, {"name": "<Rosa>", "number": "617-55", "relation": ""})
    page = text(answer)
    assert answer.status_code == 400
    assert "&lt;Rosa&gt;" in page
    assert 'aria-describedby="number-error"' in page
    assert 'aria-describedby="relation-error"' in page
    assert 'aria-describedby="name-error"' not in page
    assert not ListRequest.objects.exists()


def test_one_number_too_many_is_refused_with_all_its_reasons(town: Town, julian: Client) -> None:
    rule(town, most=2, changes=1, within_days=30)
    asked(town)
    answer = julian.post(ADD, {**ROSA, "number": "617-555-0152"})
    page = text(answer)
    assert answer.status_code == 409
    assert "There are 2 reasons." in page
    assert "On yours: 1. Waiting for staff: 1." in page
    assert "Numbers you can add in 30 days: 1. All are used." in page
    assert "Put Aunt Rosa on your list" in page
    page = text(julian.get(LIST))
    assert "A verified attorney’s number can be added all the same." in page
    assert "You can add a number today." not in page


def test_he_reads_why_staff_refused_and_from_when_he_can_ask_again(
    town: Town, julian: Client
) -> None:
    list_desk.refuse(
        staff=town.staff("ines"),
        request_id=asked(town),
        reason="not_theirs",
        note="It is a shop’s number.",
        now=timezone.now(),
    )
    page = text(julian.get(LIST))
    assert "Not agreed" in page
    assert "The number is not that of the person you named." in page
    assert "It is a shop’s number." in page
    assert "You can ask again from" in page


def test_what_became_of_his_wishes_is_told_on_his_first_page_until_he_puts_it_away(
    town: Town, julian: Client
) -> None:
    ines = town.staff("ines")
    list_desk.approve(staff=ines, request_id=asked(town), now=timezone.now())
    page = text(julian.get("/tablet/"))
    assert "Aunt Rosa is on your list now" in page
    assert "At your first call whoever answers presses 1 to say yes." in page
    own_list.said_yes(
        person_id=town.julian.pk,
        e164="+16175550151",
        call_id=uuid4(),
        at=timezone.now(),
        now=timezone.now(),
    )
    assert "Aunt Rosa said yes to your calls" in text(julian.get("/tablet/"))
    for note in Note.objects.all():
        julian.post(reverse("tablet-note-read", args=[note.pk]))
    assert "Aunt Rosa" not in text(julian.get("/tablet/"))
    list_desk.refuse(
        staff=ines,
        request_id=asked(town, "617-555-0152"),
        reason=Reason.UNCLEAR,
        note="Whose is it?",
        now=timezone.now(),
    )
    page = text(julian.get("/tablet/"))
    assert "Aunt Rosa was not added to your list" in page
    assert "Something about it is not clear." in page
    assert "Whose is it?" in page
    assert "You can ask again from" in page
    assert {one.owner for one in Note.objects.all()} == {str(town.julian.pk)}, "nobody outside"


def test_mama_whom_staff_listed_was_asked_for_no_yes_and_nobody_is_told_of_one(
    town: Town, julian: Client
) -> None:
    own_list.said_yes(
        person_id=town.julian.pk,
        e164=town.numbers.odette,
        call_id=uuid4(),
        at=timezone.now(),
        now=timezone.now(),
    )
    assert not Note.objects.exists()
    page = text(julian.get("/tablet/"))
    assert f'<a class="k-tile" href="{LIST}">' in page, "his list has a tile of its own"


def test_a_number_is_taken_off_after_he_read_what_it_means(town: Town, julian: Client) -> None:
    off = reverse("tablet-list-off", args=[town.list_entry(town.julian, town.numbers.odette).pk])
    assert "You can’t call this number any more." in text(julian.get(off))
    assert AllowedNumber.objects.filter(person=town.julian, removed_at=None).count() == 2
    assert julian.post(off)["Location"] == LIST
    assert "Mama" not in text(julian.get(LIST))
    assert julian.get(off).status_code == 404


def test_where_staff_keep_the_lists_the_page_says_so(town: Town) -> None:
    wendell = people.inside(town, town.wendell)
    page = text(wendell.get(LIST))
    assert "Staff keep the lists here." in page
    assert ADD not in page
    answer = wendell.post(ADD, ROSA)
    assert answer.status_code == 409
    assert "Ask an officer to add or take off a number." in text(answer)
    entry = town.list_entry(town.wendell, town.numbers.grace)
    assert wendell.post(reverse("tablet-list-off", args=[entry.pk])).status_code == 409


def test_not_yours_and_not_there_are_one_answer(town: Town) -> None:
    wendell = people.inside(town, town.wendell)
    mine = {"off": town.list_entry(town.julian, town.numbers.odette).pk, "back": asked(town)}
    for name, own in mine.items():
        for pk in (own, uuid4()):
            assert wendell.post(reverse(f"tablet-list-{name}", args=[pk])).status_code == 404


def test_the_page_costs_the_same_however_many_numbers(town: Town, julian: Client) -> None:
    rule(town)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            julian.get(LIST)
            julian.get("/tablet/")
        return len(queries)

    asked(town)
    told = asked(town, "617-555-0159")
    list_desk.approve(staff=town.staff("ines"), request_id=told, now=timezone.now())
    before = cost()
    for last in range(52, 58):
        wish = asked(town, f"617-555-01{last}")
        if last % 2:
            list_desk.approve(staff=town.staff("ines"), request_id=wish, now=timezone.now())
    assert cost() == before


def test_in_spanish_no_english_is_left(town: Town, julian: Client) -> None:
    rule(town, most=2, changes=1, within_days=30, days="1", note="")
    julian.post("/tablet/language", {"language": "es", "next": LIST})
    page = text(julian.get(LIST))
    assert "Cómo se lleva la lista" in page
    assert "Como máximo 2 números." in page
    refused = text(julian.post(ADD, ROSA | {"number": "617-555-0142"}))
    assert "Ya está en su lista" in refused
