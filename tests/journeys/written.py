"""What waits for review at Bristol in a house of the journeys: written by the demo's people."""

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
