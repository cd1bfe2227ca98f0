"""One shape for every log line of every process: a static sentence and its data, as JSON.

    log.info("call refused", extra={"call": call_id, "code": no.code})

Fields hold ids, codes and figures, never people: no names, numbers, digits, addresses or words.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Django hangs whole requests on its records; an address bar may hold a search for a person.
NEVER = ("request", "response", "server_time")
# These speak of addresses and candidates of people's devices.
CHATTY = ("aioice", "aiortc", "aiohttp")


def to_stderr(level: int = logging.INFO) -> None:
    """Send every record of this process to standard error. Doing it twice changes nothing."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)


def formatter() -> logging.Formatter:
    """Fields, event, logger, level and moment (UTC), in one line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_requests,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ],
    )


def _without_requests(
    logger: object, method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in NEVER:
        fields.pop(name, None)
    return fields
