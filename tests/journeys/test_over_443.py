"""Where a network lets nothing out but TCP 443: pages, sockets and private visits all the same.

A proxy with a certificate stands in front of web and engine, and coturn has 443 of a second
address. Both browsers live behind walls that drop all else, and trust nothing but what a person
could have told them to: the authorities of the test are in their own lists, and no flag is given.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from playwright.sync_api import Browser, Page, Playwright, expect

from kinline.config.certificate import PEM, Certificate, certificate
from tests import nginxes
from tests.engine import coturns
from tests.engine.coturns import Coturn, Tls
from tests.journeys import browsers, network, people, private, sound, visits, weather
from tests.journeys.eyes import WIDTHS, Eyes
from tests.journeys.house import House, eventually
from tests.journeys.people import Town
from tests.journeys.test_try_out import says
from tests.journeys.wall import WalledCable
from tests.nginxes import Nginx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.netns,
    pytest.mark.timeout(600),
    *coturns.MARKS,
    *nginxes.MARKS,
    pytest.mark.skipif(shutil.which("certutil") is None, reason="no certutil"),
]

LASTS = 60
FRONT, RELAY = "10.213.9.1", "10.213.9.5"
SECURE = 443
ENDED = "[data-state=ended]"


class Fronted(House):
    """As browsers know it: by the proxy's address."""

    @property
    def url(self) -> str:
        return f"https://{FRONT}"


class Wary(Town):
    """People whose browsers do not go on past a certificate that nobody vouches for."""

    def _page(self, browser: Browser, viewport: Any, state: Any = None, **options: Any) -> Page:
        return super()._page(browser, viewport, state, **{"ignore_https_errors": False, **options})


@dataclass(frozen=True, slots=True)
class Fort:
    """The town behind its walls, and the relay that they let it reach."""

    town: Town
    coturn: Coturn
    walls: tuple[WalledCable, WalledCable]
    proxy: Nginx


