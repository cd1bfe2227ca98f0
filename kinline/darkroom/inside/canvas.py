"""Pictures of a film, whatever their size and however they were held, drawn onto one size."""

from av.filter import Graph
from av.video.frame import VideoFrame

Step = tuple[str, str | None]
# By the angle in degrees, counter-clockwise, that sets a picture upright.
_TURNS: dict[int, list[Step]] = {
    90: [("transpose", "cclock")],
    180: [("hflip", None), ("vflip", None)],
    270: [("transpose", "clock")],
}
_SMALLEST = 16


class Canvas:
    """`width` and `height` in pixels, even, settled by the first picture."""

    def __init__(self, first: VideoFrame, long_edge: int, short_edge: int) -> None:
        wide, high = upright(first)
        most_wide, most_high = (long_edge, short_edge) if wide >= high else (short_edge, long_edge)
        scale = min(1.0, most_wide / wide, most_high / high)
        self.width, self.height = _even(wide * scale), _even(high * scale)
        self._graph: Graph | None = None
        self._for: tuple[object, ...] = ()

    def draw(self, frame: VideoFrame) -> VideoFrame:
        """The picture, upright and as large as fits, on black where it does not fill."""
        kind = (frame.width, frame.height, frame.format.name, _turn(frame))
        if self._graph is None or kind != self._for:
            self._graph, self._for = self._built(frame), kind
        self._graph.push(frame)
        drawn = self._graph.pull()
        assert isinstance(drawn, VideoFrame)
        return drawn

    def _built(self, frame: VideoFrame) -> Graph:
        size = f"{self.width}:{self.height}"
        graph = Graph()
        steps: list[Step] = [
            *_TURNS.get(_turn(frame), ()),
            ("scale", f"{size}:force_original_aspect_ratio=decrease:force_divisible_by=2"),
            ("pad", f"{size}:(ow-iw)/2:(oh-ih)/2"),
            ("setsar", "1"),
            ("format", "yuv420p"),
        ]
        last = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        for name, words in steps:
            step = graph.add(name, words)
            last.link_to(step)
            last = step
        last.link_to(graph.add("buffersink"))
        graph.configure()
        return graph


def upright(frame: VideoFrame) -> tuple[int, int]:
    """Width and height as the picture is meant to be seen."""
    sideways = _turn(frame) in {90, 270}
    return (frame.height, frame.width) if sideways else (frame.width, frame.height)


def _turn(frame: VideoFrame) -> int:
    """The angle that sets it upright; 0 for what is no quarter turn."""
    turn = round(frame.rotation) % 360
    return turn if turn in _TURNS else 0


def _even(size: float) -> int:
    return max(_SMALLEST, round(size / 2) * 2)
