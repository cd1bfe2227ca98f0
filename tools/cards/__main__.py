"""Draw every card, and say how large the files came to be."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.cards.scenes import CARDS
from tools.dev.steps import ROOT

OUT = ROOT / "web" / "img" / "cards"
FONTS = ROOT / "node_modules" / "@uswds" / "uswds" / "dist" / "fonts"
WIDTH, HEIGHT = 960, 720
COLOURS = 192
CHROMIUM = "/usr/bin/chromium"
FONT = "merriweather/Latin-Merriweather-BoldItalic.woff2"


def main(names: list[str]) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, draw in CARDS.items():
            if names and name not in names:
                continue
            sheet = OUT / f"{name}.html"  # beside the fonts' file: addresses, so a real page
            sheet.write_text(_page(draw()), "utf-8")
            page.goto(sheet.as_uri())
            page.evaluate("document.fonts.ready")
            _keep(page.screenshot(), OUT / f"{name}.png")
            sheet.unlink()
        browser.close()
    return 0


def _page(svg: str) -> str:
    font = (FONTS / FONT).as_uri()
    style = (
        f"@font-face{{font-family:Card;src:url({font})}}"
        "body{margin:0}svg{display:block;width:100vw;height:100vh}text{font-family:Card,serif}"
    )
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{svg}"


def _keep(drawn: bytes, path: Path) -> None:
    """Few colours, so that a slow line has it soon."""
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    image = image.quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(path, "PNG", optimize=True)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