@pytest.fixture(scope="module")
def whole(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    if not (network.possible() and weather.possible()):
        pytest.skip("a wall of one's own needs root, iproute2 and TUN devices")
    folder = tmp_path_factory.mktemp("fort")
    with ExitStack() as stack:
        walls = WalledCable(9), WalledCable(10)
        for wall in walls:
            stack.callback(wall.remove)
        walls[0].also_here(RELAY)
        for wall in walls:
            wall.open((FRONT, SECURE), (RELAY, SECURE))
        shown = certificate(RELAY, folder / "relay", datetime.now(UTC))
        tls = Tls(SECURE, shown.chain, shown.key)
        coturn = stack.enter_context(Coturn(folder, "ab" * 32, "cd" * 32, host=RELAY, tls=tls))
        house = fronted(folder / "house", coturn)
        stack.callback(house.stop)
        proxy = stack.enter_context(in_front(house, folder / "nginx"))
        inside, outside = (
            stack.enter_context(behind(playwright, wall, folder / colour, colour, hz, known))
            for wall, colour, hz, known in (
                (walls[0], "red", sound.INSIDE_HZ, (proxy.certificate, shown)),
                (walls[1], "green", sound.OUTSIDE_HZ, (proxy.certificate, shown)),
            )
        )
        yield Fort(Wary(house, inside, outside), coturn, walls, proxy)


@pytest.fixture
def fort(whole: Fort, request: pytest.FixtureRequest) -> Iterator[Fort]:
    failures = request.session.testsfailed
    yield whole
    if request.session.testsfailed > failures:
        print(whole.town.what_is_seen(), [wall.held for wall in whole.walls], sep="\n")
    whole.town.go_home()


def fronted(folder: Path, coturn: Coturn) -> Fronted:
    """A house that knows the relay, and itself by the proxy's address alone."""
    keys = folder / "keys"
    keys.mkdir(parents=True, mode=0o700)
    (keys / "turn.key").write_text("ab" * 32)
    (keys / "turn-line.key").write_text("cd" * 32)
    known = [{"urls": coturn.urls, "line": "{}:{}".format(*coturn.line)}]
    return Fronted(
        folder,
        KINLINE_TURN=json.dumps(known),
        KINLINE_WEB_URL=f"https://{FRONT}",
        KINLINE_ENGINES=json.dumps([{"id": "e1", "url": f"wss://{FRONT}/engine/e1"}]),
        KINLINE_PROXY="127.0.0.1",
    )


def in_front(house: House, folder: Path) -> Nginx:
    state = house.state
    web, engine = state["web"]["port"], state["engines"][0]["port"]
    return Nginx(folder, FRONT, (SECURE, 80), web=web, engine=engine)


@contextmanager
def behind(
    playwright: Playwright,
    wall: WalledCable,
    home: Path,
    colour: str,
    hz: int,
    known: tuple[Certificate, ...],
) -> Iterator[Browser]:
    """A browser behind a wall, with picture and tone, that trusts who made these certificates."""
    home.mkdir()
    trusts(home, *known)
    chromium = browsers.chromium_path()
    assert chromium
    film = visits.camera(home / "film.y4m", colour)
    with browsers.browser(
        playwright,
        microphone=sound.tone(home / "tone.wav", hz),
        executable=wall.home(chromium, home),
        flags=(f"--use-file-for-fake-video-capture={film}",),
    ) as running:
        yield running


def trusts(home: Path, *shown: Certificate) -> None:
    """Put who made these certificates into the list of the browser that lives there (NSS)."""
    listed = home / ".pki" / "nssdb"
    listed.mkdir(parents=True)
    words = ["certutil", "-d", f"sql:{listed}"]
    subprocess.run([*words, "-N", "--empty-password"], check=True)
    for number, one in enumerate(shown):
        *_, authority = x509.load_pem_x509_certificates(one.chain.read_bytes())
        (home / "authority.pem").write_bytes(authority.public_bytes(PEM))
        added = ["-A", "-t", "C,,", "-n", f"test {number}", "-i", str(home / "authority.pem")]
        subprocess.run([*words, *added], check=True)


def test_the_page_that_tries_a_network_says_that_private_visits_get_through(fort: Fort) -> None:
    odette = fort.town.waits()  # for calls, by a socket through the proxy
    odette.goto(f"{fort.town.house.url}/portal/visits/test/")
    says(odette, "socket", "You reach Kinline")
    says(odette, "udp", "Sound and picture are blocked", "Calls and ordinary visits can’t work")
    says(
        odette,
        "relay",
        "Private visits get through by the one way that is open",
        "nothing but port 443",
    )
    seen = Eyes(WIDTHS, "only-443-en")
    seen.look(odette, "try")
    assert seen.said() == ""


def test_who_guesses_a_password_is_known_by_an_address_of_their_own(fort: Fort) -> None:
    guesser = fort.town.stranger()  # in the outside browser, behind the second wall
    guesser.goto(f"{fort.town.house.url}/sign-in/")
    guesser.locator("[name=login]").fill(people.CARMEN)
    guesser.locator("[name=password]").fill("not-her-password")
    guesser.keyboard.press("Enter")
    attempts = "SELECT ip_address FROM axes_accessattempt"
    known = eventually(lambda: fort.town.house.rows(attempts))
    assert known == [(fort.walls[1].there,)]


def test_a_relay_that_nobody_vouches_for_is_said_to_be_blocked(
    fort: Fort, playwright: Playwright, tmp_path: Path
) -> None:
    """So the green line of the test before is no browser's that takes any certificate."""
    wall, known = fort.walls[1], (fort.proxy.certificate,)
    with behind(playwright, wall, tmp_path / "c", "blue", sound.OUTSIDE_HZ, known) as unaware:
        odette = fort.town.waits(browser=unaware)
        odette.goto(f"{fort.town.house.url}/portal/visits/test/")
        says(odette, "socket", "You reach Kinline")
        says(odette, "relay", "Private visits are blocked", "Try another network")
        odette.context.close()
        fort.town.open.remove(odette.context)


def test_attorney_and_client_meet_over_443_alone_and_the_end_is_the_servers(fort: Fort) -> None:
    city, coturn = fort.town, fort.coturn
    priya, julian = city.waits(people.PRIYA), city.signed_in_inside()
    visit = visits.soon(city.house, people.PRIYA, starts=10, lasts=LASTS, private=True)
    priya.goto(visit.portal)
    julian.goto(visit.tablet)
    private.meet(inside=julian, outside=priya)
    for page, seat in ((priya, "inside"), (julian, "home-1")):
        eventually(lambda at=page, of=seat: visits.moves(at, of), within=15)
    assert private.words(julian) == private.words(priya)

    # Both reach the relay by TLS, and the relay reaches itself: that is the only way there is.
    low, high = coturn.relays
    for page in (julian, priya):
        (pair,) = private.pairs(page)
        assert (pair.here, pair.by, pair.there) == ("relay", "tls", "relay")
        assert low <= pair.here_port <= high
        assert low <= pair.there_port <= high
    # Each tried the way without TLS, too, and the wall let none of it through.
    for wall in fort.walls:
        assert wall.held["udp", RELAY, coturn.port[1]] > 0

    # The end: two pages that obey nobody hear nothing more, for what they held is taken away.
    for page in (julian, priya):
        page.evaluate(private.STUBBORN)
    for page in (julian, priya):
        expect(page.locator(ENDED)).to_contain_text("Time was up", timeout=LASTS * 1000 + 20_000)
    eventually(lambda: coturn.holds() == 0, within=15)
    before = [private.received(page) for page in (julian, priya)]
    julian.wait_for_timeout(1500)
    assert [private.received(page) for page in (julian, priya)] == before
    state = "SELECT state FROM visits_visit WHERE id = %s"
    number = people.database_id(city, str(visit.id))
    eventually(lambda: city.house.one(state, number) == "ended", within=20)
