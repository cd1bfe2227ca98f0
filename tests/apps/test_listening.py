"""Listening to calls under way, being told of calls, and finding them: never private ones."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import listening, watches
from kinline.apps.calls.models import Call, LiveListening, Watch, WatchAlert
from kinline.apps.calls.queries import console, hot, search
from kinline.apps.calls.queries import watches as told
from kinline.apps.calls.queries.hot import HotFilter
from kinline.apps.calls.queries.search import CallFilter
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Outgoing
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import Right
from kinline.core.call.states import EndReason
from kinline.core.ids import CallId
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town

TODAY = date(2025, 3, 12)


def talking(town: Town, number: str, now: datetime) -> Call:
    """Julian talks with this number."""
    story = Story(permit(dial(town.julian, number, town.tablet(), now)).call)
    story.talk_from(now)
    return story.row


def watch(town: Town, now: datetime, **changes: object) -> Watch:
    given: dict[str, object] = {
        "place": "ma-bristol",
        "person": "",
        "number": "",
        "reason": "Case 26-0441",
        "until_on": TODAY + timedelta(days=30),
        "whole_agency": False,
    }
    made = watches.set_watch(staff=town.staff("sam"), now=now, **(given | changes))  # type: ignore[arg-type]
    return Watch.objects.get(pk=made)


# --- listening ----------------------------------------------------------------------------


def test_sam_listens_for_a_purpose_and_the_calls_page_says_so(town: Town, now: datetime) -> None:
    sam, call = town.staff("sam"), talking(town, town.numbers.odette, now)
    opened = listening.listen(staff=sam, call_id=call.pk, purpose=" Case 26-0441 ", now=now)
    ticket = listening.ticket(staff=sam, listening_id=opened, now=now)
    assert ticket.word
    listening.heard(staff=sam, listening_id=opened, seconds=10, now=now)
    (one,) = console.one(staff=sam, call_id=call.pk).listenings
    assert (one.account_name, one.purpose, one.heard_seconds) == ("Sam Duarte", "Case 26-0441", 10)
    lines = Line.objects.filter(act__in=["call.listened", "call.heard"]).order_by("pk")
    assert {(line.act, line.purpose) for line in lines} == {
        ("call.listened", "Case 26-0441"),
        ("call.heard", "Case 26-0441"),
    }


@pytest.mark.parametrize("purpose", ["", "   ", "\n\t"], ids=["empty", "blanks", "lines"])
def test_without_a_purpose_there_is_no_listening(town: Town, now: datetime, purpose: str) -> None:
    call = talking(town, town.numbers.odette, now)
    with pytest.raises(Refused, match=r"listen\.purpose_needed"):
        listening.listen(staff=town.staff("sam"), call_id=call.pk, purpose=purpose, now=now)
    assert not LiveListening.objects.exists()


def test_a_private_call_and_no_call_are_one_answer(town: Town, now: datetime) -> None:
    private = talking(town, town.numbers.priya, now)
    assert private.private
    for call in (private.pk, uuid4()):
        with pytest.raises(NotFound):
            listening.listen(staff=town.staff("sam"), call_id=call, purpose="Case", now=now)
    (shown,) = console.live(staff=town.staff("sam"))
    assert (shown.may_listen, shown.contact_name, shown.number) == (False, "", "")


def test_the_database_itself_refuses_to_write_of_a_private_call(town: Town, now: datetime) -> None:
    private = talking(town, town.numbers.priya, now)
    row = LiveListening(call=private, account=uuid4(), purpose="Case", began_at=now)
    alert = WatchAlert(watch=watch(town, now, number=town.numbers.priya), call=private, at=now)
    for refused in (row, alert):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused.save(force_insert=True)


def test_a_call_that_was_listened_to_cannot_become_private_and_no_listening_is_deleted(
    town: Town, now: datetime
) -> None:
    call = talking(town, town.numbers.odette, now)
    listening.listen(staff=town.staff("sam"), call_id=call.pk, purpose="Case", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(private=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveListening.objects.all().delete()


def test_only_with_the_right_and_only_while_it_goes_on(town: Town, now: datetime) -> None:
    call = talking(town, town.numbers.odette, now)
    sam = town.staff("sam")
    opened = listening.listen(staff=sam, call_id=call.pk, purpose="Case", now=now)
    for other in ("ines", "theo"):
        with pytest.raises(NotFound):
            listening.listen(staff=town.staff(other), call_id=call.pk, purpose="Case", now=now)
        with pytest.raises(NotFound):
            listening.ticket(staff=town.staff(other), listening_id=opened, now=now)
    with pytest.raises(NotFound):
        listening.ticket(staff=sam, listening_id=opened, now=now + listening.OPEN_FOR)
    Grant.objects.filter(right=Right.LISTEN_LIVE).update(ended_at=now)
    with pytest.raises(NotFound):
        listening.ticket(staff=town.staff("sam"), listening_id=opened, now=now)
    Grant.objects.filter(right=Right.LISTEN_LIVE).update(ended_at=None)
    over = Story(CallId(str(call.pk)), seq=count(10))
    over.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=9), 9)
    with pytest.raises(NotFound):
        listening.ticket(staff=sam, listening_id=opened, now=now)


# --- watches ------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["person", "number"])
def test_a_watch_tells_as_soon_as_such_a_call_is_asked_for(
    town: Town, now: datetime, by: str
) -> None:
    sam = town.staff("sam")
    given = {"person": town.julian.number} if by == "person" else {"number": town.numbers.odette}
    watch(town, now, **given)
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    (alert,) = told.live_alerts(staff=sam)
    assert (alert.call, alert.of_person, alert.state) == (story.pk, by == "person", "authorized")
    letter = Outgoing.objects.get(kind="watch.alert")
    assert letter.facts == {"email": sam.email, "language": sam.language}
    story.talk_from(now)
    assert told.live_alerts(staff=sam)[0].state == "talking"
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=9), 9)
    assert not told.live_alerts(staff=sam)
    (alert,) = told.alerts(staff=sam).items
    assert (alert.state, alert.end_reason) == ("ended", EndReason.HUNG_UP_INSIDE)


def test_a_refused_attempt_is_told_of_too(town: Town, now: datetime) -> None:
    watch(town, now, number=town.numbers.grace)
    dial(town.julian, town.numbers.grace, town.tablet(), now)
    (alert,) = told.alerts(staff=town.staff("sam")).items
    assert (alert.state, alert.number) == ("refused", town.numbers.grace)


def test_nothing_is_told_of_a_call_with_an_attorney_not_even_of_the_attempt(
    town: Town, now: datetime
) -> None:
    watch(town, now, number=town.numbers.priya)
    watch(town, now, person=town.julian.number)
    talking(town, town.numbers.priya, now)
    dial(town.julian, town.numbers.priya, town.tablet(), now)  # refused: they are on a call
    assert not WatchAlert.objects.exists()
    assert not Outgoing.objects.filter(kind="watch.alert").exists()


def test_a_watch_ends_by_its_day_or_by_staff_and_is_told_to_nobody_else(
    town: Town, now: datetime
) -> None:
    sam = town.staff("sam")
    first = watch(town, now, number=town.numbers.odette, until_on=TODAY)
    second = watch(town, now, person=town.julian.number)
    watches.end(staff=sam, watch_id=second.pk, now=now)
    watches.end(staff=sam, watch_id=second.pk, now=now)
    assert Line.objects.filter(act="watch.ended").count() == 1
    tomorrow = now + timedelta(days=1)
    talked(town.julian, town.numbers.odette, town.tablet(), tomorrow, 5)
    assert not WatchAlert.objects.exists()
    until = TODAY + timedelta(days=60)
    watches.renew(staff=sam, watch_id=first.pk, until_on=until, reason="Goes on", now=tomorrow)
    talked(town.julian, town.numbers.odette, town.tablet(), tomorrow + timedelta(hours=1), 5)
    assert WatchAlert.objects.count() == 1
    for other in ("theo", "ines", "ada"):
        assert not told.alerts(staff=town.staff(other)).items
        with pytest.raises(NotFound):
            told.one(staff=town.staff(other), watch_id=first.pk)
    with pytest.raises(Refused, match=r"watch\.ended"):
        watches.renew(staff=sam, watch_id=second.pk, until_on=until, reason="No", now=tomorrow)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "watch.one_of_two"),
        ({"person": "40-2719", "number": "+16175550142"}, "watch.one_of_two"),
        ({"person": "no such ID"}, "watch.nobody"),
        ({"number": "12"}, "watch.number"),
        ({"number": "+16175550142", "reason": " "}, "watch.reason_needed"),
        ({"number": "+16175550142", "until_on": TODAY - timedelta(days=1)}, "watch.until"),
        ({"number": "+16175550142", "until_on": TODAY + timedelta(days=91)}, "watch.until"),
    ],
    ids=["nobody", "both", "unknown", "no-number", "no-reason", "yesterday", "too-long"],
)
def test_what_is_wrong_with_a_watch_is_said(
    town: Town, now: datetime, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as no:
        watch(town, now, **changes)
    assert [one.code for one in no.value.refusals] == [code]
    assert not Watch.objects.exists()


def test_a_watch_costs_each_call_one_query_more_however_many_there_are(
    town: Town, now: datetime
) -> None:
    def cost(at: datetime) -> int:
        with CaptureQueriesContext(connection) as queries:
            talked(town.julian, town.numbers.odette, town.tablet(), at, 5)
        return len(queries)

    cost(now)
    bare = cost(now + timedelta(hours=1))
    for _ in range(5):
        watch(town, now, number=town.numbers.grace)
    assert cost(now + timedelta(hours=2)) == bare


# --- finding ------------------------------------------------------------------------------


def numbers_found(town: Town, **wanted: object) -> list[str]:
    filter = CallFilter(**wanted)  # type: ignore[arg-type]
    return [one.number for one in console.finished(staff=town.staff("sam"), filter=filter).items]


def test_calls_are_found_by_a_whole_number_or_its_last_digits(town: Town, now: datetime) -> None:
    odette = town.numbers.odette
    talked(town.julian, odette, town.tablet(), now, 5)
    for typed in (odette, "617 555 0142", "(617) 555-0142", "0142", "5550142"):
        assert numbers_found(town, number=typed) == [odette], typed
    for typed in ("0143", "142", "6175550143", "%", "014_"):
        assert numbers_found(town, number=typed) == [], typed


def test_calls_are_found_by_days_unit_outcome_and_recording(town: Town, now: datetime) -> None:
    odette, sam = town.numbers.odette, town.staff("sam")
    talked(town.julian, odette, town.tablet(), now, 5)
    zone = "America/New_York"
    (unit,) = [one for one in search.units(staff=sam) if one.id == town.tablet().unit_id]
    fits: list[dict[str, object]] = [
        {"since": TODAY, "until": TODAY, "zone": zone},
        {"unit": unit.id},
        {"kept": "recorded"},
        {"outcome": "hung_up_inside"},
        {"person": "40-2719"},
    ]
    misses: list[dict[str, object]] = [
        {"since": TODAY + timedelta(days=1), "zone": zone},
        {"until": TODAY - timedelta(days=1), "zone": zone},
        {"unit": uuid4()},
        {"kept": "private"},
        {"outcome": "hung_up_outside"},
    ]
    assert all(numbers_found(town, **one) == [odette] for one in fits)
    assert not any(numbers_found(town, **one) for one in misses)


def test_a_private_number_finds_nothing_as_if_nobody_had_ever_called_it(
    town: Town, now: datetime
) -> None:
    priya = town.numbers.priya
    talked(town.julian, priya, town.tablet(), now, 5)
    town.hours("ma-bristol", "07:00", "10:00")
    dial(town.julian, priya, town.tablet(), now + timedelta(minutes=9))  # refused: it is closed
    assert Call.objects.filter(number=priya, private=True).count() == 2
    for typed in (priya, priya[-4:], "617 555 0181"):
        assert numbers_found(town, number=typed) == []
    # That a call took place is shown, as ever; with whom is not.
    assert numbers_found(town, person="Marrow") == ["", ""]


def test_a_number_that_became_private_is_not_found_by_its_earlier_calls(
    town: Town, now: datetime
) -> None:
    """Old rows may hold attempts that were refused before they were known to be private."""
    talked(town.julian, town.numbers.odette, town.tablet(), now, 5)
    Call.objects.update(number=town.numbers.priya)
    assert numbers_found(town, number=town.numbers.priya) == []
    assert not hot.all_of_them(staff=town.staff("sam"), filter=period(more_than=0))


def period(more_than: int = 1) -> HotFilter:
    return HotFilter(since=TODAY, until=TODAY, zone="America/New_York", more_than=more_than)


def test_a_number_that_several_people_called_is_hot_and_a_private_one_never(
    town: Town, now: datetime
) -> None:
    sam = town.staff("sam")
    talked(town.julian, town.numbers.odette, town.tablet(), now, 5)
    assert not hot.hot(staff=sam, filter=period()).items
    talked(town.julian, town.numbers.priya, town.tablet(), now + timedelta(hours=1), 5)
    other = Call.objects.filter(private=False).values("person").first()
    assert other is not None
    at = now + timedelta(hours=2)
    story = talked(town.julian, town.numbers.odette, town.tablet(), at, 7)
    Call.objects.filter(pk=story.pk).update(person=town.wendell)
    (found,) = hot.hot(staff=sam, filter=period()).items
    assert (found.number, found.people, found.calls, found.talk_seconds) == (
        town.numbers.odette,
        2,
        2,
        12,
    )
    assert found.contact_name == town.odette.name
    every = {one.number for one in hot.all_of_them(staff=sam, filter=period(more_than=0))}
    assert every == {town.numbers.odette}
    assert not hot.hot(staff=town.staff("theo"), filter=period(more_than=0)).items


def test_finding_by_number_reads_an_index(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # it would read an empty table whole
    whole = search.wanted(Call.objects.all(), CallFilter(number="+16175550142")).explain()
    last = search.wanted(Call.objects.all(), CallFilter(number="0142")).explain()
    assert "call_by_number" in whole
    assert "call_by_last_digits" in last
