"""Many calls: sixty set-ups a second without a failure, and nothing left over afterwards."""

from pathlib import Path

import pytest

from tests.engine.sip_load import NOTHING, set_up_many

pytestmark = [pytest.mark.sipp, pytest.mark.long]


@pytest.mark.parametrize(("rate", "calls"), [(20, 60), (60, 10_000)])
@pytest.mark.timeout(600)
async def test_set_ups_fail_never_and_leave_nothing(tmp_path: Path, rate: int, calls: int) -> None:
    found = await set_up_many(tmp_path, rate=rate, calls=calls)
    print(found)
    assert (found.good, found.failed, found.carried) == (calls, 0, calls), found.said
    assert found.seconds < calls / rate * 1.2 + 15, "at the rate that was offered"
    assert found.after.standing == NOTHING, "no dialog, no transaction, no user agent"
    assert (found.after.files, found.after.udp_ports) == (found.before.files, 1)
    assert found.after.rss_mib < found.before.rss_mib + 60
    assert found.log_bytes < 2_000, "a call that goes well is not worth a line here"
