"""Links: who answers whom, how far one is, and when one may ask anew."""

from datetime import UTC, datetime, timedelta

import pytest

from kinline.core.link import ASK_AGAIN, By, State, ask_again_at, may_answer, state_of

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("moments", "state"),
    [
        ((None, None, None), State.ASKED),
        ((NOON, None, None), State.LINKED),
        ((None, NOON, None), State.DECLINED),
        ((NOON, None, LATER), State.ENDED),
        ((None, None, LATER), State.ENDED),
    ],
)
def test_moments_tell_how_far_a_link_is(
    moments: tuple[datetime | None, datetime | None, datetime | None], state: State
) -> None:
    assert state_of(*moments) is state


@pytest.mark.parametrize(
    ("asked_by", "answers"),
    [(By.CONTACT, By.PERSON), (By.PERSON, By.CONTACT), (By.STAFF, By.PERSON)],
)
def test_nobody_answers_what_they_asked(asked_by: By, answers: By) -> None:
    assert [side for side in (By.CONTACT, By.PERSON) if may_answer(asked_by, side)] == [answers]


@pytest.mark.parametrize(
    ("no", "ended", "by", "again"),
    [
        (None, None, "", None),
        (NOON, None, "", NOON + ASK_AGAIN),
        (None, NOON, By.PERSON, NOON + ASK_AGAIN),
        (None, NOON, By.CONTACT, None),  # one's own end does not bind
        (None, NOON, By.STAFF, None),  # an order keeps apart by itself
        (NOON, LATER, By.PERSON, LATER + ASK_AGAIN),
    ],
)
def test_a_contact_who_heard_no_waits_thirty_days(
    no: datetime | None, ended: datetime | None, by: str, again: datetime | None
) -> None:
    assert ask_again_at(By.CONTACT, no, ended, by) == again
