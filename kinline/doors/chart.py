"""A line chart as numbers for an SVG: two lines at most, told apart by hue and by dash.

What the chart shows stands in a table under it, so that nobody needs to see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kinline.doors.words.quarters import grouped

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 56.0, 84.0, 14.0, 26.0  # room for the words around the lines
STEPS = 4
STYLES = ("la", "lb")
ROOM = 15.0  # between the labels of two lines that end close together


@dataclass(frozen=True, slots=True)
class Series:
    """One line. `values` may have gaps (None): not told, not yet, or hidden."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """`runs` are the stretches without a gap, as SVG points; `dots` stand alone."""

    style: str
    runs: tuple[str, ...]
    dots: tuple[Text, ...]
    label: Text | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws. `says` is the chart in a sentence."""

    says: str
    grid: tuple[Text, ...]
    along: tuple[Text, ...]
    lines: tuple[Line, ...]
    mark: Text | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM
    top: float = TOP


def lines(
    series: Sequence[Series],
    along: Sequence[str],
    *,
    says: str,
    mark: tuple[float, str] | None = None,
) -> Chart:
    """`along` are the words under the points; empty ones leave room. `mark` is a place between
    points, counted from the first, and what happened there."""
    top = _round_up(max((v for one in series for v in one.values if v is not None), default=0))
    scale = _Scale(top, len(along))
    drawn = [_line(one, style, scale) for one, style in zip(series, STYLES, strict=False)]
    return Chart(
        says=says,
        grid=tuple(
            Text(LEFT - 8, scale.y(top * n / STEPS), grouped(round(top * n / STEPS)))
            for n in range(STEPS + 1)
        ),
        along=tuple(Text(scale.x(n), HEIGHT - 6, words) for n, words in enumerate(along) if words),
        lines=_apart(drawn),
        mark=Text(scale.x(mark[0]), TOP + 10, mark[1]) if mark else None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    top: int
    points: int

    def x(self, n: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * n / max(1, self.points - 1), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.top, 1)


def _line(series: Series, style: str, scale: _Scale) -> Line:
    runs: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(series.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((scale.x(n), scale.y(value)))
    runs = [run for run in runs if run]
    label = Text(runs[-1][-1][0] + 8, runs[-1][-1][1] + 4, series.name) if runs else None
    return Line(
        style,
        tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        tuple(Text(*run[0], "") for run in runs if len(run) == 1),
        label,
    )


def _apart(drawn: list[Line]) -> tuple[Line, ...]:
    """Labels that would stand on each other are moved apart, the upper one upwards."""
    labels = [one.label for one in drawn if one.label]
    if len(labels) < 2 or abs(labels[0].y - labels[1].y) >= ROOM:
        return tuple(drawn)
    if abs(labels[0].x - labels[1].x) > RIGHT:
        return tuple(drawn)
    middle = (labels[0].y + labels[1].y) / 2
    upper = 0 if labels[0].y <= labels[1].y else 1
    moved = []
    for n, one in enumerate(drawn):
        assert one.label is not None
        y = middle - ROOM / 2 if n == upper else middle + ROOM / 2
        moved.append(Line(one.style, one.runs, one.dots, Text(one.label.x, y, one.label.words)))
    return tuple(moved)


def _round_up(most: int) -> int:
    """The next number above that a grid of four steps can carry in round numbers."""
    step = 1
    while True:
        for tenths in (10, 15, 20, 25, 30, 40, 50, 75):
            if tenths * step % 10 == 0 and tenths * step // 10 * STEPS >= most:
                return tenths * step // 10 * STEPS
        step *= 10
