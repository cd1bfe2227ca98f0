"""A test call through the carrier, to a telephone that is baresip."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kinline.core.control import TrialCall, TrialDone
from tests.engine.browsers import until
from tests.engine.exchange import Exchange

pytestmark = pytest.mark.telephone


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Exchange]:
    town = Exchange(tmp_path)
    async with town.stack:
        yield town


def ask(town: Exchange, name: str, number: str = "6175550142") -> None:
    """Web names it at every question, as after a lost answer; it is made once."""
    town.control.phones = replace(town.control.phones, trials=(TrialCall(name, "t1", number),))


async def told(town: Exchange, name: str) -> int:
    def found() -> list[TrialDone]:
        seen = [done for asked in town.control.phones_seen for done in asked.tried]
        return [done for done in seen if done.trial == name]

    done: list[TrialDone] = await until(found, "the end of the test call", 40)
    assert len(done) == 1
    return done[0].code


async def test_somebody_answers_hears_a_sentence_and_is_hung_up(town: Exchange) -> None:
    await town.open(telephones_every=0.2)
    ask(town, "one")
    await town.mama.sees("CALL_INCOMING")
    town.mama.does("accept")
    await town.mama.sees("CALL_CLOSED", patience=30)
    assert await told(town, "one") == 200
    assert len(town.mama.heard()) > 2 * 8000, "more than two seconds of speech"
    assert abs(town.mama.heard()).max() > 5000
    assert not town.recordings
    assert not town.control.asked
    assert not town.control.told
    assert town.engine.telephony is not None
    assert town.engine.telephony.phones == 0


@pytest.mark.long
async def test_a_busy_telephone_and_a_carrier_that_knows_no_such_number(town: Exchange) -> None:
    await town.open(telephones_every=0.2)
    ask(town, "busy")
    await town.mama.sees("CALL_INCOMING")
    town.mama.hangs_up()
    assert await told(town, "busy") == 486
    ask(town, "unknown", "6175559999")
    assert await told(town, "unknown") in (403, 404, 484)
    ask(town, "hung-up")
    seen = len(town.mama.events)
    await town.mama.sees("CALL_INCOMING", after=seen)
    town.mama.does("accept")
    await town.mama.sees("CALL_ESTABLISHED", after=seen)
    town.mama.hangs_up()
    assert await told(town, "hung-up") == 200
