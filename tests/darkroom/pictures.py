"""Photos as people and phones make them, for tests: small, quick, and all alike to look at."""

import io
from typing import Any

from PIL import Image, ImageDraw

SECRET = "41.6362N 70.9342W Odette"


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Red above, blue below, a white spot in the upper left corner."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill=(30, 30, 200))
    draw.rectangle((0, 0, width // 4, height // 4), fill=(255, 255, 255))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: how it was held, who made it, where it was."""
    told = Image.Exif()
    told[0x0112], told[0x010F], told[0x010E] = orientation, "Kodak", SECRET
    told.get_ifd(0x8825)[2] = (41.0, 38.0, 10.0)
    return told


def segments(jpeg: bytes) -> list[int]:
    """The markers of a JPEG's segments up to its first scan, and that nothing follows its end."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        assert jpeg[at] == 0xFF
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    assert jpeg.endswith(b"\xff\xd9")
    return found
