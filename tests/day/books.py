"""What the books must say when the day is over, compared with what the world knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.core import mail
from django.db.models import Sum

from kinline.apps.audit import actions as audit
from kinline.apps.audit.models import Line
from kinline.apps.calls.models import LIVE_STATES, Call, CallRecord, CallStep, Command
from kinline.apps.charging.models import (
    OPEN_LINE,
    OPEN_LINE_CITATION,
    AllowanceDraw,
    Charge,
    ChargeLine,
)
from kinline.apps.notices.models import Note, Outgoing
from kinline.apps.people.models import Block, CourtesyGrant, PinTry
from kinline.apps.recordings.models import Recording, Track
from kinline.apps.reports.access import everywhere
from kinline.apps.reports.queries import statement
from kinline.core.call.states import EndReason, State
from kinline.core.quarter import Quarter
from kinline.core.rating.terms import Payer
from tests.day.plan import LINES
from tests.day.world import World

SECOND = timedelta(seconds=1)
FREE_BY_LAW = "§ 87A"


def nothing_is_left(world: World) -> None:
    """No call, lease, order, grant, recording or message that waits for anything."""
    assert world.open == {}
    assert [engine.calls for engine in world.engines] == [{}, {}]
    assert [engine.backlog for engine in world.engines] == [0, 0]
    assert not Call.objects.filter(state__in=LIVE_STATES).exists()
    assert not Recording.objects.filter(ended_at=None).exists()
    assert not Recording.objects.filter(to_measure=True).exists()
    assert not Outgoing.objects.filter(sent_at=None).exists()
    assert not Command.objects.exists()
    assert not PinTry.objects.exists()
    assert not CourtesyGrant.objects.filter(used_at=None, taken_back_at=None).exists()


def every_try_was_answered(world: World) -> None:
    """Each try is one call in the books, refused or ended, and no other call is there."""
    refused = dict(Call.objects.filter(state=State.REFUSED).values_list("pk", "refusals"))
    assert {UUID(call): codes for call, codes in world.refused.items()} == {
        pk: {one["code"] for one in reasons} for pk, reasons in refused.items()
    }
    ended = set(Call.objects.filter(state=State.ENDED).values_list("pk", flat=True))
    assert ended == {UUID(call) for call in world.booked}
    assert len(refused) + len(ended) == len(world.plan.tries) == Call.objects.count()


def every_end_has_its_record(world: World) -> None:
    """One CDR a call, with the end and the seconds that the world knows."""
    records = {record.call_id: record for record in CallRecord.objects.all()}
    assert records.keys() == {UUID(call) for call in world.booked}
    for call, booked in world.booked.items():
        record = records[UUID(call)]
        assert (record.end_reason, record.talk_seconds, record.accepted_at is not None) == (
            booked.reason,
            booked.talk_seconds,
            booked.accepted,
        ), booked.live.want
    told = CallRecord.objects.aggregate(Sum("talk_seconds"))["talk_seconds__sum"]
    lost = sum(
        booked.live.talked - booked.talk_seconds
        for booked in world.booked.values()
        if booked.reason is not EndReason.ENGINE_LOST
    )
    assert lost == 0, "whoever lived to tell was believed to the second"
    assert told == sum(booked.talk_seconds for booked in world.booked.values())


def every_talk_has_its_price() -> None:
    """A charge for each CDR that was accepted and for nothing else; 0 to everybody who talks,
    with the law's citation, or the house's own word for a line that is always open."""
    records = CallRecord.objects.select_related("call")
    accepted = {record.charge: record for record in records if record.accepted_at}
    assert all(record.charge is None for record in records if not record.accepted_at)
    charges = {charge.pk: charge for charge in Charge.objects.all()}
    assert charges.keys() == accepted.keys()
    lines: dict[UUID, list[ChargeLine]] = defaultdict(list)
    for line in ChargeLine.objects.all():
        lines[line.charge_id].append(line)
    for pk, record in accepted.items():
        _has_its_price(record, charges[pk], lines[pk])
    assert not AllowanceDraw.objects.exists()


def _has_its_price(record: CallRecord, charge: Charge, lines: list[ChargeLine]) -> None:
    minutes = -(-record.talk_seconds // 60)
    assert charge.key == f"call:{record.call_id}"
    assert (charge.seconds, charge.minutes) == (record.talk_seconds, minutes)
    assert charge.consumer_cents == 0
    by_payer = Counter[str]()
    for line in lines:
        by_payer[line.payer] += line.units
        if record.call.line_id:
            assert (line.rule, line.citation) == (OPEN_LINE, OPEN_LINE_CITATION)
        else:
            assert FREE_BY_LAW in line.citation, line.citation
        assert line.cents == 0 or line.payer == Payer.AGENCY
    assert set(by_payer.values()) == ({minutes} if minutes else set())
    assert charge.agency_cents == sum(line.cents for line in lines)


def the_report_says_the_same(world: World) -> None:
    """The quarter's statement is the sum of the CDRs."""
    place = world.plan.facts["place"]
    found = statement(scope=everywhere(place=place), quarter=Quarter.of(world.plan.facts["day"]))
    calls = found.total.calls
    talked = [
        record.talk_seconds for record in CallRecord.objects.filter(accepted_at__isnull=False)
    ]
    assert calls.count == len(talked)
    assert calls.minutes == sum(-(-seconds // 60) for seconds in talked)
    assert calls.consumer_cents == 0
    borne = Charge.objects.aggregate(Sum("agency_cents"))["agency_cents__sum"]
    assert calls.agency_cents == borne > 0


def nobody_is_in_two_calls() -> None:
    """At no moment of the day: a station, a person, a telephone outside."""
    rows = list(Call.objects.exclude(state=State.REFUSED))
    apart((row.station_id, row.asked_at, row.ended_at) for row in rows)
    # A line that is always open waits for no other call of the person.
    apart((row.person_id, row.asked_at, row.ended_at) for row in rows if not row.line_id)
    apart((row.number, row.answered_at, row.ended_at) for row in rows if not row.line_id)


def apart(spans: Iterable[tuple[object, datetime | None, datetime | None]]) -> None:
    """No two spans of one thing overlap."""
    by_thing: dict[object, list[tuple[datetime, datetime]]] = defaultdict(list)
    for thing, begin, end in spans:
        if thing is not None and begin is not None and end is not None:
            by_thing[thing].append((begin, end))
    for thing, its in by_thing.items():
        its.sort()
        for (_, end), (begin, _) in pairwise(its):
            assert end <= begin, thing


def private_is_private(world: World) -> None:
    """No recording of a private call, one of every other; tracks where somebody talked."""
    kept = set(Recording.objects.values_list("call", flat=True))
    asked = Call.objects.exclude(state=State.REFUSED)
    assert kept == set(asked.filter(private=False).values_list("pk", flat=True))
    assert asked.filter(private=True).exists()
    tracks = Counter(Track.objects.values_list("recording__call", flat=True))
    for call, booked in world.booked.items():
        told = booked.talk_seconds and booked.reason is not EndReason.ENGINE_LOST
        expected = 2 if told and UUID(call) in kept else 0
        if booked.reason is not EndReason.ENGINE_LOST:
            assert tracks[UUID(call)] == expected, booked.live.want


def nobody_is_known_at_anonymous_lines() -> None:
    rows = Call.objects.filter(line__anonymous=True)
    assert rows.exists()
    assert not rows.exclude(person=None, station=None).exists()


def nobody_talks_after_hours(world: World) -> None:
    """But for lines, intake and courtesy calls, not a word is said once the county has closed."""
    usual = Call.objects.filter(line=None, courtesy=None, person__isnull=False)
    carried = usual.exclude(state=State.REFUSED)
    assert not carried.filter(asked_at__lt=world.plan.opens).exists()
    talked = carried.filter(record__talk_seconds__gt=0)
    assert not talked.filter(ended_at__gt=world.plan.closes).exists()
    cut = talked.filter(end_reason=EndReason.TIME_UP, ended_at__gt=world.plan.closes - SECOND)
    assert cut.exists(), "the last ones were cut by the clock on the wall"


def the_audit_is_whole(world: World) -> None:
    """Sealed to the last line, unbroken, with a line for every answer and every end."""
    assert not Line.objects.filter(position=None).exists()
    assert audit.verify() is None
    acts = Counter(Line.objects.values_list("act", flat=True))
    assert acts["call.authorized"] == acts["call.ended"] == len(world.booked)
    assert acts["call.refused"] == len(world.refused)
    assert acts["call.end_ordered"] == world.ended_by_staff
    assert acts["call.not_charged"] == 0
    late = Line.objects.filter(act="call.late_report").values_list("subject", flat=True)
    assert sorted(late) == sorted(world.late_reports)


def who_missed_a_call_was_told(world: World) -> None:
    """A note for each missed call, once, and a mail where there is an address."""
    keys = {f"call.missed:{call}" for call in world.missed}
    assert set(Note.objects.values_list("key", flat=True)) == keys
    mailed = Call.objects.filter(pk__in=world.missed, contact__account__isnull=False)
    letters = Outgoing.objects.filter(kind="call.missed").count()
    assert letters == mailed.count() == len(mail.outbox)


def blocks_are_kept(world: World) -> None:
    rows = Block.objects.filter(person__isnull=False)
    kept = rows.values_list("person", "contact__numbers__e164")
    assert set(kept) == world.blocks
    assert rows.count() == len(world.blocks)


def the_day_was_rough(world: World) -> None:
    """As much came late, twice and in the wrong order, and as much died, as was meant to."""
    assert CallStep.objects.filter(obeyed=False, kind="warned").exists()
    assert CallStep.objects.filter(obeyed=False, kind="accepted").exists()
    assert world.late_reports
    assert sum(one.reason is EndReason.ENGINE_LOST for one in world.booked.values()) > 20
    assert {one.live.want.kind for one in world.booked.values()} >= LINES | {"intake", "courtesy"}
    # Nobody pays in this county, so no talk ends for money; and nobody's telephone is forwarded.
    seldom = {EndReason.FAULT, EndReason.MONEY_UP, EndReason.THIRD_PARTY}
    assert {one.reason for one in world.booked.values()} >= set(EndReason) - seldom
