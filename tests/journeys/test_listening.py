"""Staff are told of a watched number, listen to the call, hear both sides, and cut it off."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import browsers, eyes, people, sound
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = pytest.mark.browser

# How loud a tone is on each of the page's connections, in dB.
LOUD = """
async (hz) => {
  window.__ears ||= new AudioContext();
  await window.__ears.resume();
  const levels = [];
  for (const connection of window.__connections) {
    const [line] = connection.getTransceivers();
    const analyser = new AnalyserNode(window.__ears, { fftSize: 8192, smoothingTimeConstant: 0 });
    const stream = new MediaStream([line.receiver.track]);
    const source = window.__ears.createMediaStreamSource(stream);
    source.connect(analyser);
    await new Promise((done) => setTimeout(done, 400));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    source.disconnect();
    const place = Math.round(hz * analyser.fftSize / window.__ears.sampleRate);
    levels.push(Math.max(...bins.slice(place - 2, place + 3)));
  }
  return levels;
}
"""


def tones(page: Page) -> list[tuple[bool, bool]]:
    """Of each connection: whether the inside's tone is there, and whether the outside's is."""
    inside, outside = (page.evaluate(LOUD, hz) for hz in (sound.INSIDE_HZ, sound.OUTSIDE_HZ))
    return [(one > -50, other > -50) for one, other in zip(inside, outside, strict=True)]


def test_a_watched_call_is_told_of_heard_for_a_purpose_and_cut_off(city: Town) -> None:
    sam, home = city.staff(), city.house.url
    sam.goto(f"{home}/console/watches/")
    sam.get_by_role("link", name=re.compile("Set a watch at")).click()
    sam.get_by_label("Or a phone number").fill("+16175550142")
    sam.get_by_label("Through").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    sam.get_by_label("Why?").fill("Case 26-0441, asked by the DA")
    sam.get_by_role("button", name="Set the watch").click()
    expect(sam.locator("main")).to_contain_text("No call was told of yet.")
    sam.goto(f"{home}/console/")
    expect(sam.get_by_text("Watched calls now")).to_have_count(0)

    odette, julian = city.waits(), city.signed_in_inside()
    call = city.calls(julian, "Mama")
    expect(sam.get_by_text("Watched calls now")).to_be_visible()
    people.talk(julian, odette)

    sam.get_by_role("link", name=re.compile("Listen to the call of")).click()
    sam.get_by_role("button", name="Listen to this call").click()
    expect(sam.locator("[name=purpose]")).to_have_attribute("aria-invalid", "true")
    assert sam.evaluate("window.__connections.length") == 0
    sam.locator("[name=purpose]").fill("Case 26-0441")
    sam.get_by_role("button", name="Listen to this call").click()
    expect(sam.locator("[data-phase]")).to_have_text("They are talking.")
    assert list(eyes.wrong(sam)) == []
    sam.get_by_role("button", name="Hear them").click()
    eventually(lambda: sorted(tones(sam)) == [(False, True), (True, False)])
    assert browsers.hears(odette, sound.INSIDE_HZ)
    assert browsers.hears(julian, sound.OUTSIDE_HZ)
    for page in (odette, julian):
        assert "listening" not in page.inner_text("body").lower()

    ines = city.staff(people.INES)
    ines.goto(f"{home}/console/")
    expect(ines.get_by_role("link", name=re.compile("Listen to the call of"))).to_have_count(0)
    answer = ines.goto(f"{home}/console/live/{call}/listen/")
    assert answer is not None
    assert answer.status == 404

    sam.wait_for_timeout(11_000)  # what was heard is told every ten seconds
    people.gives_a_reason(sam, "They speak of the witness")
    people.ended(julian, "taff")
    people.ended(odette, "taff")
    sam.goto(f"{home}/console/calls/{call}/")
    who = sam.locator("section", has_text="Who listened while it went on")
    expect(who).to_contain_text("Case 26-0441")
    heard = city.house.one(
        "SELECT heard_seconds FROM calls_livelistening WHERE call_id = %s",
        people.database_id(city, call),
    )
    assert heard >= 10


def test_of_a_private_call_nobody_is_told_and_nobody_finds_a_way_to_listen(city: Town) -> None:
    sam, home = city.staff(), city.house.url
    sam.goto(f"{home}/console/watches/at/ma-bristol/add/")
    sam.get_by_label("Person: ID number").fill(people.JULIAN[0])
    sam.get_by_label("Through").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    sam.get_by_label("Why?").fill("Case 26-0441")
    sam.get_by_role("button", name="Set the watch").click()

    priya, julian = city.waits(people.PRIYA), city.signed_in_inside()
    call = city.calls(julian, "Ms. Halloway")
    people.talk(julian, priya)
    sam.goto(f"{home}/console/")
    expect(sam.locator(f"#call-{call}")).to_contain_text("No listening")
    expect(sam.get_by_text("Watched calls now")).to_have_count(0)
    expect(sam.get_by_role("link", name=re.compile("Listen to the call of"))).to_have_count(0)
    answer = sam.goto(f"{home}/console/live/{call}/listen/")
    assert answer is not None
    assert answer.status == 404
    assert (
        city.house.one(
            "SELECT count(*) FROM calls_watchalert WHERE call_id = %s",
            people.database_id(city, call),
        )
        == 0
    )
    priya.get_by_role("button", name="End call").click()
    people.ended(julian, "ended the call.")
