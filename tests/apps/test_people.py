"""People, their lists, attorneys: what staff type in is checked, and every act leaves a line."""

from datetime import date, datetime

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import queries
from kinline.apps.people.actions import attorneys, blocks, lists, people_inside
from kinline.apps.people.models import Block, Contact, Person
from tests.cast import Town

TODAY = date(2025, 3, 12)


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in no.value.refusals]


def add(town: Town, now: datetime, **changed: str) -> Person:
    typed = {
        "number": "40-9",
        "given_name": "Abe",
        "family_name": "Stone",
        "language": "en",
        "pin": "135791",
        **changed,
    }
    pk = people_inside.add(
        staff=town.staff("ines"), place="ma-bristol", unit_id=None, now=now, **typed
    )
    return Person.objects.get(pk=pk)


def test_a_person_is_added_with_a_pin_that_is_kept_as_a_hash(town: Town, now: datetime) -> None:
    person = add(town, now)
    assert person.pin_hash.startswith("$argon2id$")
    assert "135791" not in person.pin_hash
    assert Line.objects.get(act="person.added").subject == str(person.pk)


def test_the_same_id_twice_is_refused_and_leaves_no_line(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        add(town, now, number="40-2719")
    assert codes(no) == ["person.number_taken"]
    assert not Line.objects.filter(act="person.added").exists()


def test_all_mistakes_are_told_at_once(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        add(town, now, number=" ", given_name="", family_name="x" * 61, pin="12ab")
    assert codes(no) == [
        "person.number_missing",
        "name.missing",
        "name.too_long",
        "person.pin_not_digits",
    ]
    assert [refusal.facts["field"] for refusal in no.value.refusals] == [
        "number",
        "given_name",
        "family_name",
        "pin",
    ]


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "person.pin_too_short"),
        ("1" * 13, "person.pin_too_long"),
        ("111111", "person.pin_too_simple"),
        ("１２３４５６", "person.pin_not_digits"),
    ],
)
def test_a_pin_must_be_digits_enough(town: Town, now: datetime, pin: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        add(town, now, pin=pin)
    assert codes(no) == [code]


def test_a_change_of_name_is_audited_without_the_name(town: Town, now: datetime) -> None:
    people_inside.change(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        now=now,
        given_name="Jules",
        do_not_record=True,
    )
    line = Line.objects.get(act="person.changed")
    assert line.facts == {"do_not_record": "True", "renamed": True}


def test_the_list_of_people_is_searched_by_words_in_name_or_number(
    town: Town, now: datetime
) -> None:
    add(town, now)
    ines = town.staff("ines")

    def found(text: str) -> list[str]:
        return [row.name for row in queries.people(staff=ines, text=text).items]

    assert found("") == ["Julian Marrow", "Abe Stone"]
    assert found("marrow jul") == ["Julian Marrow"]
    assert found("40-9") == ["Abe Stone"]
    assert found("okafor") == []


def test_one_persons_page_shows_list_attorney_and_marks(town: Town, now: datetime) -> None:
    view = queries.person(staff=town.staff("sam"), person_id=town.julian.pk, now=now)
    mama, priya = view.allowed
    assert (mama.label, mama.attorney, mama.do_not_record) == ("Mama", None, False)
    assert priya.attorney is not None
    assert view.has_pin
    assert not view.has_name


# --- lists ----------------------------------------------------------------------------


def allow(town: Town, now: datetime, number: str, name: str = "Ann") -> None:
    lists.allow(
        staff=town.staff("ines"), person_id=town.julian.pk, number=number, name=name, now=now
    )


def test_a_number_known_already_keeps_its_contact_and_name(town: Town, now: datetime) -> None:
    before = Contact.objects.count()
    allow(town, now, "617 555 0163", name="Somebody")
    assert Contact.objects.count() == before
    assert Contact.objects.get(pk=town.grace.pk).name == "Grace Okafor"


def test_a_number_is_listed_once_however_it_is_typed(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        allow(town, now, "1 (617) 555-0142")
    assert codes(no) == ["number.listed_already"]


def test_what_is_no_number_and_nobodys_name_are_both_told(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        allow(town, now, "1234", name=" ")
    assert codes(no) == ["number.not_a_number", "name.missing"]


def test_a_number_taken_off_can_be_put_on_again(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    entry = town.list_entry(town.julian, town.numbers.odette)
    lists.remove(staff=ines, allowed_id=entry.pk, now=now)
    with pytest.raises(NotFound):
        lists.remove(staff=ines, allowed_id=entry.pk, now=now)
    allow(town, now, town.numbers.odette)


def test_an_attorney_is_verified_once_and_for_a_period_that_makes_sense(
    town: Town, now: datetime
) -> None:
    ines = town.staff("ines")
    entry = town.list_entry(town.julian, town.numbers.priya).pk

    def verify(bar: str, until: date | None = None) -> None:
        attorneys.verify(
            staff=ines, allowed_id=entry, bar_number=bar, from_on=TODAY, until_on=until, now=now
        )

    with pytest.raises(Refused) as no:
        verify("123")
    assert codes(no) == ["attorney.verified_already"]
    with pytest.raises(Refused) as no:
        verify(" ")
    assert codes(no) == ["attorney.bar_number_missing"]
    with pytest.raises(Refused) as no:
        verify("123", until=TODAY)
    assert codes(no) == ["attorney.ends_before_it_begins"]


def test_blocking_twice_is_one_block(town: Town, now: datetime) -> None:
    ids = {
        blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
        for _ in range(3)
    }
    assert len(ids) == Block.objects.count() == 1
    assert Line.objects.filter(act="contact.blocked").count() == 1
    (view,) = queries.blocks(contact_id=town.odette.pk)
    assert (view.kind, view.person_name) == ("person", "Julian Marrow")
