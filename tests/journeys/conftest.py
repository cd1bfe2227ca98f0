"""A house and two browsers for each module of journeys: they start once, the tests share them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.journeys import browsers, people
from tests.journeys.house import House
from tests.journeys.people import Town

PATIENCE_MS = 20_000  # other tests run beside


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For a module and no longer: while it runs, no asyncio test can have a loop."""
    if browsers.chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def module_town(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    house = House(folder)
    try:
        with people.town(playwright, house, folder) as town:
            yield town
    finally:
        house.stop()


@pytest.fixture
def city(module_town: Town, request: pytest.FixtureRequest) -> Iterator[Town]:
    """The module's town; what the test opened is closed after it."""
    failures = request.session.testsfailed
    yield module_town
    if request.session.testsfailed > failures:
        print(module_town.what_is_seen())
    module_town.go_home()


@pytest.fixture
def fresh_house(tmp_path: Path, database: str) -> Iterator[House]:
    """A house that only this test uses, because it will be hurt; its keys fit its own database."""
    house = House(tmp_path, database_url=database if database.startswith("postgres") else "")
    yield house
    house.stop()
