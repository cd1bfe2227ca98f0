"""The recorder in a real browser: record, watch, start over, take; and a line that breaks."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.cast import Town
from tests.doors import people
from tests.journeys import browsers, eyes

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.looks]
WIDTHS = {**eyes.WIDTHS, "lying": (1280, 800)}


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def served(environ: dict[str, object], start: object) -> object:
    try:
        return StaticFilesHandler(WSGIHandler())(environ, start)
    finally:
        connections.close_all()


@pytest.fixture
def page(committed_town: Town, tmp_path: Path, settings: object) -> Iterator[Page]:
    """Odette's browser, signed in, with a camera that is not real."""
    if browsers.chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    settings.ROOT_URLCONF = "tests.doors.film_page"  # type: ignore[attr-defined]
    for name in ("UPLOADS", "STORED", "WORK"):
        setattr(settings, name, tmp_path / name.lower())
    cookies = people.outside(committed_town.odette).cookies
    server = make_server("127.0.0.1", 0, served, Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=browsers.chromium_path(), args=browsers.FLAGS
        )
        context = browser.new_context(base_url=home, viewport=browsers.PHONE)
        context.add_cookies(
            [{"name": n, "value": c.value, "url": home} for n, c in cookies.items()]
        )
        yield context.new_page()
        browser.close()
    server.shutdown()
    server.server_close()


def step(page: Page, name: str) -> None:
    expect(page.locator("[data-film]")).to_have_attribute("data-step", name, timeout=20_000)


def test_a_videogram_is_recorded_watched_and_sent_over_a_bad_line(page: Page) -> None:
    seen = eyes.Eyes(WIDTHS, "film")
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    page.goto("/film/?seconds=4")
    seen.look(page, "ready")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Turn on the camera").click()
    step(page, "live")
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_focused()
    seen.look(page, "live")

    page.get_by_role("button", name="Record", exact=True).click()
    step(page, "recording")
    assert re.fullmatch(r"0:0[1-4]", page.locator("[data-clock]").inner_text())
    page.get_by_role("button", name="Start over").click()
    step(page, "live")
    page.get_by_role("button", name="Record", exact=True).press("Enter")
    step(page, "recording")
    page.wait_for_timeout(1200)
    if os.environ.get("KINLINE_SHOTS"):
        seen._keep(page, "film-recording-phone")
    step(page, "made")  # the time ran out by itself
    page.wait_for_function("document.querySelector('[data-seen]').readyState > 0")
    seen.look(page, "made")

    # Every third request meets a dead line, one answer is lost after the piece was kept.
    asked = {"count": 0}

    def weather(route: Route) -> None:
        asked["count"] += 1
        if asked["count"] % 3 == 2:
            route.abort("connectionreset")
        elif asked["count"] == 4:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/portal/uploads/**", weather)
    page.get_by_role("button", name="Add to message").click()
    expect(page.get_by_role("heading")).to_contain_text("Taken", timeout=60_000)
    size = int(re.findall(r"\d+", page.get_by_role("heading").inner_text())[0])
    assert size > 50_000
    assert asked["count"] > 4
    assert not [path for path in Path(settings.UPLOADS).rglob("*") if path.is_file()]
    assert seen.said() == ""
    assert faults == []


def test_without_a_camera_one_reads_why_and_may_choose_a_file(page: Page, tmp_path: Path) -> None:
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia ="
        " () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto("/film/")
    page.get_by_role("button", name="Turn on the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("does not let Kinline use the camera")
    step(page, "ready")
    film = tmp_path / "film.webm"
    film.write_bytes(os.urandom(400_000))
    page.locator("input[type=file]").set_input_files(film)
    step(page, "made")
    page.get_by_role("button", name="Add to message").click()
    expect(page.get_by_role("heading")).to_contain_text("Taken: 400000", timeout=30_000)
