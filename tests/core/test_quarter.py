"""Quarters and months of the calendar."""

from datetime import date

import pytest

from kinline.core.period import Period
from kinline.core.quarter import Month, Quarter


def test_a_quarter_is_three_whole_months() -> None:
    summer = Quarter.read("2026-Q3")
    assert summer.days == Period(date(2026, 7, 1), date(2026, 10, 1))
    assert [str(month) for month in summer.months] == ["2026-07", "2026-08", "2026-09"]
    assert Quarter.of(date(2026, 9, 30)) == summer == Quarter.of(date(2026, 7, 1))
    assert str(summer) == "2026-Q3"


def test_quarters_and_months_follow_each_other_across_years() -> None:
    assert Quarter(2026, 4).later(1) == Quarter(2027, 1)
    assert Quarter(2026, 1).later(-1) == Quarter(2025, 4)
    assert Month(2026, 12).later(1) == Month(2027, 1)
    assert Month(2026, 12).days == Period(date(2026, 12, 1), date(2027, 1, 1))


def test_a_quarter_has_ended_when_its_last_day_is_over() -> None:
    assert not Quarter(2026, 3).ended(date(2026, 9, 30))
    assert Quarter(2026, 3).ended(date(2026, 10, 1))


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-Q0", "26-Q1", "٢٠٢٦-Q1", "0000-Q1"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quarter"):
        Quarter.read(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "0000-10", "9999-12", "october"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.read(text)
