"""Julian buys a piece of music and a game on his tablet and plays both; the game reaches nobody."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.house import eventually
from tests.journeys.people import Town
from tests.journeys.test_screens import in_language

pytestmark = pytest.mark.browser

WIDTHS = {"small": (600, 960), **eyes.TABLET_WIDTHS}
# What a hostile game would try, from inside its frame. Each answer must be a refusal.
TRIES = {
    "cookies": "() => document.cookie",
    "storage": "() => localStorage.length",
    "the page around it": "() => parent.document.title",
    "its own server": "() => fetch('/healthz').then((a) => a.text())",
    "its own file": "() => fetch('lamps.js').then((a) => a.text())",
    "a socket": """() => new Promise((yes, no) => {
        const one = new WebSocket(`ws://${location.host}/x`);
        one.onopen = yes; one.onerror = () => no(new Error('closed')); })""",
    "a worker": "() => new Promise((yes, no) => {"
    " const one = new Worker('lamps.js'); one.onmessage = yes; one.onerror = no; })",
    "a picture of elsewhere": """() => new Promise((yes, no) => {
        const one = new Image(); one.onload = yes; one.onerror = no;
        one.src = '/static/kinline/img/kinline-mark.svg'; })""",
    "the way out": "() => { top.location = '/tablet/'; }",
    "a window": "() => window.open('/tablet/').closed",
    "the microphone": "() => navigator.mediaDevices.getUserMedia({ audio: true })",
}
# Not by eval: the game's policy would stop that, and every try would look refused.
TRY = (
    "async () => { try { const one = %s; return `it went: ${await one()}`; } catch { return ''; } }"
)


# Everything a page can say to a server without asking for an answer.
SHOUT = """
(to) => {
  navigator.sendBeacon(`${to}/beacon`, "x");
  fetch(`${to}/fetch`, { mode: "no-cors" }).catch(() => 0);
  new Image().src = `${to}/picture`;
  const make = (name, facts) => Object.assign(document.createElement(name), facts);
  const add = (name, facts) => document.body.append(make(name, facts));
  add("script", { src: `${to}/script` });
  add("link", { rel: "stylesheet", href: `${to}/style` });
  add("link", { rel: "prefetch", href: `${to}/prefetch` });
  add("iframe", { src: `${to}/frame` });
  add("video", { src: `${to}/video`, autoplay: true });
  add("style", { textContent: `body { background: url(${to}/background) }` });
  const form = make("form", { action: `${to}/form`, method: "post" });
  document.body.append(form);
  form.submit();
  const link = make("a", { href: `${to}/link`, target: "_blank" });
  document.body.append(link);
  link.click();
}
"""


def buy(page: Page, title: str, price: str) -> None:
    """From the shelf to the thing itself, as the pages lead."""
    page.get_by_role("link", name=re.compile(title)).click()
    expect(page.get_by_role("heading", name=price)).to_be_visible()
    page.get_by_role("link", name="Buy").click()
    expect(page.get_by_text("Left after it")).to_be_visible()
    page.get_by_role("button", name="Yes, buy it").click()
    page.wait_for_url(re.compile("/tablet/shop/library/[0-9a-f-]{36}/"))


def game_of(page: Page) -> Frame:
    """The frame of the game, once its board is there."""
    page.frame_locator("iframe").get_by_role("button").nth(25).wait_for()
    (found,) = [frame for frame in page.frames if "/play/" in frame.url]
    return found


def lit(frame: Frame) -> int:
    return frame.locator("[aria-pressed=true]").count()


def test_julian_buys_music_and_a_game_and_plays_both(city: Town) -> None:
    page = city.signed_in_inside()
    page.get_by_role("link", name=re.compile("^Shop")).click()
    expect(page.get_by_text("$12.50 in your debit account")).to_be_visible()
    buy(page, "First Light", "$0.99")
    sound = page.locator("audio")
    eventually(lambda: sound.evaluate("one => one.duration") or 0)
    assert 40 < sound.evaluate("one => one.duration") < 45
    sound.evaluate("one => one.play()")
    eventually(lambda: sound.evaluate("one => one.currentTime") > 0.5)
    sound.evaluate("one => { one.currentTime = 30 }")
    eventually(lambda: sound.evaluate("one => one.currentTime") > 30.3)
    sound.evaluate("one => one.pause()")

    page.goto(f"{city.house.url}/tablet/shop/?kind=game")
    buy(page, "Lamps", "$1.50")
    frame = game_of(page)
    # By keyboard alone: from lamp to lamp with arrows, Enter to touch.
    frame.locator("[aria-pressed]").first.focus()
    before = lit(frame)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    after = lit(frame)
    assert before != after
    expect(frame.get_by_role("status")).to_have_text(f"Lamps on: {after}. Moves: 1.")
    page.keyboard.press("Enter")
    assert lit(frame) == before
    frame.get_by_role("button", name="New board").click()
    expect(frame.get_by_role("status")).to_contain_text("Moves: 0.")

    assert {name for name in TRIES if attempt(frame, TRIES[name])} == set()
    assert page.url.startswith(f"{city.house.url}/tablet/shop/library/")
    assert {name for name in LINES if attempt(frame, LINES[name])} == set()
    with listening() as (elsewhere, heard):
        page.request.get(f"{elsewhere}/ready")
        assert heard == ["/ready"], "who asks is heard"
        frame.evaluate(SHOUT, elsewhere)
        page.wait_for_timeout(800)
        wanders(page, frame, elsewhere)
        assert heard == ["/ready"], "the game is heard by nobody"

    page.goto(f"{city.house.url}/tablet/shop/library/")
    expect(page.get_by_role("link", name=re.compile("First Light|Lamps"))).to_have_count(2)
    page.goto(f"{city.house.url}/tablet/shop/")
    expect(page.get_by_text("$10.01 in your debit account")).to_be_visible()
    checked = city.house.command("kinline", "books", "check")
    assert '"even":true' in checked
    assert '"astray":[]' in checked


def attempt(frame: Frame, code: str) -> Any:
    """What came of one try; empty if it was refused. In the game's own world and policy."""
    assert frame.evaluate(TRY % "() => 1 + 1") == "it went: 2"
    return frame.evaluate(TRY % code)


