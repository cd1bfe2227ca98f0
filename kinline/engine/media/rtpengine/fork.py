"""A fork: a copy of one side's sound, sent by rtpengine to a socket of ours on loopback.

It stays in memory, for the recorder to seal and for listeners to hear. rtpengine's own recording
is never used: it writes clear sound to disks. A private room has no way here.
"""

import socket
from functools import partial

from kinline.core.call.states import Side
from kinline.engine.media.port import MediaAway
from kinline.engine.media.relay import rtp
from kinline.engine.media.relay.rounds import Rounds
from kinline.engine.media.relay.source import Intake, Source
from kinline.engine.media.rtpengine.bencode import Value
from kinline.engine.media.rtpengine.client import Answer, Client
from kinline.engine.media.rtpengine.descriptions import KINDS, Seat, formats, place
from kinline.engine.media.rtpengine.session import Session
from kinline.sealed.codec import translated

_LOOPBACK = "127.0.0.1"
_MAX_DATAGRAM = 2048
_AT_ONCE = 8
# Half of what lies between two packets: a listener hears no difference.
_PAUSE_SECONDS = 0.01
_LAWS = {kind: codec for codec, kind in KINDS.items()}


class Fork:
    """One side's. `source` has the sound in the law of the session, whatever the telephone's is."""

    def __init__(self, client: Client, session: Session, side: Side) -> None:
        self._client, self._session = client, session
        self._tags = {"from_tag": side.value, "to_tag": f"{side.value}-fork"}
        self.source = Source(lambda: None)
        self._intake = Intake(self.source, session.codec)
        self.source.use(self._intake)
        self._sender: tuple[str, int] | None = None
        self._stream: int | None = None
        self._socket: socket.socket | None = None

    async def open(self) -> None:
        """Have the copy sent from now on. Raises OSError and ValueError."""
        door = self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.setblocking(False)
        door.bind((_LOOPBACK, 0))
        Rounds.of_this_loop(_PAUSE_SECONDS).add(door, partial(self._readable, door))
        offered = await self._ask(
            "subscribe request",
            ICE="remove",
            transport_protocol="RTP/AVP",
            rtcp_mux=["demux"],
        )
        self._sender = place(offered["sdp"])
        law, keys = formats(offered["sdp"])
        seat = Seat(law, _LOOPBACK, door.getsockname()[1])
        text = seat.text(keys).replace("a=sendrecv", "a=recvonly")
        await self._ask("subscribe answer", sdp=text)

    async def close(self) -> None:
        """No more of it. A copy that cannot be ended takes its session along. Safe to repeat."""
        if self._socket is None:
            return
        door, self._socket = self._socket, None
        Rounds.of_this_loop(_PAUSE_SECONDS).remove(door)
        door.close()
        try:
            await self._ask("unsubscribe")
        except MediaAway:
            self._session.lose()

    async def _ask(self, command: str, **fields: Value) -> Answer:
        return await self._client.ask(command, call_id=self._session.call, **self._tags, **fields)

    def _readable(self, door: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                datagram, sender = door.recvfrom(_MAX_DATAGRAM)
            except OSError:
                return
            if sender == self._sender:
                self._hear(datagram)

    def _hear(self, datagram: bytes) -> None:
        packet = rtp.unpacked(datagram)
        if packet is None:
            return
        kind, number, timestamp, stream, payload = packet
        if stream != self._stream:
            self._stream = stream
            self._intake.begin_anew()
        law = _LAWS.get(kind)
        # A key has its place in the numbering, and no sound.
        sound = b"" if law is None else translated(payload, law, self._session.codec)
        self._intake.hear(number, timestamp, sound)
