"""Julian's people on the tablet: who asks, yes, no, not again, and an end."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from kinline.apps.people.actions import links
from kinline.apps.people.models import Link, Unwanted
from kinline.apps.people.queries import linked
from tests.cast import Town
from tests.doors import people

PEOPLE = "/tablet/people/"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def asked(town: Town) -> UUID:
    """Grace asks Julian."""
    return links.ask(
        contact_id=town.grace.pk, place="ma-bristol", number="40-2719", now=timezone.now()
    )


@pytest.mark.parametrize(
    ("answer", "are", "unwanted"), [("yes", True, 0), ("no", False, 0), ("never", False, 1)]
)
def test_julian_answers_grace(
    town: Town, asked: UUID, answer: str, are: bool, unwanted: int
) -> None:
    tablet = people.inside(town, town.julian)
    assert "1 asks you" in text(tablet.get("/tablet/"))
    one = reverse("tablet-people-one", args=[asked])
    assert one in text(tablet.get(PEOPLE))
    assert "Grace Okafor asks to be linked with you" in text(tablet.get(one))
    assert tablet.post(one, {"answer": answer})["Location"] == PEOPLE
    assert linked(person_id=town.julian.pk, contact_id=town.grace.pk) is are
    assert Unwanted.objects.filter(person=town.julian, contact=town.grace).count() == unwanted
    assert tablet.get(one)["Location"] == PEOPLE, "answered already"


@pytest.mark.parametrize("answer", ["end", "never"])
def test_julian_ends_a_link_after_reading_what_it_means(town: Town, answer: str) -> None:
    tablet = people.inside(town, town.julian)
    link = Link.objects.get(person=town.julian, contact=town.odette)
    end = reverse("tablet-people-end", args=[link.pk])
    assert "You can still call them" in text(tablet.get(end))
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    tablet.post(end, {"answer": answer})
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    assert "Your link with Julian Marrow ended" in text(people.outside(town.odette).get("/portal/"))


def test_julian_asks_somebody_of_his_list(town: Town) -> None:
    tablet = people.inside(town, town.julian)
    Link.objects.filter(person=town.julian, contact=town.odette).delete()
    entry = town.list_entry(town.julian, town.numbers.odette)
    assert "Ask Mama" in text(tablet.get(PEOPLE))
    tablet.post(reverse("tablet-people-ask", args=[entry.pk]))
    assert "You asked. No answer yet" in text(tablet.get(PEOPLE))
    again = tablet.post(reverse("tablet-people-ask", args=[entry.pk]))
    assert again.status_code == 409
    assert "You asked already." in text(again)
    assert "Julian Marrow asks to be linked" in text(people.outside(town.odette).get("/portal/"))


def test_not_yours_and_not_there_are_one_answer(town: Town, asked: UUID) -> None:
    wendell = people.inside(town, town.wendell)
    for name in ("tablet-people-one", "tablet-people-end"):
        for pk in (asked, uuid4()):
            assert wendell.get(reverse(name, args=[pk])).status_code == 404
            assert wendell.post(reverse(name, args=[pk]), {"answer": "yes"}).status_code == 404
    entry = town.list_entry(town.julian, town.numbers.odette)
    assert wendell.post(reverse("tablet-people-ask", args=[entry.pk])).status_code == 404
    assert not linked(person_id=town.julian.pk, contact_id=town.grace.pk)
    nobody = people.device(town)
    assert nobody.get(PEOPLE)["Location"] == "/tablet/"
