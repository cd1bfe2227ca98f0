"""Review from submitting to taking up: who may decide what, when it takes effect, and appeals."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import appeals, claim, decide, opinions, reading, take_up
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.actions.submit import close, forget
from kinline.apps.review.models import Appeal, Decision, Item
from kinline.apps.review.parts import TEXT
from kinline.apps.review.queries import item as items
from kinline.core.message.terms import PartKind
from kinline.core.review.states import CLAIM, State
from kinline.core.review.terms import UNDO, Outcome, Reason, Side
from tests.apps.reviewing import FILM, MARK, NOT_DELIVERED, PHOTO, decided, reviewer, sent, taken
from tests.cast import Town

SECOND = timedelta(seconds=1)
APPROVED = Said()
WHY = "The note in it was read as a code. It is a recipe."


@pytest.fixture
def mara(town: Town, now: datetime) -> Staff:
    """Reads at Bristol, with every right of review."""
    return reviewer(town, "mara", now)


@pytest.fixture
def owen(town: Town, now: datetime) -> Staff:
    """Her colleague, with the same rights."""
    return reviewer(town, "owen", now)


@pytest.fixture
def item(town: Town, now: datetime) -> UUID:
    return sent(town, now, findings=[MARK], parts=[TEXT, PHOTO], subject="m-1")


def codes(no: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [refusal.code for refusal in no.value.refusals]


def refusal(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as no:
        act()
    return codes(no)


def acts() -> list[str]:
    lines = Line.objects.filter(act__startswith="review.").order_by("id")
    return [line.act for line in lines]


def state(item: UUID) -> str:
    return Item.objects.get(pk=item).state


def test_a_message_comes_in_once_however_often_it_is_told(town: Town, now: datetime) -> None:
    first = sent(town, now, subject="m-1")
    assert sent(town, now + SECOND, subject="m-1") == first
    assert Item.objects.count() == 1
    assert sent(town, now, subject="m-2") != first


def test_a_message_without_parts_or_with_two_of_one_name_is_our_mistake(
    town: Town, now: datetime
) -> None:
    for parts in ([], [TEXT, TEXT]):
        with pytest.raises(ValueError, match="parts"):
            sent(town, now, parts=parts)


def test_approved_it_takes_effect_after_thirty_seconds_and_once(
    mara: Staff, item: UUID, now: datetime
) -> None:
    claim.claim(staff=mara, item_id=item, now=now)
    decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)
    assert taken(now + UNDO - SECOND) == []
    (verdict,) = taken(now + UNDO)
    assert (verdict.subject, verdict.outcome, verdict.rejected_parts) == ("m-1", "approved", ())
    assert verdict.appeal_until is None
    assert not verdict.of_appeal
    assert taken(now + UNDO) == []
    assert not take_up.taken_up(decision_id=verdict.decision_id, now=now + 2 * UNDO)
    row = Item.objects.get(pk=item)
    assert (row.state, row.outcome) == (State.IN_EFFECT, Outcome.APPROVED)


def test_one_part_is_rejected_with_its_reason_and_the_rest_goes(
    mara: Staff, item: UUID, now: datetime
) -> None:
    said = Said(frozenset({"photo-1"}), Reason.CODE, "A hand sign of a group.")
    verdict = decided(mara, item, now, said)
    assert (verdict.outcome, verdict.rejected_parts) == (Outcome.IN_PART, ("photo-1",))
    assert (verdict.reason, verdict.note) == (Reason.CODE, "A hand sign of a group.")
    # Told on Wednesday the 12th: the seventh day is the 19th, in Boston, to its end.
    assert verdict.appeal_until == datetime(2025, 3, 20, 4, 0, tzinfo=UTC)


def test_every_part_rejected_is_the_whole_message(mara: Staff, item: UUID, now: datetime) -> None:
    said = Said(frozenset({"text", "photo-1"}), Reason.DRUGS, "A price list.")
    assert decided(mara, item, now, said).outcome is Outcome.REJECTED


def test_a_rejection_without_reason_note_or_a_known_part_is_refused_and_nothing_is_decided(
    mara: Staff, item: UUID, now: datetime
) -> None:
    said = Said(frozenset({"film-9"}), None, " \x00 ")
    assert refusal(lambda: decide.decide(staff=mara, item_id=item, said=said, now=now)) == [
        "review.part_unknown",
        "review.reason_needed",
        "review.note_needed",
    ]
    assert state(item) == State.WAITING
    assert not Decision.objects.exists()


def test_undone_in_time_it_never_takes_effect_and_the_item_is_the_reviewers_again(
    mara: Staff, item: UUID, now: datetime
) -> None:
    first = decide.decide(staff=mara, item_id=item, said=NOT_DELIVERED, now=now)
    later = now + UNDO - SECOND
    assert decide.undo(staff=mara, decision_id=first, now=later) == item
    assert decide.undo(staff=mara, decision_id=first, now=later) == item, "twice is once"
    assert taken(now + UNDO) == []
    assert items.item(staff=mara, item_id=item, now=later).mine
    assert decided(mara, item, later, APPROVED).outcome is Outcome.APPROVED
    assert acts() == ["review.decided", "review.undone", "review.decided"]


def test_after_thirty_seconds_nothing_is_undone_even_if_nobody_took_it_up(
    mara: Staff, item: UUID, now: datetime
) -> None:
    first = decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)
    late = now + UNDO
    assert refusal(lambda: decide.undo(staff=mara, decision_id=first, now=late)) == [
        "review.too_late"
    ]
    assert len(taken(late)) == 1


def test_a_colleagues_decision_cannot_be_undone_and_looks_like_none(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    first = decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)
    for decision in (first, uuid4()):
        with pytest.raises(NotFound):
            decide.undo(staff=owen, decision_id=decision, now=now)


def test_what_one_has_a_colleague_cannot_claim_decide_or_ask_about(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    until = claim.claim(staff=mara, item_id=item, now=now)
    assert until == now + CLAIM
    tries: list[Callable[[], object]] = [
        lambda: claim.claim(staff=owen, item_id=item, now=now),
        lambda: decide.decide(staff=owen, item_id=item, said=APPROVED, now=now),
        lambda: opinions.ask(staff=owen, item_id=item, question="?", now=now),
    ]
    assert [refusal(one) for one in tries] == [["review.claimed"]] * 3
    assert items.item(staff=owen, item_id=item, now=now).holder == "Mara"


def test_a_claim_runs_out_and_whoever_was_away_goes_on_if_nobody_came(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    until = claim.claim(staff=mara, item_id=item, now=now)
    assert items.item(staff=owen, item_id=item, now=until).state is State.WAITING
    decide.decide(staff=mara, item_id=item, said=APPROVED, now=until + SECOND)
    assert refusal(lambda: claim.claim(staff=owen, item_id=item, now=until + SECOND)) == [
        "review.decided"
    ]


def test_after_it_ran_out_a_colleague_may_have_it(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    until = claim.claim(staff=mara, item_id=item, now=now)
    claim.claim(staff=owen, item_id=item, now=until)
    act = lambda: decide.decide(staff=mara, item_id=item, said=APPROVED, now=until)  # noqa: E731
    assert refusal(act) == ["review.claimed"]


def test_taken_over_openly_both_are_in_the_log(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    claim.claim(staff=mara, item_id=item, now=now)
    claim.take_over(staff=owen, item_id=item, now=now)
    line = Line.objects.get(act="review.taken_over")
    assert (line.actor, line.facts["from"]) == (str(owen.account), str(mara.account))
    claim.release(staff=mara, item_id=item, now=now)
    assert items.item(staff=owen, item_id=item, now=now).mine, "it is not hers to give back"
    claim.release(staff=owen, item_id=item, now=now)
    assert refusal(lambda: claim.take_over(staff=mara, item_id=item, now=now)) == ["review.free"]


def test_in_bulk_go_only_clean_ones_that_nobody_has(
    mara: Staff, owen: Staff, town: Town, now: datetime
) -> None:
    clean, marked, hers = sent(town, now), sent(town, now, findings=[MARK]), sent(town, now)
    elsewhere = sent(town, now, facility_id=town.facility("ma-suffolk").pk)
    claim.claim(staff=owen, item_id=hers, now=now)
    picture = sent(town, now, parts=[TEXT, PHOTO])
    wanted = [picture, clean, marked, hers, elsewhere, uuid4()]
    made = decide.approve_clean(staff=mara, items=wanted, now=now)
    assert [Decision.objects.get(pk=one).item_id for one in made] == [clean]
    assert Decision.objects.get().in_bulk
    assert Line.objects.get(act="review.decided").facts["unread"] is True


def test_a_second_opinion_comes_from_somebody_else_and_then_anybody_decides(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    opinions.ask(staff=mara, item_id=item, question="Is line 3 a code?", now=now)
    assert refusal(lambda: decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)) == [
        "review.asked"
    ]
    assert refusal(lambda: opinions.answer(staff=mara, item_id=item, words="Yes", now=now)) == [
        "review.own_decision"
    ]
    assert refusal(lambda: opinions.answer(staff=owen, item_id=item, words=" ", now=now)) == [
        "review.answer_needed"
    ]
    opinions.answer(staff=owen, item_id=item, words="A knitting pattern.", now=now)
    assert refusal(lambda: opinions.answer(staff=owen, item_id=item, words="No", now=now)) == [
        "review.no_question"
    ]
    seen = items.item(staff=mara, item_id=item, now=now).opinions
    assert [(one.question, one.answer, one.answered_by) for one in seen] == [
        ("Is line 3 a code?", "A knitting pattern.", "Owen")
    ]
    decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)


def test_who_asked_takes_the_question_back_and_nobody_else(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    opinions.ask(staff=mara, item_id=item, question="?", now=now)
    with pytest.raises(NotFound):
        opinions.take_back(staff=owen, item_id=item, now=now)
    opinions.take_back(staff=mara, item_id=item, now=now)
    decide.decide(staff=owen, item_id=item, said=APPROVED, now=now)


def test_withdrawn_by_its_sender_it_is_neither_decided_nor_taken_up(
    mara: Staff, item: UUID, now: datetime
) -> None:
    decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)
    assert close(subject="m-1", now=now)
    assert not close(subject="m-1", now=now)
    assert taken(now + UNDO) == []
    assert not close(subject="nothing", now=now)


def test_once_in_effect_nothing_is_withdrawn(mara: Staff, item: UUID, now: datetime) -> None:
    decided(mara, item, now)
    assert not close(subject="m-1", now=now + UNDO)


def test_reading_is_a_line_in_the_log(mara: Staff, item: UUID, now: datetime) -> None:
    assert reading.read(staff=mara, item_id=item, now=now) == "m-1"
    reading.read(staff=mara, item_id=item, now=now, part="photo-1", ahead=True)
    lines = Line.objects.filter(act="review.read").order_by("id")
    assert [(line.subject, line.facts.get("part"), line.facts.get("ahead")) for line in lines] == [
        ("m-1", None, None),
        ("m-1", "photo-1", True),
    ]


def test_what_was_marked_goes_with_the_message_and_that_it_was_looked_at_stays(
    mara: Staff, item: UUID, now: datetime
) -> None:
    decided(mara, item, now)
    forget(subject="m-1")
    seen = items.item(staff=mara, item_id=item, now=now)
    assert seen.findings == ()
    assert seen.decisions[0].outcome is Outcome.IN_PART


# Appeals


@pytest.fixture
def rejected(mara: Staff, item: UUID, now: datetime) -> UUID:
    """Mara rejected the text and the photo; both sides were told."""
    said = Said(frozenset({"text", "photo-1"}), Reason.CODE, "Rows of numbers.")
    return decided(mara, item, now, said).decision_id


def appeal(now: datetime, side: Side = Side.CONTACT, words: str = WHY) -> UUID:
    return appeals.appeal(subject="m-1", side=side, words=words, now=now)


def answer(staff: Staff, decision: UUID, now: datetime, *parts: str) -> UUID:
    reason = Reason.CODE if parts else None
    said = Said(frozenset(parts), reason, "I read it again.")
    return appeals.decide_appeal(staff=staff, decision_id=decision, said=said, now=now)


@pytest.mark.parametrize(
    ("parts", "outcome", "still_rejected"),
    [
        ((), Outcome.APPROVED, ()),
        (("photo-1",), Outcome.IN_PART, ("photo-1",)),
        (("text", "photo-1"), Outcome.REJECTED, ("text", "photo-1")),
    ],
    ids=["reversed", "in part", "upheld"],
)
def test_an_appeal_is_decided_by_another_and_comes_back_as_a_verdict(
    owen: Staff,
    rejected: UUID,
    now: datetime,
    parts: tuple[str, ...],
    outcome: Outcome,
    still_rejected: tuple[str, ...],
) -> None:
    made = appeal(now + timedelta(days=7))
    answer(owen, rejected, now, *parts)
    assert taken(now + UNDO - SECOND) == []
    (verdict,) = taken(now + UNDO)
    assert verdict.of_appeal
    assert (verdict.outcome, verdict.rejected_parts) == (outcome, still_rejected)
    assert verdict.appeal_until is None
    assert Appeal.objects.get(pk=made).state == "in_effect"
    assert taken(now + 2 * UNDO) == []


def test_who_decided_may_not_decide_the_appeal_nor_who_advised(
    town: Town, mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    opinions.ask(staff=mara, item_id=item, question="?", now=now)
    opinions.answer(staff=owen, item_id=item, words="A code.", now=now)
    decision = decided(mara, item, now).decision_id
    appeal(now + UNDO)
    for one in (mara, owen):
        assert refusal(lambda one=one: answer(one, decision, now)) == ["review.own_decision"]  # type: ignore[misc]
    answer(reviewer(town, "petra", now), decision, now + UNDO)


def test_an_appeal_is_made_once_a_side(owen: Staff, rejected: UUID, now: datetime) -> None:
    first = appeal(now + UNDO)
    assert appeal(now + UNDO, words="Again.") == first
    assert appeal(now + UNDO, Side.PERSON) != first
    answer(owen, rejected, now + UNDO)
    assert [one.state for one in Appeal.objects.all()] == ["decided", "decided"], "one look, both"


def test_nothing_is_appealed_too_late_or_where_nothing_was_rejected(
    town: Town, mara: Staff, rejected: UUID, now: datetime
) -> None:
    last = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
    assert refusal(lambda: appeal(last)) == ["appeal.too_late"]
    appeal(last - SECOND)
    other = sent(town, now, subject="m-2")
    for _ in range(2):
        act = lambda: appeals.appeal(subject="m-2", side="person", words="", now=now)  # noqa: E731
        assert refusal(act) == ["appeal.nothing_rejected"]
        if state(other) == State.WAITING:
            decided(mara, other, now, APPROVED)
    with pytest.raises(NotFound):
        appeals.appeal(subject="no-such", side="person", words="", now=now)


def test_before_a_rejection_took_effect_there_is_nothing_to_appeal(
    mara: Staff, item: UUID, now: datetime
) -> None:
    decide.decide(staff=mara, item_id=item, said=NOT_DELIVERED, now=now)
    assert refusal(lambda: appeal(now)) == ["appeal.nothing_rejected"]


def test_an_answer_can_be_undone_and_given_anew(
    town: Town, owen: Staff, rejected: UUID, now: datetime
) -> None:
    petra = reviewer(town, "petra", now)
    appeal(now + UNDO)
    first = answer(owen, rejected, now + UNDO)
    assert refusal(lambda: answer(petra, rejected, now + UNDO)) == ["review.no_open_appeal"]
    decide.undo(staff=owen, decision_id=first, now=now + UNDO)
    answer(owen, rejected, now + UNDO, "text", "photo-1")
    (verdict,) = taken(now + 2 * UNDO)
    assert verdict.outcome is Outcome.REJECTED


def test_the_other_side_may_still_appeal_after_it_was_upheld_but_not_after_it_was_reversed(
    town: Town, owen: Staff, rejected: UUID, now: datetime
) -> None:
    appeal(now + UNDO)
    answer(owen, rejected, now + UNDO, "text", "photo-1")
    taken(now + 2 * UNDO)
    appeal(now + 2 * UNDO, Side.PERSON)
    assert refusal(lambda: answer(owen, rejected, now + 2 * UNDO)) == ["review.own_decision"]
    answer(reviewer(town, "petra", now), rejected, now + 2 * UNDO)
    (verdict,) = taken(now + 3 * UNDO)
    assert verdict.outcome is Outcome.APPROVED
    assert {one.state for one in Appeal.objects.all()} == {"in_effect"}


def test_an_appeal_made_while_everything_is_already_let_go_has_that_answer(
    owen: Staff, rejected: UUID, now: datetime
) -> None:
    appeal(now + UNDO)
    made = answer(owen, rejected, now + UNDO)
    late = appeal(now + UNDO + SECOND, Side.PERSON)
    taken(now + 2 * UNDO)
    assert Appeal.objects.get(pk=late).answer_id == made


def test_an_answer_never_rejects_more_than_before(
    mara: Staff, owen: Staff, item: UUID, now: datetime
) -> None:
    said = Said(frozenset({"photo-1"}), Reason.CODE, "A sign.")
    decision = decided(mara, item, now, said).decision_id
    appeal(now + UNDO)
    assert refusal(lambda: answer(owen, decision, now + UNDO, "text", "photo-1")) == [
        "review.part_unknown"
    ]


# Gates


def test_another_county_and_those_without_the_right_find_nothing(
    town: Town, mara: Staff, item: UUID, rejected: UUID, now: datetime
) -> None:
    theo = reviewer(town, "theo-reads", now, place="ma-suffolk")
    reader = reviewer(town, "rita", now, rights=frozenset({Right.READ_MESSAGES}))
    figures = reviewer(town, "fay", now, rights=frozenset({Right.SEE_REVIEW}))
    appeal(now + UNDO)
    for one in (theo, figures):
        for some in (item, uuid4()):
            with pytest.raises(NotFound):
                items.item(staff=one, item_id=some, now=now)
            with pytest.raises(NotFound):
                reading.read(staff=one, item_id=some, now=now)
    for one in (theo, figures, reader):
        for act in (
            lambda one=one: claim.claim(staff=one, item_id=item, now=now),
            lambda one=one: decide.decide(staff=one, item_id=item, said=APPROVED, now=now),
            lambda one=one: opinions.ask(staff=one, item_id=item, question="?", now=now),
            lambda one=one: answer(one, rejected, now),
        ):
            with pytest.raises(NotFound):
                act()
    assert items.item(staff=reader, item_id=item, now=now).may_decide is False


# Guards


def refused_by_the_database(act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_itself_keeps_decisions(
    town: Town, mara: Staff, owen: Staff, item: UUID, rejected: UUID, now: datetime
) -> None:
    made = Decision.objects.filter(pk=rejected)
    appeal(now + UNDO)
    waiting = sent(town, now, parts=[TEXT, FILM])
    pending = Decision.objects.filter(
        pk=decide.decide(staff=mara, item_id=waiting, said=APPROVED, now=now)
    )

    def decision(**facts: object) -> object:
        told = {
            "item_id": item, "outcome": "approved", "decided_by": mara.account,
            "decided_at": now, "effective_at": now + UNDO,
        }  # fmt: skip
        return Decision.objects.create(**(told | facts))

    for act in (
        lambda: made.update(note="Another."),
        lambda: made.update(taken_up_at=now + 2 * UNDO),
        lambda: made.update(undone_at=now),
        lambda: made.update(appeal_until=None),
        lambda: pending.update(taken_up_at=now),
        lambda: pending.update(undone_at=now + UNDO),
        lambda: decision(),
        lambda: decision(appealed_id=rejected),
        lambda: decision(item_id=waiting, appealed_id=rejected, decided_by=owen.account),
        lambda: raw("DELETE FROM review_decision"),
        lambda: raw("DELETE FROM review_item"),
        lambda: raw("DELETE FROM review_appeal"),
        lambda: Item.objects.filter(pk=item).update(subject="other"),
        lambda: Item.objects.filter(pk=waiting).update(parts=[["text", PartKind.TEXT]]),
        lambda: Appeal.objects.update(side=Side.PERSON),
        lambda: Appeal.objects.update(state="in_effect"),
    ):
        refused_by_the_database(act)
    assert decision(appealed_id=rejected, decided_by=owen.account)
