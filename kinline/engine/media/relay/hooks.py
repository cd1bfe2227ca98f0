"""The one private door of aiortc we go through, and the check that it is still there.

aiortc decodes what it receives. A relay does not want that: it takes the place of the
receiver's jitter buffer, where packets arrive decrypted and unpacked, and hands none on.
Another reason: after one lost packet aiortc's own audio buffer adds 200 ms for good.
"""

import inspect
from typing import Any, Protocol

from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtcrtpreceiver import RTCRtpReceiver

_BUFFER = "_RTCRtpReceiver__jitter_buffer"


class Taker(Protocol):
    """What may stand in that place."""

    def add(self, packet: Any) -> tuple[bool, None]:
        """Called for each packet; the answer: whether a picture was lost, and nothing to decode."""


class HooksMissing(Exception):
    """Another aiortc than the one this relay was written for: see requirements/base.in."""


def install(receiver: RTCRtpReceiver, intake: Taker) -> None:
    """Send what `receiver` gets to `intake`; its decoder stays idle."""
    if not hasattr(receiver, _BUFFER):
        raise HooksMissing(_BUFFER)
    setattr(receiver, _BUFFER, intake)


async def check() -> None:
    """Raises HooksMissing unless aiortc has what this relay relies on. Run before listening."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        receiver = connection.addTransceiver("audio").receiver
        buffer = getattr(receiver, _BUFFER, None)
    finally:
        await connection.close()
    if not isinstance(buffer, JitterBuffer):
        raise HooksMissing(_BUFFER)
    if list(inspect.signature(JitterBuffer.add).parameters) != ["self", "packet"]:
        raise HooksMissing("JitterBuffer.add")
