"""The pages of written messages at three widths, and on a tablet both ways: axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes
from tests.journeys.eyes import Eyes
from tests.journeys.people import INES, PRIYA, Town
from tests.journeys.test_screens import LANGUAGES, speak

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]

# Everything a thread can hold: delivered and read, kept back in part with an appeal, rejected,
# waiting, a text, a card; and a private letter. Written by the rooms, decided as review decides.
STORY = """
import io, tempfile
from datetime import datetime, timedelta, UTC
from pathlib import Path
from uuid import uuid4
from PIL import Image, ImageDraw
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions import appeals, attaching, drafts, reading, send, settle
from kinline.apps.messaging.actions import facility
from kinline.apps.messaging.models import CopyWish, Keep
from kinline.apps.messaging.privileged import writing
from kinline.apps.people.access import staff
from kinline.apps.people.models import Account, Contact, Person
from kinline.apps.review.models import Decision, Item
from kinline.core.message.terms import Service
from kinline.core.review.states import State, undo_until
from kinline.core.review.terms import Outcome, Side

now = datetime.now(UTC) - timedelta(days=2)
julian = Person.objects.get(number="40-2719")
odette = Contact.objects.get(account__email="odette@example.org")
priya = Contact.objects.get(account__email="priya@example.org")
he, she = Writer(Side.PERSON, julian.pk), Writer(Side.CONTACT, odette.pk)
thread = drafts.open_thread(by=she, other=julian.pk, now=now)

def decided(message, outcome, at, rejected=()):
    Item.objects.filter(subject=str(message)).update(state=State.DECIDED, claimed_by=None)
    item, no = Item.objects.get(subject=str(message)), outcome is not Outcome.APPROVED
    Decision.objects.create(
        item=item, outcome=outcome, rejected=list(rejected), reason="code" if no else "",
        note="A hand sign is visible at the left edge." if no else "", decided_by=uuid4(),
        decided_at=at, effective_at=undo_until(at))
    settle.settle_due(now=at + timedelta(seconds=31))

def picture(one, two):
    path = Path(tempfile.mkdtemp()) / "p.jpg"
    made = Image.new("RGB", (640, 480), one)
    ImageDraw.Draw(made).ellipse((180, 100, 460, 380), fill=two)
    made.save(path)
    return path

def written(by, words, at, parts=(), card="", service=Service.EMESSAGE):
    if not parts and not card:
        return send.send_words(by=by, thread_id=thread, service=service, words=words,
                               key=uuid4(), now=at).id
    draft = drafts.begin(by=by, thread_id=thread, now=at)
    for path, alt in parts:
        attaching.attach_photo(by=by, key=draft.key, source=path, alt=alt, now=at)
    if card:
        attaching.attach_card(by=by, key=draft.key, card=card, text="The light is on.", now=at)
    return send.send(by=by, key=draft.key, now=at, text=words).id

swing = picture((150, 200, 220), (90, 150, 100)), "A backyard with a tree and a swing"
cake = picture((240, 220, 190), (220, 140, 120)), "A birthday cake with three candles"
first = written(she, "Ti Bo turned six! I wanted you to see the cake and the new swing.", now,
                (swing, cake))
photo = str(Item.objects.get(subject=str(first)).parts[2][0])
decided(first, Outcome.IN_PART, now, (photo,))
reading.mark_read(by=he, thread_id=thread, now=now + timedelta(hours=1))
at = now + timedelta(hours=2)
decided(written(he, "Tell Ti Bo the swing looks great.", at, card="home"), Outcome.APPROVED, at)
gone = written(she, "3 1 4 1 5 9 2 6", at + timedelta(hours=1))
decided(gone, Outcome.REJECTED, at + timedelta(hours=1), ("text",))
appeals.appeal(by=he, message_id=gone, words="It is a game of numbers.", now=at)
decided(written(he, "Eating at seven?", at, service=Service.TEXT), Outcome.APPROVED, at)
later = now + timedelta(days=2)
written(she, "He has watched it four times already. Call tonight if you can, we are all home.",
        later - timedelta(minutes=9))
