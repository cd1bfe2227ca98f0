"""Questions compiled once answer as the plain ones do."""

from datetime import datetime, timedelta
from uuid import uuid4

from kinline.apps.messaging.asking import newest_rule
from kinline.apps.messaging.models import Rule
from kinline.apps.messaging.standing import blocked
from kinline.apps.people.actions.blocks import block_person
from kinline.apps.people.links import kept_apart, linked
from kinline.apps.people.models import NoContact
from kinline.core.policy.call import BlockOf
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
