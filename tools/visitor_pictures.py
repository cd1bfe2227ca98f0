"""Draws the demo's ID and face: python -m tools.visitor_pictures

Nobody's: a card that says what it is, and a round head. They stand in kinline/config/demo/pieces.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HOME = Path(__file__).parent.parent / "kinline" / "config" / "demo" / "pieces"
SKIN, HAIR, COAT, WALL, CARD, INK = "#c98f6b", "#3a2a24", "#3f6f7a", "#e9dcc8", "#f4f1ea", "#2e2158"


def head(draw: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    """A head and shoulders in a square of `size`, its upper left corner at x, y."""

    def at(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        return (
            x + int(left * size),
            y + int(top * size),
            x + int(right * size),
            y + int(bottom * size),
        )

    draw.pieslice(at(0.1, 0.62, 0.9, 1.5), 180, 360, fill=COAT)
    draw.ellipse(at(0.27, 0.12, 0.73, 0.66), fill=HAIR)
    draw.ellipse(at(0.31, 0.2, 0.69, 0.7), fill=SKIN)
    draw.ellipse(at(0.41, 0.4, 0.45, 0.44), fill=INK)
    draw.ellipse(at(0.55, 0.4, 0.59, 0.44), fill=INK)
    draw.arc(at(0.42, 0.46, 0.58, 0.6), 20, 160, fill=INK, width=max(2, size // 90))


def selfie() -> Image.Image:
    image = Image.new("RGB", (640, 640), WALL)
    head(ImageDraw.Draw(image), 0, 0, 640)
    return image


def document() -> Image.Image:
    image = Image.new("RGB", (860, 560), "#8a7f74")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((30, 30, 830, 530), 28, fill=CARD)
    draw.rectangle((30, 60, 830, 130), fill=INK)
    draw.rectangle((70, 180, 320, 430), fill=WALL)
    head(draw, 70, 180, 250)
    draw.rectangle((70, 431, 320, 500), fill=CARD)
    title, words = ImageFont.load_default(40), ImageFont.load_default(30)
    draw.text((70, 70), "INVENTED FOR THE DEMO", "white", title)
    lines = ("Grace Okafor", "Born 04/12/1979", "Expires 08/31/2031", "No. D-000-0000")
    for number, line in enumerate(lines):
        draw.text((360, 190 + 56 * number), line, INK, words)
    return image


def main() -> None:
    for name, image in (("visitor-id.jpg", document()), ("visitor-face.jpg", selfie())):
        image.save(HOME / name, "JPEG", quality=80, optimize=True)


if __name__ == "__main__":
    main()
