"""How to reach a facility: told by the facility, shown to everyone, and never made up."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import contact
from kinline.apps.facilities.models import ContactLine
from kinline.apps.facilities.topics import Topic
from tests.cast import Town

DESK = "Family desk, 617-555-0171, weekdays"


def told(town: Town, now: datetime, place: str = "ma-bristol") -> list[tuple[str, str]]:
    found = queries.public_one(place=place, now=now).contact
    return [(one.topic.value, one.words) for one in found]


def test_nothing_is_told_until_the_facility_tells_it(town: Town, now: datetime) -> None:
    assert told(town, now) == []


def test_what_is_told_stands_in_its_order_and_what_is_empty_is_not_told(
    town: Town, now: datetime
) -> None:
    lines = {Topic.EMERGENCY: "617-555-0170", Topic.EMAIL: "  ", Topic.QUESTIONS: f" {DESK}\n"}
    ines = town.account("ines")
    facility = town.facility("ma-bristol")
    contact.tell(facility_id=facility.pk, lines=lines, by=ines.pk, now=now)
    assert told(town, now) == [("questions", DESK), ("emergency", "617-555-0170")]
    assert told(town, now, "ma-suffolk") == []
    line = Line.objects.get(act="facility.contact_told")
    assert (line.actor, line.facts["questions"]) == (str(ines.pk), DESK)


def test_telling_again_replaces_everything_told_before(town: Town, now: datetime) -> None:
    facility, ines = town.facility("ma-bristol").pk, town.account("ines").pk
    contact.tell(facility_id=facility, lines={Topic.QUESTIONS: DESK}, by=ines, now=now)
    contact.tell(facility_id=facility, lines={Topic.EMAIL: "desk@example.org"}, by=ines, now=now)
    assert told(town, now) == [("email", "desk@example.org")]


def test_a_line_that_is_too_long_is_refused_and_nothing_changes(town: Town, now: datetime) -> None:
    facility, ines = town.facility("ma-bristol").pk, town.account("ines").pk
    contact.tell(facility_id=facility, lines={Topic.QUESTIONS: DESK}, by=ines, now=now)
    long = {Topic.ADDRESS: "x" * 201, Topic.QUESTIONS: "Nobody"}
    with pytest.raises(Refused) as no:
        contact.tell(facility_id=facility, lines=long, by=ines, now=now)
    assert [one.code for one in no.value.refusals] == ["contact.too_long"]
    assert no.value.refusals[0].facts["field"] == "address"
    assert told(town, now) == [("questions", DESK)]


def test_a_facility_that_is_none_is_not_there(town: Town, now: datetime) -> None:
    with pytest.raises(NotFound):
        contact.tell(facility_id=uuid4(), lines={}, by=town.account("ines").pk, now=now)


def test_the_database_holds_one_line_a_topic_and_no_empty_one(town: Town, now: datetime) -> None:
    facility = town.facility("ma-bristol")
    facts = {"facility": facility, "topic": Topic.EMAIL, "set_by": "x", "set_at": now}
    ContactLine.objects.create(words="desk@example.org", **facts)
    for words in ("again@example.org", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactLine.objects.create(words=words, **facts)
