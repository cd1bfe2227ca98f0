"""A VideoGram's whole way, from one camera to the other side's screen, and one back."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.people import Town
from tests.journeys.written import decided

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A film is made anew in a process of its own: on a busy machine that takes a while."""
    expect.set_options(timeout=90_000)
    yield
    expect.set_options(timeout=PATIENCE_MS)


def writes_to(page: Page, city: Town, door: str, name: str) -> None:
    page.context.grant_permissions(["camera", "microphone"])
    page.goto(f"{city.house.url}/{door}/messages/")
    page.get_by_role("link", name=re.compile(f"{name} Marrow")).click()


def records(page: Page) -> None:
    """Turn the camera on, record, watch it, and take it."""
    page.get_by_role("button", name="VideoGram", exact=True).click()
    film = page.locator("[data-film]")
    page.get_by_role("button", name="Turn on the camera").click()
    expect(film).to_have_attribute("data-step", "live")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(film).to_have_attribute("data-step", "recording")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Stop").click()
    expect(film).to_have_attribute("data-step", "made")
    assert plays(page.locator("[data-seen]"))["wide"] > 0, "one sees oneself before sending"
    page.get_by_role("button", name="Add to message").click()
    expect(page.get_by_text("The VideoGram goes along with your message.")).to_be_visible()


def plays(video: Locator) -> dict[str, Any]:
    """Play it to the end, or for a minute: how large the picture is, and how far it came."""
    seen: dict[str, Any] = video.evaluate(
        """async (film) => {
            film.muted = true;
            film.play();
            for (let tries = 0; tries < 600 && !film.ended; tries += 1)
                await new Promise((soon) => setTimeout(soon, 100));
            return {wide: film.videoWidth, high: film.videoHeight, at: film.currentTime};
        }"""
    )
    return seen


def arrives(page: Page) -> None:
    """It waits on the other side, and plays there."""
    page.reload()
    film = page.get_by_label(re.compile("^VideoGram, ")).last
    expect(film).to_be_visible()
    found = plays(film)
    assert found["wide"] > 0
    assert found["high"] > 0
    assert found["at"] > 0.8


def test_odette_films_herself_sam_looks_julian_sees_her_and_films_an_answer(city: Town) -> None:
    odette, julian, sam = city.waits(), city.signed_in_inside(), city.staff()
    writes_to(odette, city, "portal", "Julian")
    records(odette)
    odette.get_by_label("Write to Julian").fill("Look who is here.")
    odette.get_by_role("button", name="Send", exact=True).click()
    expect(odette.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()

    julian.goto(f"{city.house.url}/tablet/messages/")
    assert not julian.get_by_text("Look who is here.").count(), "nobody looked yet"
    newest = "SELECT id FROM review_item ORDER BY submitted_at DESC LIMIT 1"
    sam.goto(f"{city.house.url}/console/review/{UUID(str(city.house.one(newest)))}/")
    assert plays(sam.locator("video"))["wide"] > 0
    decided(city, "approved")

    writes_to(julian, city, "tablet", "Odette")
    expect(julian.get_by_text("Look who is here.")).to_be_visible()
    arrives(julian)

    records(julian)
    julian.get_by_role("button", name="Send", exact=True).click()
    expect(julian.get_by_text(re.compile("^Waiting for review since")).last).to_be_visible()
    decided(city, "approved")
    arrives(odette)
