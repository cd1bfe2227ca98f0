"""Quiet hours of a contact: calls are refused in them, and who calls is told until when."""

from datetime import datetime, time, timedelta

import pytest

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.errors import Refused
from kinline.apps.people.actions import blocks, courtesies
from kinline.apps.people.actions.quiet import choose
from kinline.apps.people.models import QuietCalls
from kinline.apps.people.quiet import QuietView, quiet_of
from tests.apps.story import codes, dial, permit
from tests.cast import Town

# At eleven in the morning in Boston it is eight in Los Angeles.
MORNING = QuietView(time(6), time(9), "America/Los_Angeles")


def test_odette_takes_no_calls_and_julian_is_told_until_when(town: Town, now: datetime) -> None:
    choose(contact_id=town.odette.pk, quiet=MORNING, now=now)
    (no,) = dial(town.julian, town.numbers.odette, town.tablet(), now).refusals
    assert (no.code, no.whose, no.until) == (
        "call.quiet_hours",
        "contact",
        now + timedelta(hours=1),
    )
    later = now + timedelta(hours=1)
    permit(dial(town.julian, town.numbers.odette, town.tablet(), later))


def test_her_attorney_of_another_hour_and_another_contact_are_not_quiet(
    town: Town, now: datetime
) -> None:
    choose(contact_id=town.odette.pk, quiet=MORNING, now=now)
    permit(dial(town.julian, town.numbers.priya, town.tablet(), now))


def test_a_call_that_staff_granted_does_not_wake_her(town: Town, now: datetime) -> None:
    choose(contact_id=town.odette.pk, quiet=MORNING, now=now)
    courtesies.grant(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        until=now + timedelta(hours=3),
        max_call_seconds=300,
        reason="A death in the family",
        now=now,
    )
    assert codes(dial(town.julian, town.numbers.odette, town.tablet(), now)) == ["call.quiet_hours"]


def test_a_block_says_more_than_quiet_hours(town: Town, now: datetime) -> None:
    choose(contact_id=town.odette.pk, quiet=MORNING, now=now)
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    assert codes(dial(town.julian, town.numbers.odette, town.tablet(), now)) == ["call.blocked"]


def test_chosen_twice_is_chosen_once_changed_and_taken_back(town: Town, now: datetime) -> None:
    odette = town.odette.pk
    for quiet in (MORNING, MORNING, QuietView(time(22), time(7), "America/New_York"), None, None):
        choose(contact_id=odette, quiet=quiet, now=now)
        assert quiet_of(contact_id=odette) == quiet
    assert not QuietCalls.objects.exists()
    acts = AuditLine.objects.filter(subject=str(odette), act__startswith="contact.quiet")
    assert sorted(acts.values_list("act", flat=True)) == [
        "contact.quiet_ended",
        "contact.quiet_set",
        "contact.quiet_set",
    ]


@pytest.mark.parametrize(
    ("quiet", "code"),
    [
        (QuietView(time(7), time(7), "America/New_York"), "quiet.no_length"),
        (QuietView(time(7), time(8), "Mars/Olympus"), "quiet.unknown_zone"),
    ],
    ids=["no length", "no zone"],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    town: Town, now: datetime, quiet: QuietView, code: str
) -> None:
    with pytest.raises(Refused) as no:
        choose(contact_id=town.odette.pk, quiet=quiet, now=now)
    assert [one.code for one in no.value.refusals] == [code]
    assert quiet_of(contact_id=town.odette.pk) is None
