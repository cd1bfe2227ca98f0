"""TURN servers for private visits, as the environment names them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WAYS = ("relay", "direct", "off")


@dataclass(frozen=True, slots=True)
class Server:
    """`urls` as browsers take them; `line` is host:port of coturn's command line, or empty."""

    urls: tuple[str, ...]
    line: str = ""


def servers(environment: Mapping[str, str]) -> tuple[Server, ...]:
    """KINLINE_TURN: [{"urls": ["turn:turn.example:3478"], "line": "127.0.0.1:5766"}, ...].

    Raises ValueError for anything else.
    """
    told = environment.get("KINLINE_TURN") or "[]"
    try:
        named = json.loads(told)
        if not isinstance(named, list):
            raise TypeError
        return tuple(_server(one) for one in named)
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError):
        raise ValueError(f"KINLINE_TURN is no list of servers: {told}") from None


def way(environment: Mapping[str, str], there: tuple[Server, ...], *, demo: bool) -> str:
    """KINLINE_PRIVATE_VISITS: through "relay", "direct" from page to page, or "off".

    Unsaid: through the TURN servers, if there are any; else off, and direct in a demo. Raises
    ValueError for another word, and for a relay without a server.
    """
    unsaid = "relay" if there else ("direct" if demo else "off")
    word = environment.get("KINLINE_PRIVATE_VISITS") or unsaid
    if word not in WAYS:
        raise ValueError(f"KINLINE_PRIVATE_VISITS must be one of {', '.join(WAYS)}, not {word!r}")
    if word == "relay" and not there:
        raise ValueError("KINLINE_PRIVATE_VISITS is relay, and KINLINE_TURN names no server")
    return word


def _server(told: dict[str, Any]) -> Server:
    urls = tuple(str(one) for one in told["urls"])
    if not urls or not all(one.startswith(("turn:", "turns:")) for one in urls):
        raise ValueError("a TURN server has addresses that begin with turn: or turns:")
    return Server(urls, str(told.get("line", "")))
