"""Every page at three widths, in English and in Spanish: axe-core finds nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from kinline.core.quarter import Month
from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.timeout(900)]

LANGUAGES = ["en", pytest.param("es", marks=pytest.mark.long)]
LAST_MONTH = Month.of(datetime.now(UTC).date()).later(-1)


@pytest.fixture(scope="module")
def history(module_town: Town) -> str:
    """A finished call, so that lists and histories have something to show. Its id."""
    odette, julian = module_town.waits(), module_town.signed_in_inside()
    call = module_town.calls(julian, "Mama")
    people.talk(julian, odette)
    odette.wait_for_timeout(3500)
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "ended the call.")
    people.booked(module_town, call)
    module_town.go_home()
    return call


@pytest.fixture(scope="module")
def usage(module_town: Town) -> None:
    """Past quarters, so that reports have tables and a line to draw."""
    module_town.house.arrange(
        "from datetime import UTC, datetime\n"
        "from kinline.config.demo import history\n"
        "history.load(now=datetime.now(UTC))"
    )


@pytest.fixture(scope="module")
def old_money(module_town: Town) -> None:
    """Balances from before the law, for Odette and Julian, who are also told of the law."""
    module_town.house.arrange(
        "from datetime import UTC, datetime\n"
        "from kinline.apps.audit.actions import KINLINE\n"
        "from kinline.apps.charging.telling import tell_place\n"
        "from kinline.config import demo\n"
        "now = datetime.now(UTC)\n"
        "demo.fund(now=now, old=True)\n"
        "tell_place(place='ma-bristol', law='ma-87a', by=KINLINE, now=now)"
    )


def speak(page: Page, town: Town, language: str) -> None:
    """The language as the page's own cookie holds it."""
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": town.house.url}]
    )


