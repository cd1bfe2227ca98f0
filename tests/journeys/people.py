"""The town's people, as they use their pages: by the words and buttons they see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, TimeoutError, expect

from tests.journeys import browsers, sound
from tests.journeys.house import House, eventually

PASSWORD = "kinline-demo-2026"
CODES = {
    "ma-bristol": "BRISTOL1",
    "ma-bristol-a": "BRISTOL3",  # the tablet of another unit
    "nh-example": "EXAMPLE1",
    "nh-intake": "EXAMPLE3",
    "ma-suffolk": "SUFFOLK1",
    "ma-doc-norfolk": "NORFOLK1",
}
DESMOND = ("12-4410", "441012")
JULIAN, TOMAS, WENDELL = ("40-2719", "271900"), ("55-1034", "103400"), ("31-0007", "700031")
ODETTE, CARMEN, GRACE = "odette@example.org", "carmen@example.org", "grace@example.org"
PRIYA, NADIA, DESK = "priya@example.org", "nadia@example.org", "desk@crisis.example"
SAM, INES, THEO, RAE = (
    "sam@bristol.example",
    "ines@bristol.example",
    "theo@suffolk.example",
    "rae@nh.example",
)


@dataclass
class Town:
    """One house and the browsers in it. Devices and sign-ins are kept between tests, as in life."""

    house: House
    inside: Browser
    outside: Browser
    kept: dict[str, Any] = field(default_factory=dict)
    open: list[BrowserContext] = field(default_factory=list)

    # --- inside -----------------------------------------------------------------------

    def tablet(self, place: str = "ma-bristol", browser: Browser | None = None) -> Page:
        """A fresh profile on the enrolled tablet of a place, at its first page."""
        state = self.kept.get(place)
        page = self._page(browser or self.inside, browsers.TABLET, state)
        page.goto(f"{self.house.url}/tablet/")
        if state is None:
            page.get_by_label("Code").fill(CODES[place])
            page.get_by_role("button", name="Set up").click()
            expect(page.get_by_role("heading", name="Your ID")).to_be_visible()
            cookies = page.context.cookies()
            device = [one for one in cookies if one["name"] == "kinline_device"]
            self.kept[place] = {"cookies": device, "origins": []}
        return page

    def signed_in_inside(
        self,
        who: tuple[str, str] = JULIAN,
        place: str = "ma-bristol",
        browser: Browser | None = None,
    ) -> Page:
        page = self.tablet(place, browser)
        give_id_and_pin(page, *who)
        at_home_inside(page)
        return page

    def calls(self, page: Page, label: str) -> str:
        """Choose somebody from the allowed list; returns the call's id once it is known."""
        page.goto(f"{self.house.url}/tablet/call/")
        page.get_by_role("button", name=label).click()
        return call_id(page)

    # --- outside and staff --------------------------------------------------------------

    def waits(self, email: str = ODETTE, browser: Browser | None = None, **options: Any) -> Page:
        """A contact's home page, connected and waiting for calls."""
        page = self._account(email, browser or self.outside, browsers.PHONE, **options)
        page.goto(f"{self.house.url}/portal/")
        expect(page.locator("#waiting[data-status=waiting]")).to_be_attached()
        return page

    def staff(self, email: str = SAM) -> Page:
        """A member of staff's console, signed in with password and code."""
        return self._account(email, self.outside, browsers.DESKTOP)

    def stranger(self, browser: Browser | None = None) -> Page:
        """Somebody who is signed in nowhere."""
        return self._page(browser or self.outside, browsers.DESKTOP)

    def speaks(self, email: str, language: str) -> None:
        """Change the language an account reads."""
        self.house.arrange(
            "from kinline.apps.people.models import Account, Contact\n"
            f"Account.objects.filter(email={email!r}).update(language={language!r})\n"
            f"Contact.objects.filter(account__email={email!r}).update(language={language!r})"
        )

    def _account(
        self, email: str, browser: Browser, viewport: dict[str, int], **options: Any
    ) -> Page:
        page = self._page(browser, viewport, self.kept.get(email), **options)
        if email not in self.kept:
            page.goto(f"{self.house.url}/sign-in/")
            page.locator("[name=login]").fill(email)
            page.locator("[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile("(portal|console|code|authenticate)"))
            if "portal" not in page.url and "console" not in page.url:
                self._give_code(page, email)
            self.kept[email] = page.context.storage_state()
        return page

    def _give_code(self, page: Page, email: str) -> None:
        """A code may have run out by the time it is typed, on a busy machine: once more, then."""
        for _ in range(3):
            page.get_by_label("Code").fill(self.house.command("kinline", "code", email))
            page.keyboard.press("Enter")
            try:
                page.wait_for_url(re.compile("/console/"), timeout=20_000)
            except TimeoutError:
                continue
            return
        raise AssertionError(f"no code of {email} was taken: {page.inner_text('body')}")

    def _page(
        self, browser: Browser, viewport: dict[str, int], state: Any = None, **options: Any
    ) -> Page:
        context = browsers.person(browser, viewport=viewport, storage_state=state, **options)
        self.open.append(context)
        return context.new_page()

    def what_is_seen(self) -> str:
        """The address and the words of every open page, for whoever reads a failed test."""
        pages = [page for context in self.open for page in context.pages]
        return "\n\n".join(f"{page.url}\n{page.inner_text('body')}" for page in pages)

    def go_home(self) -> None:
        """Close every page that a test left open."""
        for context in self.open:
            context.close()
        self.open.clear()


@contextmanager
def town(playwright: Playwright, house: House, folder: Path) -> Iterator[Town]:
    """Two browsers with different tones: inside and outside."""
    inside_tone = sound.tone(folder / "inside.wav", sound.INSIDE_HZ)
    outside_tone = sound.tone(folder / "outside.wav", sound.OUTSIDE_HZ)
    with (
        browsers.browser(playwright, microphone=inside_tone) as inside,
        browsers.browser(playwright, microphone=outside_tone) as outside,
    ):
        yield Town(house, inside, outside)


def give_id_and_pin(page: Page, number: str, pin: str) -> None:
    expect(page.get_by_role("heading", name="Your ID")).to_be_visible()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your PIN")).to_be_visible()
    page.keyboard.type(pin)
    page.keyboard.press("Enter")


def at_home_inside(page: Page) -> None:
    expect(page.get_by_role("link", name=re.compile("^Call|^Llamar"))).to_be_visible()


def call_id(page: Page) -> str:
    """The call a tablet's page is about; waits until web has named it."""
    page.wait_for_url(re.compile("/tablet/calls/[0-9a-f-]{36}/"))
    found = re.search("[0-9a-f-]{36}", page.url)
    assert found
    return found.group()


def booked(town: Town, call: str) -> tuple[str, int]:
    """How the books say the call ended, and after how many seconds of talk; waits for them."""
    ((reason, seconds),) = eventually(
        lambda: town.house.rows(
            "SELECT end_reason, talk_seconds FROM calls_callrecord WHERE call_id = %s",
            database_id(town, call),
        ),
        within=30,  # web may be on its way back
    )
    return reason, seconds


def database_id(town: Town, call: str) -> str:
    """SQLite keeps identifiers without dashes."""
    return call if town.house.database_url else UUID(call).hex


def gives_a_reason(staff: Page, reason: str) -> None:
    """The page that ends a call: a reason from the list, and a sentence of one's own."""
    staff.get_by_text("Someone’s safety").click()
    staff.get_by_label("In your words").fill(reason)
    staff.get_by_role("button", name="End call").click()


def hears_recording(town: Town, call: str, why: str) -> np.ndarray:
    """Sam says why and plays the recording in his browser. Returns both channels."""
    sam = town.staff()
    link = sam.get_by_role("link", name="Listen, with a reason")

    def offered() -> bool:
        # What a killed engine left is measured by the worker first, every few seconds.
        sam.goto(f"{town.house.url}/console/calls/{call}/")
        return link.count() == 1

    eventually(offered, within=20, every=1)
    link.click()
    sam.locator("[name=purpose]").fill(why)
    with sam.expect_response(re.compile("/audio")) as sounded:
        sam.get_by_role("button", name="Open the player").click()
    content = sounded.value.body()
    play = sam.get_by_role("button", name="Play")
    expect(play).to_be_enabled()
    play.click()
    expect(sam.locator("[data-at]")).to_have_text(re.compile("0:0[2-9]"))
    with sam.expect_response(re.compile("/heard")) as told:
        sam.get_by_role("button", name="Pause").click()
    assert told.value.ok
    return sound.channels(content)


def each_on_its_own(inside: np.ndarray, outside: np.ndarray, *, times: int) -> None:
    """Each channel has its side's tone, so many times louder than the other's.

    A browser's own noise suppression turns a steady tone down, so loud is relative.
    """
    for own, other, channel in (
        (sound.INSIDE_HZ, sound.OUTSIDE_HZ, inside),
        (sound.OUTSIDE_HZ, sound.INSIDE_HZ, outside),
    ):
        assert sound.loudness(channel, own) > 0.005
        assert sound.loudness(channel, other) < sound.loudness(channel, own) / times


def state(page: Page, name: str, *, within: float = 15) -> None:
    """Wait until the call screen of this page shows a state."""
    section = page.locator(f"section.k-call[data-state={name}]")
    expect(section).to_be_visible(timeout=within * 1000)


def answers(page: Page) -> None:
    """Answer a ringing call, up to its announcement."""
    state(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    state(page, "announcement")


def talk(inside: Page, outside: Page) -> None:
    """From ringing to talking: answer, then the key 1."""
    answers(outside)
    outside.keyboard.press("1")
    state(outside, "talking")
    state(inside, "talking")


def ended(page: Page, sentence: str, *, within: float = 15) -> None:
    """Wait until the page says that, and why, the call ended."""
    state(page, "ended", within=within)
    section = page.locator("section.k-call[data-state=ended]")
    expect(section).to_contain_text(sentence, timeout=within * 1000)
