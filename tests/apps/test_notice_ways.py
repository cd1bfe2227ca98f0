"""By which ways a contact is told: what they chose, when it is quiet, and each way once."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinline.apps.errors import Refused
from kinline.apps.notices import actions, choices
from kinline.apps.notices.choices import Quiet
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.models import Consent, Outgoing
from kinline.apps.notices.push import devices
from kinline.apps.notices.sms import queue
from tests.cast import Town
from tests.plugins.push_service import PushService
from tests.plugins.telephones import Telephones

NEW_YORK = ZoneInfo("America/New_York")


def at(words: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone).astimezone(UTC)


NIGHT = Quiet(time(22), time(7), "America/New_York")
NAP = Quiet(time(13), time(14, 30), "America/New_York")


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2025-03-12 21:59", None),
        (NIGHT, "2025-03-12 22:00", "2025-03-13 07:00"),
        (NIGHT, "2025-03-13 03:00", "2025-03-13 07:00"),
        (NIGHT, "2025-03-13 07:00", None),
        (NAP, "2025-03-12 13:00", "2025-03-12 14:30"),
        (NAP, "2025-03-12 14:30", None),
        # The night in which clocks are put forward, and the one in which they are put back.
        (NIGHT, "2025-03-08 23:00", "2025-03-09 07:00"),
        (NIGHT, "2025-11-01 23:00", "2025-11-02 07:00"),
        (Quiet(time(1), time(2, 30), "America/New_York"), "2025-03-09 01:30", "2025-03-09 03:30"),
    ],
)
def test_quiet_hours_by_the_clock_of_their_zone(quiet: Quiet, now: str, until: str | None) -> None:
    assert quiet.until(at(now)) == (at(until) if until else None)


@given(
    begins=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "UTC"]),
    hours=st.integers(0, 3 * 366 * 24 * 4).map(lambda quarters: quarters / 4),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_silence_ends_and_within_a_day(begins: time, ends: time, zone: str, hours: float) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    quiet = Quiet(begins, ends, zone)
    until = quiet.until(now)
    if begins == ends:
        assert until is None
    elif until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=25)


def test_quiet_hours_that_make_no_sense_are_refused(db: None, now: datetime) -> None:
    wrong = [
        (Quiet(time(7), time(7), "UTC"), "quiet.no_length"),
        (Quiet(time(7), time(8), "Mars/Base"), "quiet.unknown_zone"),
    ]
    for quiet, code in wrong:
        with pytest.raises(Refused) as no:
            choices.set_quiet(owner=uuid4(), quiet=quiet, now=now)
        assert [one.code for one in no.value.refusals] == [code]


@pytest.fixture
def everywhere(
    town: Town, now: datetime, settings: Any, push_service: PushService, telephones: Telephones
) -> Town:
    """Odette has mail, a device and a telephone that agreed."""
    settings.EMAIL_HOST = "mail.example"
    browser = push_service.browser()
    keys = browser.subscription()["keys"]
    devices.let_in(
        owner=town.odette.pk,
        endpoint=browser.endpoint,
        key=keys["p256dh"],
        secret=keys["auth"],
        name="Chrome, Android",
        now=now,
    )
    Consent.objects.create(
        e164=town.numbers.odette,
        owner=town.odette.pk,
        purpose="notices",
        proof="page_and_code",
        agreed_at=now,
    )
    return town


def arrived(
    town: Town, now: datetime, key: str = "message:1", kind: str = "message.arrived"
) -> None:
    actions.note(
        key=key,
        owner_kind="contact",
        owner=town.odette.pk,
        kind=kind,
        facts={"name": "Julian Marrow", "words": "the garden is green"},
        now=now,
    )


def test_all_ways_each_once_and_never_with_who_or_what(
    everywhere: Town, now: datetime, push_service: PushService, telephones: Telephones
) -> None:
    before = len(telephones.texts())
    for _ in range(2):
        arrived(everywhere, now)
        actions.send_due(now=now)
        queue.send_due(now=now)
    (letter,) = mail.outbox
    (pushed,) = push_service.posted
    (text,) = telephones.texts()[before:]
    assert letter.subject == "You have a new message"
    assert text.startswith("Kinline: You have a new message. http")
    assert text.endswith("Reply STOP to end.")
    for told in (letter.subject, letter.body, str(letter.alternatives), text):
        for word in ("Julian", "Marrow", "garden"):
            assert word not in told
    assert pushed.path == "/push/odette"


@pytest.mark.parametrize(
    ("channel", "told"),
    [(Channel.EMAIL, (0, 1, 1)), (Channel.PUSH, (1, 0, 1)), (Channel.SMS, (1, 1, 0))],
)
def test_what_is_not_wanted_is_not_sent_also_when_the_wish_comes_late(
    everywhere: Town,
    now: datetime,
    push_service: PushService,
    telephones: Telephones,
    channel: Channel,
    told: tuple[int, int, int],
) -> None:
    before = len(telephones.texts())
    arrived(everywhere, now)
    mine = everywhere.odette.pk
    choices.choose(owner=mine, wishes={(channel, Group.MESSAGES): False}, now=now)
    actions.send_due(now=now)
    queue.send_due(now=now)
    sent = (len(mail.outbox), len(push_service.posted), len(telephones.texts()) - before)
    assert sent == told


def test_in_quiet_hours_devices_and_telephones_wait_and_mail_does_not(
    everywhere: Town, push_service: PushService, telephones: Telephones
) -> None:
    before = len(telephones.texts())
    evening, morning = at("2025-03-12 23:30"), at("2025-03-13 07:00")
    choices.set_quiet(owner=everywhere.odette.pk, quiet=NIGHT, now=evening)
    arrived(everywhere, evening)
    for moment in (evening, at("2025-03-13 03:00"), morning - timedelta(seconds=1)):
        actions.send_due(now=moment)
        queue.send_due(now=moment)
    assert (len(mail.outbox), len(push_service.posted)) == (1, 0)
    assert len(telephones.texts()) == before
    actions.send_due(now=morning)
    queue.send_due(now=morning)
    assert len(push_service.posted) == 1
    assert len(telephones.texts()) == before + 1


def test_many_messages_make_one_sms_in_a_quarter_of_an_hour(
    everywhere: Town, now: datetime, telephones: Telephones
) -> None:
    before = len(telephones.texts())
    for number in range(4):
        moment = now + timedelta(minutes=5 * number)
        arrived(everywhere, moment, key=f"message:{number}")
        actions.send_due(now=moment)
        queue.send_due(now=moment)
    assert len(telephones.texts()) == before + 2


def test_without_any_way_the_page_is_all_there_is(town: Town, now: datetime, settings: Any) -> None:
    settings.EMAIL_HOST = settings.SMS_KEY = settings.MAIL_BY = ""
    arrived(town, now)
    actions.send_due(now=now)
    assert not mail.outbox
    assert not Outgoing.objects.filter(sent_at=None).exists()


def test_people_inside_are_told_on_their_page_alone(town: Town, now: datetime) -> None:
    actions.note(
        key="inside",
        owner_kind="person",
        owner=town.julian.pk,
        kind="message.arrived",
        facts={},
        now=now,
    )
    assert not Outgoing.objects.exists()


def test_wishes_of_one_are_not_another_s(town: Town, now: datetime) -> None:
    choices.choose(owner=town.odette.pk, wishes={(Channel.EMAIL, Group.MONEY): False}, now=now)
    odette, grace = (choices.wanted(owner=UUID(str(one.pk))) for one in (town.odette, town.grace))
    assert Group.MONEY not in odette[Channel.EMAIL]
    assert Group.MONEY in grace[Channel.EMAIL]
