"""Signs of a third party as web keeps them: once, with their evidence, by the facility's rule."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions.signs import sign
from kinline.apps.calls.models import CallSign
from kinline.apps.calls.queries import console
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import signs as rules
from kinline.apps.facilities.actions import signs as actions
from kinline.core.call.signs import MOST_OF_A_KIND, SignKind, SignPolicy
from kinline.core.call.states import EndReason, Side
from kinline.core.control import SignSeen
from kinline.core.ids import CallId
from tests.apps.story import BOOT, ENGINE, Story, dial, permit, talked
from tests.apps.test_open_lines import call_line
from tests.cast import Town

INES = UUID(int=7)
FORWARDED = {"header": "Diversion", "value": "<sip:+15085550177@a>", "in": "180 Ringing"}


def seen(
    call: CallId,
    at: datetime,
    kind: SignKind = SignKind.DIVERTED,
    *,
    seq: int = 50,
    cut: bool = False,
    **evidence: str,
) -> SignSeen:
    told = evidence or FORWARDED
    return SignSeen(call, seq, ENGINE, BOOT, kind, at, Side.OUTSIDE, cut, told)


@pytest.fixture
def story(town: Town, now: datetime) -> Story:
    return Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)


def cut_for(town: Town, place: str, now: datetime, *kinds: SignKind, note: str = "") -> None:
    facility = town.facility(place).pk
    actions.set_rule(facility_id=facility, cuts=kinds, by=INES, now=now, note=note)


# --- what is kept -----------------------------------------------------------------------


def test_a_sign_is_kept_with_its_evidence_and_a_line_in_the_audit_log(
    story: Story, now: datetime
) -> None:
    assert sign(seen(story.call, now), now=now).known
    row = CallSign.objects.get()
    assert (row.call_id, row.kind, row.side, row.cut) == (story.pk, "diverted", "outside", False)
    assert row.evidence == FORWARDED
    line = Line.objects.get(act="call.sign")
    assert line.facts["kind"] == "diverted"
    assert "5550177" not in str(line.facts), "the number stands with the call alone"
    assert story.row.ended_at is None


def test_the_same_sign_three_times_is_one(story: Story, now: datetime) -> None:
    event = seen(story.call, now)
    for minute in range(3):
        assert sign(event, now=now + timedelta(minutes=minute)).known
    assert CallSign.objects.count() == Line.objects.filter(act="call.sign").count() == 1


def test_a_sign_that_comes_after_the_end_is_kept_all_the_same(story: Story, now: datetime) -> None:
    story.talk_from(now)
    story.end(EndReason.THIRD_PARTY, now + timedelta(seconds=9), 9)
    assert sign(seen(story.call, now, cut=True), now=now + timedelta(hours=1)).known
    assert CallSign.objects.get().cut
    assert story.row.end_reason == "third_party"


def test_what_an_engine_sends_is_trimmed_and_bounded(story: Story, now: datetime) -> None:
    for seq in range(MOST_OF_A_KIND + 4):
        value = "\0" + "x" * 5000
        sign(seen(story.call, now, seq=seq, value=value), now=now)
    assert CallSign.objects.count() == MOST_OF_A_KIND
    assert all(len(row.evidence["value"]) == 200 for row in CallSign.objects.all())


@pytest.mark.parametrize("call", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_call_nobody_knows_has_no_signs(db: None, now: datetime, call: str) -> None:
    assert not sign(seen(CallId(call), now), now=now).known
    assert not CallSign.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda: CallSign.objects.update(evidence={}),
        lambda: CallSign.objects.all().delete(),
    ],
    ids=["change", "delete"],
)
def test_evidence_is_never_changed(story: Story, now: datetime, act: Callable[[], object]) -> None:
    sign(seen(story.call, now), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
    assert CallSign.objects.get().evidence == FORWARDED


# --- what goes along with the permit ----------------------------------------------------


def policy(town: Town, number: str, now: datetime) -> SignPolicy | None:
    return permit(dial(town.julian, number, town.tablet(), now)).signs


def test_nothing_is_cut_where_no_rule_was_set(town: Town, now: datetime) -> None:
    assert policy(town, town.numbers.odette, now) == SignPolicy()


def test_the_newest_rule_of_the_facility_goes_along(town: Town, now: datetime) -> None:
    cut_for(town, "ma-bristol", now - timedelta(days=2), SignKind.DIVERTED)
    cut_for(town, "ma-bristol", now - timedelta(days=1), SignKind.RINGBACK, SignKind.REFERRED)
    cut_for(town, "nh-example", now, *SignKind)
    wanted = frozenset({SignKind.RINGBACK, SignKind.REFERRED})
    assert policy(town, town.numbers.odette, now) == SignPolicy(wanted)


def test_a_private_call_is_flagged_and_never_cut(town: Town, now: datetime) -> None:
    cut_for(town, "ma-bristol", now, *SignKind)
    assert policy(town, town.numbers.priya, now) == SignPolicy()


def test_of_an_open_line_nothing_is_looked_for_and_nothing_kept(town: Town, now: datetime) -> None:
    cut_for(town, "nh-example", now, *SignKind)
    found = permit(call_line(town, "crisis", now))
    assert found.signs is None
    assert sign(seen(found.call, now), now=now).known
    assert not CallSign.objects.exists()


# --- the rule ---------------------------------------------------------------------------


def test_a_rule_is_dated_and_written_into_the_audit_log(town: Town, now: datetime) -> None:
    facility = town.facility("ma-bristol").pk
    cut_for(town, "ma-bristol", now, SignKind.REFERRED, SignKind.REFERRED, note="Order 14")
    cut_for(town, "ma-bristol", now + timedelta(hours=1))
    newest, first = rules.rules(facility_id=facility)
    assert (newest.cuts, newest.note) == ((), "")
    assert (first.cuts, first.note, first.set_at) == ((SignKind.REFERRED,), "Order 14", now)
    lines = Line.objects.filter(act="facility.signs_set").order_by("at")
    assert [line.facts["cuts"] for line in lines] == [["referred"], []]


def test_a_note_that_is_too_long_sets_nothing(town: Town, now: datetime) -> None:
    with pytest.raises(Refused):
        cut_for(town, "ma-bristol", now, SignKind.REFERRED, note="x" * 201)
    with pytest.raises(NotFound):
        actions.set_rule(facility_id=INES, cuts=(), by=INES, now=now)
    assert not rules.rules(facility_id=town.facility("ma-bristol").pk)


# --- for staff --------------------------------------------------------------------------


def test_staff_find_the_calls_with_signs(town: Town, now: datetime) -> None:
    plain = talked(town.julian, town.numbers.odette, town.tablet(), now - timedelta(hours=2), 60)
    marked = talked(town.julian, town.numbers.odette, town.tablet(), now - timedelta(hours=1), 60)
    sign(seen(marked.call, now), now=now)
    sam = town.staff("sam")
    found = console.finished(staff=sam, filter=console.CallFilter(signs=True))
    assert [one.id for one in found.items] == [marked.pk]
    assert console.one(staff=sam, call_id=marked.pk).signs[0].evidence == FORWARDED
    assert console.one(staff=sam, call_id=plain.pk).signs == ()
