"""Written messages both ways in real browsers: a photo kept back and brought out by an appeal."""

import io
import re
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.films import arrived, filmed, plays
from tests.journeys.people import PRIYA, Town
from tests.journeys.written import decided

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]


def typed(page: Page, words: str) -> None:
    """On the tablet's own keyboard, key by key."""
    keys = page.get_by_label("Keyboard")
    for sign in words:
        name = "Space" if sign == " " else sign
        shown = keys.get_by_role("button", name=name, exact=True)
        if not shown.count():
            shown = keys.get_by_role("button", name=sign.upper(), exact=True)
        shown.click()


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), (120, 170, 200)).save(file, "JPEG")
    return file.getvalue()


def test_a_photo_goes_in_is_kept_back_appealed_from_inside_and_delivered(city: Town) -> None:
    odette, julian = city.waits(), city.signed_in_inside()
    odette.goto(f"{city.house.url}/portal/messages/")
    odette.get_by_role("link", name=re.compile("Julian Marrow")).click()
    field = odette.get_by_label("Write to Julian")
    field.fill("The swing is up.")
    expect(odette.get_by_text("Draft kept.")).to_be_visible()
    picture = {"name": "swing.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    odette.locator("#photo").set_input_files([picture])  # type: ignore[list-item]
    odette.get_by_label("What photo 1 shows").fill("A swing")
    expect(field).to_have_value("The swing is up.")
    odette.get_by_role("button", name="Send").click()
    expect(odette.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()

    decided(city, "in_part")
    odette.reload()
    expect(odette.get_by_role("heading", name="Not delivered: 1 photo")).to_be_visible()
    julian.goto(f"{city.house.url}/tablet/messages/")
    julian.get_by_role("link", name=re.compile("Odette Marrow")).click()
    expect(julian.get_by_text("The swing is up.")).to_be_visible()
    julian.get_by_role("link", name="Appeal").click()
    julian.get_by_label("Tell them why").focus()
    typed(julian, "a wave")
    expect(julian.get_by_label("Tell them why")).to_have_value("A wave")
    julian.get_by_role("button", name="Send my appeal").click()
    expect(julian.get_by_text("You appealed on")).to_be_visible()

    decided(city, "approved", appealed=True)
    julian.reload()
    expect(julian.get_by_role("img", name="Photo: A swing")).to_be_visible()
    expect(julian.get_by_text("it is delivered after all")).to_be_visible()

    # And back: a card with own words from inside, and a text, by the tablet's own keyboard.
    julian.get_by_role("button", name="eCard", exact=True).click()
    julian.locator("input[name=card][value=home]").check()
    julian.get_by_label("Your words on it").focus()
    typed(julian, "soon")
    julian.get_by_role("button", name="Add to message").click()
    julian.get_by_role("button", name="Send", exact=True).click()
    expect(julian.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()
    decided(city, "approved")
    odette.reload()
    expect(odette.get_by_text("Soon", exact=True)).to_be_visible()
    expect(odette.get_by_role("img", name=re.compile("eCard “Home waits for you”"))).to_be_visible()


def test_odette_films_herself_sam_looks_julian_sees_her_and_films_an_answer(city: Town) -> None:
    odette, julian, sam = city.waits(), city.signed_in_inside(), city.staff()
    odette.goto(f"{city.house.url}/portal/messages/")
    odette.get_by_role("link", name=re.compile("Julian Marrow")).click()
    filmed(odette)
    odette.get_by_label("Write to Julian").fill("Look who is here.")
    odette.get_by_role("button", name="Send", exact=True).click()
    expect(odette.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()

    julian.goto(f"{city.house.url}/tablet/messages/")
    assert not julian.get_by_text("Look who is here.").count(), "nobody looked yet"
    newest = "SELECT id FROM review_item ORDER BY submitted_at DESC LIMIT 1"
    sam.goto(f"{city.house.url}/console/review/{UUID(str(city.house.one(newest)))}/")
    plays(sam.locator("video"))
    decided(city, "approved")

    julian.get_by_role("link", name=re.compile("Odette Marrow")).click()
    expect(julian.get_by_text("Look who is here.")).to_be_visible()
    arrived(julian)

    filmed(julian)
    julian.get_by_role("button", name="Send", exact=True).click()
    expect(julian.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()
    decided(city, "approved")
    arrived(odette)


def test_a_text_arrives_on_an_open_page_by_itself(city: Town) -> None:
    city.house.arrange(
        "from datetime import datetime, UTC\n"
        "from kinline.apps.facilities.models import Facility\n"
        "from kinline.apps.review.models import Policy\n"
        "Policy.objects.create(facility=Facility.objects.get(place='ma-bristol'), mode='sample',"
        " service='text', sample_percent=1, target_minutes=60, set_by='test',"
        " set_at=datetime.now(UTC))"
    )
    odette, julian = city.waits(), city.signed_in_inside()
    for page, door, name in ((odette, "portal", "Julian"), (julian, "tablet", "Odette")):
        page.goto(f"{city.house.url}/{door}/messages/")
        page.get_by_role("link", name=re.compile(f"{name} Marrow")).click()
        page.get_by_role("link", name="Text", exact=True).click()
    odette.get_by_label("Text to Julian").fill("On my way")
    odette.get_by_role("button", name="Send").click()
    expect(julian.get_by_text("On my way")).to_be_visible(timeout=15_000)
    expect(julian.locator("#said")).to_have_text("New from Odette.")


def test_private_mail_is_marked_before_writing_and_arrives_unread_by_anybody(city: Town) -> None:
    priya, julian = city.waits(PRIYA), city.signed_in_inside()
    priya.goto(f"{city.house.url}/portal/messages/")
    priya.get_by_role("button", name=re.compile("^Write ?: Julian")).click()
    priya.get_by_role("button", name="Private mail").click()
    expect(priya.get_by_text("Staff can’t read this.")).to_be_visible()
    priya.get_by_label("Write to Julian in private").fill("The hearing is on December 3.")
    priya.get_by_role("button", name="Send", exact=True).click()
    expect(priya.get_by_text("Nobody read it on the way.")).to_be_visible()
    julian.goto(f"{city.house.url}/tablet/messages/")
    julian.get_by_role("link", name=re.compile("Priya Halloway")).click()
    expect(julian.get_by_text("The hearing is on December 3.")).to_be_visible()
    sql = "SELECT count(*) FROM messaging_message WHERE privileged AND item IS NOT NULL"
    assert city.house.one(sql) == 0, "nothing of it waits for anybody to look at"
