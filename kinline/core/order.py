"""The paper behind a no-contact order: what may be kept of it, and how much."""

from enum import StrEnum

from kinline.core.refusal import Refusal, Whose

# Pages photographed one by one, or an order and what changed it.
MOST_PAPERS = 5
MOST_BYTES = 10_000_000
_END_WITHIN = 2048  # some writers leave bytes after the end


class OrderPaper(StrEnum):
    """What a paper is kept as: a photo is written anew, a PDF stays what it was."""

    PHOTO = "image/jpeg"
    PDF = "application/pdf"


def may_add(papers: int) -> tuple[Refusal, ...]:
    """Why no other paper can be added to an order that has so many; none: it can."""
    if papers < MOST_PAPERS:
        return ()
    facts = {"most": str(MOST_PAPERS), "field": "file"}
    return (Refusal("order.papers_full", Whose.KINLINE, facts=facts),)


def is_pdf(opening: bytes) -> bool:
    """Whether a file that opens so says it is a PDF (ISO 32000-1, 7.5.2), by content alone.

    At its very first byte: what may stand before could be another kind of file as well.
    """
    return opening.startswith(b"%PDF-")


def is_whole_pdf(ending: bytes) -> bool:
    """Whether a PDF that ends so was not cut off (ISO 32000-1, 7.5.5)."""
    return b"%%EOF" in ending[-_END_WITHIN:]
