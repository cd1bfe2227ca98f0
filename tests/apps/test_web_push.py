"""Web push: really sealed, really posted, opened with the browser's keys alone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from kinline.apps.calls.actions.progress import progress
from kinline.apps.calls.models import Engine, Waiting
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices import actions, choices
from kinline.apps.notices.choices import Quiet
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.models import Device, Outgoing
from kinline.apps.notices.push import devices, ringing, sending
from kinline.apps.people.models import Contact
from kinline.core.control import Progress, Step
from tests.apps.story import ENGINE, Story, dial, permit
from tests.cast import Town
from tests.plugins.push_service import Browser, PushService


def let_in(owner: Contact, browser: Browser, now: datetime, name: str = "Firefox") -> UUID:
    told = browser.subscription()
    return devices.let_in(
        owner=owner.pk,
        endpoint=told["endpoint"],
        key=told["keys"]["p256dh"],
        secret=told["keys"]["auth"],
        name=name,
        now=now,
    )


def message(town: Town, now: datetime, key: str = "message:1") -> None:
    actions.note(
        key=key,
        owner_kind="contact",
        owner=town.carmen.pk,
        kind="message.arrived",
        facts={"name": "Tomás"},
        now=now,
    )
    actions.send_due(now=now)


def test_sealed_for_one_browser_and_signed_by_us(
    town: Town, now: datetime, push_service: PushService
) -> None:
    browser = push_service.browser("carmen")
    let_in(town.carmen, browser, now)
    message(town, now)
    (posted,) = push_service.posted
    assert posted.path == "/push/carmen"
    told = browser.open(posted.body)
    assert told == {
        "text": "Tiene un mensaje nuevo.",
        "path": "/portal/messages/",
        "tag": "messages",
        "rings": False,
    }
    assert push_service.signed_by(posted)["sub"].startswith("mailto:")
    assert sending.public_key() in posted.headers["authorization"]
    assert posted.headers["ttl"] == "86400"
    assert b"mensaje" not in posted.body
    with pytest.raises(InvalidTag):  # another browser cannot open it
        push_service.browser("grace").open(posted.body)


def test_every_message_is_of_one_length() -> None:
    lengths = {
        len(sending.Message(text, "/portal/", "calls", rings).payload())
        for text in ("", "You have a new message.", "Ñ" * 60)
        for rings in (True, False)
    }
    assert lengths == {sending.PADDED_TO}


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_ended_it_is_told_nothing_more(
    town: Town, now: datetime, push_service: PushService, status: int
) -> None:
    let_in(town.carmen, push_service.browser(), now)
    push_service.status = status
    message(town, now)
    assert Device.objects.get().ended_because == "gone"
    message(town, now, "message:2")
    assert len(push_service.posted) == 1


def test_a_service_that_asks_to_wait_is_waited_for_and_one_in_trouble_tried_again(
    town: Town, now: datetime, push_service: PushService
) -> None:
    let_in(town.carmen, push_service.browser(), now)
    push_service.status, push_service.more = 429, {"Retry-After": "90"}
    message(town, now)
    item = Outgoing.objects.get(kind="told.push")
    assert (item.tries, item.next_try_at) == (0, now + timedelta(seconds=90))
    push_service.status = 503
    actions.send_due(now=now + timedelta(seconds=90))
    item.refresh_from_db()
    assert (item.tries, item.last_error) == (1, "NotTaken")
    push_service.status = 201
    actions.send_due(now=item.next_try_at)
    assert len(push_service.posted) == 3
    item.refresh_from_db()
    assert item.sent_at is not None


def test_a_redirect_is_not_followed(town: Town, now: datetime, push_service: PushService) -> None:
    let_in(town.carmen, push_service.browser(), now)
    push_service.status, push_service.more = 307, {"Location": f"{push_service.address}/inside"}
    message(town, now)
    assert [one.path for one in push_service.posted] == ["/push/odette"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8700/control/commands",
        "http://169.254.169.254/latest/",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/https://fcm.googleapis.com",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/\n",
        "https://[",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_only_push_services_of_browsers_are_ever_called(
    town: Town, now: datetime, endpoint: str
) -> None:
    with pytest.raises(Refused, match=r"push\.not_a_service"):
        let_in(town.carmen, Browser(endpoint), now)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-by3p.notify.windows.com/w/?token=abc",
    ],
)
def test_those_of_the_browsers_there_are(town: Town, now: datetime, endpoint: str) -> None:
    assert let_in(town.carmen, Browser(endpoint), now)


@pytest.mark.parametrize(("key", "auth"), [("", "AAAA"), ("A" * 87, "A" * 22), ("é", "é")])
def test_keys_that_are_none_are_refused(
    town: Town, now: datetime, push_service: PushService, key: str, auth: str
) -> None:
    with pytest.raises(Refused, match=r"push\.bad_keys"):
        devices.let_in(
            owner=town.carmen.pk,
            endpoint=push_service.browser().endpoint,
            key=key,
            secret=auth,
            name="",
            now=now,
        )


def test_a_shared_browser_tells_only_whoever_let_it_in_last(
    town: Town, now: datetime, push_service: PushService
) -> None:
    browser = push_service.browser()
    first = let_in(town.odette, browser, now)
    assert let_in(town.odette, browser, now) == first
    let_in(town.carmen, browser, now)
    assert devices.mine(owner=town.odette.pk) == []
    (mine,) = devices.mine(owner=town.carmen.pk)
    with pytest.raises(NotFound):
        devices.end(owner=town.odette.pk, device=mine.id, now=now)
    devices.end(owner=town.carmen.pk, device=mine.id, now=now)
    message(town, now)
    assert not push_service.posted


@pytest.fixture
def story(town: Town, now: datetime) -> Story:
    """Julian calls Odette."""
    return Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)


# --- a call ---------------------------------------------------------------------------------------


@pytest.fixture
def device(town: Town, now: datetime, push_service: PushService) -> Browser:
    browser = push_service.browser()
    let_in(town.odette, browser, now)
    return browser


def test_a_call_rings_the_device_while_no_page_is_open(
    device: Browser, story: Story, now: datetime, push_service: PushService
) -> None:
    story.step(Step.RANG, now)
    assert actions.ring_due(now=now + timedelta(seconds=1)) == 1
    assert actions.ring_due(now=now + timedelta(seconds=2)) == 0
    (posted,) = push_service.posted
    told = device.open(posted.body)
    assert told["rings"] is True
    assert told["text"] == "A call is waiting for you now. Open Kinline to answer it."
    assert "Julian" not in str(told)
    assert (posted.headers["urgency"], posted.headers["ttl"]) == ("high", "24")


def test_an_open_page_rings_by_itself(
    device: Browser, story: Story, town: Town, now: datetime
) -> None:
    Engine.objects.update_or_create(pk="e1", defaults={"boot": "b", "seen_at": now})
    Waiting.objects.create(engine_id="e1", contact=town.odette, seen_at=now)
    story.step(Step.RANG, now)
    assert not Outgoing.objects.filter(kind=ringing.RING).exists()


def test_it_is_worth_nothing_when_it_rings_no_more(
    device: Browser, story: Story, now: datetime, push_service: PushService
) -> None:
    story.step(Step.RANG, now)
    assert actions.ring_due(now=now + timedelta(seconds=26)) == 0
    assert not push_service.posted
    assert Outgoing.objects.get(kind=ringing.RING).last_error == "it rings no more"


@pytest.mark.parametrize("why", ["quiet", "not wanted"])
def test_not_in_quiet_hours_and_not_where_it_is_not_wanted(
    device: Browser, story: Story, town: Town, now: datetime, why: str
) -> None:
    mine = town.odette.pk
    if why == "quiet":
        before, after = now - timedelta(hours=1), now + timedelta(hours=1)
        quiet = Quiet(before.time(), after.time(), "UTC")
        choices.set_quiet(owner=mine, quiet=quiet, now=now)
    else:
        choices.choose(owner=mine, wishes={(Channel.PUSH, Group.CALLS): False}, now=now)
    story.step(Step.RANG, now)
    assert not Outgoing.objects.filter(kind=ringing.RING).exists()


def test_a_step_replayed_from_a_journal_rings_nobody(
    device: Browser, story: Story, now: datetime
) -> None:
    rang = Progress(story.call, 1, ENGINE, story.boot, Step.RANG, now - timedelta(minutes=5))
    assert progress(rang, now=now).known
    assert not Outgoing.objects.filter(kind=ringing.RING).exists()
