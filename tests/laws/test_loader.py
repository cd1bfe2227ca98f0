"""The shipped book holds, and a broken one says file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.rating.rate import Usage, rate
from kinline.core.rating.terms import Service, Status
from kinline.laws import loader
from tests.laws.conftest import Change


def test_calls_are_free_today_at_every_real_place_and_paid_at_two_made_up_jails() -> None:
    now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    charges = {
        place.code: rate(Usage(Service.CALL, place, now, 60), loader.book())
        for place in loader.places().values()
    }
    paid = {code: charge.consumer_cents for code, charge in charges.items() if not charge.free}
    assert paid == {"nh-example": 12, "ca-county-example": 10}


def test_the_places_are_there_and_those_we_made_up_say_so() -> None:
    places = loader.places()
    assert sum(code.startswith("ma-doc-") for code in places) == 14
    assert sum(code.startswith("ma-") for code in places) == 27
    made_up = {place.code for place in places.values() if place.fictional}
    assert made_up == {code for code in places if code.endswith("-example")}
    assert len(made_up) == 10


def test_of_real_places_nothing_is_told_that_we_do_not_know() -> None:
    real = [place for place in loader.places().values() if not place.fictional]
    assert all(not place.populations and place.open is None for place in real)


def test_marks_of_doubt_are_in_the_data() -> None:
    status = {law.id: law.status for law in loader.book().laws}
    sure = {"ma-87a", "ct-1881oo", "ct-1881oo-youth", "ca-20845", "co-a", "co-b", "mn-241252"}
    assert {name for name, mark in status.items() if mark is Status.CONFIRMED} == sure
    assert {mark for name, mark in status.items() if name not in sure} == {Status.VERIFY}
    ma = next(law for law in loader.book().laws if law.id == "ma-87a")
    assert ma.access is not None
    assert ma.access.facts == {"on": "2023-07-01", "status": "verify"}


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("from: 2023-12-01", "from: soon", "us_ma.yaml:4: from must be a day"),
        ("share: 100", "share: 0.5", "us_ma.yaml:4: share must be a whole number"),
        ("share: 100", "share: 101", "us_ma.yaml:4: share must be a whole number from 0 to 100"),
        ("    share: 100\n", "", "share is missing"),
        ("share: 100", "share: 100\n    share: 50", "us_ma.yaml:9: share stands twice"),
        ("share: 100", "share: 100\n    discount: 3", "unknown field 'discount'"),
        ("status: confirmed", "status: likely", "us_ma.yaml:4: 'likely' is not a valid Status"),
        ("[state_prison, ", "[castle, ", "us_ma.yaml:4: 'castle' is not a valid Custody"),
        ("jurisdiction: us-ma", "jurisdiction: ''", "jurisdiction must be words"),
        ("from: 2023-12-01", "from: 2023-12-01\n    to: 2023-12-01", "cannot end on 2023-12-01"),
        ("laws:", "laws: [", "us_ma.yaml: "),
    ],
)
def test_a_broken_value_is_an_error_with_file_and_line(
    change: Change, good: str, bad: str, says: str
) -> None:
    with pytest.raises(loader.LawError, match=says):
        loader.read_book(change("us_ma.yaml", good, bad))


def test_two_values_for_one_day_are_an_error_that_names_both(change: Change) -> None:
    home = change("us_co.yaml", "to: 2024-07-01", "to: 2024-07-02")
    with pytest.raises(loader.LawError, match=r"us_co.yaml:4 overlaps us_co.yaml:13"):
        loader.read_book(home)


def test_an_id_stands_once_in_the_whole_book(change: Change) -> None:
    home = change("us_mn.yaml", "id: mn-241252", "id: ma-87a")
    with pytest.raises(loader.LawError, match=r"us_mn.yaml:4: ma-87a stands in us_ma.yaml:4 too"):
        loader.read_book(home)


# --- a gap is never free ------------------------------------------------------------------


def test_a_day_without_any_price_is_an_error_where_the_price_ended(change: Change) -> None:
    home = change("tariffs/ma.yaml", "to: 2023-12-01", "to: 2023-11-30")
    says = "ma.yaml:4: no rule for call at ma-doc-norfolk on 2023-11-30"
    with pytest.raises(loader.LawError, match=says):
        loader.read_book(home)


def test_a_law_that_ends_leaves_no_hole_unseen(change: Change) -> None:
    home = change("us_ma.yaml", "from: 2023-12-01", "from: 2023-12-01\n    to: 2027-01-01")
    with pytest.raises(loader.LawError, match=r"us_ma.yaml:4: no rule for .* on 2027-01-01"):
        loader.read_book(home)


def test_a_place_without_a_tariff_is_an_error(change: Change) -> None:
    home = change("places/examples.yaml", "code: nh-example", "code: vt-example")
    with pytest.raises(loader.LawError, match=r"examples.yaml:8: no place is called 'nh-example'"):
        loader.read_book(home)


# --- caps ---------------------------------------------------------------------------------


def test_a_tariff_above_a_cap_in_force_on_one_of_its_days_is_refused_with_the_citation(
    change: Change,
) -> None:
    home = change("tariffs/examples.yaml", "call: {minute: 12,", "call: {minute: 13,")
    says = (
        "examples.yaml:8: 13 cents a minute of call at nh-example is above the cap of 12 cents "
        r"in force on 2026-04-06 \(47 CFR Part 64 Subpart FF; FCC 25-75, 90 FR 56013\)"
    )
    with pytest.raises(loader.LawError, match=says):
        loader.read_book(home)


def test_a_postponed_cap_refuses_nothing() -> None:
    book = loader.book()
    postponed = [cap for cap in book.caps if cap.status is Status.POSTPONED]
    jail = loader.places()[PlaceCode("nh-example")]
    (cap,) = postponed
    assert cap.limit(jail, Service.CALL, cap.period.from_on) == 7  # and the tariff asks 12
    assert not cap.binds


def test_what_another_country_adds_lies_outside_the_cap(change: Change) -> None:
    home = change(
        "tariffs/examples.yaml", "{minute: 12, termination: 13}", "{minute: 12, termination: 99}"
    )
    assert loader.read_book(home)


def test_a_contract_price_is_capped_too(change: Change) -> None:
    home = change("tariffs/examples.yaml", "    visit: 4", "    visit: 26")
    with pytest.raises(loader.LawError, match=r"26 cents a minute of visit .* the cap of 25 cents"):
        loader.read_book(home)


def test_without_a_known_population_no_cap_by_size_is_tested(change: Change) -> None:
    """A county of 20 cents a visit would break the cap of most sizes: we do not know its size."""
    bristol = loader.places()[PlaceCode("ma-bristol")]
    cap = next(cap for cap in loader.book().caps if cap.id == "fcc-25-75")
    assert cap.limit(bristol, Service.VISIT, cap.period.from_on) is None
    told = "code: ma-bristol, populations: [{from: 2026-01-01, people: 700}]"
    with pytest.raises(loader.LawError, match="visit at ma-bristol is above the cap of 19 cents"):
        loader.read_book(change("places/us_ma.yaml", "code: ma-bristol", told))


# --- drafts -------------------------------------------------------------------------------

REPEAL = """ends: {ma-87a: 2027-01-01}
tariffs:
  - id: after-repeal
    places: [ma-*]
    from: 2027-01-01
    call: {minute: 11, termination: 9}
    visit: {minute: 20}
    emessage: {stamps: 1}
    photo: {stamps: 1}
    ecard: {stamps: 1}
    videogram: {stamps: 2}
    text: {credits: 1}
    citation: "What a repeal would leave"
    source: "made up"
    status: draft
"""


def test_a_draft_ends_values_and_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "repeal.yaml").write_text(REPEAL)
    bristol = loader.places()[PlaceCode("ma-bristol")]
    usage = Usage(Service.CALL, bristol, datetime(2027, 1, 1, 5, 0, tzinfo=UTC), 60)
    assert rate(usage, loader.book()).consumer_cents == 0
    assert rate(usage, loader.draft(tmp_path / "repeal.yaml")).consumer_cents == 11


def test_a_draft_with_a_hole_is_refused_like_a_book_with_one(tmp_path: Path) -> None:
    (tmp_path / "repeal.yaml").write_text("ends: {ma-87a: 2027-01-01}\n")
    with pytest.raises(loader.LawError, match="no rule for call at ma-doc-norfolk on 2027-01-01"):
        loader.draft(tmp_path / "repeal.yaml")