def go(town: Town, page: Page, seen: Eyes, names: dict[str, str]) -> None:
    for name, address in names.items():
        answer = page.goto(f"{town.house.url}{address}")
        assert answer
        assert answer.ok or name == "not-there", f"{address}: {answer.status}"
        seen.look(page, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_pages(city: Town, usage: None, language: str) -> None:
    page = city.stranger()
    speak(page, city, language)
    seen = Eyes(eyes.WIDTHS, f"public-{language}")
    pages = {
        "home": "/",
        "facility": "/facilities/ma-bristol/",
        "facility-paid": "/facilities/nh-example/",
        "statistics": "/statistics/",
        "facilities": "/facilities/",
        "law": "/laws/ma-worcester/?on=2023-11-15",
        "law-capped": "/laws/nh-example/",
        "help": "/help/",
        "question": "/help/long-distance/?place=nh-example",
        "sign-in": "/sign-in/",
        "not-there": "/facilities/nowhere/",
    }
    go(city, page, seen, pages)
    for place in ("", "ma-bristol", "co-doc-example"):
        page.goto(f"{city.house.url}/help/?place={place}")
        open_all(page)
        seen.look(page, f"help-open-{place}")
    assert seen.said() == ""


def open_all(page: Page) -> None:
    """Open everything that can be folded out, as someone reads a page to its end."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portal(city: Town, history: str, old_money: None, language: str) -> None:
    odette = city.waits()
    speak(odette, city, language)
    city.speaks(people.ODETTE, language)
    seen = Eyes(eyes.WIDTHS, f"portal-{language}")
    pages = {
        "home": "/portal/",
        "calls": "/portal/calls/",
        "call": f"/portal/calls/{history}/",
        "blocks": "/portal/blocks/",
        "account": "/portal/account/",
        "accounts": "/portal/accounts/",
        "account-calls": "/portal/accounts/of/prepaid_collect/",
        "account-stamps": "/portal/accounts/of/stamps/ma-bristol/",
        "help": "/portal/help/",
        "answers": "/portal/help/answers/",
        "answer": "/portal/help/answers/long-distance/",
    }
    go(city, odette, seen, pages)
    city.speaks(people.ODETTE, "en")
    assert seen.said() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tablet(city: Town, history: str, old_money: None, language: str) -> None:
    seen = Eyes(eyes.TABLET_WIDTHS, f"tablet-{language}")
    page = city.tablet()
    in_language(page, language)
    seen.look(page, "sign-in")
    page.keyboard.type(people.JULIAN[0])
    page.keyboard.press("Enter")
    expect(page.locator("[name=pin]")).to_be_attached()
    seen.look(page, "pin")
    page.keyboard.type(people.JULIAN[1])
    page.keyboard.press("Enter")
    people.at_home_inside(page)
    in_language(page, language)
    pages = {
        "home": "/tablet/",
        "dialler": "/tablet/call/",
        "calls": "/tablet/calls/",
        "accounts": "/tablet/accounts/",
        "account": "/tablet/accounts/of/debit/",
        "call": f"/tablet/calls/{history}/",
        "name": "/tablet/name/",
        "help": "/tablet/help/",
        "answers": "/tablet/help/answers/",
        "answer": "/tablet/help/answers/long-distance/",
    }
    go(city, page, seen, pages)
    page.goto(f"{city.house.url}/tablet/call/")
    page.locator("[name=number]").fill("6175550199")
    page.keyboard.press("Enter")
    people.call_id(page)
    expect(page.locator(".k-no").first).to_be_visible()
    seen.look(page, "refused")
    page.goto(f"{city.house.url}/tablet/")
    in_language(page, "en")
    assert seen.said() == ""


def test_the_way_to_ones_accounts(city: Town, old_money: None) -> None:
    """Odette finds her account and its answer by what the pages say; so does Julian,
    who has $12.50 from the demo and $12.05 brought in."""
    odette, julian = city.waits(), city.signed_in_inside()
    odette.get_by_role("link", name="Account", exact=True).last.click()
    odette.get_by_role("link", name="Your accounts").click()
    expect(odette.locator("main")).to_contain_text("get all of $41.18 back")
    odette.get_by_role("link", name="Phone account: why").click()
    expect(odette.get_by_role("heading", name="Who says so")).to_be_visible()
    odette.get_by_role("link", name="G.L. c. 127, § 87A").click()
    expect(odette.get_by_role("heading", name=re.compile("Laws in force on"))).to_be_visible()
    julian.get_by_role("link", name=re.compile("^My money")).click()
    julian.get_by_role("link", name="Debit account: why").click()
    expect(julian.locator("main")).to_contain_text("Nothing happens to $24.55. It stays yours.")


def in_language(page: Page, language: str) -> None:
    """Choose the language as the page offers it, if it is not that already."""
    if page.locator("html").get_attribute("lang") == language:
        return
    name = {"en": "English", "es": "Español"}[language]
    menu = page.locator("details.k-lang summary")
    if menu.count():
        menu.first.click()
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).last.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_console(city: Town, history: str, usage: None, old_money: None, language: str) -> None:
    ines, sam = city.staff(people.INES), city.staff(people.SAM)
    seen = Eyes(eyes.WIDTHS, f"console-{language}")
    for page in (ines, sam):
        speak(page, city, language)
    pages = {
        "people": "/console/people/",
        "person-add": "/console/people/add/",
        "stations": "/console/stations/ma-bristol/",
        "phones": "/console/phones/ma-bristol/",
        "facility": "/console/facility/ma-bristol/",
        "contact": "/console/facility/ma-bristol/contact/",
        "signs": "/console/facility/ma-bristol/signs/",
        "writing": "/console/facility/ma-bristol/writing/",
        "plan": "/console/facility/ma-bristol/plan/",
        "tell": "/console/facility/ma-bristol/tell/",
        "told": "/console/facility/ma-bristol/tell/ma-87a/",
        "staff": "/console/staff/ma-bristol/",
        "audit": "/console/audit/",
        "reports": "/console/reports/",
        "report-on-paper": "/console/reports/print/",
        "bill": f"/console/reports/bill/?month={LAST_MONTH}&under=us_ma_repeal",
        "security": "/security/",
    }
    go(city, ines, seen, pages)
    follow(city, ines, seen, "person", "/console/people/", r"/console/people/[0-9a-f-]{36}/")
    here = ines.url.removeprefix(city.house.url)
    subpages = {
        "person-change": "change/",
        "person-pin": "pin/",
        "person-transfer": "transfer/",
        "person-release": "release/",
        "number-add": "numbers/add/",
        "order": "contacts/order/",
    }
    go(city, ines, seen, {name: here + tail for name, tail in subpages.items()})
    papers(city, ines, seen, here)
    follow(city, ines, seen, "number", here, r"/numbers/[0-9a-f-]{36}/")
    follow(
        city,
        ines,
        seen,
        "station",
        "/console/stations/ma-bristol/",
        r"/console/stations/ma-bristol/[0-9a-f-]{36}/",
    )
    pages = {
        "live": "/console/",
        "calls": "/console/calls/",
        "watches": "/console/watches/",
        "watch-add": "/console/watches/at/ma-bristol/add/",
        "hot": "/console/hot-numbers/?more_than=1",
        "call": f"/console/calls/{history}/",
        "find": "/console/find/?q=marrow",
    }
    go(city, sam, seen, pages)
    follow(
        city, sam, seen, "recording", f"/console/calls/{history}/", r"/console/recordings/[^/]+/"
    )
    if sam.locator("[name=purpose]").count():  # a listening stays open for a while
        sam.locator("[name=purpose]").fill("Looking at the page")
        sam.locator("form:has([name=purpose]) button").first.click()
    expect(sam.locator("[data-play]")).to_be_enabled()
    seen.look(sam, "player")
    assert seen.said() == ""


def papers(city: Town, ines: Page, seen: Eyes, person: str) -> None:
    """An order against an address that nobody has, its paper as a PDF, and the list with both."""
    city.house.arrange(
        "from django.utils import timezone\n"
        "from kinline.apps.people.models import NoContact\n"
        f"facts = dict(person_id='{person.split('/')[-2]}', email='nobody@example.org')\n"
        "said = dict(reason='Probate court, 24-1187', made_by='test')\n"
        "when = dict(from_at=timezone.now(), made_at=timezone.now())\n"
        "NoContact.objects.filter(**facts).exists() or "
        "NoContact.objects.create(**facts, **said, **when)"
    )
    follow(city, ines, seen, "order-paper", f"{person}contacts/", r"/orders/[0-9a-f-]{36}/paper/")
    pdf = b"%PDF-1.7\nstay away\nstartxref\n9\n%%EOF\n"
    file = {"name": "order.pdf", "mimeType": "application/pdf", "buffer": pdf}
    ines.locator("[name=file]").set_input_files(file)
    ines.locator("form:has([name=file]) button").click()
    expect(ines.locator("[role=status], .k-note").first).to_be_visible()
    seen.look(ines, "links")


def follow(town: Town, page: Page, seen: Eyes, name: str, start: str, link: str) -> None:
    """Open the first link of a page whose address looks so."""
    page.goto(f"{town.house.url}{start}")
    found = page.locator("main a").evaluate_all("all => all.map((one) => one.href)")
    address = next(one for one in found if re.search(link + "$", one))
    page.goto(address)
    seen.look(page, name)


def test_every_state_of_a_call_on_both_sides(city: Town) -> None:
    odette, julian = city.waits(), city.signed_in_inside()
    outside, inside = Eyes(eyes.WIDTHS, "portal-call"), Eyes(eyes.TABLET_WIDTHS, "tablet-call")

    def look(name: str) -> None:
        outside.look(odette, name)
        inside.look(julian, name)

    city.house.arrange(
        "from kinline.apps.people.models import AllowedNumber\n"
        "AllowedNumber.objects.filter(label='Mama').update(max_call_seconds=95)"
    )
    city.calls(julian, "Mama")
    people.state(odette, "ringing")
    look("1-ringing")
    people.answers(odette)
    people.state(julian, "announcement")
    look("2-announcement")
    odette.keyboard.press("1")
    people.state(julian, "talking")
    look("3-talking")
    watch_the_console(city, look_at=outside)
    for page in (odette, julian):
        expect(page.locator("[data-minute]")).to_be_visible(timeout=60_000)
    look("4-minute")
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "ended the call.")
    people.ended(julian, "You ended the call.")
    look("5-ended")
    assert outside.said() + inside.said() == ""


def watch_the_console(town: Town, look_at: Eyes) -> None:
    """The wallboard with a call on it, and the page that ends one."""
    sam = town.staff(people.SAM)
    sam.goto(f"{town.house.url}/console/")
    expect(sam.locator("table")).to_contain_text("Marrow")
    look_at.look(sam, "console-live")
    sam.get_by_role("link", name=re.compile("End the call")).first.click()
    look_at.look(sam, "console-end")


def test_everything_on_the_way_of_a_call_can_be_done_with_the_keyboard(city: Town) -> None:
    odette, julian = city.waits(), city.signed_in_inside()
    julian.goto(f"{city.house.url}/tablet/call/")
    press_until(julian, "Tab", lambda: "Mama" in focused(julian))
    julian.keyboard.press("Enter")
    people.state(odette, "ringing")
    press_until(odette, "Tab", lambda: "Answer" in focused(odette))
    odette.keyboard.press("Enter")
    people.state(odette, "announcement")
    press_until(odette, "Tab", lambda: "Accept" in focused(odette))
    odette.keyboard.press("Enter")
    people.state(odette, "talking")
    press_until(odette, "Tab", lambda: "End call" in focused(odette))
    odette.keyboard.press("Enter")
    people.ended(odette, "You ended the call.")


def focused(page: Page) -> str:
    text: str = page.evaluate(
        "(document.activeElement === document.body ? '' : document.activeElement.innerText).trim()"
    )
    return text


def press_until(page: Page, key: str, there: Callable[[], bool], most: int = 40) -> None:
    for _ in range(most):
        if there():
            return
        page.keyboard.press(key)
    raise AssertionError(f"not reached with {most} times {key}")
