"""The shipped book holds, and a broken one says file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.rating.book import Service
from kinline.laws import loader

GOOD = """jurisdiction: us-xx
rules:
  - id: one
    from: 2024-01-01
    custody: [county_jail]
    services: [call]
    price_cents_per_minute: 5
    payer: contact
    citation: "Law 1"
    source: "here"
"""


def book_of(folder: Path, text: str) -> None:
    (folder / "us_xx.yaml").write_text(text)
    loader.read_book(folder)


def test_the_shipped_book_prices_calls_at_every_shipped_place_today() -> None:
    now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    prices = {
        place.code: loader.book().in_force(place, Service.CALL, now).price_per_minute.cents
        for place in loader.places().values()
    }
    assert prices.pop(PlaceCode("nh-example")) == 8
    assert set(prices.values()) == {0}


def test_places_we_made_up_say_so_and_real_ones_do_not() -> None:
    made_up = {place.code for place in loader.places().values() if place.fictional}
    assert made_up == {"nh-example"}


def test_a_good_book_loads(tmp_path: Path) -> None:
    book_of(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("from: 2024-01-01", "from: soon", "us_xx.yaml:3: from must be a day"),
        ("payer: contact", "payer: nobody", "us_xx.yaml:3: 'nobody' is not a valid Payer"),
        ("price_cents_per_minute: 5", "price_cents_per_minute: 0.05", "us_xx.yaml:3: cents must"),
        ('citation: "Law 1"', 'citation: ""', "us_xx.yaml:3: citation must be words"),
        ('    source: "here"\n', "", "us_xx.yaml:3: 'source' is missing|source is missing"),
        ("services: [call]", "services: [call]\n    discount: 3", "unknown field 'discount'"),
        ("custody: [county_jail]", "custody: [castle]", "us_xx.yaml:3: 'castle'"),
    ],
)
def test_a_broken_value_is_an_error_with_file_and_line(
    tmp_path: Path, good: str, bad: str, says: str
) -> None:
    assert good in GOOD
    with pytest.raises(loader.LawError, match=says):
        book_of(tmp_path, GOOD.replace(good, bad))


def test_two_values_for_one_day_are_an_error_that_names_both(tmp_path: Path) -> None:
    twin = GOOD + GOOD.split("rules:\n")[1].replace("id: one", "id: two")
    with pytest.raises(loader.LawError, match=r"us_xx.yaml:3 overlaps us_xx.yaml:11"):
        book_of(tmp_path, twin)
