"""The questions with their answers, as pages list them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kinline.apps.errors import NotFound
from kinline.doors.help.answer import Answer
from kinline.doors.help.asked import Asked
from kinline.doors.help.questions import GROUPS, QUESTIONS, Group, Question


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer for one asker."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class AnsweredGroup:
    group: Group
    answered: tuple[Answered, ...]


def everything(asked: Asked) -> Iterator[AnsweredGroup]:
    """Every question, answered, in groups."""
    for group in GROUPS:
        yield AnsweredGroup(group, tuple(Answered(q, q.answer(asked)) for q in group.questions))


def one(slug: str, asked: Asked) -> Answered:
    """One question, answered. Raises NotFound where no question has this address."""
    question = QUESTIONS.get(slug)
    if question is None:
        raise NotFound
    return Answered(question, question.answer(asked))
