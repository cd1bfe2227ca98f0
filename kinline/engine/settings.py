"""What an engine is told at its start: where things are, and how long it waits for what."""

import ipaddress
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from kinline.core.visit.terms import REJOIN


@dataclass(frozen=True, slots=True)
class Times:
    """Every span the engine waits, in seconds. Tests shorten them; nobody else should."""

    page_grace: float = 6.0  # a closed or reloaded page may come back
    line_grace: float = 20.0  # a lost line may come back
    rejoin: float = REJOIN.total_seconds()  # in a visit it is waited for so long
    silent_after: float = 2.5  # no packet for so long: the line is gone
    renew_every: float = 5.0  # ask a page again for a new connection
    between_announcements: float = 2.0
    name_pause: float = 0.4  # between "after the tone" and listening
    alive_every: float = 2.0
    commands_every: float = 0.5
    telephones_every: float = 3.0  # ask web which telephones there are
    first_key: float = 8.0  # on a handset, after the question
    next_key: float = 5.0  # and between two keys
    heartbeat: float = 10.0  # WebSocket ping; half of it for the pong
    idle: float = 60.0  # a page that says nothing at all
    stop_grace: float = 5.0  # calls may end by themselves after the first SIGTERM
    drain: float = 2.0  # and the last messages may still reach web


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """One engine. `data` and `keys` are folders; `ice_addresses` empty means all but loopback.

    With `telephones` it waits for a sip process, and telephones send their sound to `rtp_host`,
    or to the `rtpengine` that listens for commands there and tells keys to the port above.
    `turn_lines` are where TURN servers listen for commands (coturn's command line).
    `janus` are the nodes that carry visits, instead of the engine itself.
    """

    engine: str
    control_url: str
    data: Path
    keys: Path
    host: str = "127.0.0.1"
    port: int = 8701
    tls_cert: Path | None = None
    tls_key: Path | None = None
    ice_addresses: tuple[str, ...] = ()
    max_calls: int = 60
    max_visits: int = 12
    times: Times = field(default_factory=Times)
    telephones: bool = False
    rtp_host: str = "127.0.0.1"
    rtp_ports: tuple[int, int] = (20_000, 29_998)
    rtpengine: tuple[str, int] | None = None
    turn_lines: tuple[tuple[str, int], ...] = ()
    janus: tuple[tuple[str, int], ...] = ()

    @property
    def sip_socket(self) -> Path:
        """Where this engine's sip process finds it."""
        return self.data / "sip" / f"{self.engine}.sock"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def names(self) -> Path:
        return self.data / "names"

    @property
    def studio(self) -> Path:
        """Prompts that facilities recorded: <place>/<language>/<name>.ogg."""
        return self.data / "studio"

    @property
    def journal(self) -> Path:
        return self.data / "journal" / self.engine

    def pass_key(self) -> bytes:
        """The key passes are signed with. Raises OSError or ValueError."""
        return bytes.fromhex((self.keys / "pass.key").read_text().strip())

    def janus_key(self) -> str:
        """The word that opens each node of Janus. Raises OSError."""
        return (self.keys / "janus.key").read_text().strip()

    def control_key(self) -> str:
        """The word that opens web's control door. Raises OSError."""
        return (self.keys / "control.key").read_text().strip()

    def turn_password(self) -> str:
        """The word that opens the command lines of TURN servers. Raises OSError."""
        return (self.keys / "turn-line.key").read_text().strip() if self.turn_lines else ""


def from_arguments(argv: Sequence[str]) -> EngineSettings:
    """Settings from the command line. Raises SystemExit with a usage message."""
    given = _parser().parse_args(argv)
    host, port = given.listen
    return EngineSettings(
        engine=given.id,
        control_url=given.control if given.control.endswith("/") else given.control + "/",
        data=given.data,
        keys=given.keys,
        host=host,
        port=port,
        tls_cert=given.tls_cert,
        tls_key=given.tls_key,
        ice_addresses=tuple(given.ice_address),
        max_calls=given.max_calls,
        max_visits=given.max_visits,
        telephones=given.rtp is not None,
        rtp_host=given.rtp or "127.0.0.1",
        rtp_ports=given.rtp_ports,
        rtpengine=given.rtpengine,
        turn_lines=tuple(given.turn_line),
        janus=tuple(given.janus),
        times=Times(**dict(given.time)),
    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="kinline engine", description="Carry calls.")
    parser.add_argument("--id", required=True, help="this engine's id, such as e1")
    parser.add_argument("--listen", type=_listen, required=True, metavar="HOST:PORT")
    parser.add_argument("--control", required=True, metavar="URL", help="web's control address")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--keys", type=Path, required=True, metavar="DIR")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE")
    parser.add_argument("--tls-key", type=Path, metavar="FILE")
    parser.add_argument(
        "--ice-address",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="offer media at this address only; may be given several times",
    )
    parser.add_argument(
        "--rtp", metavar="ADDRESS", help="serve telephones, who send their sound to this address"
    )
    parser.add_argument("--rtp-ports", type=_ports, default=(20_000, 29_998), metavar="LOW-HIGH")
    parser.add_argument(
        "--rtpengine",
        type=_loopback,
        metavar="HOST:PORT",
        help="let rtpengine, which listens for commands there, carry the sound of telephones",
    )
    parser.add_argument(
        "--turn-line",
        type=_loopback,
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="end the allocations of private visits through coturn's command line there",
    )
    parser.add_argument(
        "--janus",
        action="append",
        default=[],
        type=_loopback,
        metavar="HOST:PORT",
        help="let this node of Janus carry visits; may be given several times",
    )
    parser.add_argument("--max-calls", type=int, default=60, metavar="N")
    parser.add_argument("--max-visits", type=int, default=12, metavar="N")
    parser.add_argument(
        "--time",
        action="append",
        default=[],
        type=_time,
        metavar="NAME=SECONDS",
        help="change one of the engine's spans (for tests)",
    )
    return parser


def _listen(word: str) -> tuple[str, int]:
    host, _, port = word.rpartition(":")
    if not host or not port.isdigit():
        raise ArgumentTypeError(f"{word} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _loopback(word: str) -> tuple[str, int]:
    """Whoever reaches rtpengine's port may hear every call, and what is said to Janus there is in
    the clear: nobody else's machine may."""
    host, port = _listen(word)
    try:
        safe = ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe or not 1024 <= port < 65_535:
        raise ArgumentTypeError(f"{word} is not of this machine alone, such as 127.0.0.1:2223")
    return host, port


def _ports(word: str) -> tuple[int, int]:
    low, _, high = word.partition("-")
    if not (low.isdigit() and high.isdigit() and 1024 <= int(low) < int(high) <= 65_534):
        raise ArgumentTypeError(f"{word} is no range of ports such as 20000-29998")
    return int(low), int(high)


def _time(word: str) -> tuple[str, float]:
    name, _, seconds = word.partition("=")
    known = {one.name for one in fields(Times)}
    if name not in known:
        raise ArgumentTypeError(f"{name} is none of {', '.join(sorted(known))}")
    try:
        return name, float(seconds)
    except ValueError:
        raise ArgumentTypeError(f"{seconds} is no number of seconds") from None
