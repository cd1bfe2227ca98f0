"""Reading what is to be said from files."""

from pathlib import Path

import av

from kinline.engine.media.port import Clip


def packets_of(path: Path) -> Clip:
    """The Opus packets of a file, without decoding. Raises FFmpegError, OSError, IndexError."""
    with av.open(str(path)) as container:
        return tuple(bytes(packet) for packet in container.demux(audio=0) if packet.size)
