"""The paper behind an order: by content a PDF or not, whole or cut off, and how many."""

import pytest

from kinline.core import order


@pytest.mark.parametrize(
    ("opening", "pdf"),
    [
        (b"%PDF-1.7\n", True),
        (b"%PDF-2.0\r", True),
        (b"<html>%PDF-1.7", False),
        (b" %PDF-1.7", False),
        (b"\xff\xd8\xff\xe0", False),
        (b"", False),
    ],
)
def test_a_pdf_is_one_from_its_very_first_byte(opening: bytes, pdf: bool) -> None:
    assert order.is_pdf(opening) is pdf


def test_a_pdf_without_its_end_was_cut_off() -> None:
    assert order.is_whole_pdf(b"startxref\n1\n%%EOF\n")
    assert not order.is_whole_pdf(b"startxref\n1\n")
    assert not order.is_whole_pdf(b"%%EOF" + b"\0" * 5000)


@pytest.mark.parametrize(("papers", "codes"), [(0, []), (4, []), (5, ["order.papers_full"])])
def test_an_order_has_room_for_five(papers: int, codes: list[str]) -> None:
    assert [one.code for one in order.may_add(papers)] == codes
