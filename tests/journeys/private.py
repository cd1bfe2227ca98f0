"""Private visits, as their pages see them: the ways that are in use, and the three words."""

from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page, expect

from tests.journeys import sound, visits
from tests.journeys.house import eventually

# The pairs of addresses that are in use, and all that came in over them.
PATHS = """
async () => {
  const found = { pairs: [], bytes: 0 };
  for (const one of window.__connections) {
    const stats = await one.getStats();
    for (const stat of stats.values()) {
      if (stat.type === "inbound-rtp") found.bytes += stat.bytesReceived;
      if (stat.type !== "transport" || !stat.selectedCandidatePairId) continue;
      const pair = stats.get(stat.selectedCandidatePairId);
      const [here, there] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
      found.pairs.push({
        here: here.candidateType, here_port: here.port, by: here.relayProtocol ?? "",
        there: there.candidateType, there_port: there.port,
      });
    }
  }
  return found;
}
"""
# A page that does not do what it is told: it never lets go of its connection, nor of its camera.
STUBBORN = """
() => {
  RTCPeerConnection.prototype.close = () => undefined;
  for (const one of window.__connections) one.close = () => undefined;
  MediaStreamTrack.prototype.stop = () => undefined;
}
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two addresses in use: what kind each is, and `by` what a page reaches its relay."""

    here: str
    here_port: int
    by: str
    there: str
    there_port: int


def pairs(page: Page) -> list[Pair]:
    return [Pair(**one) for one in page.evaluate(PATHS)["pairs"]]


def meet(*, inside: Page, outside: Page) -> None:
    """Each sees the other's picture and hears the other's tone, and has three words to compare."""
    for page, seat, colour, hz in (
        (outside, "inside", "red", sound.INSIDE_HZ),
        (inside, "home-1", "green", sound.OUTSIDE_HZ),
    ):
        expect(page.locator("[data-state=live]")).to_be_visible(timeout=60_000)
        eventually(partial(visits.shows, page, seat, colour), within=45)
        eventually(partial(visits.hears, page, seat, hz), within=15)
        expect(page.locator("[data-words]")).to_be_visible()


def words(page: Page) -> str:
    return page.locator("[data-three]").inner_text()


def received(page: Page) -> int:
    found: int = page.evaluate(PATHS)["bytes"]
    return found
