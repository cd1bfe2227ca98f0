"""A busy hour leaves every call decided, booked and recorded, and nothing else behind."""

from pathlib import Path

import pytest

from tests.journeys.busy_hour import Hour, left_over

pytestmark = [pytest.mark.sipp, pytest.mark.long]


@pytest.mark.timeout(400)
def test_calls_one_upon_another_are_decided_booked_and_recorded(
    tmp_path: Path, database: str
) -> None:
    """Five a second, or as the machine allows; `./dev bench busy_hour` offers twenty-five."""
    url = database if database.startswith("postgres") else ""
    with Hour(tmp_path, database_url=url, rate=5) as hour:
        found = hour.run(times=5)
        print(found)
        house, calls = hour.house, found["calls"]
        assert 190 <= calls <= 200
        reasons = dict(house.rows("SELECT end_reason, count(*) FROM calls_call GROUP BY 1"))
        # A dial that web answers after five seconds is given up, and its call ends with its lease.
        late = reasons.pop("engine_lost", 0)
        # Until then whoever dials again is told that they are on a call.
        refused = house.one("SELECT count(*) FROM calls_call WHERE state = 'refused'")
        assert reasons.pop("", 0) == refused
        assert late + refused <= calls // 50
        carried = calls - refused
        assert reasons == {"hung_up_outside": carried - late}
        for table, wanted in (
            ("calls_callrecord", carried),
            ("recordings_recording", carried),
            ("charging_charge WHERE service = 'call'", carried - late),
            ("calls_call WHERE accepted_at IS NOT NULL", carried - late),
        ):
            assert house.one(f"SELECT count(*) FROM {table}") == wanted, table
        assert found["carrier"].failed == found["put down"] == 0
        assert not left_over(found["before"], found["after"])