draft = drafts.begin(by=she, thread_id=thread, now=later)
attaching.attach_photo(by=she, key=draft.key, source=swing[0], alt=swing[1], now=later)
drafts.save(by=she, key=draft.key, text="And here is the swing once more", revision=1, now=later)
lawyer = Writer(Side.CONTACT, priya.pk)
private = writing.open_thread(by=lawyer, other=julian.pk, now=now)
letter = writing.begin(by=lawyer, thread_id=private, now=now)
writing.send(by=lawyer, key=letter.key, text="The hearing is on December 3.", now=now)
held = staff(account_id=Account.objects.get(email="ines@bristol.example").pk, now=later)
why = "Superior Court, 2473CR00118"
kept = facility.keep(staff=held, person_id=julian.pk, why=why, contact_id=odette.pk, now=now)
facility.keep(staff=held, person_id=julian.pk, why="Public records request 12", now=now)
facility.lift(staff=held, keep_id=kept, why="Case closed", now=later)
CopyWish.objects.create(person=julian, asked_at=later)
print(Keep.objects.get(lifted_at=None).pk, julian.pk, thread, gone, private)
"""


@pytest.fixture(scope="module")
def told(module_town: Town) -> list[str]:
    """The hold, the person, and what the story is about."""
    return module_town.house.arrange(STORY).split()[-5:]


@pytest.fixture(scope="module")
def story(told: list[str]) -> tuple[str, str, str]:
    _hold, _person, thread, gone, private = told
    return thread, gone, private


def looked(town: Town, page: Page, seen: Eyes, names: dict[str, str]) -> None:
    for name, address in names.items():
        answer = page.goto(f"{town.house.url}{address}")
        assert answer
        assert answer.ok, f"{address}: {answer.status}"
        seen.look(page, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_at_the_portal(city: Town, story: tuple[str, str, str], language: str) -> None:
    thread, gone, private = story
    page, seen = city.waits(), Eyes(eyes.WIDTHS, f"messages-{language}")
    speak(page, city, language)
    pages = {
        "list": "/portal/messages/",
        "thread": f"/portal/messages/{thread}/",
        "appeal": f"/portal/messages/one/{gone}/appeal/",
        "cards": f"/portal/messages/{thread}/cards/",
        "film": f"/portal/messages/{thread}/film/",
        "texts": f"/portal/messages/{thread}/texts/",
        "print": f"/portal/messages/{thread}/print/",
        "found": "/portal/messages/?q=swing",
        "email": "/security/email/",
    }
    looked(city, page, seen, pages)
    priya = city.waits(PRIYA)
    speak(priya, city, language)
    looked(city, priya, seen, {"private": f"/portal/messages/private/{private}/"})
    assert not seen.complaints, seen.said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_on_the_tablet(city: Town, story: tuple[str, str, str], language: str) -> None:
    thread, gone, private = story
    page, seen = city.signed_in_inside(), Eyes(eyes.TABLET_WIDTHS, f"messages-tablet-{language}")
    speak(page, city, language)
    pages = {
        "home": "/tablet/",
        "list": "/tablet/messages/",
        "thread": f"/tablet/messages/{thread}/",
        "appeal": f"/tablet/messages/one/{gone}/appeal/",
        "cards": f"/tablet/messages/{thread}/cards/",
        "film": f"/tablet/messages/{thread}/film/",
        "texts": f"/tablet/messages/{thread}/texts/",
        "private": f"/tablet/messages/private/{private}/",
        "copy": "/tablet/messages/copy/",
    }
    looked(city, page, seen, pages)
    page.goto(f"{city.house.url}/tablet/messages/{thread}/")
    expect(
        page.get_by_role("button", name="á" if language == "es" else "q", exact=True)
    ).to_be_visible()
    assert not seen.complaints, seen.said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_staff_see_of_messages_without_reading_them(
    city: Town, told: list[str], language: str
) -> None:
    hold, person, *_story = told
    ines, seen = city.staff(INES), Eyes(eyes.WIDTHS, f"written-{language}")
    speak(ines, city, language)
    about = f"/console/people/{person}"
    pages = {
        "person": f"{about}/",
        "holds": "/console/people/holds/",
        "holds-of": f"{about}/holds/",
        "hold": f"{about}/holds/add/",
        "lift": f"{about}/holds/{hold}/lift/",
        "copies": "/console/people/copies/",
        "hand-out": f"{about}/hand-out/",
        "private-mail": f"{about}/private-mail/",
    }
    looked(city, ines, seen, pages)
    assert not seen.complaints, seen.said()
