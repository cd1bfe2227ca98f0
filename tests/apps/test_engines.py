"""What passes between web and engines beside the call itself: passes, orders, names, notices."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from kinline.apps import keys as key_files
from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import command, names, passes
from kinline.apps.calls.actions import staff as staff_calls
from kinline.apps.calls.actions.alive import alive
from kinline.apps.calls.models import Command
from kinline.apps.errors import Refused
from kinline.apps.notices import actions as notices
from kinline.apps.notices.models import Outgoing
from kinline.apps.people.models import NameTake, Person
from kinline.core.call.states import EndReason
from kinline.core.control import (
    Alive,
    Commands,
    CommandsRequest,
    NameDone,
    NameRequest,
    Order,
    Step,
)
from kinline.core.ids import ContactId, EngineId, PersonId
from kinline.core.passes import Pass, PassRefused, Right, unseal
from tests.apps.story import BOOT, ENGINE, Story, dial, permit
from tests.cast import Town

E2 = EngineId("e2")


def heard(now: datetime, engine: EngineId = ENGINE, *waiting: str) -> None:
    alive(Alive(engine, BOOT, now, (), tuple(map(ContactId, waiting))), now=now)


def poll(now: datetime, after: int = 0, engine: EngineId = ENGINE, boot: str = BOOT) -> Commands:
    return command.commands(CommandsRequest(engine, boot, after), now=now)


def read(ticket: passes.Ticket, now: datetime, engine: str = "e1") -> Pass:
    return unseal(ticket.word, key_files.key("pass"), engine=engine, now=int(now.timestamp()))


@pytest.fixture
def two_engines(settings: Any) -> None:
    settings.ENGINES = [{"id": "e1", "url": "ws://one"}, {"id": "e2", "url": "ws://two"}]


@pytest.fixture
def story(town: Town, now: datetime) -> Story:
    return Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)


# --- passes ---------------------------------------------------------------------------


def test_a_tablets_pass_names_person_station_and_right(town: Town, now: datetime) -> None:
    inside = town.sign_in(town.luis).inside
    found = read(passes.dial(inside=inside, now=now), now)
    assert (found.right, found.side) == (Right.DIAL, "inside")
    assert (found.subject, found.station) == (str(inside.person), str(inside.station))
    assert found.language == "es"


def test_a_contacts_pass_waits_in_their_language(town: Town, now: datetime) -> None:
    found = read(passes.wait(contact_id=town.carmen.pk, now=now), now)
    assert (found.right, found.subject, found.language) == (
        Right.WAIT,
        str(town.carmen.pk),
        "es",
    )


def test_a_pass_is_of_no_use_elsewhere_or_after_a_minute(town: Town, now: datetime) -> None:
    ticket = passes.wait(contact_id=town.odette.pk, now=now)
    with pytest.raises(PassRefused, match="foreign"):
        read(ticket, now, engine="e2")
    with pytest.raises(PassRefused, match="expired"):
        read(ticket, now + timedelta(seconds=60))
    assert ticket.word not in repr(ticket)


def test_no_two_passes_are_alike(town: Town, now: datetime) -> None:
    words = {passes.wait(contact_id=town.odette.pk, now=now).word for _ in range(5)}
    assert len(words) == 5


@pytest.mark.usefixtures("two_engines")
def test_a_new_call_goes_to_the_engine_with_the_fewest(town: Town, now: datetime) -> None:
    heard(now)
    heard(now, E2)
    town.has(town.tomas, 5000)
    permit(dial(town.tomas, town.numbers.carmen, town.tablet("nh-example"), now))
    inside = town.sign_in(town.julian).inside
    assert passes.dial(inside=inside, now=now).url == "ws://two"


@pytest.mark.usefixtures("two_engines")
def test_no_call_goes_to_an_engine_that_is_silent(town: Town, now: datetime) -> None:
    heard(now - timedelta(minutes=1), E2)
    heard(now)
    town.has(town.tomas, 5000)
    permit(dial(town.tomas, town.numbers.carmen, town.tablet("nh-example"), now))
    inside = town.sign_in(town.julian).inside
    assert passes.dial(inside=inside, now=now).url == "ws://one"


@pytest.mark.usefixtures("two_engines")
def test_all_pages_of_a_contact_wait_on_one_engine(town: Town, now: datetime) -> None:
    heard(now)
    heard(now, E2, str(town.odette.pk))
    assert passes.wait(contact_id=town.odette.pk, now=now).url == "ws://two"


# --- orders ---------------------------------------------------------------------------


def test_staff_end_a_call_by_an_order_its_engine_polls(
    story: Story, town: Town, now: datetime
) -> None:
    heard(now)
    staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason="fire drill", now=now)
    (order,) = poll(now).commands
    assert (order.order, order.call, order.reason) == (Order.END, story.call, EndReason.STAFF)
    assert poll(now, after=order.id).commands == ()
    assert poll(now).commands == ()  # a new boot asks from 0, and is not told it again
    line = Line.objects.get(act="call.end_ordered")
    assert line.purpose == "fire drill"


def test_an_order_not_acknowledged_comes_again(story: Story, town: Town, now: datetime) -> None:
    heard(now)
    staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason="x", now=now)
    assert poll(now) == poll(now + timedelta(seconds=1))


def test_orders_are_numbered_for_each_engine_without_a_gap(
    story: Story, town: Town, now: datetime
) -> None:
    heard(now)
    heard(now, E2)
    for _ in range(3):
        staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason="x", now=now)
    assert [order.id for order in poll(now).commands] == [1, 2, 3]
    assert poll(now, engine=E2).commands == ()


def test_a_stale_order_is_forgotten(story: Story, town: Town, now: datetime) -> None:
    heard(now)
    staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason="x", now=now)
    later = now + timedelta(minutes=3)
    assert poll(later).commands == ()
    command.clean_up(now=later)
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    ("reason", "code"), [("", "end.reason_needed"), ("x", "call.engine_silent")]
)
def test_why_an_order_is_not_given_is_said(
    story: Story, town: Town, now: datetime, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as no:
        staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason=reason, now=now)
    assert no.value.refusals[0].code == code


def test_a_call_that_is_over_is_not_ended_again(story: Story, town: Town, now: datetime) -> None:
    heard(now)
    story.end(EndReason.NO_ANSWER, now)
    with pytest.raises(Refused) as no:
        staff_calls.end(staff=town.staff("sam"), call_id=story.pk, reason="x", now=now)
    assert no.value.refusals[0].code == "call.over_already"


@pytest.mark.usefixtures("two_engines")
def test_a_contact_who_waits_elsewhere_is_sent_to_the_calls_engine(
    story: Story, town: Town, now: datetime
) -> None:
    heard(now)
    heard(now, E2, str(town.odette.pk), str(town.grace.pk))
    story.step(Step.RANG, now)
    orders = poll(now, engine=E2).commands
    assert {(order.order, order.contact) for order in orders} == {(Order.RING, str(town.odette.pk))}
    assert len({order.token for order in orders}) == len(orders) > 1
    first = orders[0]
    assert first.url == "ws://one"
    ticket = unseal(first.token, key_files.key("pass"), engine="e1", now=int(now.timestamp()))
    assert (ticket.right, ticket.call) == (Right.JOIN, story.call)
    assert first.token not in repr(first)


def test_with_one_engine_nobody_is_sent_anywhere(story: Story, town: Town, now: datetime) -> None:
    heard(now, ENGINE, str(town.odette.pk))
    story.step(Step.RANG, now)
    assert not Command.objects.exists()


# --- a person's own name ----------------------------------------------------------------


def test_a_name_is_played_from_the_next_call_on(town: Town, now: datetime) -> None:
    julian = PersonId(str(town.julian.pk))
    asked = NameRequest("take-1", julian)
    grant = names.name(asked, now=now).grant
    assert grant is not None
    assert names.name(asked, now=now).grant == grant
    before = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert before.name is None
    Story(before.call).end(EndReason.NO_ANSWER, now)
    for _ in range(2):
        assert names.name_done(NameDone("take-1", julian, grant.folder, 21), now=now).known
    del town.julian
    after = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert after.name == grant


def test_a_take_that_is_not_kept_is_not_played(town: Town, now: datetime) -> None:
    julian = PersonId(str(town.julian.pk))
    for key in ("take-1", "take-2"):
        grant = names.name(NameRequest(key, julian), now=now).grant
        assert grant is not None
    names.name_done(NameDone("take-2", julian, grant.folder, 20), now=now)
    assert Person.objects.get(pk=town.julian.pk).name_folder == grant.folder
    assert NameTake.objects.filter(kept_at=None).count() == 1


def test_takes_that_are_not_played_are_taken_away(
    town: Town, now: datetime, tmp_path: Path, settings: Any
) -> None:
    settings.NAMES = tmp_path
    julian = PersonId(str(town.julian.pk))
    folders = []
    for key in ("old", "played", "abandoned"):
        grant = names.name(NameRequest(key, julian), now=now).grant
        assert grant is not None
        folders.append(grant.folder)
        (tmp_path / grant.folder).mkdir()
        (tmp_path / grant.folder / "name.ktrack").write_bytes(b"sealed")
        if key != "abandoned":
            names.name_done(NameDone(key, julian, grant.folder, 20), now=now)
    assert names.forget_takes(now=now + timedelta(minutes=59)) == 0
    assert names.forget_takes(now=now + timedelta(minutes=61)) == 2
    assert [path.name for path in tmp_path.iterdir()] == [folders[1]]


def test_somebody_elses_take_is_not_kept_as_ones_own(town: Town, now: datetime) -> None:
    grant = names.name(NameRequest("take-1", PersonId(str(town.julian.pk))), now=now).grant
    assert grant is not None
    done = NameDone("take-1", PersonId(str(town.wendell.pk)), grant.folder, 20)
    assert not names.name_done(done, now=now).known
    assert not Person.objects.get(pk=town.wendell.pk).name_folder


@pytest.mark.parametrize("person", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_nobody_has_no_name(db: None, now: datetime, person: str) -> None:
    reply = names.name(NameRequest("k", PersonId(person)), now=now)
    assert reply.grant is None
    assert [refusal.code for refusal in reply.refusals] == ["name.person_inactive"]


# --- notices --------------------------------------------------------------------------


@pytest.fixture
def missed(story: Story, now: datetime) -> Outgoing:
    story.step(Step.RANG, now)
    story.end(EndReason.NO_ANSWER, now)
    return Outgoing.objects.get(kind="call.missed")


def test_a_missed_call_is_mailed_once_in_the_contacts_language(
    missed: Outgoing, now: datetime, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    assert notices.send_due(now=now) == 1
    assert notices.send_due(now=now) == 0
    (letter,) = mail.outbox
    assert letter.to == ["odette@example.org"]
    assert "Julian Marrow" in letter.body


def test_without_a_mail_server_the_notice_is_closed_and_says_why(
    missed: Outgoing, now: datetime, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    assert notices.send_due(now=now) == 0
    missed.refresh_from_db()
    assert (missed.sent_at, missed.last_error) == (now, "no mail server is set")
    assert not mail.outbox


def test_a_mail_that_fails_waits_longer_each_time_and_stops_nobody_else(
    missed: Outgoing, town: Town, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST = "mail.example"
    notices.post(key="other", kind="no such kind", facts={}, now=now - timedelta(seconds=1))
    sent: list[object] = []

    def fail_once(facts: Any) -> None:
        sent.append(facts)
        if len(sent) == 1:
            raise OSError("no route")

    monkeypatch.setitem(notices.KINDS, "call.missed", fail_once)
    assert notices.send_due(now=now) == 0
    missed.refresh_from_db()
    assert (missed.tries, missed.last_error) == (1, "OSError")
    assert missed.next_try_at == now + timedelta(seconds=4)
    assert notices.send_due(now=now + timedelta(seconds=3)) == 0
    assert notices.send_due(now=now + timedelta(seconds=4)) == 1
    assert Outgoing.objects.get(key="other").sent_at is None
