"""Two at once over one message, with real commits; and kill -9 at every step of its review."""

import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.errors import Refused
from kinline.apps.review.actions import appeals, claim, decide, opinions, take_up
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.actions.submit import close
from kinline.apps.review.models import Appeal, Decision, Item
from kinline.core.review.states import State
from kinline.core.review.terms import UNDO, Reason, Side
from tests.apps.nursery import nursery
from tests.apps.reviewing import NOT_DELIVERED, decided, reviewer, sent
from tests.apps.test_races import at_once
from tests.cast import NOW, Town

TIMES = 4
APPROVED = Said()


def wins(answers: Sequence[object]) -> list[object]:
    return [one for one in answers if not isinstance(one, Exception)]


def losers(answers: Sequence[object]) -> set[str]:
    for one in answers:
        assert not isinstance(one, Exception) or isinstance(one, Refused), repr(one)
    return {no.code for one in answers if isinstance(one, Refused) for no in one.refusals}


def test_of_two_who_claim_or_decide_at_once_one_does(committed_town: Town, now: datetime) -> None:
    mara, owen = (reviewer(committed_town, name, now) for name in ("mara", "owen"))
    for _ in range(TIMES):
        item = sent(committed_town, now)
        have = partial(claim.claim, item_id=item, now=now)
        answers = at_once(partial(have, staff=mara), partial(have, staff=owen))
        assert len(wins(list(answers))) == 1
        assert losers(list(answers)) == {"review.claimed"}
        fresh = sent(committed_town, now)
        acts: list[Callable[[], object]] = [
            partial(decide.decide, staff=mara, item_id=fresh, said=APPROVED, now=now),
            partial(decide.decide, staff=owen, item_id=fresh, said=NOT_DELIVERED, now=now),
            partial(opinions.ask, staff=owen, item_id=fresh, question="?", now=now),
        ]
        done = list(at_once(*acts))
        assert len(wins(done)) == 1
        assert losers(done) <= {"review.decided", "review.asked"}
        assert Decision.objects.filter(item=fresh).count() <= 1


def test_submitted_twice_at_once_it_is_one_item(committed_town: Town, now: datetime) -> None:
    for turn in range(TIMES):
        act = partial(sent, committed_town, now, subject=f"m-{turn}")
        assert len({str(one) for one in at_once(act, act, act)}) == 1
    assert Item.objects.count() == TIMES


def test_two_workers_take_up_once_and_nothing_is_both_undone_and_in_effect(
    committed_town: Town, now: datetime
) -> None:
    mara = reviewer(committed_town, "mara", now)
    for turn in range(TIMES):
        item = sent(committed_town, now, subject=f"m-{turn}")
        made = decide.decide(staff=mara, item_id=item, said=APPROVED, now=now)
        # Clocks of two machines differ: one undoes in time, the other finds the time over.
        acts: list[Callable[[], object]] = [
            partial(take_up.taken_up, decision_id=made, now=now + UNDO),
            partial(take_up.taken_up, decision_id=made, now=now + UNDO),
            partial(decide.undo, staff=mara, decision_id=made, now=now + UNDO / 2),
            partial(close, subject=f"m-{turn}", now=now),
        ]
        answers = list(at_once(*acts))
        assert losers(answers) <= {"review.too_late"}
        row, state = Decision.objects.get(pk=made), Item.objects.get(pk=item).state
        assert answers.count(True) <= 2, "one taking up and one withdrawing at the most"
        if row.taken_up_at:
            assert (row.undone_at, state) == (None, State.IN_EFFECT)
        else:
            assert state in {State.CLAIMED, State.CLOSED}


def test_two_answers_and_two_appeals_at_once(committed_town: Town, now: datetime) -> None:
    town = committed_town
    mara, owen, petra = (reviewer(town, name, now) for name in ("mara", "owen", "petra"))
    for turn in range(TIMES):
        item = sent(town, now, subject=f"m-{turn}")
        decision = decided(mara, item, now).decision_id
        later = now + UNDO
        ask = partial(appeals.appeal, subject=f"m-{turn}", side=Side.PERSON, words="", now=later)
        assert len({str(one) for one in at_once(ask, ask)}) == 1
        said = Said(note="I read it again.")
        answer = partial(appeals.decide_appeal, decision_id=decision, said=said, now=later)
        answers = list(at_once(partial(answer, staff=owen), partial(answer, staff=petra)))
        assert len(wins(answers)) == 1
        assert losers(answers) == {"review.no_open_appeal"}
        at_once(*[partial(_take_all, later + UNDO)] * 2)
    assert Appeal.objects.filter(state="in_effect").count() == TIMES


def _take_all(now: datetime) -> int:
    found = take_up.due(now=now)
    return sum(take_up.taken_up(decision_id=one.decision_id, now=now) for one in found)


def story(subject: str) -> None:
    """From submitting to the end of an appeal; gone through again, it goes on where it was."""
    town, then = Town(), NOW
    mara, owen = (reviewer(town, name, then) for name in ("mara", "owen"))
    item = sent(town, then, subject=subject)
    rejected = Said(frozenset({"text"}), Reason.CODE, "A row of numbers.")
    if not Decision.objects.filter(item=item, undone_at=None).exists():
        claim.claim(staff=mara, item_id=item, now=then)
        decide.decide(staff=mara, item_id=item, said=rejected, now=then)
    _take_all(then + UNDO)
    appeals.appeal(subject=subject, side=Side.CONTACT, words="Look again.", now=then + UNDO)
    first = Decision.objects.get(item=item, appealed=None)
    if not first.answers.exists():
        said = Said(note="I read it again.")
        appeals.decide_appeal(staff=owen, decision_id=first.pk, said=said, now=then + UNDO)
    _take_all(then + 2 * UNDO)


def check_whole(subject: str) -> None:
    """Between any two statements nothing is half done."""
    row = Item.objects.filter(subject=subject).first()
    if row is None:
        assert not Line.objects.filter(subject=subject).exists()
        return
    made = list(Decision.objects.filter(item=row))
    assert Line.objects.filter(subject=subject, act="review.decided").count() == len(
        [one for one in made if one.appealed_id is None]
    )
    first = next((one for one in made if one.appealed_id is None), None)
    states = {None: {State.WAITING, State.CLAIMED}, False: {State.DECIDED}, True: {State.IN_EFFECT}}
    assert row.state in states[None if first is None else first.taken_up_at is not None]
    assert bool(row.outcome) is (row.state == State.IN_EFFECT)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_every_step_a_review_is_whole_and_goes_on(committed_town: Town) -> None:
    for name in ("mara", "owen"):
        reviewer(committed_town, name, NOW)
    died, step = -signal.SIGKILL, 0
    with nursery("from tests.apps.test_review_races import story") as children:
        while died == -signal.SIGKILL:
            step += 1
            subject = f"m-{step}"
            died = children.play(step, subject)
            check_whole(subject)
            story(subject)
            item = Item.objects.get(subject=subject)
            taken = item.decisions.exclude(taken_up_at=None)
            assert (item.state, taken.count()) == (State.IN_EFFECT, 2), f"killed after step {step}"
            assert item.decisions.count() == 2
    assert died == 0, "the last child lived to the end"
    assert step > 40, "a review has that many steps, and each was the last of one child"
