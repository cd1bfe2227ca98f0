"""Questions compiled once answer as the plain ones do."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.messaging.actions.send import send_words
from kinline.apps.messaging.asking import Known, known_thread, newest_rule
from kinline.apps.messaging.models import Rule
from kinline.apps.messaging.standing import blocked
from kinline.apps.people.actions.blocks import block_person
from kinline.apps.people.links import kept_apart, linked
from kinline.apps.people.models import NoContact
from kinline.apps.review.lists import WordsVersion
from kinline.apps.review.models import Stop
from kinline.core.message.terms import Service
from kinline.core.policy.call import BlockOf
from kinline.core.review.terms import Mode, Side
from tests.apps.messaging.writing import by, looks_at, thread, write
from tests.cast import Town


def test_the_newest_rule_as_a_row(town: Town, now: datetime) -> None:
    facility = town.julian.facility
    assert newest_rule(uuid4()) is None
    for minutes in (1, 2):
        Rule.objects.create(
            facility=facility,
            photos=minutes,
            set_by="test",
            set_at=now + timedelta(minutes=minutes),
        )
    found = newest_rule(facility.pk)
    plain = Rule.objects.filter(facility=facility).order_by("-set_at").first()
    assert plain is not None
    assert found is not None
    names = [field.attname for field in Rule._meta.concrete_fields]
    assert [getattr(found, one) for one in names] == [getattr(plain, one) for one in names]


def test_links_and_orders(town: Town, now: datetime) -> None:
    julian, odette = town.julian.pk, town.odette.pk
    assert linked(person_id=julian, contact_id=odette)
    assert not linked(person_id=julian, contact_id=town.carmen.pk)
    assert not kept_apart(person_id=julian, contact_id=odette, now=now)
    NoContact.objects.create(
        person=town.julian,
        contact=town.odette,
        reason="Order 25-1",
        from_at=now,
        made_by="test",
        made_at=now,
    )
    assert kept_apart(person_id=julian, contact_id=odette, now=now)
    assert not kept_apart(person_id=julian, contact_id=odette, now=now - timedelta(days=1))
    assert not kept_apart(person_id=julian, contact_id=town.priya.pk, now=now)


def test_blocks(town: Town, now: datetime) -> None:
    facility = town.julian.facility_id
    assert blocked(town.julian.pk, facility, town.odette.pk) is None
    block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    assert blocked(town.julian.pk, facility, town.odette.pk) is BlockOf.PERSON
    assert blocked(town.wendell.pk, town.wendell.facility_id, town.odette.pk) is None


def known(town: Town, where: UUID, key: UUID) -> Known:
    """As Odette's message to Julian finds it, and as his to her does: the same."""
    hers = known_thread(where, Side.CONTACT, town.odette.pk, key)
    his = known_thread(where, Side.PERSON, town.julian.pk, key)
    assert hers is not None
    assert his is not None
    assert hers[1] == his[1]
    assert hers[0].person.facility.agency == town.julian.facility.agency
    return hers[1]


def test_what_a_message_wants_to_know_is_there_once_a_row_says_so(
    town: Town, now: datetime
) -> None:
    where, key = thread(town.julian, town.odette, now), uuid4()
    assert known(town, where, key) == Known(
        sent=False,
        written=False,
        linked=True,
        may_be_apart=False,
        may_be_blocked=False,
        may_be_stopped=False,
        mark=None,
    )
    write(town.odette, town.julian, "Hello.", now, key=key)
    block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    made = {"reason": "Order 25-2", "made_by": "test", "made_at": now}
    NoContact.objects.create(person=town.julian, e164="+15085550101", from_at=now, **made)
    facility = town.julian.facility
    Stop.objects.create(
        facility=facility,
        contact=town.odette,
        reason="Threats",
        set_by="test",
        set_at=now,
        until_at=now + timedelta(days=1),
    )
    mark = WordsVersion.objects.create(facility=facility, mark=uuid4()).mark
    assert known(town, where, key) == Known(
        sent=True,
        written=True,
        linked=True,
        may_be_apart=True,
        may_be_blocked=True,
        may_be_stopped=True,
        mark=mark,
    )


def test_of_somebody_elses_thread_nothing_is_known(town: Town, now: datetime) -> None:
    where = thread(town.julian, town.odette, now)
    assert known_thread(where, Side.CONTACT, town.priya.pk, uuid4()) is None
    assert known_thread(where, Side.PERSON, town.wendell.pk, uuid4()) is None
    assert known_thread(uuid4(), Side.PERSON, town.julian.pk, uuid4()) is None


def test_a_message_of_words_takes_few_statements(town: Town, now: datetime) -> None:
    looks_at(town, "ma-bristol", Mode.FLAGGED, now)
    write(town.odette, town.julian, "Hello.", now)  # the first compiles, and opens accounts
    where = thread(town.julian, town.odette, now)
    with CaptureQueriesContext(connection) as asked:
        send_words(
            by=by(town.odette),
            thread_id=where,
            service=Service.EMESSAGE,
            words="The garden is green.",
            key=uuid4(),
            now=now + timedelta(minutes=1),
        )
    # Of its own transaction BEGIN and COMMIT, of this test's a savepoint: two either way.
    # One of them asks for the controls on messages.
    assert len(asked) <= 16
