"""Numbers that people inside asked for, in the console: yes, no and why, and a facility's rule."""

from uuid import UUID

import pytest
from django.urls import reverse

from kinline.apps.people.actions import own_list
from kinline.apps.people.models import ListRequest, ListRule, NoContact
from tests.doors.console.conftest import Day

RULE = "/console/facility/ma-bristol/lists/"


@pytest.fixture
def asked(day: Day) -> UUID:
    """Julian asks for his aunt's number."""
    wish = {"number": "617-555-0151", "name": "Aunt Rosa", "relation": "family"}
    return own_list.ask(person_id=day.julian.pk, now=day.now, **wish).request


def url(name: str, asked: UUID) -> str:
    return reverse(f"console_list_{name}", args=[asked])


def test_ines_finds_it_waiting_and_puts_it_on_the_list(day: Day, asked: UUID) -> None:
    ines = day.browser("ines")
    assert "1 number asked for" in ines.get("/console/people/").text
    queue = ines.get(reverse("console_lists")).text
    assert "617-555-0151" in queue
    assert "Aunt Rosa" in queue
    page = ines.get(url("one", asked)).text
    assert "Other family" in page
    assert "1 of 10" in page, "his attorney is not counted"
    done = ines.post(url("approve", asked), follow=True)
    assert "It is on the list now." in done.text
    assert "No number waits." in done.text
    person = ines.get(reverse("console_person", args=[day.julian.pk])).text
    assert "asked for it" in person
    assert "Has not said yes" in person
    again = ines.post(url("approve", asked))
    assert again.status_code == 400
    assert "It was decided or taken back just now." in again.text


def test_ines_refuses_with_a_reason_of_the_list(day: Day, asked: UUID) -> None:
    ines = day.browser("ines")
    for typed, said in [
        ({"reason": "", "note": ""}, "This field is required."),
        ({"reason": "unclear", "note": ""}, "Write it in words: the person reads them."),
    ]:
        answer = ines.post(url("refuse", asked), typed)
        assert answer.status_code == 400
        assert said in answer.text
    done = ines.post(url("refuse", asked), {"reason": "not_theirs", "note": "A shop."}, follow=True)
    assert "Refused. They read why on the tablet." in done.text
    row = ListRequest.objects.get()
    assert (row.state, row.reason, row.note) == ("refused", "not_theirs", "A shop.")
    page = ines.get(url("one", asked)).text
    assert "The number is not that of the person you named. A shop." in page
    assert "Put it on the list" not in page


def test_an_order_is_shown_to_staff_and_stops_the_yes(day: Day, asked: UUID) -> None:
    NoContact.objects.create(
        person=day.julian,
        e164="+16175550151",
        reason="A court order",
        made_by="x",
        made_at=day.now,
        from_at=day.now,
    )
    ines = day.browser("ines")
    assert "A no-contact order keeps the two apart." in ines.get(url("one", asked)).text
    answer = ines.post(url("approve", asked))
    assert answer.status_code == 400
    assert "this number can’t be listed" in answer.text


def test_ines_sets_the_rule_and_reads_what_people_read(day: Day) -> None:
    ines = day.browser("ines")
    wrong = ines.post(RULE, {"self_kept": "on", "most": "15", "changes": "3", "days": "31"})
    assert wrong.status_code == 400
    for said in (
        "Give both: how many numbers, and in how many days.",
        "Type days of the month from 1 to 28, such as 1, 15.",
        "Somebody must say yes: staff, or whoever answers.",
    ):
        assert said in wrong.text
    right = {
        "self_kept": "on",
        "most": "15",
        "changes": "3",
        "within_days": "7",
        "days": "1 15",
        "owner_key": "on",
        "note": "Ask early.",
    }
    done = ines.post(RULE, right, follow=True).text
    assert "It holds from now on." in done
    assert "You can add 3 numbers in 7 days." in done
    assert "Numbers are added on these days of the month: 1, 15." in done
    assert "Ask early." in done
    row = ListRule.objects.order_by("-set_at").first()
    assert row is not None
    assert (row.most, row.days, row.approval, row.owner_key) == (15, "1,15", False, True)
    assert RULE in ines.get("/console/facility/ma-bristol/").text
    assert RULE not in day.browser("sam").get("/console/facility/ma-bristol/").text
