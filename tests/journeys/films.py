"""VideoGrams in a real browser: filmed with the camera that Chromium makes up, and played."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

MADE_ANEW = 90_000  # ms at most: by a process of its own, on a busy machine


def filmed(page: Page) -> None:
    """In an open thread: turn the camera on, record, watch it, and take it."""
    page.context.grant_permissions(["camera", "microphone"])
    page.get_by_role("button", name="VideoGram", exact=True).click()
    film = page.locator("[data-film]")
    page.get_by_role("button", name="Turn on the camera").click()
    expect(film).to_have_attribute("data-step", "live")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(film).to_have_attribute("data-step", "recording")
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop").click()
    expect(film).to_have_attribute("data-step", "made")
    plays(page.locator("[data-seen]"))  # one sees oneself before sending
    page.get_by_role("button", name="Add to message").click()
    along = page.get_by_text("The VideoGram goes along with your message.")
    expect(along).to_be_visible(timeout=MADE_ANEW)


def plays(video: Locator) -> None:
    """It has a picture, and goes on."""
    seen: dict[str, Any] = video.evaluate(
        """async (film) => {
            film.muted = true;
            film.play();
            for (let tries = 0; tries < 900 && film.currentTime < 0.3; tries += 1)
                await new Promise((soon) => setTimeout(soon, 50));
            return {wide: film.videoWidth, high: film.videoHeight, at: film.currentTime};
        }"""
    )
    assert seen["wide"] > 0
    assert seen["high"] > 0
    assert seen["at"] >= 0.3


def arrived(page: Page) -> None:
    """It waits in the thread that the other side has open, and plays there."""
    page.reload()
    film = page.get_by_label(re.compile("^VideoGram, ")).last
    expect(film).to_be_visible()
    plays(film)
