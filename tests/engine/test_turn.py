"""What ends an allocation at a real coturn: our order, and nothing else in time."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aioice import stun, turn

from kinline.engine.turn import TurnLine, TurnRefused, end_sessions
from tests.engine import coturns
from tests.engine.coturns import HOST, Coturn

pytestmark = list(coturns.MARKS)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(tmp_path_factory.mktemp("coturn")) as running:
        yield running


class End(asyncio.DatagramProtocol):
    """One end of a relayed talk."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)

    async def hears(self, seconds: float = 3.0) -> bytes:
        async with asyncio.timeout(seconds):
            return await self.heard.get()


async def allocation(coturn: Coturn, name: str) -> tuple[Any, End]:
    made: tuple[Any, End] = await turn.create_turn_endpoint(
        End, server_addr=coturn.port, username=name, password=coturn.credential(name)
    )
    return made


def client_of(end: Any) -> Any:
    """aioice's own client within: it goes away without giving back what it holds."""
    return end._TurnTransport__inner_protocol


def named(seat: str, seconds: int) -> str:
    return f"{int(time.time()) + seconds}:7d0c33d4-6a5f-4b52-9c1e-0f7e2d7f0a11.{seat}"


async def test_our_order_ends_what_a_credential_that_ran_out_does_not(coturn: Coturn) -> None:
    julian, priya = named("inside", 1), named("home-1", 1)
    one, of_julian = await allocation(coturn, julian)
    two, _ = await allocation(coturn, priya)
    # Each binds a channel to where the other is relayed, as browsers do.
    one.sendto(b"hello", two.get_extra_info("sockname"))
    await asyncio.sleep(0.2)
    two.sendto(b"hello back", one.get_extra_info("sockname"))
    assert await of_julian.hears() == b"hello back"

    # The end: nobody makes a new allocation, and the two that are there go on as before.
    await asyncio.sleep(2.1)
    with pytest.raises(stun.TransactionFailed):
        await allocation(coturn, julian)
    two.sendto(b"still", one.get_extra_info("sockname"))
    assert await of_julian.hears() == b"still"

    line = TurnLine([coturn.line], "a word")
    await line.drop([julian, priya])
    two.sendto(b"nobody there", one.get_extra_info("sockname"))
    with pytest.raises(TimeoutError):
        await of_julian.hears(0.5)
    assert await end_sessions(coturn.line, "a word", [julian, priya]) == 0
    client_of(one).transport.abort()
    client_of(two).transport.abort()


async def test_another_seat_of_another_visit_is_left_alone(coturn: Coturn) -> None:
    mine, other = named("inside", 60), named("home-1", 61)
    one, _ = await allocation(coturn, mine)
    two, _ = await allocation(coturn, other)
    assert await end_sessions(coturn.line, "a word", [mine]) == 1
    assert await end_sessions(coturn.line, "a word", [other]) == 1
    client_of(one).transport.abort()
    client_of(two).transport.abort()


async def test_it_relays_to_itself_and_to_nobody_else(coturn: Coturn) -> None:
    one, _ = await allocation(coturn, named("inside", 60))
    with pytest.raises(stun.TransactionFailed) as no:
        await client_of(one).channel_bind(0x4001, ("192.0.2.7", 4000))
    assert no.value.response.attributes["ERROR-CODE"][0] == 403
    client_of(one).transport.abort()


async def test_a_wrong_word_or_name_ends_nothing(coturn: Coturn) -> None:
    with pytest.raises(TurnRefused):
        await end_sessions(coturn.line, "no word", [named("inside", 60)])
    with pytest.raises(ValueError, match="a user of ours"):
        await end_sessions(coturn.line, "a word", ["1:x\r\nsd"])


async def test_a_server_that_is_away_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    line = TurnLine([(HOST, 9)], "a word")
    await asyncio.wait_for(line.drop(["1:x.inside"]), 10)
    assert "allocations not dropped" in caplog.text
