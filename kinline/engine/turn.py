"""coturn's command line, by which the engine ends what somebody holds at a TURN server.

A credential that has run out lets nobody make an allocation any more, and ends none that is
there: coturn (4.6.1) asks for its moment once and goes on refreshing. So the engine ends them,
by `cs` of coturn's own command line (telnet; --cli-ip, --cli-port, --cli-password), which also
frees the ports: what the two send each other arrives nowhere from then on.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence

log = logging.getLogger(__name__)

_PROMPT, _PASSWORD = b"> ", b"password: \r\n"
_PATIENCE_SECONDS = 3.0
# One more look: an allocation may have been made in the very moment the credential ran out.
_LOOK_AGAIN_SECONDS = 2.0
_TRIES = 4
_SESSION = re.compile(rb"\bid=(\d+), user <([^>]*)>")
_NAME = re.compile(r"^[0-9]+:[0-9a-zA-Z.\-]+$")


class TurnRefused(Exception):
    """The command line did not take our password, or speaks otherwise than we know."""


class TurnLine:
    """The command lines of the TURN servers, each at (host, port), all with one password."""

    def __init__(self, addresses: Sequence[tuple[str, int]], password: str) -> None:
        self._addresses, self._password = tuple(addresses), password

    async def drop(self, names: Sequence[str]) -> None:
        """End every allocation of these users everywhere; what could not be is in the log."""
        await asyncio.gather(*(self._drop_at(one, names) for one in self._addresses))

    async def _drop_at(self, address: tuple[str, int], names: Sequence[str]) -> None:
        ended = 0
        looked = False
        for attempt in range(_TRIES):
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    ended += await end_sessions(address, self._password, names)
            except (OSError, TimeoutError, TurnRefused, asyncio.IncompleteReadError) as error:
                facts = {"port": address[1], "attempt": attempt, "error": type(error).__name__}
                log.warning("turn server's command line failed", extra=facts)
            else:
                if looked:
                    log.info("allocations dropped", extra={"ended": ended, "port": address[1]})
                    return
                looked = True
            await asyncio.sleep(_LOOK_AGAIN_SECONDS if looked else 0.5)
        log.error("allocations not dropped", extra={"port": address[1]})


async def end_sessions(address: tuple[str, int], password: str, names: Sequence[str]) -> int:
    """End the sessions of these users at one server; how many there were.

    Raises OSError, TurnRefused, ValueError for a name that is none of ours.
    """
    if not all(_NAME.match(name) for name in names):
        raise ValueError("a user of ours is a moment, a colon and a seat of a visit")
    reader, writer = await asyncio.open_connection(*address)
    try:
        await reader.readuntil(_PASSWORD)
        if _PROMPT not in await _ask(reader, writer, password):
            raise TurnRefused("the password")
        found = list[bytes]()
        for name in names:
            told = await _ask(reader, writer, f"ps {name}")
            found += [number for number, user in _SESSION.findall(told) if user == name.encode()]
        for number in found:
            await _ask(reader, writer, f"cs {number.decode()}")
        return len(found)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str) -> bytes:
    """One line, and all that is said until the next prompt."""
    writer.write(line.encode() + b"\r\n")
    await writer.drain()
    said = b""
    while not said.endswith((_PROMPT, _PASSWORD)):
        more = await reader.read(65_536)
        if not more:
            raise TurnRefused("hung up")
        said += more
    return said
