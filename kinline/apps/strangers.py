"""A stranger's file on its way to the darkroom: the scanner first, and faults as refusals."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from kinline.apps.errors import Refused, wrong
from kinline.core.refusal import Refusal, Whose
from kinline.darkroom import scan as scanner
from kinline.darkroom.terms import Busy, Code, NoRoom, Unable, Unfit

log = logging.getLogger(__name__)


def scanned(source: Path) -> None:
    """Let the scanner look, where one is set. Raises Unfit, and ScannerAway."""
    found = scanner.scan(source, address=settings.CLAMD)
    if found.verdict is scanner.Verdict.INFECTED:
        raise Unfit(Code.INFECTED)


@contextmanager
def polite() -> Iterator[None]:
    """A file's fault, or ours, as a refusal with its reason."""
    try:
        yield
    except Unfit as no:
        raise Refused(wrong(no.code.value, "file", no.facts)) from no
    except Busy:
        raise Refused(Refusal("file.busy", Whose.KINLINE)) from None
    except NoRoom:
        raise Refused(Refusal("file.no_room", Whose.KINLINE)) from None
    except Unable as lacking:
        log.error("darkroom lacks something", extra={"lacks": str(lacking)})
        raise Refused(Refusal("file.unable", Whose.KINLINE)) from lacking
    except scanner.ScannerAway:
        raise Refused(Refusal("file.no_scan", Whose.KINLINE)) from None
