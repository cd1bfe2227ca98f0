"""A photo decoded within its limits and written anew: upright, sRGB, 8 bits, no metadata."""

import io
import warnings
from typing import Any, BinaryIO

import pi_heif
from PIL import (
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from kinline.darkroom.terms import Code, Unfit

QUALITY, THUMB_QUALITY = 86, 80
# The plugins are named so that no other is ever tried, and none is imported behind the walls.
READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
SHRINK_FACTOR = 2.0  # a cheap first step down to this multiple, then a careful one
_OPENING_BYTES = 64
# ISO/IEC 23008-12: HEVC still pictures, and sequences of them.
_STILL = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_SEQUENCE = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}
_ORIENTATION = 0x0112
_SRGB = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False
pi_heif.register_heif_opener(thumbnails=False)
warnings.simplefilter("ignore")


def develop(file: BinaryIO, asked: dict[str, int]) -> dict[str, Any]:
    """Write photo.jpg and thumb.jpg into the current folder. Raises Unfit, and what Pillow does."""
    photo = opened(file, asked["most_pixels"])
    photo = clean(photo, asked["edge"])
    write(photo, "photo.jpg", QUALITY)
    small = photo.copy()
    small.thumbnail((asked["thumb_edge"], asked["thumb_edge"]))
    write(small, "thumb.jpg", THUMB_QUALITY)
    width, height = photo.size
    return {"width": width, "height": height}


def opened(file: BinaryIO, most_pixels: int) -> Image.Image:
    """The picture behind its header, nothing decoded yet. Raises Unfit."""
    kind = kind_of(file.read(_OPENING_BYTES))
    file.seek(0)
    photo = Image.open(file, formats=[kind])
    if photo.width * photo.height > most_pixels:
        raise Unfit(Code.TOO_MANY_PIXELS, {"most": str(most_pixels // 1_000_000)})
    # Staff would see one frame and the reader another: what moves is sent as a VideoGram.
    if kind in {"PNG", "WEBP"} and getattr(photo, "is_animated", False):
        raise Unfit(Code.MOVING)
    return photo


def kind_of(opening: bytes) -> str:
    """Pillow's name of the format, by content. Raises Unfit for every other kind."""
    if opening.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if opening.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if opening[:4] == b"RIFF" and opening[8:12] == b"WEBP":
        return "WEBP"
    if opening[4:8] == b"ftyp":
        if opening[8:12] in _SEQUENCE:
            raise Unfit(Code.MOVING)
        if opening[8:12] in _STILL:
            return "HEIF"
    raise Unfit(Code.WRONG_KIND)


def clean(photo: Image.Image, edge: int) -> Image.Image:
    """The same picture within `edge` pixels, upright, in sRGB, carrying nothing else."""
    orientation, profile = _orientation(photo), photo.info.get("icc_profile")
    photo = _shrunk(photo, edge)
    photo = _in_srgb(photo, profile)
    photo = _upright(photo, orientation)
    blank = Image.new("RGB", photo.size, "white")
    see_through = photo.mode in {"RGBA", "LA"}
    blank.paste(photo.convert("RGB"), mask=photo.getchannel("A") if see_through else None)
    return blank


def write(photo: Image.Image, name: str, quality: int) -> None:
    """As a JPEG into the current folder."""
    written = io.BytesIO()
    photo.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    with open(name, "xb") as file:
        file.write(written.getbuffer())


def _orientation(photo: Image.Image) -> int:
    try:
        # libheif turns pictures itself.
        return 1 if photo.format == "HEIF" else int(photo.getexif().get(_ORIENTATION, 1))
    except Exception:  # junk in the metadata is no fault of the picture
        return 1


def _shrunk(photo: Image.Image, edge: int) -> Image.Image:
    photo.draft("RGB", (edge, edge))  # JPEG only: decodes no more than it needs
    photo.load()
    photo = _eight_bits(photo)
    photo.thumbnail((edge, edge), reducing_gap=SHRINK_FACTOR)
    return photo


def _eight_bits(photo: Image.Image) -> Image.Image:
    """In a mode whose pixels can be averaged: grey, RGB or CMYK, with or without alpha."""
    if photo.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        # A PNG may name one colour that is see-through instead of an alpha channel.
        return photo.convert("RGBA") if "transparency" in photo.info else photo
    if photo.mode.startswith("I"):
        return photo.convert("I").point(lambda value: value / 256).convert("L")
    if photo.mode == "P":
        return photo.convert("RGBA" if "transparency" in photo.info else "RGB")
    return photo.convert("RGB")


def _in_srgb(photo: Image.Image, profile: object) -> Image.Image:
    alpha = photo.getchannel("A") if photo.mode in {"RGBA", "LA"} else None
    plain = photo.convert("L" if photo.mode == "LA" else "RGB") if alpha else photo
    plain = _by_profile(plain, profile) if isinstance(profile, bytes) else plain
    plain = plain.convert("RGB")
    if alpha is not None:
        plain.putalpha(alpha)
    return plain


def _by_profile(photo: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(photo, source, _SRGB, outputMode="RGB")
    except Exception:  # a profile that is junk, or of another kind of picture: colours as they are
        return photo
    return turned if turned is not None else photo


def _upright(photo: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return photo.transpose(turn) if turn is not None else photo


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
