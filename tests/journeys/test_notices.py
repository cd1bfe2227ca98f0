"""The portal told of things while it is closed, and without a network; how that page looks.

Chromium's own push service cannot be reached from a test: what comes is handed to the service
worker by the browser's debugging protocol, as the push service would hand it over opened. That it
is sealed and posted rightly, tests/apps/test_web_push.py shows.
"""

import json
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]

PAGE = "/portal/settings/notices/"
WITHIN = 30  # seconds for a notice to be drawn, which a busy machine does last


class Worker:
    """The portal's service worker, as the debugging protocol reaches it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wire: CDPSession = page.context.new_cdp_session(page)
        self.found: dict[str, Any] = {}
        self.wire.on("ServiceWorker.workerRegistrationUpdated", self._seen)
        self.wire.send("ServiceWorker.enable")
        # What the browser tells is heard only while something is asked of it.
        eventually(lambda: page.evaluate("true") and self.found, within=WITHIN)

    def _seen(self, told: dict[str, Any]) -> None:
        for one in told["registrations"]:
            if not one["isDeleted"]:
                self.found = one

    def push(self, **told: Any) -> None:
        origin = self.page.evaluate("location.origin")
        self.wire.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": origin,
                "registrationId": self.found["registrationId"],
                "data": json.dumps(told),
            },
        )

    def shown(self) -> list[dict[str, Any]]:
        """Notices that are on the screen now."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """async () => {
              const worker = await navigator.serviceWorker.ready;
              return (await worker.getNotifications()).map((one) => ({
                title: one.title, body: one.body, tag: one.tag, data: one.data,
                stays: one.requireInteraction,
              }));
            }"""
        )
        return found


@pytest.fixture
def odette(city: Town) -> Page:
    page = city.waits()
    page.context.grant_permissions(["notifications"], origin=city.house.url.rstrip("/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def test_a_push_is_shown_without_names_and_a_call_stays_until_it_is_seen(
    city: Town, odette: Page
) -> None:
    worker = Worker(odette)
    worker.push(text="You have a new message.", path="/portal/", tag="messages", rings=False)
    eventually(lambda: worker.shown(), within=WITHIN)
    (one,) = worker.shown()
    assert (one["title"], one["body"], one["stays"]) == (
        "Kinline",
        "You have a new message.",
        False,
    )
    worker.push(text="A call is waiting for you now.", path="/portal/", tag="ring", rings=True)
    eventually(lambda: len(worker.shown()) == 2, within=WITHIN)
    ring = next(one for one in worker.shown() if one["tag"] == "ring")
    assert ring["stays"] is True
    worker.push(text="Another message.", path="/portal/", tag="messages", rings=False)
    eventually(lambda: "Another message." in str(worker.shown()), within=WITHIN)
    assert len(worker.shown()) == 2  # it took the earlier one's place


def test_a_click_on_it_leads_to_its_page_and_never_elsewhere(city: Town, odette: Page) -> None:
    """The click is sent inside the worker: a test has no hand on the system's notices."""
    worker = Worker(odette)
    click = """(path) => navigator.serviceWorker.ready.then((found) => new Promise((done) => {
      found.getNotifications().then((all) => done(all.map((one) => one.data.path)));
    }))"""
    worker.push(text="x", path="/portal/calls/", tag="calls", rings=False)
    eventually(lambda: worker.shown(), within=WITHIN)
    assert "/portal/calls/" in odette.evaluate(click, None)
    odette.evaluate(
        """() => navigator.serviceWorker.dispatchEvent(
          new MessageEvent("message", { data: { go: "https://evil.example/" } }))"""
    )
    assert odette.url.endswith("/portal/")
    odette.evaluate(
        """() => { navigator.serviceWorker.dispatchEvent(
          new MessageEvent("message", { data: { go: "/portal/calls/" } })); }"""
    )
    odette.wait_for_url("**/portal/calls/")


def test_without_a_network_one_page_and_nothing_of_anybody(city: Town, odette: Page) -> None:
    odette.reload()
    odette.evaluate("navigator.serviceWorker.ready.then(() => true)")
    names = odette.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) found.push(one.url);
          }
          return found.map((one) => new URL(one).pathname);
        }"""
    )
    assert "/portal/offline/" in names
    assert all(name == "/portal/offline/" or name.startswith("/static/") for name in names)
    odette.context.set_offline(True)
    odette.goto(f"{city.house.url}/portal/calls/")
    expect(odette.get_by_role("heading", name="You are not online")).to_be_visible()
    seen = Eyes(eyes.WIDTHS, "offline")
    seen.look(odette, "page")
    odette.context.set_offline(False)
    odette.get_by_role("link", name="Try again").click()
    expect(odette.locator("#waiting[data-status=waiting]")).to_be_attached()
    assert seen.said() == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_how_the_page_looks(city: Town, language: str) -> None:
    city.house.arrange(
        "from datetime import UTC, datetime, time\n"
        "from kinline.apps.notices import choices, mail\n"
        "from kinline.apps.notices.models import Consent, Device\n"
        "from kinline.apps.people.models import Contact\n"
        "now = datetime.now(UTC)\n"
        f"one = Contact.objects.get(account__email={people.ODETTE!r})\n"
        "Device.objects.get_or_create(owner=one.pk, endpoint_hash='x', defaults=dict("
        "endpoint='https://fcm.googleapis.com/x', name='Chrome, Android', made_at=now))\n"
        "Consent.objects.get_or_create(owner=one.pk, e164='+16175550142', purpose='texts', "
        "defaults=dict(proof='page_and_code', agreed_at=now))\n"
        "mail.bury(email=one.account.email, because='bounced', now=now)\n"
        "choices.set_quiet(owner=one.pk, quiet=choices.Quiet(time(22), time(7), "
        "'America/New_York'), now=now)"
    )
    page = city.waits()
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": city.house.url}]
    )
    seen = Eyes(eyes.WIDTHS, f"notices-{language}")
    page.goto(f"{city.house.url}{PAGE}")
    seen.look(page, "page")
    page.locator("#phones ~ ul form[action$='sms/code'] button").first.click()
    seen.look(page, "code")
    page.goto(f"{city.house.url}/portal/account/")
    seen.look(page, "account")
    assert seen.said() == ""
