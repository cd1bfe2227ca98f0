"""Visits for journeys: one that begins in a moment, cameras of one colour, and looking at tiles."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page

from tests.journeys.house import House

# What the fake cameras show, as (red, green, blue); YUV of the y4m file beside it.
COLOURS = {
    "red": ((255, 0, 0), (81, 90, 240)),
    "green": ((0, 255, 0), (145, 54, 34)),
    "blue": ((0, 0, 255), (41, 240, 110)),
}
WIDTH, HEIGHT, FRAMES = 160, 120, 10

ARRANGE = """
from datetime import timedelta
from django.utils import timezone
from kinline.apps.people.models import Contact, Person, VisitorAccess
from kinline.apps.visits.models import Visit, VisitStation, VisitVisitor
now = timezone.now()
julian = Person.objects.get(number="40-2719")
station, _ = VisitStation.objects.get_or_create(
    facility=julian.facility, name="Kiosk of the test",
    defaults=dict(kind="tablet", set_by="test", set_at=now))
contacts = [Contact.objects.get(account__email=email) for email in {emails!r}]
visit = Visit.objects.create(
    key="journey-" + now.isoformat(), facility=julian.facility, person=julian,
    booked_by=contacts[0], asked_by="contact", kind="ordinary", state="booked",
    private={private}, recorded=not {private},
    starts_at=now + timedelta(seconds={starts}),
    ends_at=now + timedelta(seconds={starts} + {lasts}),
    station=station, buffer_minutes=10, cancel_minutes=1440, booked_at=now, changed_at=now)
for place, contact in enumerate(contacts, start=1):
    VisitorAccess.objects.get_or_create(
        contact=contact, facility=julian.facility, person=julian, state="approved",
        defaults=dict(begun_at=now, asked_at=now, decided_at=now, decided_by="test",
                      until_at=now + timedelta(days=365)))
    VisitVisitor.objects.create(visit=visit, contact=contact, seat="home-%d" % place)
print(visit.pk)
"""

# The middle of a tile's picture, as it is shown now; and how loud a tone is in its sound.
LOOK = """
(seat) => {
  const video = document.querySelector(`[data-tile="${seat}"] video`);
  if (!video || video.readyState < 2 || !video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 8, 8);
  return [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3);
}
"""
# How many pictures of a seat have been shown: a picture that stands still is no picture.
SHOWN = """
(seat) => document.querySelector(`[data-tile="${seat}"] video`)
  ?.getVideoPlaybackQuality().totalVideoFrames ?? 0
"""
LISTEN = """
async ([seat, hz]) => {
  const stream = document.querySelector(`[data-tile="${seat}"] video`)?.srcObject;
  const track = stream?.getAudioTracks()[0];
  if (!track) return -200;
  const context = new AudioContext();
  await context.resume();
  const meter = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(new MediaStream([track])).connect(meter);
  await new Promise((done) => setTimeout(done, 400));
  const bins = new Float32Array(meter.frequencyBinCount);
  meter.getFloatFrequencyData(bins);
  const place = Math.round(hz * meter.fftSize / context.sampleRate);
  await context.close();
  return Math.max(...bins.slice(place - 2, place + 3));
}
"""


@dataclass(frozen=True, slots=True)
class Soon:
    """A visit of Julian's that begins in a moment."""

    id: UUID
    house: House

    @property
    def portal(self) -> str:
        return f"{self.house.url}/portal/visits/{self.id}/meet/"

    @property
    def tablet(self) -> str:
        return f"{self.house.url}/tablet/visits/{self.id}/meet/"

    @property
    def console(self) -> str:
        return f"{self.house.url}/console/visits/live/{self.id}/"


def soon(house: House, *emails: str, starts: int, lasts: int, private: bool = False) -> Soon:
    """A visit of these contacts with Julian that starts so many seconds from now."""
    program = ARRANGE.replace("{emails!r}", repr(list(emails)))
    program = program.replace("{starts}", str(starts)).replace("{lasts}", str(lasts))
    program = program.replace("{private}", str(private))
    return Soon(UUID(house.arrange(program)), house)


def camera(path: Path, colour: str) -> Path:
    """A film of one colour for a browser's fake camera (YUV4MPEG2)."""
    _, (luma, blue, red) = COLOURS[colour]
    quarter = WIDTH * HEIGHT // 4
    frame = bytes([luma]) * (WIDTH * HEIGHT) + bytes([blue]) * quarter + bytes([red]) * quarter
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame) * FRAMES)
    return path


def shows(page: Page, seat: str, colour: str) -> bool:
    """Whether the tile of a seat shows this colour now."""
    wanted, _ = COLOURS[colour]
    seen = page.evaluate(LOOK, seat)
    return seen is not None and all(
        abs(is_ - should) < 70 for is_, should in zip(seen, wanted, strict=True)
    )


def moves(page: Page, seat: str) -> bool:
    """Whether new pictures of a seat are shown now."""
    before: int = page.evaluate(SHOWN, seat)
    page.wait_for_timeout(500)
    return bool(page.evaluate(SHOWN, seat) > before)


def hears(page: Page, seat: str, hz: int) -> bool:
    """Whether a tone is clearly there in the sound of a seat (louder than -50 dB)."""
    level: float = page.evaluate(LISTEN, [seat, hz])
    return level > -50
