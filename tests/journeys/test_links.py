"""Somebody outside signs up, asks somebody inside, and hears yes; and how all these pages look."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, follow, go, in_language, speak

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]

WORDS = "three words apart"
ASKS = (
    "from datetime import UTC, datetime\n"
    "from kinline.apps.people.models import Contact, Link, Person\n"
    "now = datetime.now(UTC)\n"
    "julian = Person.objects.get(number='40-2719')\n"
    "for email, by in (('grace@example.org', 'contact'), ('nadia@example.org', 'person')):\n"
    "    contact = Contact.objects.get(account__email=email)\n"
    "    if not Link.objects.filter(person=julian, contact=contact).exists():\n"
    "        Link.objects.create(person=julian, contact=contact, asked_by=by, asked_at=now)\n"
)


def typed_code(page: Page) -> str:
    """A demo sends nothing: the code stands on its page."""
    return page.locator(".k-note strong").first.inner_text()


def test_from_signing_up_to_a_yes_and_a_passkey(city: Town) -> None:
    mira = city.stranger()
    url = city.house.url.replace("127.0.0.1", "localhost")  # passkeys need a name
    mira.goto(f"{url}/sign-in/")
    mira.get_by_role("link", name="sign up").click()
    mira.get_by_label("Your name").fill("Mira Lund")
    mira.get_by_label("Email").fill("mira@example.org")
    mira.get_by_label("Password").fill(WORDS)
    mira.get_by_role("button", name="Send me a code").click()
    mira.get_by_label("Code").fill(typed_code(mira))
    mira.get_by_role("button", name="Go on").click()
    mira.wait_for_url(re.compile("/portal/"))
    mira.get_by_role("link", name="See them").click()
    mira.get_by_role("link", name="Add somebody").click()
    mira.get_by_label("Facility").select_option("ma-bristol")
    mira.get_by_label("ID number").fill("40-2719")
    mira.get_by_role("button", name="Ask", exact=True).click()
    expect(mira.locator("main")).to_contain_text("Waiting for an answer")

    julian = city.signed_in_inside()
    julian.get_by_role("link", name=re.compile("^My people")).click()
    julian.get_by_role("link", name=re.compile("Mira Lund")).click()
    julian.get_by_role("button", name="Yes").click()
    expect(julian.locator("main")).to_contain_text("Mira Lund")
    mira.goto(f"{url}/portal/")
    expect(mira.locator("main")).to_contain_text("Julian Marrow said yes")

    with_passkey(mira, url)
    mira.goto(f"{url}/portal/account/")
    mira.locator("main").get_by_role("button", name="Sign out").click()
    mira.goto(f"{url}/sign-in/")
    mira.get_by_role("button", name="Sign in with a passkey").click()
    mira.wait_for_url(re.compile("/portal/"))
    expect(mira.get_by_role("heading", name=re.compile("Mira"))).to_be_visible()


def with_passkey(page: Page, url: str) -> None:
    """Add a passkey, which the browser itself keeps."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto(f"{url}/security/passkeys/add/")
    if page.locator("[name=password]").count():  # a code by mail is no password
        page.locator("[name=password]").fill(WORDS)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/passkeys/add/"))
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(re.compile("/security/codes/"))


@pytest.mark.looks
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_signing_up_and_of_links(city: Town, language: str) -> None:
    city.house.arrange(ASKS)
    stranger, nadia = city.stranger(), city.waits(people.NADIA)
    speak(stranger, city, language)
    speak(nadia, city, language)
    city.speaks(people.NADIA, language)
    outside = Eyes(eyes.WIDTHS, f"links-{language}")
    go(city, stranger, outside, {"join": "/join/", "join-phone": "/join/phone/"})
    stranger.locator("[name=name]").fill("Mira Lund")
    stranger.locator("[name=phone]").fill("617 555 0144")
    stranger.locator("[name=password1]").fill("short")
    stranger.keyboard.press("Enter")
    expect(stranger.locator(".usa-error-message").first).to_be_visible()
    outside.look(stranger, "join-wrong")
    stranger.goto(f"{city.house.url}/sign-in/forgot/")
    outside.look(stranger, "forgot")
    stranger.locator("[name=email]").fill(people.GRACE)
    stranger.keyboard.press("Enter")
    stranger.wait_for_url(re.compile("/forgot/code/"))
    outside.look(stranger, "forgot-code")
    pages = {
        "people": "/portal/people/",
        "ask": "/portal/people/ask/",
        "home": "/portal/",
        "account": "/portal/account/",
        "close": "/portal/account/close/",
        "security": "/security/",
        "devices": "/security/devices/",
        "passkeys": "/security/passkeys/",
    }
    go(city, nadia, outside, pages)
    follow(city, nadia, outside, "end", "/portal/people/", r"/portal/people/[0-9a-f-]{36}/end/")

    inside = Eyes(eyes.TABLET_WIDTHS, f"links-tablet-{language}")
    julian = city.signed_in_inside()
    in_language(julian, language)
    go(city, julian, inside, {"home": "/tablet/", "people": "/tablet/people/"})
    follow(city, julian, inside, "one", "/tablet/people/", r"/tablet/people/[0-9a-f-]{36}/")
    follow(city, julian, inside, "end", "/tablet/people/", r"/people/[0-9a-f-]{36}/end/")
    julian.goto(f"{city.house.url}/tablet/")
    in_language(julian, "en")

    ines = city.staff(people.INES)
    speak(ines, city, language)
    go(city, ines, outside, {"finding": "/console/facility/ma-bristol/finding/"})
    ines.goto(f"{city.house.url}/console/people/")
    ines.locator("main a[data-main]").first.click()
    contacts = f"{ines.url.removeprefix(city.house.url)}contacts/"
    go(city, ines, outside, {"contacts": contacts, "order": f"{contacts}order/"})
    assert outside.said() + inside.said() == ""