# A connection of two people goes round what a policy says of connections. In the game's own window,
# in one it makes inside, and in one that loads a script of its bundle there.
LINES = {
    "its own window": "() => new RTCPeerConnection()",
    "an old name": "() => new webkitRTCPeerConnection()",
    "put back": """() => { delete window.RTCPeerConnection;
        window.RTCPeerConnection = 1; return new RTCPeerConnection(); }""",
    "a window inside": """() => {
        const one = document.createElement("iframe"); document.body.append(one);
        return new one.contentWindow.RTCPeerConnection(); }""",
    "a page inside": """() => new Promise((yes, no) => {
        window.onmessage = yes; setTimeout(() => no(Error("nothing")), 900);
        const one = document.createElement("iframe");
        one.srcdoc = "<script>new RTCPeerConnection(); parent.postMessage(1, '*')</scr" + "ipt>";
        document.body.append(one); })""",
    "code in a page": """() => new Promise((yes, no) => {
        const one = document.createElement("script");
        one.textContent = "window.ran = 1"; document.body.append(one);
        window.ran ? yes() : no(Error("nothing")); })""",
}


def wanders(page: Page, frame: Frame, address: str) -> None:
    """A game that leads its own frame elsewhere comes to nothing, and the page stays."""
    before = page.url
    frame.evaluate("(to) => { location.href = `${to}/wandered` }", address)
    page.wait_for_timeout(800)
    inside = [one.url for one in page.frames if one != page.main_frame]
    assert not any(one.startswith(address) for one in inside)
    assert page.url == before


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server of somebody else's: its address, and what it was asked for."""
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            """Nothing: the list is enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.looks
@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.long)])
def test_the_shop_on_the_tablet(city: Town, language: str) -> None:
    seen = Eyes(WIDTHS, f"shop-{language}")
    page = city.signed_in_inside(people.TOMAS, "nh-example")
    in_language(page, language)
    home = city.house.url

    def look(name: str, address: str) -> None:
        answer = page.goto(f"{home}{address}")
        assert answer
        assert answer.ok, f"{address}: {answer.status}"
        seen.look(page, name)

    look("home", "/tablet/")
    look("shelf", "/tablet/shop/")
    look("empty-library", "/tablet/shop/library/")
    page.goto(f"{home}/tablet/shop/?kind=game")
    item = page.locator("a.k-good").first.get_attribute("href") or ""
    look("item", item)
    look("buy", f"{item}buy/")
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/library/"))
    game_of(page)
    seen.look(page, "game")
    page.goto(f"{home}/tablet/shop/?kind=music")
    page.goto(f"{home}{page.locator('a.k-good').first.get_attribute('href')}buy/")
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/library/"))
    seen.look(page, "music")
    look("library", "/tablet/shop/library/")
    look("item-owned", item)
    city.house.arrange(
        "from kinline.apps.shop.models import Item, Price, Purchase\n"
        "from django.utils import timezone\n"
        "Purchase.objects.all().update(paid_back_at=timezone.now(), why='a test')\n"
        "now = timezone.now()\n"
        "for item in Item.objects.filter(kind='game'):\n"
        "    Price.objects.create(item=item, cents=9900, from_at=now, set_at=now, set_by='x')\n"
    )
    look("too-little", item)
    city.house.arrange(
        "from kinline.apps.shop.models import Price\nPrice.objects.filter(set_by='x').delete()\n"
    )
    assert seen.said() == ""


@pytest.mark.looks
@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.long)])
def test_the_counter_in_the_console(city: Town, language: str) -> None:
    seen = Eyes(eyes.WIDTHS, f"counter-{language}")
    rae = city.staff(people.RAE)
    rae.context.add_cookies([{"name": "django_language", "value": language, "url": city.house.url}])
    home = f"{city.house.url}/console/shop/nh-example/"
    for name, address in {
        "catalogue": "", "add-game": "add/game/", "add-stamps": "add/stamps/", "sales": "sales/",
    }.items():  # fmt: skip
        answer = rae.goto(f"{home}{address}")
        assert answer
        assert answer.ok
        seen.look(rae, name)
    rae.goto(home)
    rae.locator("tbody a").first.click()
    rae.wait_for_url(re.compile("[0-9a-f-]{36}/$"))
    seen.look(rae, "item")
    rae.goto(f"{home}add/game/")
    rae.locator("main form .usa-button").first.click()
    expect(rae.locator(".usa-error-message").first).to_be_visible()
    seen.look(rae, "add-mistakes")
    assert seen.said() == ""
