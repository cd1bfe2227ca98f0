"""Who may write to whom: asking, answering, ending, and orders that keep people apart."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Agency
from kinline.apps.notices.models import Note
from kinline.apps.people import finding, orders
from kinline.apps.people.actions import links, no_contact
from kinline.apps.people.links import waiting
from kinline.apps.people.models import Link, NoContact, Person
from kinline.apps.people.queries import linked, links_of_contact, links_of_person
from kinline.core.link import ASK_AGAIN, LOOK_UPS, By
from tests.cast import Town

REASON = "Probate court, 24-1187"


def code_of(no: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [one.code for one in no.value.refusals]


def ask(town: Town, now: datetime, *, by: str = "grace", who: Person | None = None) -> UUID:
    """Somebody outside asks Julian, whom they are not linked with."""
    person = who or town.julian
    contact = getattr(town, by)
    return links.ask(
        contact_id=contact.pk, place=person.facility.place, number=person.number, now=now
    )


def told(owner: object, kind: str) -> int:
    return Note.objects.filter(owner=str(owner), kind=kind).count()


# --- asking and answering ---------------------------------------------------------------


def test_the_demo_links_whoever_is_on_a_list_and_can_sign_in(town: Town) -> None:
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    assert linked(person_id=town.tomas.pk, contact_id=town.carmen.pk)
    assert not linked(person_id=town.julian.pk, contact_id=town.carmen.pk)
    assert links_of_person(person_id=town.desmond.pk) == []


def test_grace_asks_julian_says_yes_and_both_may_write(town: Town, now: datetime) -> None:
    link = ask(town, now)
    assert not linked(person_id=town.julian.pk, contact_id=town.grace.pk)
    assert waiting(side=By.PERSON, owner=town.julian.pk) == 1
    assert told(town.julian.pk, "link.asked") == 1
    for _twice in "ab":
        links.accept(side=By.PERSON, owner=town.julian.pk, link_id=link, now=now)
    assert linked(person_id=town.julian.pk, contact_id=town.grace.pk)
    assert told(town.grace.pk, "link.accepted") == 1, "said yes twice is said once"
    assert Line.objects.filter(act="link.accepted", actor=str(town.julian.pk)).count() == 1


def test_whoever_asked_cannot_answer_and_nobody_else_can(town: Town, now: datetime) -> None:
    link = ask(town, now)
    tries = [(By.CONTACT, town.grace), (By.CONTACT, town.odette), (By.PERSON, town.wendell)]
    for side, who in tries:
        for answer in (links.accept, links.decline):
            with pytest.raises(NotFound):
                answer(side=side, owner=who.pk, link_id=link, now=now)
    with pytest.raises(NotFound):
        links.end(side=By.CONTACT, owner=town.odette.pk, link_id=link, now=now)
    with pytest.raises(NotFound):
        links.accept(side=By.PERSON, owner=town.julian.pk, link_id=uuid4(), now=now)


def test_who_asks_somebody_that_asked_them_is_linked_at_once(town: Town, now: datetime) -> None:
    Link.objects.filter(contact=town.odette, person=town.julian).delete()
    entry = town.list_entry(town.julian, town.numbers.odette)
    links.ask_from_inside(person_id=town.julian.pk, allowed_id=entry.pk, now=now)
    assert waiting(side=By.CONTACT, owner=town.odette.pk) == 1
    ask(town, now, by="odette")
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)


def test_from_inside_only_ones_own_list_can_be_asked(town: Town, now: datetime) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    with pytest.raises(NotFound):
        links.ask_from_inside(person_id=town.wendell.pk, allowed_id=entry.pk, now=now)
    with pytest.raises(Refused) as no:
        links.ask_from_inside(person_id=town.julian.pk, allowed_id=entry.pk, now=now)
    assert code_of(no) == ["link.linked_already"]


def test_a_no_holds_thirty_days_then_one_may_ask_anew(town: Town, now: datetime) -> None:
    link = ask(town, now)
    links.decline(side=By.PERSON, owner=town.julian.pk, link_id=link, now=now)
    assert told(town.grace.pk, "link.declined") == 1
    note = Note.objects.get(owner=str(town.grace.pk), kind="link.declined")
    assert note.facts["name"] == town.julian.number, "a no does not tell the name"
    with pytest.raises(Refused) as no:
        ask(town, now + timedelta(days=29))
    assert code_of(no) == ["link.wait"]
    assert no.value.refusals[0].until == now + ASK_AGAIN
    ask(town, now + ASK_AGAIN)


def test_not_again_looks_like_a_plain_no_and_later_like_nobody_there(
    town: Town, now: datetime
) -> None:
    link = ask(town, now)
    links.decline(side=By.PERSON, owner=town.julian.pk, link_id=link, now=now, unwanted=True)
    with pytest.raises(Refused) as at_once:
        ask(town, now + timedelta(days=1))
    assert code_of(at_once) == ["link.wait"]
    with pytest.raises(Refused) as later:
        ask(town, now + ASK_AGAIN)
    assert code_of(later) == ["link.not_found"]


@pytest.mark.parametrize("side", [By.PERSON, By.CONTACT])
def test_either_side_ends_a_link_once_and_the_other_hears_it(
    town: Town, now: datetime, side: By
) -> None:
    link = Link.objects.get(person=town.julian, contact=town.odette)
    ends, hears = town.julian, town.odette
    if side is By.CONTACT:
        ends, hears = hears, ends  # type: ignore[assignment]
    for _twice in "ab":
        links.end(side=side, owner=ends.pk, link_id=link.pk, now=now)
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    assert told(hears.pk, "link.ended") == 1
    assert told(ends.pk, "link.ended") == 0
    link.refresh_from_db()
    assert link.ended_by == side


def test_an_ended_link_is_not_brought_back_by_a_late_yes(town: Town, now: datetime) -> None:
    link = ask(town, now)
    links.end(side=By.CONTACT, owner=town.grace.pk, link_id=link, now=now)
    with pytest.raises(Refused) as no:
        links.accept(side=By.PERSON, owner=town.julian.pk, link_id=link, now=now)
    assert code_of(no) == ["link.over"]
    assert told(town.julian.pk, "link.ended") == 0, "of what was only asked nothing is told"


# --- finding ------------------------------------------------------------------------------


def test_not_there_not_here_released_and_an_order_are_one_answer(town: Town, now: datetime) -> None:
    Person.objects.filter(pk=town.luis.pk).update(active=False)
    ines = town.staff("ines")
    no_contact.make(
        staff=ines,
        person_id=town.julian.pk,
        against="grace@example.org",
        reason=REASON,
        until=None,
        now=now,
    )
    tries = [
        ("ma-bristol", "99-9999"),
        ("ma-suffolk", town.julian.number),
        ("ma-essex", town.luis.number),
        ("ma-bristol", town.julian.number),
        ("nowhere", town.julian.number),
    ]
    answers = []
    for place, number in tries:
        with pytest.raises(Refused) as no:
            links.ask(contact_id=town.grace.pk, place=place, number=number, now=now)
        answers.append(no.value.refusals)
    assert len(set(map(repr, answers))) == 1
    assert answers[0][0].code == "link.not_found"


def test_numbers_cannot_be_tried_one_by_one(town: Town, now: datetime) -> None:
    for _try in range(LOOK_UPS):
        with pytest.raises(Refused):
            links.ask(contact_id=town.grace.pk, place="ma-bristol", number="1", now=now)
    with pytest.raises(Refused) as no:
        ask(town, now)
    assert code_of(no) == ["link.look_ups"]
    ask(town, now, by="carmen")
    ask(town, now + timedelta(hours=1, seconds=1))
    assert links.forget_look_ups(now=now + timedelta(hours=2)) == LOOK_UPS + 2


def test_by_name_only_where_the_agency_lets_people_be_found(town: Town, now: datetime) -> None:
    def names(contact: UUID) -> list[str]:
        found = finding.by_name(contact_id=contact, place="ma-bristol", name="mar jul", now=now)
        return [one.name for one in found]

    with pytest.raises(Refused) as no:
        names(town.grace.pk)
    assert code_of(no) == ["link.no_search"]
    Agency.objects.filter(code="ma-bristol").update(search_by_name=True)
    assert names(town.grace.pk) == ["Julian Marrow"]
    no_contact.make(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        against=town.numbers.grace,
        reason=REASON,
        until=None,
        now=now,
    )
    assert names(town.grace.pk) == []
    assert names(town.carmen.pk) == ["Julian Marrow"]


# --- no-contact orders --------------------------------------------------------------------


@pytest.mark.parametrize("against", ["ODETTE@example.org", "(617) 555-0142", "link"])
def test_an_order_ends_the_link_and_tells_both_no_reason(
    town: Town, now: datetime, against: str
) -> None:
    ines = town.staff("ines")
    link = Link.objects.get(person=town.julian, contact=town.odette)
    facts = {"staff": ines, "person_id": town.julian.pk, "reason": REASON, "until": None}
    if against == "link":
        no_contact.make_against_contact(link_id=link.pk, now=now, **facts)  # type: ignore[arg-type]
    else:
        no_contact.make(against=against, now=now, **facts)  # type: ignore[arg-type]
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    for who in (town.julian, town.odette):
        note = Note.objects.get(owner=str(who.pk), kind="link.ended")
        assert note.facts["by"] == "staff"
        assert REASON not in str(note.facts)
    line = Line.objects.get(act="order.made")
    assert (line.purpose, line.facts["links"]) == (REASON, 1)
    with pytest.raises(Refused) as no:
        ask(town, now, by="odette")
    assert code_of(no) == ["link.not_found"]
    entry = town.list_entry(town.julian, town.numbers.odette)
    with pytest.raises(Refused) as inside:
        links.ask_from_inside(person_id=town.julian.pk, allowed_id=entry.pk, now=now)
    assert code_of(inside) == ["link.not_possible"]


def test_an_order_stops_a_yes_to_what_was_asked_before(town: Town, now: datetime) -> None:
    link = ask(town, now)
    # As if the order came into being while the yes was on its way: the row alone, nothing ended.
    NoContact.objects.create(
        person=town.julian,
        contact=town.grace,
        reason=REASON,
        from_at=now,
        made_by="test",
        made_at=now,
    )
    with pytest.raises(Refused) as no:
        links.accept(side=By.PERSON, owner=town.julian.pk, link_id=link, now=now)
    assert code_of(no) == ["link.not_possible"]


def test_an_order_ends_by_itself_or_is_lifted(town: Town, now: datetime) -> None:
    ines, day = town.staff("ines"), timedelta(days=1)
    made = [
        no_contact.make(
            staff=ines,
            person_id=town.julian.pk,
            against="grace@example.org",
            reason=REASON,
            until=until,
            now=now,
        )
        for until in (now + day, None)
    ]
    no_contact.lift(staff=ines, order_id=made[1], now=now)
    with pytest.raises(NotFound):
        no_contact.lift(staff=ines, order_id=made[1], now=now)
    with pytest.raises(Refused):
        ask(town, now)
    ask(town, now + day)
    seen = orders.orders_of(staff=ines, person_id=town.julian.pk, now=now)
    assert sorted(one.in_force for one in seen) == [False, True]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"against": "nobody", "reason": REASON}, ["order.against"]),
        ({"against": "a@example.org", "reason": " "}, ["order.reason_needed"]),
        ({"against": "", "reason": ""}, ["order.against", "order.reason_needed"]),
    ],
)
def test_an_order_says_against_whom_and_why(
    town: Town, now: datetime, typed: dict[str, str], codes: list[str]
) -> None:
    with pytest.raises(Refused) as no:
        no_contact.make(
            staff=town.staff("ines"), person_id=town.julian.pk, until=None, now=now, **typed
        )
    assert code_of(no) == codes


@pytest.mark.parametrize("name", ["sam", "theo", "ada"])
def test_only_staff_with_the_right_there_keep_people_apart(
    town: Town, now: datetime, name: str
) -> None:
    """Sam works there without the right, Theo has it in another county, Ada only reads."""
    with pytest.raises(NotFound):
        no_contact.make(
            staff=town.staff(name),
            person_id=town.julian.pk,
            against="grace@example.org",
            reason=REASON,
            until=None,
            now=now,
        )


# --- guards of the database ----------------------------------------------------------------


@pytest.mark.parametrize(
    "moments",
    [
        {},  # a second open one
        {"accepted_at": True, "declined_at": True},
        {"declined_at": True, "ended_at": True, "ended_by": "person"},
        {"ended_at": True},
        {"ended_by": "person", "declined_at": True},
    ],
)
def test_the_database_keeps_links_in_order(
    town: Town, now: datetime, moments: dict[str, object]
) -> None:
    given = {name: now if value is True else value for name, value in moments.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(
            person=town.julian, contact=town.odette, asked_by=By.CONTACT, asked_at=now, **given
        )


@pytest.mark.parametrize(
    "named", [{}, {"email": "a@example.org", "e164": "+16175550142"}, {"reason": ""}]
)
def test_the_database_wants_one_thing_and_a_reason(
    town: Town, now: datetime, named: dict[str, str]
) -> None:
    facts = {"reason": REASON, "email": "", **named}
    if named.get("reason") == "":
        facts["email"] = "a@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        NoContact.objects.create(
            person=town.julian, from_at=now, made_by="test", made_at=now, **facts
        )


def test_links_of_a_contact_begin_with_whoever_waits(town: Town, now: datetime) -> None:
    Link.objects.filter(contact=town.priya).update(accepted_at=None, asked_by=By.PERSON)
    Link.objects.create(
        person=town.wendell, contact=town.priya, asked_by=By.CONTACT, asked_at=now, accepted_at=now
    )
    mine = links_of_contact(contact_id=town.priya.pk)
    assert [one.waits_for(By.CONTACT) for one in mine] == [True, False]
