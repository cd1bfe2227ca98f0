"""An attorney signs in, asks, is verified by one county, and a call in another is private."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import speak

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]
PLAIN, PRIVATE = "staff may listen", "This call is private. It is not recorded."
WENDELL_CALLS = "Grace"


def rings(city: Town, says: str, never: str) -> None:
    """Wendell calls Grace; both are told before anybody answers, and he hangs up again."""
    grace = city.waits(people.GRACE)
    wendell = city.signed_in_inside(people.WENDELL, "ma-suffolk")
    city.calls(wendell, WENDELL_CALLS)
    people.state(grace, "ringing")
    for page in (grace, wendell):
        shown = page.locator("section.k-call[data-state=ringing]")
        expect(shown).to_contain_text(says)
        expect(shown).not_to_contain_text(never)
    wendell.get_by_role("button", name="Stop").first.click()
    grace.context.close()
    wendell.context.close()


def test_grace_is_verified_by_bristol_and_a_call_from_suffolk_is_private(city: Town) -> None:
    seen = Eyes(eyes.WIDTHS, "attorney-en")
    grace = city.waits(people.GRACE)
    grace.goto(f"{city.house.url}/portal/account/")
    grace.get_by_role("link", name=re.compile("Open.*Attorneys")).click()
    seen.look(grace, "empty")
    grace.get_by_role("link", name="I am an attorney").click()
    grace.get_by_label("State").select_option(label="Massachusetts")
    grace.get_by_label("Bar number").fill("BBO 000000")
    grace.get_by_role("button", name="Use the camera here").click()
    grace.get_by_role("button", name="Take the photo").click()
    expect(grace.locator("#said")).to_contain_text("Photo taken.")
    seen.look(grace, "ask")
    grace.get_by_role("button", name="Send", exact=True).click()
    expect(grace.get_by_role("main")).to_contain_text("Staff look at it")
    grace.get_by_label("Phone number").fill("617-555-0163")
    grace.get_by_role("button", name="Add this number").click()
    expect(grace.get_by_role("main")).to_contain_text("Not proven yet")

    ines = city.staff(people.INES)
    ines.goto(f"{city.house.url}/console/attorneys/")
    seen.look(ines, "queue")
    ines.locator("tbody a").first.click()
    ines.get_by_role("button", name=re.compile("Code to read out")).click()
    seen.look(ines, "case")
    code = ines.locator("[role=status] b").inner_text()
    ines.get_by_role("button", name="Verify for the whole state").click()
    expect(ines.get_by_role("main")).to_contain_text("nothing waits")

    grace.goto(f"{city.house.url}/portal/attorney/private/")
    expect(grace.get_by_role("main")).to_contain_text("This number is not proven yet.")
    rings(city, PLAIN, PRIVATE)
    grace.goto(f"{city.house.url}/portal/attorney/")
    grace.get_by_label("The six digits").fill(code)
    grace.get_by_role("button", name=re.compile("Prove it")).click()
    expect(grace.locator("body")).to_contain_text("This number is proven.")
    seen.look(grace, "proven")
    grace.goto(f"{city.house.url}/portal/attorney/private/")
    seen.look(grace, "check")
    expect(grace.get_by_role("main")).not_to_contain_text("This number is not proven yet.")
    rings(city, PRIVATE, PLAIN)
    grace.goto(f"{city.house.url}/portal/attorney/contacts/")
    seen.look(grace, "contacts")
    assert seen.said() == ""
    reads_spanish(city, ines, grace)


def reads_spanish(city: Town, ines: Page, grace: Page) -> None:
    """The same pages for whoever reads Spanish."""
    seen = Eyes(eyes.WIDTHS, "attorney-es")
    for page, where, parts in (
        (grace, "portal/attorney/", ("", "ask/", "private/", "contacts/")),
        (ines, "console/attorneys/", ("", "verified/")),
    ):
        speak(page, city, "es")
        for part in parts:
            page.goto(f"{city.house.url}/{where}{part}")
            expect(page.locator("html")).to_have_attribute("lang", "es")
            seen.look(page, f"{where}{part}".strip("/").replace("/", "-"))
    ines.locator("tbody a").first.click()
    seen.look(ines, "case")
    assert seen.said() == ""
