"""A visit with an attorney, from page to page through coturn: nothing kept, nobody else, an end."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Playwright, expect

from tests.engine import coturns
from tests.engine.coturns import Coturn
from tests.journeys import browsers, people, private, sound, visits
from tests.journeys.house import House, eventually
from tests.journeys.people import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
    *coturns.MARKS,
]

LASTS = 50


@pytest.fixture(scope="module")
def two(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Coturn]]:
    """Julian's and his attorney's browser, a house, and the coturn that it knows."""
    folder = tmp_path_factory.mktemp("private")
    keys = folder / "house" / "keys"
    keys.mkdir(parents=True, mode=0o700)
    with ExitStack() as stack:
        coturn = stack.enter_context(Coturn(folder, "ab" * 32, "cd" * 32))
        (keys / "turn.key").write_text("ab" * 32)
        (keys / "turn-line.key").write_text("cd" * 32)
        known = [{"urls": coturn.urls, "line": "{}:{}".format(*coturn.line)}]
        house = House(folder / "house", KINLINE_TURN=json.dumps(known))
        stack.callback(house.stop)
        inside, outside = (
            stack.enter_context(
                browsers.browser(
                    playwright,
                    microphone=sound.tone(folder / f"{colour}.wav", hz),
                    flags=(
                        "--use-file-for-fake-video-capture="
                        + str(visits.camera(folder / f"{colour}.y4m", colour)),
                    ),
                )
            )
            for colour, hz in (("red", sound.INSIDE_HZ), ("green", sound.OUTSIDE_HZ))
        )
        yield Town(house, inside, outside), coturn


def test_attorney_and_client_meet_and_nobody_else_does(two: tuple[Town, Coturn]) -> None:
    city, coturn = two
    sam, priya, julian = city.staff(), city.waits(people.PRIYA), city.signed_in_inside()
    visit = visits.soon(city.house, people.PRIYA, starts=8, lasts=LASTS, private=True)
    priya.goto(visit.portal)
    expect(priya.locator("[data-state=lobby]")).to_contain_text("Nobody records it")
    expect(priya.locator("[data-state=lobby]")).to_contain_text("a relay of ours")
    julian.goto(visit.tablet)

    # Both see and hear each other, and read the same three words.
    private.meet(inside=julian, outside=priya)
    assert private.words(julian) == private.words(priya)
    assert len(private.words(julian).split(" · ")) == 3
    priya.get_by_role("button", name="Show Spanish words").click()
    assert private.words(julian) != private.words(priya)

    # What each sends goes from page to page: through coturn, and through nothing else.
    for page in (julian, priya):
        (pair,) = private.pairs(page)
        low, high = coturn.relays
        assert (pair.here, pair.there) == ("relay", "relay")
        assert low <= pair.here_port <= high
        assert low <= pair.there_port <= high

    # Nobody watches: there is no such page. That it is held is told, so that it can be ended, and
    # not with whom.
    assert sam.goto(visit.console).status == 404  # type: ignore[union-attr]
    sam.goto(f"{city.house.url}/console/visits/live/")
    board = sam.locator("main")
    expect(board.get_by_role("link", name="End visit Julian Marrow")).to_be_visible()
    expect(board).not_to_contain_text("Priya")
    expect(board.get_by_role("link", name="Open")).to_have_count(0)
    assert city.house.recordings() == []

    # At the end two pages that obey nobody hear nothing any more: what they held is gone.
    for page in (julian, priya):
        page.evaluate(private.STUBBORN)
    for page in (julian, priya):
        ended = page.locator("[data-state=ended]")
        expect(ended).to_contain_text("Time was up", timeout=LASTS * 1000 + 20_000)
    eventually(lambda: coturn.holds() == 0, within=15)
    before = [private.received(page) for page in (julian, priya)]
    julian.wait_for_timeout(1500)
    assert [private.received(page) for page in (julian, priya)] == before

    # What is left of it: that it was held, and that there was no recorder.
    number = people.database_id(city, str(visit.id))
    state = "SELECT state FROM visits_visit WHERE id = %s"
    eventually(lambda: city.house.one(state, number) == "ended", within=20)
    lines = city.house.rows(
        "SELECT act, facts FROM audit_line WHERE subject = %s ORDER BY id", str(visit.id)
    )
    told = {act: json.loads(facts) if isinstance(facts, str) else facts for act, facts in lines}
    assert told["visit.opened_private"] == {"recorder": False, "room": False, "relayed": True}
    assert told["visit.ended"]["recorder"] is False
    assert city.house.one("SELECT count(*) FROM recordings_visitrecording") == 0
    assert city.house.recordings() == []
