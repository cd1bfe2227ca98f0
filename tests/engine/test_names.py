"""A person's own name: recorded, heard, kept, and played when they call."""

import asyncio
import base64

from kinline.core.call.states import Side
from kinline.core.control import NameGrant, RefusalFact
from kinline.core.passes import Right
from kinline.engine.ivr.prompts import Prompts
from kinline.sealed.track import Track
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN, Town
from tests.engine.sound import decoded, loudness


async def at_the_name_page(town: Town, hertz: int = 700) -> Browser:
    page = await town.browser(town.pass_for(Right.NAME, Side.INSIDE, JULIAN), hertz)
    await page.hears("hello", right="name")
    await page.connects()
    await until(lambda: town.engine.desk.sessions.pages[0].name._booth.source.flowing, "sound")  # type: ignore[union-attr]
    return page


async def test_julian_records_his_name_hears_it_and_his_mother_hears_it_too(town: Town) -> None:
    page = await at_the_name_page(town)
    await page.say("record_name")
    await page.hears("name_state", state="recording")
    heard = page.announcer.count
    assert heard > 50, "the prompt and the tone come before"
    await until(lambda: len(page.peer.heard) == 0, "nothing on the peer track")
    await asyncio.sleep(0.6)  # he speaks
    await page.say("stop_name")
    recorded = await page.hears("name_state", state="recorded")
    assert 0.4 < recorded["seconds"] < 1.5
    await page.hears("name_state", state="playing")
    await until(lambda: page.announcer.count > heard + 20, "the hearing")
    assert not list(town.settings.data.rglob("name.ktrack")), "not kept yet"
    await page.say("keep_name")
    await page.hears("name_state", state="kept")
    (done,) = town.control.names_done
    assert done.seconds_tenths == round(recorded["seconds"] * 10)

    grant = town.control.names[done.key]
    with (town.settings.names / done.folder / "name.ktrack").open("rb") as file:
        packets = [frame.packet for frame in Track(file, base64.b64decode(grant.data_key))]
    assert abs(loudness(decoded(packets)[9600:], 700)) < 0.01

    town.control.permit_changes = {"name": grant, "announcement": ("name",)}
    _, phone, _ = await town.answered()
    await until(lambda: phone.announcer.count > 20, "the announcement")
    said = {data for *_, data in phone.announcer.heard}
    assert len(said & set(packets)) > 10


async def test_a_name_ends_by_itself_after_its_longest_time(town: Town) -> None:
    page = await at_the_name_page(town)
    town.control.name_seconds = 0.3  # type: ignore[assignment]
    await page.say("record_name")
    recorded = await page.hears("name_state", state="recorded")
    assert 0.1 < recorded["seconds"] < 0.6


async def test_what_was_not_kept_or_not_said_is_not_stored(town: Town) -> None:
    page = await at_the_name_page(town)
    await page.say("keep_name")
    await page.hears("error", code="name.nothing_to_keep")
    town.control.refusals = (RefusalFact("name.locked", "facility"),)
    await page.say("record_name")
    await page.hears("error", code="name.locked")
    town.control.refusals = ()
    town.control.away = True
    await page.say("record_name")
    await page.hears("error", code="control.unavailable")
    silent = await town.browser(town.pass_for(Right.NAME, Side.INSIDE, JULIAN))
    await silent.say("record_name")
    await silent.hears("error", code="name.no_sound")
    assert not town.control.names_done


async def test_a_name_that_cannot_be_read_is_called_someone(town: Town) -> None:
    lost = NameGrant(folder="gone", data_key=base64.b64encode(b"k" * 32).decode())
    town.control.permit_changes = {"name": lost, "announcement": ("name",), "language": "es"}
    _, phone, _ = await town.answered()
    someone = Prompts().clip("someone", "es")
    await until(lambda: phone.announcer.count > 20, "the announcement")
    assert len({data for *_, data in phone.announcer.heard} & set(someone)) > 10
