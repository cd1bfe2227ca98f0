"""A test call through the carrier, to a telephone that is baresip."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinline.core.call import rings
from kinline.core.control import TrialCall, TrialDone
from kinline.core.ids import PlaceCode
from kinline.engine.ivr.prompts import standard
from kinline.engine.ivr.trial import sayable
from kinline.sealed.codec import Codec
from tests.engine.browsers import until
from tests.engine.exchange import MEDIA, Exchange
from tests.engine.spoken import was_said

pytestmark = pytest.mark.telephone


@pytest.fixture(params=MEDIA)
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    town = Exchange(tmp_path, request.param)
    async with town.stack:
        yield town


def ask(town: Exchange, name: str, number: str = "6175550142", **says: Any) -> None:
    """Web names it at every question, as after a lost answer; it is made once."""
    trial = TrialCall(name, "t1", number, **says)
    town.control.phones = replace(town.control.phones, trials=(trial,))


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


async def test_an_attorneys_test_call_says_from_where_calls_are_private(town: Exchange) -> None:
    await town.open(telephones_every=0.2)
    bristol, suffolk = PlaceCode("ma-bristol"), PlaceCode("ma-suffolk")
    says = rings.check(private=[bristol], recorded=[suffolk])
    ask(town, "check", says=says, language="en")
    await town.mama.sees("CALL_INCOMING")
    town.mama.does("accept")
    await town.mama.sees("CALL_CLOSED", patience=90)
    assert await told(town, "check") == 200
    heard = town.mama.heard()
    for name in says:
        assert was_said(heard, standard().clip(name, "en", Codec.PCMU)), name
    assert not was_said(heard, standard().clip("place:ma-essex", "en", Codec.PCMU))
    assert not town.recordings


@pytest.mark.long
async def test_a_code_is_spelled_in_the_attorneys_language(town: Exchange) -> None:
    await town.open(telephones_every=0.2)
    ask(town, "code", says=rings.code("907318"), language="es-MX")
    await town.mama.sees("CALL_INCOMING")
    town.mama.does("accept")
    await town.mama.sees("CALL_CLOSED", patience=90)
    heard = town.mama.heard()
    for digit in "907318":
        assert was_said(heard, standard().clip(f"digit:{digit}", "es", Codec.PCMU)), digit
    assert not was_said(heard, standard().clip("ring.hello", "en", Codec.PCMU))


def test_places_without_a_prompt_are_said_as_other_places_once() -> None:
    def has(name: str) -> bool:
        return name == "place:ma-bristol"

    said = sayable(["check.private", "place:ma-a", "place:ma-bristol", "place:ma-c"], has)
    assert said == ["check.private", "place:ma-bristol", rings.OTHER_PLACES]
    said = sayable(["check.recorded", "place:ma-a", rings.OTHER_PLACES, "check.page"], has)
    assert said == ["check.recorded", rings.OTHER_PLACES, "check.page"]
    assert sayable(["digit:1", "digit:1"], has) == ["digit:1", "digit:1"]


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
