"""Many set-ups of pure signalling: SIPp's handsets call SIPp's carrier through our sip process.

Each set-up has two legs: a handset proves itself by digest, the carrier answers, both are put
through and hung up. No sound, no web: an engine's end of the line that only connects.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.processes import cpu, open_files, rss_mib, udp_ports
from kinline.engine.signalling.sip.messages import HandsetLine, Setup, Standing, TrunkLine
from tests.engine.baresip import free_port
from tests.engine.fake_engine import FakeEngine
from tests.engine.sipp import Sipp, carrier, handset

SECRET = "a-long-secret-of-a-wall-phone"
# The guard lets one address say 20 messages a second, and a set-up takes a handset five: so
# many phones stand behind so many addresses, as they would.
WARDS, PHONES_EACH = 20, 20
TALK_MS = 1000
# A user agent that hung up listens for stragglers so long (RFC 3261, timers B, D, F, H).
LINGER_SECONDS = 75.0
NOTHING = Standing(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Held:
    """What the sip process holds at one moment."""

    standing: Standing | None
    files: int
    udp_ports: int
    rss_mib: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it. `cpu_ms` is the sip process's, for one set-up of two legs."""

    rate: float
    calls: int
    good: int
    failed: int
    repeated: int
    carried: int
    cpu_ms: float
    seconds: float
    before: Held
    after: Held
    log_bytes: int
    said: str


async def set_up_many(folder: Path, *, rate: int, calls: int) -> Figures:
    """`calls` set-ups, `rate` a second, then wait for everything to be let go."""
    async with AsyncExitStack() as stack:
        lines = tuple(HandsetLine(*_names(n), SECRET) for n in range(WARDS * PHONES_EACH))
        port = free_port()
        trunk = TrunkLine("t1", "127.0.0.1", port, "5085550100")
        setup = Setup(handsets=lines, trunks=(trunk,), networks=("127.0.1.0/24",))
        outside = await stack.enter_async_context(
            Sipp(folder, "carrier", carrier(), "-aa", port=port)
        )
        engine = await stack.enter_async_context(FakeEngine(folder, setup))
        engine.keep_told = False
        await asyncio.sleep(1.0)
        before, spent, began = _held(engine), cpu(engine.pid), time.monotonic()
        runs = []
        for ward in range(WARDS):
            run = _ward(folder, ward, engine.port, rate, calls)
            runs.append(await stack.enter_async_context(run))
            await asyncio.sleep(1 / rate)  # not all wards at the same moment
        results = [await one.ends(calls / rate + 120) for one in runs]
        seconds, spent = time.monotonic() - began, cpu(engine.pid) - spent
        after = await _let_go(engine)
        carried = await outside.stops()
        return Figures(
            rate=rate,
            calls=calls,
            good=sum(one.good for one in results),
            failed=sum(one.failed for one in results),
            repeated=sum(one.repeated for one in results) + carried.repeated,
            carried=carried.good,
            cpu_ms=round(spent / calls * 1000, 2),
            seconds=round(seconds, 1),
            before=before,
            after=after,
            log_bytes=len(engine.log),
            said="\n".join(one.errors() for one in (outside, *runs))[:2000],
        )


def _names(number: int) -> tuple[str, str]:
    return f"wall-{number}", f"w{number}"


def _ward(folder: Path, ward: int, port: int, rate: int, calls: int) -> Sipp:
    """One address with its phones, which take turns."""
    address = f"127.0.1.{ward + 1}"
    users = [_names(ward * PHONES_EACH + n)[1] for n in range(PHONES_EACH)]
    fields = [
        (address, user, f"[authentication username={user} password={SECRET}]") for user in users
    ]
    mine = calls // WARDS + (ward < calls % WARDS)
    words = ["-r", str(rate), "-rp", str(WARDS * 1000), "-m", str(mine), "-l", str(PHONES_EACH)]
    text = handset(talk_ms=TALK_MS)
    to = f"127.0.0.1:{port}"
    return Sipp(folder, f"ward{ward}", text, *words, to, fields=fields, address=address)


def _held(engine: FakeEngine) -> Held:
    pid = engine.pid
    return Held(engine.standing, open_files(pid), udp_ports(pid), rss_mib(pid))


async def _let_go(engine: FakeEngine) -> Held:
    ends = time.monotonic() + LINGER_SECONDS
    while engine.standing != NOTHING and time.monotonic() < ends:
        await asyncio.sleep(0.5)
    return _held(engine)
