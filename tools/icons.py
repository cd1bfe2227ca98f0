"""Makes the pictures a telephone shows for the portal from our mark: web/img/icon-*.png.

    .venv/bin/python -m tools.icons

Drawn by Chromium, which the tests use, too; committed, so that building needs none.
"""

import re

from playwright.sync_api import sync_playwright

from tools.dev.steps import ROOT

IMG = ROOT / "web" / "img"
MARK = (IMG / "kinline-mark.svg").read_text("utf-8")
INK = "#221a3a"


def main() -> int:
    plain, bare = MARK, re.sub(r"<rect[^>]*/>", "", MARK)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()

        def draw(
            name: str, size: int, svg: str, *, ground: str = "transparent", part: float = 1.0
        ) -> None:
            page.set_viewport_size({"width": size, "height": size})
            inner = round(size * part)
            page.set_content(
                f"<style>*{{margin:0}}body{{width:{size}px;height:{size}px;display:grid;"
                f"place-items:center;background:{ground}}}svg{{width:{inner}px;height:{inner}px;"
                f"display:block}}</style>{svg}"
            )
            page.screenshot(path=IMG / name, omit_background=ground == "transparent")

        draw("icon-192.png", 192, plain)
        draw("icon-512.png", 512, plain)
        # A telephone cuts its own shape out of this one: the drawing stays in the middle.
        draw("icon-mask-512.png", 512, bare, ground=INK, part=0.8)
        # The small sign beside the clock: its shape alone counts.
        white = re.sub(r"#f7b53c|#fff", "#ffffff", bare)
        draw("badge-96.png", 96, white)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
