"""A log line is one JSON object: a static sentence, and ids and figures in fields."""

import io
import json
import logging
from typing import Any
from uuid import UUID

import pytest

from kinline import logs

CALL = UUID("0190f4e0-0000-7000-8000-000000000001")


@pytest.fixture
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.formatter())
    found = logging.getLogger("kinline.calls")
    monkeypatch.setattr(found, "handlers", [handler])
    monkeypatch.setattr(found, "propagate", False)
    return found


def only(lines: io.StringIO) -> dict[str, Any]:
    (line,) = lines.getvalue().splitlines()
    content: dict[str, Any] = json.loads(line)
    return content


def test_a_line_is_the_sentence_and_its_fields(log: logging.Logger, lines: io.StringIO) -> None:
    log.warning("call refused", extra={"call": CALL, "code": "call.outside_hours"})
    line = only(lines)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "call refused",
        "level": "warning",
        "logger": "kinline.calls",
        "call": str(CALL),
        "code": "call.outside_hours",
    }


def test_a_surprise_keeps_its_traceback_in_the_same_line(
    log: logging.Logger, lines: io.StringIO
) -> None:
    try:
        raise ValueError("gap in the book")
    except ValueError:
        log.exception("rating failed")
    assert "ValueError: gap in the book" in only(lines)["exception"]


def test_a_request_is_never_written_down(log: logging.Logger, lines: io.StringIO) -> None:
    log.error("Internal Server Error", extra={"status_code": 500, "request": "/people/?q=Marrow"})
    assert "Marrow" not in lines.getvalue()
    assert only(lines)["status_code"] == 500
