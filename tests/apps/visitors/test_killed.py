"""kill -9 at every step of a request: a decision is whole or not there, and no file is left over.

A child plays its part of the story and ends itself after so many steps (each database statement,
each file kept or taken away); then the same is done again, as a page or the worker would.
"""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.notices.models import Note
from kinline.apps.people.actions.visitors import asking, deciding, pictures
from kinline.apps.people.models import VisitorAccess, VisitorPicture
from kinline.core.visitor import Picture, State, VisitorKind
from tests.apps.nursery import nursery
from tests.apps.visitors.asking import begun, photo, row, takes_visitors
from tests.cast import Town

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
DIED = -signal.SIGKILL
STORY = """
from datetime import datetime
from pathlib import Path
from uuid import UUID
from kinline.apps import stored
from tests.apps.visitors import test_killed

def stepping(act):
    def acted(*args, **kwargs):
        step()
        answer = act(*args, **kwargs)
        step()
        return answer
    return acted

stored.keep, stored.destroy = stepping(stored.keep), stepping(stored.destroy)

def story(part, contact, access, at, file):
    getattr(test_killed, part)(UUID(contact), UUID(access), datetime.fromisoformat(at), Path(file))
"""


def photographs(contact: UUID, access: UUID, at: datetime, file: Path) -> None:
    """Another selfie in place of the one that is there."""
    asking.add_picture(
        contact_id=contact, access_id=access, kind=Picture.SELFIE, source=file, now=at
    )


def decides(contact: UUID, access: UUID, at: datetime, file: Path) -> None:
    """Sent, agreed to by Theo, and erased."""
    if _state(access) == State.DRAFT:
        asking.send(contact_id=contact, access_id=access, now=at)
    if _state(access) == State.PENDING:
        deciding.approve(
            staff=Town().staff("theo", at),
            access_id=access,
            kind=VisitorKind.ORDINARY,
            id_expires_on=None,
            now=at,
        )
    pictures.erase(access_id=access, why="kept long enough", now=at)


def _state(access: UUID) -> str:
    return row(access).state


def files_on_disk() -> set[str]:
    return {path.stem for path in stored._kept()}


def files_named() -> set[str]:
    return set(VisitorPicture.objects.filter(erased_at=None).values_list("blob", flat=True))


def swept() -> None:
    stored.sweep(held=pictures.named, now=datetime.now(UTC) + timedelta(hours=2))
    assert files_on_disk() == files_named()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_killed_at_every_step_a_photo_is_there_once_or_not_at_all(
    committed_town: Town, tmp_path: Path
) -> None:
    grace, wendell = committed_town.grace, committed_town.wendell
    takes_visitors(wendell.facility, NOON)
    access = begun(grace, wendell, tmp_path, NOON)
    played, step, orphans = DIED, 0, 0
    with nursery(STORY) as children:
        while played == DIED:
            step += 1
            words = (grace.pk, access, NOON.isoformat(), photo(tmp_path))
            played = children.play(step, "photographs", *words)
            orphans += files_on_disk() != files_named()
            kept = VisitorPicture.objects.get(access=access, kind=Picture.SELFIE)
            facts = {"blob": kept.blob, "wrapped_key": kept.wrapped_key, "agency": kept.agency}
            assert b"".join(stored.read(**facts)).startswith(b"\xff\xd8"), f"step {step}"
            swept()
    assert played == 0, "the last child lived to the end"
    assert step > 8
    assert orphans, "killed between a file and its row, a file was left: and then swept"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_killed_at_every_step_a_decision_is_whole(committed_town: Town, tmp_path: Path) -> None:
    grace, wendell = committed_town.grace, committed_town.wendell
    takes_visitors(wendell.facility, NOON)
    played, step = DIED, 0
    halfway: set[str] = set()
    with nursery(STORY) as children:
        while played == DIED:
            step += 1
            at = NOON + timedelta(days=2 * step)
            access = begun(grace, wendell, tmp_path, at)
            words = (grace.pk, access, at.isoformat(), tmp_path)
            played = children.play(step, "decides", *words)
            halfway.add(check_whole(access))
            decides(grace.pk, access, at, tmp_path)
            assert check_whole(access) == State.APPROVED
            assert not VisitorPicture.objects.filter(access=access, erased_at=None).exists()
            approved = VisitorAccess.objects.filter(contact=grace, state=State.APPROVED)
            assert approved.count() == 1, "one approval holds at a time"
            swept()
    assert played == 0, "the last child lived to the end"
    assert step > 25
    assert halfway == {State.DRAFT, State.PENDING, State.APPROVED}


def check_whole(access: UUID) -> str:
    """The state, its note and its audit line stand together, and each once."""
    said = _state(access)
    agreed = int(said == State.APPROVED)
    asked = int(said != State.DRAFT)
    lines = Line.objects.filter(subject=str(access))
    assert lines.filter(act="visitor.asked").count() == asked
    assert lines.filter(act="visitor.approved").count() == agreed
    assert Note.objects.filter(key=f"visitor.approved:{access}").count() == agreed
    erased = VisitorPicture.objects.filter(access=access, erased_at__isnull=False).exists()
    assert lines.filter(act="visitor.pictures_erased").count() == int(erased)
    return said
