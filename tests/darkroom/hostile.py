"""Files that strangers send, by mistake or on purpose: each with what must become of it.

`None` is: made safe. A set is: any of these answers is right, since libraries differ by release in
which of several faults they meet first.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image, ImageCms

from kinline.darkroom.terms import Code
from tests.darkroom.pictures import SECRET, encoded, exif, picture
from tests.darkroom.reels import reel, turned

Answer = Code | None
Case = tuple[Callable[[], bytes], set[Answer]]
SCRIPT = b"<script>alert(document.cookie)</script>"
SAFE: set[Answer] = {None}
BROKEN: set[Answer] = {Code.BROKEN}
WRONG: set[Answer] = {Code.WRONG_KIND}
HEIC = Path(__file__).with_name("samples") / "phone.heic"


def chunk(name: bytes, data: bytes) -> bytes:
    checked = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checked)


def png(
    width: int,
    height: int,
    data: bytes | None = None,
    *,
    depth: int = 8,
    colour: int = 2,
    between: bytes = b"",
) -> bytes:
    """A PNG written by hand; the picture is black unless `data` says otherwise."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = 1 + (width * depth * channels + 7) // 8
    packed = zlib.compress(bytes(row * height) if data is None else data, 9)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", head), between, chunk(b"IDAT", packed), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(**how: object) -> bytes:
    return encoded(picture(), "JPEG", **how)


def segment(marker: int, data: bytes) -> bytes:
    """A JPEG with a segment of our own after its beginning."""
    whole = jpeg()
    return whole[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + whole[2:]


def frame_header(content: bytes, at: int, value: bytes) -> bytes:
    """The JPEG with these bytes in its frame header (SOF0): 0 precision, 1 height, 3 width."""
    begin = content.index(b"\xff\xc0") + 4 + at
    return content[:begin] + value + content[begin + len(value) :]


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("../../evil.sh", "rm -rf /")
    return written.getvalue()


def looping_exif() -> bytes:
    """A directory whose next directory is itself."""
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIII", 1, 0x0112, 3, 1, 6 << 16, 8)
    return segment(0xE1, b"Exif\0\0" + tiff)


def icc(data: bytes) -> bytes:
    return segment(0xE2, b"ICC_PROFILE\0\x01\x01" + data)


def animated(kind: str, **how: object) -> bytes:
    frames = [picture(64, 64), picture(64, 64).rotate(90)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], **how)


def mpo() -> bytes:
    return encoded(picture(), "MPO", save_all=True, append_images=[picture(64, 64)])


def with_profile_of_another_kind() -> bytes:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return encoded(picture(mode="CMYK"), "JPEG", icc_profile=lab)


def replaced(content: bytes, old: bytes, new: bytes, after: int = 0) -> bytes:
    at = content.index(old) + after
    return content[:at] + new + content[at + len(new) :]


def heic() -> bytes:
    return HEIC.read_bytes()


def heic_of_a_giant() -> bytes:
    return replaced(heic(), b"ispe", struct.pack(">II", 60_000, 60_000), after=8)


def many_scans() -> bytes:
    """A progressive JPEG whose last scan comes two thousand times more."""
    whole = encoded(picture(1600, 1200), "JPEG", progressive=True)
    begin = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[begin:-2] * 2000 + whole[-2:]


