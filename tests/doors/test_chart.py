"""A chart's numbers: the highest value fits, a gap is a gap, labels do not stand on each other."""

from kinline.doors.chart import BOTTOM, HEIGHT, TOP, Series, lines


def test_a_line_goes_from_the_first_point_to_the_last_and_fits() -> None:
    drawn = lines([Series("2026", [0, 50, 100])], ["a", "", "c"], says="three points")
    (run,) = drawn.lines[0].runs
    ys = [float(point.split(",")[1]) for point in run.split()]
    assert ys == [HEIGHT - BOTTOM, (HEIGHT - BOTTOM + TOP) / 2, TOP]
    assert [one.words for one in drawn.grid] == ["0", "25", "50", "75", "100"]
    assert [one.words for one in drawn.along] == ["a", "c"]


def test_what_is_not_told_is_a_gap_and_never_a_zero() -> None:
    drawn = lines([Series("x", [5, 6, None, 7, None])], [""] * 5, says="")
    assert len(drawn.lines[0].runs) == 1
    assert len(drawn.lines[0].dots) == 1


def test_nothing_to_show_is_no_line() -> None:
    drawn = lines([Series("x", [None, None])], ["", ""], says="")
    assert (drawn.lines[0].runs, drawn.lines[0].label) == ((), None)


def test_labels_of_lines_that_end_close_together_are_moved_apart() -> None:
    drawn = lines([Series("a", [1, 100]), Series("b", [1, 99])], ["", ""], says="")
    first, second = (one.label.y for one in drawn.lines if one.label)
    assert second - first >= 15
