"""Lists that people inside keep themselves: asked, approved, verified by whoever answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.queries import tablet
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import list_desk as desk
from kinline.apps.people import listing
from kinline.apps.people.actions import attorneys, blocks, links, list_desk, lists, own_list
from kinline.apps.people.actions.list_desk import NewListRule
from kinline.apps.people.models import AllowedNumber, ListRequest, ListRule, NoContact, Person
from kinline.core.call.states import EndReason
from kinline.core.control import Step
from kinline.core.policy.listing import Shown, State
from tests.apps.story import Story, codes, dial, permit
from tests.cast import Town

AUNT = "617-555-0151"
AUNT_E164 = "+16175550151"
OTHERS = [f"617-555-01{n}" for n in range(52, 60)]


def rule(town: Town, now: datetime, **new: Any) -> None:
    """Bristol's from now on; the demo's own one was set at `now`."""
    after = now + timedelta(seconds=1)
    list_desk.set_rule(
        staff=town.staff("ines"), place="ma-bristol", new=NewListRule(**new), now=after
    )


def ask(person: Person, now: datetime, number: str = AUNT, **more: str) -> own_list.Asked:
    said = {"name": "Aunt Rosa", "relation": "family", **more}
    return own_list.ask(person_id=person.pk, number=number, now=now, **said)


def refused(person: Person, now: datetime, number: str = AUNT, **more: str) -> list[str]:
    with pytest.raises(Refused) as no:
        ask(person, now, number, **more)
    return [one.code for one in no.value.refusals]


def approve(town: Town, request: UUID, now: datetime) -> None:
    list_desk.approve(staff=town.staff("ines"), request_id=request, now=now)


def is_seen(person: Person, e164: str, now: datetime) -> Shown | None:
    numbers = listing.own_list(person_id=person.pk, now=now).numbers
    return next((one.shown for one in numbers if one.e164 == e164), None)


def acts(person: Person) -> list[str]:
    lines = AuditLine.objects.filter(subject=str(person.pk), act__startswith="list.")
    return list(lines.order_by("pk").values_list("act", flat=True))


# --- the way of a number -----------------------------------------------------------------


def test_julians_aunt_is_asked_for_approved_and_says_yes(town: Town, now: datetime) -> None:
    julian, tablet_ = town.julian, town.tablet()
    asked = ask(julian, now)
    assert asked.waits
    assert ask(julian, now) == asked, "sent twice is asked once"
    assert is_seen(julian, AUNT_E164, now) is Shown.WAITS_FOR_STAFF
    assert codes(dial(julian, AUNT_E164, tablet_, now)) == ["call.not_on_list"]

    (row,) = desk.queue(staff=town.staff("ines"), place="", page=1).items
    assert (row.id, row.person_name, row.name) == (asked.request, "Julian Marrow", "Aunt Rosa")
    approve(town, asked.request, now)
    assert not desk.waiting(staff=town.staff("ines"), place="")
    assert is_seen(julian, AUNT_E164, now) is Shown.WAITS_FOR_OWNER

    story = Story(permit(dial(julian, AUNT_E164, tablet_, now)).call)
    story.step(Step.RANG, now)
    story.step(Step.ANSWERED, now)
    assert is_seen(julian, AUNT_E164, now) is Shown.WAITS_FOR_OWNER, "an answer is no yes"
    yes = now + timedelta(seconds=9)
    story.step(Step.ACCEPTED, yes)
    entry = town.list_entry(julian, AUNT_E164)
    assert (entry.verified_at, entry.added_by, entry.label) == (yes, "person", "Aunt Rosa")
    assert is_seen(julian, AUNT_E164, now) is Shown.VERIFIED
    story.end(EndReason.HUNG_UP_INSIDE, yes + timedelta(minutes=1), 60)
    assert acts(julian) == ["list.asked", "list.approved", "list.verified"]
    said = AuditLine.objects.get(act="list.verified")
    assert (said.actor_kind, said.facts["call"]) == ("contact", str(story.pk))


def test_a_later_yes_changes_nothing_and_a_call_that_lost_its_engine_counts(
    town: Town, now: datetime
) -> None:
    approve(town, ask(town.julian, now).request, now)
    story = Story(permit(dial(town.julian, AUNT_E164, town.tablet(), now)).call)
    story.step(Step.RANG, now)
    story.step(Step.ANSWERED, now)
    # Only the end arrived, and it tells of talk: so somebody had pressed the key.
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=90), 60)
    first = town.list_entry(town.julian, AUNT_E164).verified_at
    assert first == now + timedelta(seconds=30)
    later = now + timedelta(hours=1)
    Story(permit(dial(town.julian, AUNT_E164, town.tablet(), later)).call).talk_from(later)
    assert town.list_entry(town.julian, AUNT_E164).verified_at == first
    assert acts(town.julian).count("list.verified") == 1


def test_who_presses_nine_is_shown_as_somebody_who_wants_no_calls(
    town: Town, now: datetime
) -> None:
    approve(town, ask(town.julian, now).request, now)
    story = Story(permit(dial(town.julian, AUNT_E164, town.tablet(), now)).call)
    story.step(Step.RANG, now)
    story.step(Step.ANSWERED, now)
    story.end(EndReason.BLOCKED, now)
    assert is_seen(town.julian, AUNT_E164, now) is Shown.BLOCKED
    own_list.take_off(
        person_id=town.julian.pk, allowed_id=town.list_entry(town.julian, AUNT_E164).pk, now=now
    )
    assert refused(town.julian, now) == ["list.blocked"]


def test_staff_refuse_with_a_reason_and_he_may_ask_again_in_thirty_days(
    town: Town, now: datetime
) -> None:
    asked, ines = ask(town.julian, now), town.staff("ines")
    for reason, note, code in [
        ("", "", "list.reason_needed"),
        ("unclear", " ", "list.note_needed"),
    ]:
        with pytest.raises(Refused) as no:
            list_desk.refuse(
                staff=ines, request_id=asked.request, reason=reason, note=note, now=now
            )
        assert [one.code for one in no.value.refusals] == [code]
    list_desk.refuse(
        staff=ines, request_id=asked.request, reason="not_theirs", note="A shop’s number.", now=now
    )
    (one,) = (
        one
        for one in listing.own_list(person_id=town.julian.pk, now=now).numbers
        if one.shown is Shown.REFUSED
    )
    assert (one.reason, one.note) == ("not_theirs", "A shop’s number.")
    assert refused(town.julian, now + timedelta(days=29)) == ["list.refused_lately"]
    assert ask(town.julian, now + timedelta(days=30)).waits
    for act in (
        lambda: approve(town, asked.request, now),
        lambda: list_desk.refuse(
            staff=ines, request_id=asked.request, reason="of_staff", note="", now=now
        ),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert [one.code for one in no.value.refusals] == ["list.decided_meanwhile"]


def test_what_waits_can_be_taken_back_and_then_counts_for_nothing(
    town: Town, now: datetime
) -> None:
    rule(town, now, most=3, changes=1, within_days=30)
    asked = ask(town.julian, now)
    assert "list.changes_used" in refused(town.julian, now, OTHERS[0])
    for _ in range(2):
        own_list.take_back(person_id=town.julian.pk, request_id=asked.request, now=now)
    assert acts(town.julian) == ["list.asked", "list.taken_back"]
    assert ask(town.julian, now, OTHERS[0]).waits
    with pytest.raises(NotFound):
        own_list.take_back(person_id=town.wendell.pk, request_id=asked.request, now=now)


# --- the rules ----------------------------------------------------------------------------


def test_without_a_rule_and_with_one_that_says_so_staff_keep_the_list(
    town: Town, now: datetime
) -> None:
    assert refused(town.wendell, now) == ["list.kept_by_staff"]
    rule(town, now, self_kept=False)
    mama = town.list_entry(town.julian, town.numbers.odette)
    assert refused(town.julian, now) == ["list.kept_by_staff"]
    with pytest.raises(Refused):
        own_list.take_off(person_id=town.julian.pk, allowed_id=mama.pk, now=now)
    assert listing.own_list(person_id=town.julian.pk, now=now).rules is None


def test_a_full_list_says_all_reasons_and_priya_his_attorney_does_not_count(
    town: Town, now: datetime
) -> None:
    rule(town, now, most=2, changes=1, within_days=30, days="1, 28", approval=False)
    on_the_first = now.replace(month=4, day=1)
    assert not ask(town.julian, on_the_first).waits, "Mama and the aunt: Priya does not count"
    assert refused(town.julian, on_the_first + timedelta(days=1), OTHERS[0]) == [
        "list.full",
        "list.not_today",
        "list.changes_used",
    ]
    own = listing.own_list(person_id=town.julian.pk, now=on_the_first + timedelta(days=1))
    assert (own.kept, [one.code for one in own.refusals]) == (
        2,
        ["list.full", "list.not_today", "list.changes_used"],
    )
    assert str(own.next_on) == "2025-05-01"


def test_counsel_goes_on_the_list_at_once_whatever_the_rules(town: Town, now: datetime) -> None:
    priya = town.list_entry(town.julian, town.numbers.priya)
    own_list.take_off(person_id=town.julian.pk, allowed_id=priya.pk, now=now)
    rule(town, now, most=1, changes=1, within_days=30, days="1")
    assert "list.full" in refused(town.julian, now)
    asked = ask(town.julian, now, town.numbers.priya, name="My attorney", relation="attorney")
    assert not asked.waits
    permit(dial(town.julian, town.numbers.priya, town.tablet(), now))
    entry = town.list_entry(town.julian, town.numbers.priya)
    assert not entry.key_needed
    seen = listing.own_list(person_id=town.julian.pk, now=now)
    assert seen.kept == 1
    # Once the agency ends it, the number counts like any other.
    attorneys.end(
        staff=town.staff("ines"), verification_id=town.priya.verifications.get().pk, now=now
    )
    tomorrow = now + timedelta(days=1)
    assert listing.own_list(person_id=town.julian.pk, now=tomorrow).kept == 2


def test_taking_off_is_always_possible_and_frees_a_place_not_a_change(
    town: Town, now: datetime
) -> None:
    rule(town, now, most=2, changes=1, within_days=30, approval=False)
    ask(town.julian, now)
    entry = town.list_entry(town.julian, AUNT_E164)
    for _ in range(2):
        own_list.take_off(person_id=town.julian.pk, allowed_id=entry.pk, now=now)
    assert codes(dial(town.julian, AUNT_E164, town.tablet(), now)) == ["call.not_on_list"]
    assert refused(town.julian, now) == ["list.changes_used"]
    assert not ask(town.julian, now + timedelta(days=30)).waits
    with pytest.raises(NotFound):
        own_list.take_off(person_id=town.wendell.pk, allowed_id=entry.pk, now=now)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"most": 0}, "rule.limit_wrong"),
        ({"most": 201}, "rule.limit_wrong"),
        ({"changes": 2}, "list_rule.changes_need_a_time"),
        ({"within_days": 2}, "list_rule.changes_need_a_time"),
        ({"days": "1, 29"}, "list_rule.days_wrong"),
        ({"days": "the first"}, "list_rule.days_wrong"),
        ({"days": "0"}, "list_rule.days_wrong"),
        ({"approval": False, "owner_key": False}, "list_rule.nobody_says_yes"),
    ],
)
def test_a_rule_that_makes_no_sense_is_not_set(
    town: Town, now: datetime, new: dict[str, Any], code: str
) -> None:
    before = ListRule.objects.count()
    with pytest.raises(Refused) as no:
        rule(town, now, **new)
    assert [one.code for one in no.value.refusals] == [code]
    assert ListRule.objects.count() == before


def test_rules_are_kept_by_date_and_only_who_may_sets_them(town: Town, now: datetime) -> None:
    rule(town, now + timedelta(days=1), most=15, days="15 1", note="Ask early.")
    first, before = listing.list_rules(facility_id=town.julian.facility_id)
    assert (first.rules.most, first.rules.days, first.note) == (15, {1, 15}, "Ask early.")
    assert before.rules.most == 10
    for who in ("theo", "ada"):
        with pytest.raises(NotFound):
            list_desk.set_rule(
                staff=town.staff(who), place="ma-bristol", new=NewListRule(), now=now
            )
    assert AuditLine.objects.filter(act="list.rule_set").count() == 1


# --- what is wrong with a number -------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "617-55"}, ["number.not_a_number"]),
        (
            {"number": "", "name": " ", "relation": "boss"},
            ["number.not_a_number", "name.missing", "list.relation_missing"],
        ),
        ({"name": "x" * 61}, ["name.too_long"]),
        ({"number": "911"}, ["call.number_emergency"]),
        ({"number": "900-555-0100"}, ["call.number_premium"]),
        ({"number": "617-555-0142"}, ["list.listed_already"]),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    town: Town, now: datetime, typed: dict[str, str], said: list[str]
) -> None:
    assert refused(town.julian, now, **{"number": AUNT, **typed}) == said
    assert not ListRequest.objects.exists()


def test_an_order_is_looked_at_by_staff_everywhere_and_told_to_nobody(
    town: Town, now: datetime
) -> None:
    rule(town, now, approval=False)
    NoContact.objects.create(
        person=town.julian,
        e164=AUNT_E164,
        reason="A court order",
        made_by="x",
        made_at=now,
        from_at=now,
    )
    asked = ask(town.julian, now)
    assert asked.waits
    assert is_seen(town.julian, AUNT_E164, now) is Shown.WAITS_FOR_STAFF
    assert desk.one(staff=town.staff("ines"), request_id=asked.request, now=now).apart
    with pytest.raises(Refused) as no:
        approve(town, asked.request, now)
    assert [one.code for one in no.value.refusals] == ["list.no_contact"]
    assert not AllowedNumber.objects.filter(number__e164=AUNT_E164).exists()


def test_until_the_key_is_pressed_a_number_tells_no_name_and_opens_no_link(
    town: Town, now: datetime
) -> None:
    """Else a list would be a telephone book by number: type one, ask for a link, read the name."""
    rule(town, now, approval=False)
    ask(town.julian, now, town.numbers.grace, name="A number I found", relation="friend")
    entry = town.list_entry(town.julian, town.numbers.grace)
    inside = town.sign_in(town.julian).inside
    seen = {one.e164: one for one in tablet.allowed(inside=inside, now=now)}
    assert seen[town.numbers.grace].label == "A number I found"
    assert not seen[town.numbers.grace].proven
    with pytest.raises(NotFound):
        links.ask_from_inside(person_id=town.julian.pk, allowed_id=entry.pk, now=now)
    Story(permit(dial(town.julian, town.numbers.grace, town.tablet(), now)).call).talk_from(now)
    links.ask_from_inside(person_id=town.julian.pk, allowed_id=entry.pk, now=now)


# --- who -----------------------------------------------------------------------------------


def test_another_countys_staff_see_nothing_of_it(town: Town, now: datetime) -> None:
    asked, theo = ask(town.julian, now), town.staff("theo")
    assert not desk.queue(staff=theo, place="", page=1).items
    for request in (asked.request, uuid4()):
        with pytest.raises(NotFound):
            desk.one(staff=theo, request_id=request, now=now)
        with pytest.raises(NotFound):
            list_desk.approve(staff=theo, request_id=request, now=now)


def test_what_waits_for_somebody_who_left_waits_no_more(town: Town, now: datetime) -> None:
    asked = ask(town.julian, now)
    Person.objects.filter(pk=town.julian.pk).update(active=False)
    assert not desk.waiting(staff=town.staff("ines"), place="")
    with pytest.raises(Refused) as no:
        approve(town, asked.request, now)
    assert [one.code for one in no.value.refusals] == ["list.person_left"]
    with pytest.raises(NotFound):
        ask(town.julian, now)


def test_a_number_that_staff_listed_meanwhile_is_the_one_entry(town: Town, now: datetime) -> None:
    asked = ask(town.julian, now)
    made = lists.allow(
        staff=town.staff("ines"), person_id=town.julian.pk, number=AUNT, name="Rosa", now=now
    )
    approve(town, asked.request, now)
    row = ListRequest.objects.get(pk=asked.request)
    assert (row.state, row.entry_id) == (State.APPROVED, made)


def test_a_block_of_the_facility_is_a_block(town: Town, now: datetime) -> None:
    blocks.block_facility(contact_id=town.grace.pk, place="ma-bristol", now=now)
    assert refused(town.julian, now, town.numbers.grace) == ["list.blocked"]