PHOTOS: dict[str, Case] = {
    "nothing at all": (lambda: b"", {Code.EMPTY}),
    "one byte": (lambda: b"\xff", WRONG),
    "zeros": (lambda: bytes(5000), WRONG),
    "noise": (lambda: bytes(range(7, 256)) * 40, WRONG),
    "plain text": (lambda: b"Dear Julian, here is the photo.", WRONG),
    "a web page": (lambda: b"<!doctype html><body>" + SCRIPT, WRONG),
    "SVG with a script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT, WRONG),
    "SVG with growing entities": (
        lambda: b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b "
        b"'&a;&a;&a;&a;'>]><svg>&b;</svg>",
        WRONG,
    ),
    "SVG that reads a file": (
        lambda: b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        b"<svg xmlns='http://www.w3.org/2000/svg'><text>&x;</text></svg>",
        WRONG,
    ),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript>>>>", WRONG),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", WRONG),
    "ZIP": (zipped, WRONG),
    "program for Linux": (lambda: b"\x7fELF\x02\x01\x01" + bytes(200), WRONG),
    "program for Windows": (lambda: b"MZ" + bytes(200), WRONG),
    "GIF": (lambda: encoded(picture(), "GIF"), WRONG),
    "GIF that moves": (lambda: animated("GIF"), WRONG),
    "GIF that is a ZIP too": (lambda: encoded(picture(64, 64), "GIF") + zipped(), WRONG),
    "GIF that is a script too": (lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", WRONG),
    "BMP": (lambda: encoded(picture(), "BMP"), WRONG),
    "TIFF": (lambda: encoded(picture(), "TIFF"), WRONG),
    "TIFF that says it is a JPEG": (lambda: b"\xff\xd8\xff" + encoded(picture(), "TIFF"), BROKEN),
    "icon": (lambda: encoded(picture(64, 64), "ICO"), WRONG),
    "Photoshop": (lambda: b"8BPS\0\x01" + bytes(60), WRONG),
    "AVIF": (lambda: encoded(picture(64, 64), "AVIF"), WRONG),
    "JPEG 2000": (lambda: encoded(picture(64, 64), "JPEG2000"), WRONG),
    "JPEG, only its first bytes": (lambda: b"\xff\xd8\xff\xe0", BROKEN),
    "JPEG, cut in its header": (lambda: jpeg()[:150], BROKEN),
    "JPEG, cut in the middle": (lambda: jpeg()[: len(jpeg()) // 2], BROKEN),
    "JPEG with zeros for a middle": (
        lambda: jpeg()[:700] + bytes(2000) + jpeg()[2700:],
        {None, Code.BROKEN},
    ),
    "JPEG with a ZIP behind": (lambda: jpeg() + zipped(), SAFE),
    "JPEG with a page behind": (lambda: jpeg() + b"<html>" + SCRIPT, SAFE),
    "JPEG with a film behind": (lambda: jpeg() + reel("mp4", seconds=0.2, sound=False), SAFE),
    "JPEG with a script as comment": (lambda: segment(0xFE, SCRIPT), SAFE),
    "JPEG with PHP as comment": (lambda: segment(0xFE, b"<?php system($_GET[0]); ?>"), SAFE),
    "JPEG with a page in XMP": (
        lambda: segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SCRIPT * 900),
        SAFE,
    ),
    "JPEG with where it was taken": (lambda: jpeg(exif=exif(3)), SAFE),
    "JPEG held in no way at all": (lambda: jpeg(exif=exif(99)), SAFE),
    "JPEG with a loop in its EXIF": (looping_exif, SAFE),
    "JPEG with junk for EXIF": (lambda: segment(0xE1, b"Exif\0\0" + b"\xfe" * 60_000), SAFE),
    "JPEG with a hundred EXIFs": (
        lambda: jpeg()[:2] + looping_exif()[2:-len(jpeg()) + 2] * 100 + jpeg()[2:],
        SAFE,
    ),
    "JPEG with junk for a profile": (lambda: icc(b"\xde\xad" * 900), SAFE),
    "JPEG with half a profile": (
        lambda: segment(0xE2, b"ICC_PROFILE\0\x01\xff" + bytes(60)),
        SAFE,
    ),
    "JPEG with another kind's profile": (with_profile_of_another_kind, SAFE),
    "JPEG for printing": (lambda: encoded(picture(mode="CMYK"), "JPEG"), SAFE),
    "JPEG in grey": (lambda: encoded(picture(mode="L"), "JPEG"), SAFE),
    "JPEG of several pictures": (mpo, SAFE),
    "JPEG of one dot": (lambda: encoded(picture(1, 1), "JPEG"), SAFE),
    "JPEG as thin as a thread": (lambda: encoded(picture(1, 20_000), "JPEG"), SAFE),
    "JPEG that says it is a giant": (
        lambda: frame_header(jpeg(), 1, b"\xff\xff\xff\xff"),
        {Code.TOO_MANY_PIXELS},
    ),
    "JPEG without width": (lambda: frame_header(jpeg(), 3, b"\0\0"), BROKEN),
    "JPEG of 12 bits that is none": (lambda: frame_header(jpeg(), 0, b"\x0c"), BROKEN),
    "JPEG of another coding": (
        lambda: jpeg().replace(b"\xff\xc0", b"\xff\xc9", 1),
        {None, Code.BROKEN},
    ),
    "JPEG of two thousand scans": (many_scans, {None, Code.TOO_HARD, Code.BROKEN}),
    "PNG bomb": (lambda: png(60_000, 60_000, b""), {Code.TOO_MANY_PIXELS}),
    "PNG bomb of one bit": (lambda: png(50_000, 50_000, b"", depth=1, colour=0),
                            {Code.TOO_MANY_PIXELS}),
    "PNG just small enough": (lambda: png(8000, 8000, colour=6), SAFE),
    "PNG with a bomb for a profile": (
        lambda: png(64, 64, between=chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000)))),
        {None, Code.BROKEN},
    ),
    "PNG with bombs for words": (
        lambda: png(64, 64, between=50 * chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(10**7)))),
        {None, Code.BROKEN},
    ),
    "PNG with a script for words": (lambda: png(64, 64, between=chunk(b"tEXt", b"t\0" + SCRIPT)),
                                    SAFE),
    "PNG with a page behind": (lambda: encoded(picture(), "PNG") + SCRIPT, SAFE),
    "PNG, cut": (lambda: encoded(picture(), "PNG")[:-200], BROKEN),
    "PNG with a wrong sum": (lambda: png(64, 64).replace(b"IEND\xae", b"IEND\0"), SAFE | BROKEN),
    "PNG without a picture": (
        lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", png(8, 8)[16:29]) + chunk(b"IEND", b""),
        BROKEN,
    ),
    "PNG with too few lines": (lambda: png(64, 64, bytes(100)), BROKEN),
    "PNG with too many lines": (lambda: png(64, 64, bytes(5_000_000)), SAFE),
    "PNG without width": (lambda: png(0, 64, b""), BROKEN),
    "PNG wider than a number": (
        lambda: png(2**31 + 5, 1, b""),
        {Code.TOO_MANY_PIXELS, Code.BROKEN},
    ),
    "PNG that moves": (lambda: animated("PNG"), {Code.MOVING}),
    "PNG of 16 bits": (lambda: png(64, 64, depth=16), SAFE),
    "PNG of 16 bits in grey": (lambda: png(64, 64, depth=16, colour=0), SAFE),
    "PNG of 16 bits, see-through": (lambda: png(64, 64, depth=16, colour=6), SAFE),
    "PNG of one bit": (lambda: png(64, 64, depth=1, colour=0), SAFE),
    "PNG with a palette": (lambda: encoded(picture(mode="P"), "PNG"), SAFE),
    "PNG with a see-through palette": (
        lambda: encoded(picture(mode="P"), "PNG", transparency=0),
        SAFE,
    ),
    "PNG without its palette": (lambda: png(64, 64, colour=3), {None, Code.BROKEN}),
    "WebP that moves": (lambda: animated("WEBP"), {Code.MOVING}),
    "WebP without loss": (lambda: encoded(picture(), "WEBP", lossless=True), SAFE),
    "WebP, see-through": (lambda: encoded(picture(mode="RGBA"), "WEBP", exif=exif()), SAFE),
    "WebP, cut": (lambda: encoded(picture(), "WEBP")[:-100], BROKEN),
    "WebP that lies about its size": (
        lambda: replaced(encoded(picture(), "WEBP"), b"RIFF", b"\xff\xff\xff\x7f", after=4),
        {None, Code.BROKEN},
    ),
    "WebP of nothing": (lambda: b"RIFF\x04\0\0\0WEBP", BROKEN),
    "HEIC": (heic, SAFE),
    "HEIC, cut": (lambda: heic()[:-200], BROKEN),
    "HEIC of which there is a name only": (lambda: heic()[:24], BROKEN),
    "HEIC that moves": (lambda: replaced(heic(), b"heic", b"hevc"), {Code.MOVING}),
    "HEIC that says it is a giant": (heic_of_a_giant, {Code.TOO_MANY_PIXELS, Code.BROKEN}),
    "HEIC with junk for boxes": (lambda: heic()[:60] + b"\xff" * 400 + heic()[460:], BROKEN),
    "film for a photo": (lambda: reel("mp4", seconds=0.2, sound=False), WRONG),
}  # fmt: skip


