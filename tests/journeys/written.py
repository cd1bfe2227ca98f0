"""What waits for review at Bristol in a house of the journeys: written by the demo's people."""

from uuid import UUID

from tests.journeys.people import Town

ARRANGED = """
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from PIL import Image, ImageDraw
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions import attaching, drafts, send
from kinline.apps.people.models import Contact, Person
from kinline.apps.review.models import Item
from kinline.core.message.terms import Service
from kinline.core.review.terms import Side
from uuid import uuid4

now = datetime.now(UTC) - timedelta(minutes=31)
julian = Person.objects.get(number="40-2719")
odette = Contact.objects.get(account__email="odette@example.org")
outside = Writer(Side.CONTACT, odette.pk, "en")
inside = Writer(Side.PERSON, julian.pk, "en")
where = drafts.open_thread(by=outside, other=julian.pk, now=now)

draft = drafts.begin(by=outside, thread_id=where, now=now)
with tempfile.TemporaryDirectory() as folder:
    cake = Path(folder) / "cake.jpg"
    picture = Image.new("RGB", (640, 480), "#f3dcc0")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((160, 240, 480, 380), fill="#e58f7b")
    for left in (220, 310, 400):
        pen.rectangle((left, 150, left + 14, 240), fill="#6f5fae")
    picture.save(cake)
    attaching.attach_photo(
        by=outside, key=draft.key, source=cake, now=now, alt="A birthday cake with three candles"
    )
words = (
    "He has watched it four times already. Call tonight if you can, we are all home. Your cousin "
    "says the package came and the shoes fit. Her new number is 617-555-0142."
)
send.send(by=outside, key=draft.key, now=now, text=words)
for number, words in enumerate([
    "Tell Ti Bo I watched it too.",
    "I got the job in the kitchen. I start on Monday.",
    "Can you send a photo of the garden?",
]):
    at = now + timedelta(minutes=7 * number + 2)
    key, text = uuid4(), Service.TEXT
    send.send_words(by=inside, thread_id=where, service=text, words=words, key=key, now=at)
written = Item.objects.filter(submitted_at__gte=now).order_by("submitted_at")
print(*written.values_list("pk", flat=True))
"""
REJECTED = """
from datetime import UTC, datetime, timedelta
from kinline.apps.messaging.actions import settle
from kinline.apps.people.access import staff
from kinline.apps.people.models import Account
from kinline.apps.review.actions import appeals, decide
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.models import Item
from kinline.core.review.terms import UNDO, Reason

then = datetime.now(UTC) - timedelta(minutes=20)
sam = staff(account_id=Account.objects.get(email="sam@bristol.example").pk, now=datetime.now(UTC))
item = Item.objects.order_by("-submitted_at").first()
said = Said(frozenset({"text"}), Reason.CODE, "Garden is used here for something else.")
decision = decide.decide(staff=sam, item_id=item.pk, said=said, now=then)
settle.settle_due(now=then + UNDO)
appeals.appeal(
    subject=item.subject, side="person", words="I mean the garden behind the house.",
    now=datetime.now(UTC),
)
print(decision)
"""
# Staff decide as review's own actions have it; the worker takes it up when it can't be undone.
DECIDE = """
from datetime import datetime, timedelta, UTC
from uuid import uuid4
from kinline.apps.messaging.actions import settle
from kinline.apps.messaging.models import Message
from kinline.apps.review.models import Appeal, Decision, Item
from kinline.core.review.states import AppealState, State
from kinline.core.review.terms import Outcome
now = datetime.now(UTC)
message = Message.objects.order_by("-sent_at").first()
item = Item.objects.get(subject=str(message.pk))
outcome, appealed = Outcome({outcome!r}), {appealed!r}
first = Decision.objects.filter(item=item, appealed=None).first() if appealed else None
if first is None:
    Item.objects.filter(pk=item.pk).update(
        state=State.DECIDED, claimed_by=None, claimed_until=None)
photos = [str(one.pk) for one in message.parts.all()]
no = outcome is not Outcome.APPROVED
made = Decision.objects.create(
    item=item, appealed=first, outcome=outcome, rejected=photos if no else [],
    reason="code" if no else "", note="A hand sign." if no else "It is a wave.",
    decided_by=uuid4(), decided_at=now - timedelta(minutes=1),
    effective_at=now - timedelta(seconds=30))
if first is not None:
    Appeal.objects.filter(decision=first).update(state=AppealState.DECIDED, answer=made)
settle.settle_due(now=now)
print(message.pk)
"""


def decided(town: Town, outcome: str, *, appealed: bool = False) -> UUID:
    program = DECIDE.format(outcome=outcome, appealed=appealed)
    return UUID(town.house.arrange(program).split()[-1])
