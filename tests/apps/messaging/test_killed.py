"""kill -9 at every step of a message in turn: afterwards it was sent, paid and delivered once, and
no file is left that nobody names.

A nursery process forks one child for each step. The child plays Carmen's letter to Tomás with a
photo, from attaching to the reviewer's decision taking effect, and ends itself by SIGKILL after so
many steps: each database statement is one, and so is each file that was kept. Then she tries again
as a page would, with the same key, and the worker goes on.
"""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from kinline.apps import stored
from kinline.apps.charging.models import Charge
from kinline.apps.ledger.queries import balance
from kinline.apps.messaging.actions import drafts, retention
from kinline.apps.messaging.models import Attachment, Draft, Message
from kinline.apps.notices.models import Note
from kinline.apps.people.models import Contact, Person
from tests.apps.messaging.test_price import stamps
from tests.apps.messaging.writing import by, goes_on, thread
from tests.apps.money import even
from tests.apps.nursery import nursery
from tests.cast import Town

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
COSTS = 2  # a stamp for the words, one for the photo
STORY = """
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from kinline.apps import stored
from tests.apps.messaging.writing import goes_on

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
keep = stored.keep

def kept(*args, **kwargs):
    step()
    answer = keep(*args, **kwargs)
    step()
    return answer

stored.keep = kept

def story(contact, key, photo):
    goes_on(UUID(contact), UUID(key), Path(photo), NOON)
"""


def files_on_disk() -> set[str]:
    return {path.stem for path in stored._kept()}


def files_named() -> set[str]:
    rows = Attachment.objects.values_list("blob", "thumb")
    return {name for pair in rows for name in pair if name}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_every_step_a_letter_arrives_once(committed_town: Town, tmp_path: Path) -> None:
    carmen, tomas = committed_town.carmen, committed_town.tomas
    stock = stamps(carmen, 1000, NOON, tomas.facility.agency.code)
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (64, 48), "teal").save(photo)
    where = thread(tomas, carmen, NOON)
    died, step, orphans = -signal.SIGKILL, 0, 0
    with nursery(STORY) as children:
        while died == -signal.SIGKILL:
            step += 1
            key = drafts.begin(by=by(carmen), thread_id=where, now=NOON).key
            died = children.play(step, carmen.pk, key, photo)
            check_half_done(key, carmen, tomas)
            orphans += files_on_disk() != files_named()
            goes_on(carmen.pk, key, photo, NOON)
            check_whole(key, step, tomas)
            assert balance(account=stock).posted == 1000 - COSTS * step
            assert even()
    later = datetime.now(UTC) + timedelta(hours=2)
    stored.sweep(held=retention.named, now=later)
    assert files_on_disk() == files_named()
    assert died == 0, "the last child lived to the end"
    assert step > 50, "a letter has that many steps, and each was the last of one child"
    assert orphans > 1, "killed between a file and its row, a file was left: and then swept"


def check_half_done(key: UUID, carmen: Contact, tomas: Person) -> None:
    """Between any two steps: a draft or a message and never both, and no note before it arrived."""
    row = Message.objects.filter(key=key).first()
    assert Draft.objects.filter(key=key).exists() is (row is None)
    if row is not None and row.state == "waiting":
        assert not Note.objects.filter(key=f"message.arrived:{row.pk}").exists()


def check_whole(key: UUID, step: int, tomas: Person) -> None:
    row = Message.objects.get(key=key)
    assert (row.state, row.text) == ("delivered", "Look at the sea."), f"killed after step {step}"
    assert Message.objects.count() == step
    assert row.parts.count() == 1
    assert Charge.objects.filter(key__startswith=f"message:{row.pk.hex}").count() == COSTS
    told = Note.objects.filter(kind="message.arrived", owner=str(tomas.pk))
    assert told.count() == step