def everywhere(content: bytes, box: bytes, after: int, value: bytes) -> bytes:
    """These bytes in every box of a kind."""
    at = content.find(box)
    while at >= 0:
        begin = at + after
        content = content[:begin] + value + content[begin + len(value) :]
        at = content.find(box, begin)
    return content


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = struct.pack(">I4s", len(inner) + 8, b"moov") + inner
    return struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + inner


def leaping() -> bytes:
    """A film whose second picture comes after an hour."""
    return everywhere(reel("mp4", seconds=0.3, sound=False), b"stts", 16, struct.pack(">I", 2**26))


def absurdly_long() -> bytes:
    """A film of a second that says of itself it lasts for years."""
    content = everywhere(reel("mp4"), b"mvhd", 20, b"\x7f\xff\xff\xff")
    return everywhere(content, b"mdhd", 20, b"\x7f\xff\xff\xff")


SMALL = partial(reel, "mp4", seconds=0.4, sound=False)
FILMS: dict[str, Case] = {
    "nothing at all": (lambda: b"", {Code.EMPTY}),
    "photo for a film": (jpeg, WRONG),
    "HEIC for a film": (heic, WRONG),
    "sound without a picture": (lambda: reel("mp4", picture=False), {Code.NO_PICTURE}),
    "WebM without a picture": (lambda: reel("webm", picture=False), {Code.NO_PICTURE}),
    "AVI": (lambda: reel("avi", codec="mpeg4", sound=False), WRONG),
    "list of other films": (lambda: b"#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd", WRONG),
    "script that joins films": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", WRONG),
    "subtitles": (lambda: b"1\n00:00:00,000 --> 00:00:01,000\n" + SCRIPT, WRONG),
    "MP4, its name only": (lambda: SMALL()[:32], BROKEN),
    "MP4, cut": (lambda: SMALL()[:1500], BROKEN),
    "MP4 with junk for a picture": (
        lambda: replaced(SMALL(), b"mdat", bytes(range(256)) * 4, after=8),
        {None, Code.BROKEN, Code.NO_PICTURE, Code.TOO_WIDE},
    ),
    "MP4 of boxes in boxes": (lambda: nested(5000), BROKEN | {Code.NO_PICTURE}),
    "MP4 with secrets": (lambda: reel("mp4", seconds=0.3, metadata={"title": SECRET}), SAFE),
    "MP4 that says it lasts for years": (absurdly_long, SAFE | BROKEN),
    "MP4 whose second picture is late by an hour": (leaping, {None, Code.TOO_LONG, Code.BROKEN}),
    "MP4 that says it is a giant": (
        lambda: everywhere(SMALL(), b"avc1", 28, b"\xff\xff\xff\xff"),
        {None, Code.TOO_WIDE, Code.BROKEN},
    ),
    "MP4 held sideways": (lambda: turned(SMALL()), SAFE),
    "MP4 held in no way at all": (lambda: replaced(turned(SMALL()), b"tkhd", b"\1" * 36, after=44),
                                  SAFE | BROKEN),
    "MP4 wider than a wall": (lambda: SMALL(width=5000, height=64), {Code.TOO_WIDE}),
    "MP4 of many tracks": (lambda: SMALL(tracks=40), {Code.TOO_MANY_TRACKS}),
    "MP4 of 240 pictures a second": (lambda: SMALL(rate=240), SAFE),
    "MP4 of dots": (lambda: SMALL(width=16, height=16), SAFE),
    "MOV of still pictures": (lambda: reel("mov", codec="mjpeg", seconds=0.3, sound=False),
                              WRONG | {Code.NO_PICTURE}),
    "MOV of an old kind": (lambda: reel("mov", codec="mpeg4", seconds=0.4), SAFE),
    "too long": (lambda: SMALL(seconds=4), {Code.TOO_LONG}),
    "WebM, its name only": (lambda: reel("webm", seconds=0.3)[:40], BROKEN),
    "WebM, cut": (lambda: reel("webm", seconds=0.5)[:-2000], SAFE | BROKEN),
    "WebM with a size of nonsense": (
        lambda: b"\x1a\x45\xdf\xa3\x01" + b"\xfe" * 7 + reel("webm", seconds=0.3)[12:],
        {None, Code.BROKEN, Code.NO_PICTURE},
    ),
    "WebM with junk in the middle": (
        lambda: reel("webm", seconds=0.5)[:900] + b"\xff" * 600 + reel("webm", seconds=0.5)[1500:],
        SAFE | BROKEN | {Code.NO_PICTURE},
    ),
    "WebM with a page behind": (lambda: reel("webm", seconds=0.3) + SCRIPT, SAFE),
    "Matroska with a ZIP behind": (
        lambda: reel("matroska", codec="libvpx", seconds=0.3, sound=False) + zipped(),
        SAFE,
    ),
}  # fmt: skip

NAMES = [
    "../../etc/passwd",
    "photo.jpg\0.exe",
    "a\r\nSet-Cookie: x=1.jpg",
    "\u202egpj.exe",
    "C:\\Windows\\system32\\photo.jpg",
    "-rf",
    "x" * 250,
    "<script>.jpg",
]


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
