"""Looking at pages as someone with other eyes does: axe-core, and no sideways scrolling."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}
TABLET_WIDTHS = {"upright": (800, 1280), "lying": (1280, 800)}

RUN_AXE = """
async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map((one) =>
    `${one.id}: ${one.help} (${one.nodes.map((node) => node.target.join(" ")).join("; ")})`);
}
"""


@dataclass
class Eyes:
    """Looks at every page at several widths; what is wrong is gathered, and said at the end.

    axe reads each page where it has least room and where it has most; between them only the room
    differs, and that is measured at every width. With KINLINE_SHOTS=FOLDER each look is kept there
    as a picture. Without it Spanish is looked at only at the first width.
    """

    widths: dict[str, tuple[int, int]]
    mark: str
    complaints: list[str] = field(default_factory=list)
    looks: int = 0

    def look(self, page: Page, name: str) -> None:
        before = page.viewport_size
        page.wait_for_load_state()  # a page that is still to come is not the one to look at
        ends = {next(iter(self.widths)), next(reversed(self.widths))}
        for width, (across, down) in self._chosen():
            page.set_viewport_size({"width": across, "height": down})
            found = wrong(page) if width in ends else no_room(page)
            self.complaints += [f"{name} ({width}): {one}" for one in found]
            self._keep(page, f"{self.mark}-{name}-{width}")
            self.looks += 1
        if before:
            page.set_viewport_size(before)

    def _chosen(self) -> list[tuple[str, tuple[int, int]]]:
        every = list(self.widths.items())
        short = self.mark.endswith("-es") and not os.environ.get("KINLINE_SHOTS")
        return every[:1] if short else every

    def _keep(self, page: Page, name: str) -> None:
        if folder := os.environ.get("KINLINE_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def said(self) -> str:
        return "\n".join(self.complaints)


def wrong(page: Page) -> Iterator[str]:
    """What axe-core finds on the page as it is now, and whether it scrolls sideways."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run ./dev test")
    if not page.evaluate("'axe' in window"):  # bringing it in takes as long as its reading
        page.evaluate(AXE.read_text("utf-8"))
    yield from page.evaluate(RUN_AXE, TAGS)
    yield from no_room(page)
    if re.search(r"[{]%|[{][{]", page.inner_text("body")):
        yield "shows template language"


def no_room(page: Page) -> Iterator[str]:
    """Whether the page scrolls sideways."""
    wide, here = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide > here:
        yield f"scrolls sideways: {wide} px on {here}"
