"""Many calls one upon another: none fails, and nothing is left over afterwards."""

from pathlib import Path

import pytest

from tests.engine.sip_load import NOTHING, set_up_many

pytestmark = [pytest.mark.sipp, pytest.mark.long]


@pytest.mark.timeout(400)
async def test_set_ups_fail_never_and_leave_nothing(tmp_path: Path) -> None:
    """`./dev bench setups` does the same at sixty a second, ten thousand times if asked to."""
    rate, calls = 20, 1_000
    found = await set_up_many(tmp_path, rate=rate, calls=calls)
    print(found)
    assert (found.good, found.failed) == (calls, 0), found.said
    assert found.seconds < calls / rate * 1.2 + 15, "at the rate that was offered"
    assert found.after.standing == NOTHING, "no dialog, no transaction, no user agent"
    assert (found.after.files, found.after.udp_ports) == (found.before.files, 1)
    assert found.after.rss_mib < found.before.rss_mib + 60
    assert found.log_bytes < 2_000, "a call that goes well is not worth a line here"
