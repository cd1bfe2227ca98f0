"""Controls on visits and on messages: set at the console, met by both sides, and explained."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_controls import CONTROLS, choose, ends_all
from tests.journeys.test_screens import LANGUAGES, in_language, speak

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]

BOSTON = ZoneInfo("America/New_York")
LICE = "The booths are cleaned. Ask the sergeant."
TRY = "/console/facility/ma-bristol/try/"


def closes_visits(page: Page, city: Town) -> None:
    """Julian's, for three weeks."""
    choose(page, city, "Person", "Closed", "Visits")
    page.get_by_label("ID number").fill("40-2719")
    until = datetime.now(BOSTON) + timedelta(days=21)
    page.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M}")
    page.get_by_label("Why, for whoever it stops").fill(LICE)
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text(re.compile(r"^The control is set\."))).to_be_visible()


WRITTEN_TODAY = """
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from kinline.apps.messaging.models import Message
from kinline.core.policy.controls import counted_from
day, _ = counted_from(ZoneInfo("America/New_York"), datetime.now(UTC))
rows = Message.objects.filter(privileged=False, direction="in", sent_at__gte=day)
print(rows.filter(thread__contact__account__email="odette@example.org").count())
"""


def rations_messages(page: Page, city: Town, most: int) -> None:
    """So many a day, for everyone."""
    choose(page, city, "Whole facility", "Messages a day", "Messages")
    page.get_by_label("Messages a day").fill(str(most))
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("The control is set.")).to_be_visible()


def to_the_calendar(page: Page, city: Town, door: str) -> None:
    page.goto(f"{city.house.url}/{door}/visits/book/")
    page.get_by_role("radio").first.check()
    page.locator("button[name=go]").click()
    expect(page.locator("main table")).to_be_visible()


def opens(page: Page, city: Town, door: str, name: str) -> None:
    page.goto(f"{city.house.url}/{door}/messages/")
    page.get_by_role("link", name=re.compile(f"{name} Marrow")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def fills_in(page: Page, city: Town, what: str) -> None:
    """Staff try Julian and Odette."""
    page.goto(f"{city.house.url}{TRY}{what}/")
    page.get_by_label("Person: ID number or name").fill("40-2719")
    page.get_by_label("Contact: telephone number or e-mail").fill("617 555 0142")
    page.get_by_role("button", name="Try it").click()


def test_visits_that_are_closed_for_julian_are_closed_for_both_and_staff_read_by_whom(
    city: Town,
) -> None:
    sam, odette, julian = city.staff(), city.waits(), city.signed_in_inside()
    ends_all(sam, city)
    to_the_calendar(odette, city, "portal")
    free = odette.locator("input[name=starts]:enabled")
    expect(free.first).to_be_attached()
    closes_visits(sam, city)

    to_the_calendar(odette, city, "portal")
    expect(free).to_have_count(0)
    expect(odette.locator("main")).to_contain_text(
        f"Visits are closed for this person. The facility says: {LICE}"
    )
    odette.goto(f"{city.house.url}/portal/visits/")
    expect(odette.locator("main")).to_contain_text("Canceled")
    to_the_calendar(julian, city, "tablet")
    expect(julian.locator("main")).to_contain_text(
        f"Visits are closed for you. The facility says: {LICE}"
    )

    fills_in(sam, city, "visit")
    frame = sam.locator(".k-no").filter(has_text="Visits are closed for this person.")
    expect(frame).to_contain_text("Only its staff can change it. Set by Sam Duarte.")
    ends_all(sam, city)
    to_the_calendar(odette, city, "portal")
    expect(free.first).to_be_attached()


def test_messages_a_day_are_counted_for_each_writer_and_the_next_is_explained(city: Town) -> None:
    sam, odette, julian = city.staff(), city.waits(), city.signed_in_inside()
    ends_all(sam, city)
    most = int(city.house.arrange(WRITTEN_TODAY)) + 1  # the demo's people have written already
    rations_messages(sam, city, most)
    opens(odette, city, "portal", "Julian")
    odette.get_by_role("link", name="Text", exact=True).click()
    odette.get_by_label("Text to Julian").fill("On my way")
    odette.get_by_role("button", name="Send").click()
    expect(odette.get_by_text("On my way")).to_be_visible()
    opens(odette, city, "portal", "Julian")
    expect(odette.locator(".k-no")).to_contain_text(
        f"Messages a day, set for everyone here: at most {most}. You have sent them."
    )

    fills_in(sam, city, "message")
    expect(sam.get_by_text("Messages a day, set for everyone here")).to_be_visible()
    ends_all(sam, city)
    choose(sam, city, "Person", "Closed", "Messages")
    sam.get_by_label("ID number").fill("40-2719")
    sam.get_by_label("Why, for whoever it stops").fill("The network is mended.")
    sam.get_by_role("button", name="Set it").click()
    opens(julian, city, "tablet", "Odette")
    expect(julian.locator(".k-no")).to_contain_text(
        "Messages are closed for you. The facility says: The network is mended."
    )
    ends_all(sam, city)


@pytest.mark.parametrize("language", LANGUAGES)
def test_these_pages_can_be_read_with_other_eyes(city: Town, language: str) -> None:
    sam, odette, julian = city.staff(), city.waits(), city.signed_in_inside()
    ends_all(sam, city)
    closes_visits(sam, city)
    choose(sam, city, "Whole facility", "Closed", "Messages")
    sam.get_by_label("Why, for whoever it stops").fill("The network is mended.")
    sam.get_by_role("button", name="Set it").click()
    expect(sam.get_by_text("The control is set.")).to_be_visible()
    speak(sam, city, language)
    seen = Eyes(eyes.WIDTHS, f"controls-elsewhere-{language}")
    two = "try=1&person=40-2719&contact=617+555+0142"
    at = f"at={datetime.now(BOSTON) + timedelta(days=2):%Y-%m-%dT10:00}"
    pages = {
        "all": CONTROLS,
        "senseless": f"{CONTROLS}add/?talk=messages&level=station&kind=longest",
        "visits": f"{CONTROLS}add/visits/contact/closed/",
        "messages": f"{CONTROLS}add/messages/person/hours/",
        "try-visit": f"{TRY}visit/?{two}&{at}&minutes=20",
        "try-message": f"{TRY}message/?{two}&{at}&writer=in",
        "try-empty": f"{TRY}visit/?try=1",
    }
    for name, where in pages.items():
        sam.goto(f"{city.house.url}{where}")
        seen.look(sam, name)
    speak(odette, city, language)
    city.speaks(people.ODETTE, language)
    to_the_calendar(odette, city, "portal")
    seen.look(odette, "portal-time")
    odette.goto(f"{city.house.url}/portal/messages/")
    odette.get_by_role("link", name=re.compile("Julian Marrow")).click()
    seen.look(odette, "portal-thread")
    in_language(julian, language)
    tablet = Eyes(eyes.TABLET_WIDTHS, f"controls-elsewhere-tablet-{language}")
    to_the_calendar(julian, city, "tablet")
    tablet.look(julian, "tablet-time")
    julian.goto(f"{city.house.url}/tablet/")
    in_language(julian, "en")
    city.speaks(people.ODETTE, "en")
    speak(odette, city, "en")
    speak(sam, city, "en")
    ends_all(sam, city)
    assert (seen.said(), tablet.said()) == ("", "")
