"""SIPVicious, as a stranger would use it: it finds nothing, learns nothing, breaks nothing.

An independent program: svmap looks for telephones, svwar for names, svcrack for passwords.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kinline.core.control import Handset, Telephones
from kinline.core.ids import StationId
from tests.engine import torture
from tests.engine.baresip import tone_in
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ
from tests.engine.exchange import SECRET, Exchange
from tests.engine.test_sip_strangers import NEAR, USER, WARD, Port, port

__all__ = ["port"]
pytestmark = [pytest.mark.scanner, pytest.mark.long]

LOUD = -25
NAMES = ["100", "1000", "admin", "w1", USER, "handset", "wall2", "sip"]
GUESSES = ["1234", "admin", "password", USER, "0000", "secret", "kinline", "12345"]


async def scan(folder: Path, *words: str, seconds: float = 25.0) -> str:
    """What it says within this time."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        said, _ = await process.communicate()
    return said.decode(errors="replace")


def lists(folder: Path) -> tuple[str, str]:
    """Names and passwords to try: among the names the right one."""
    (folder / "names").write_text("\n".join(NAMES) + "\n")
    (folder / "guesses").write_text("\n".join(GUESSES * 20 + [SECRET]) + "\n")
    return str(folder / "names"), str(folder / "guesses")


async def every_scan(folder: Path, number: int) -> dict[str, str]:
    """All three programs against our port, from 127.0.0.1."""
    names, guesses = lists(folder)
    at = ["-p", str(number)]
    return {
        "svmap": await scan(folder, "svmap", *at, NEAR),
        "svmap INVITE": await scan(folder, "svmap", *at, "-m", "INVITE", NEAR),
        "svwar": await scan(folder, "svwar", *at, "--force", "-d", names, NEAR),
        "svwar INVITE": await scan(
            folder, "svwar", *at, "--force", "-m", "INVITE", "-d", names, NEAR
        ),
        "svcrack": await scan(
            folder, "svcrack", *at, "-u", USER, "-d", guesses, NEAR, seconds=60.0
        ),
    }


@pytest.fixture
async def elsewhere(port: Port) -> Port:
    """Its handsets are on another network than ours."""
    handsets = (Handset(StationId("wall-1"), USER, SECRET),)
    port.telephony.use(Telephones(handsets=handsets, networks=(WARD,)))
    await asyncio.sleep(0.3)
    return port


async def test_from_an_unlisted_address_nobody_is_there(elsewhere: Port) -> None:
    said = await every_scan(elsewhere.folder, elsewhere.port)
    print(said)
    for name, words in said.items():
        assert "SIP/2.0" not in words, f"{name} got an answer"
        assert not rows(words), name
        assert SECRET not in words, name
    assert "found nothing" in said["svmap"]
    assert not elsewhere.calls
    near = elsewhere.door("127.0.1.1")
    assert await elsewhere.ask(torture.message(call="near"), near, 3.0), "but handsets are heard"
    assert (elsewhere.folder / "sip.log").stat().st_size < 2_000


async def test_from_a_listed_address_no_name_is_told_from_another_and_no_password_found(
    port: Port,
) -> None:
    said = await every_scan(port.folder, port.port)
    print(said)
    for name in ("svwar", "svwar INVITE"):
        # Either nothing is concluded, or the same of every name that got an answer.
        verdicts = {row.split("|")[2].strip() for row in rows(said[name])}
        assert len(verdicts) <= 1, f"{name}: {said[name]}"
    # The right password stood at the end of the list; the throttle comes long before it.
    assert SECRET not in said["svcrack"]
    assert not port.calls
    assert await port.lives()
    assert (port.folder / "sip.log").stat().st_size < 20_000


def rows(said: str) -> list[str]:
    """The lines of its table that name an extension."""
    return [row for row in said.splitlines() if row.startswith("|") and "Extension" not in row]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Exchange]:
    town = Exchange(tmp_path)
    async with town.stack:
        yield town


@pytest.mark.telephone
async def test_a_call_in_progress_goes_on_unharmed(town: Exchange, tmp_path: Path) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    await asyncio.sleep(1.0)
    heard = len(julian.heard()), len(town.mama.heard())
    began = asyncio.get_running_loop().time()
    await every_scan(tmp_path, town.sip_port)
    seconds = asyncio.get_running_loop().time() - began
    for phone, before, hertz in ((julian, heard[0], MAMA_HZ), (town.mama, heard[1], JULIAN_HZ)):
        sound = phone.heard()[before:]
        assert len(sound) > 8000 * (seconds - 2), "no gap"
        pieces = [sound[at : at + 8000] for at in range(0, len(sound) - 8000, 8000)]
        assert all(tone_in(piece, hertz) > LOUD for piece in pieces), "in every second"
    assert town.control.end_of(call) is None
