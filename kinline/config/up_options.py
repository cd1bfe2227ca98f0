"""What `kinline up` is asked for: its options, and the plan that they make."""

import contextlib
import importlib.util
import ipaddress
import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from kinline.config import lan, paths
from kinline.config.plan import EVERYWHERE, LOOPBACK, Place, Plan, choose_ports

FIRST_PORT = 8700
SIP_PORT = 5060


class CannotStart(Exception):
    """Why `up` gives up; the text is for the person at the terminal."""


def say(text: str) -> None:
    """What happens, as it happens. Standard output is kept for the welcome."""
    # A closed terminal must not keep us from doing what we say, least of all from stopping.
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="default: %(default)s; 0: any")
    parser.add_argument("--engines", type=int, default=1, help="media engines; default: 1")
    parser.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="serve this network too, by HTTPS, so that a phone can join (default: find ADDRESS)",
    )
    parser.add_argument(
        "--telephones",
        metavar="ADDRESS[:PORT]",
        help="serve telephones by SIP at this address of this machine (port: 5060)",
    )
    parser.add_argument(
        "--sip-proxy",
        metavar="ADDRESS:PORT",
        help="the SIP proxy in front, such as Kamailio: telephones are reached through it alone",
    )
    parser.add_argument(
        "--rtpengine",
        metavar="HOST:PORT",
        help="let rtpengine carry telephones' sound; it listens for commands at this address",
    )
    parser.add_argument(
        "--janus",
        metavar="HOST:PORT[,HOST:PORT]",
        help="let these nodes of Janus carry visits; each listens for commands at its address",
    )
    parser.add_argument(
        "--max-visits", type=int, metavar="N", help="how many visits each engine may hold at once"
    )
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo town")
    parser.add_argument(
        "--no-history",
        action="store_true",
        help="load the demo town without its invented usage of past quarters",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="first throw away the data folder and its keys"
    )
    parser.add_argument("--verbose", action="store_true", help="show the logs here as well")


def make_plan(options: Namespace, data: Path) -> Plan:
    """Choose addresses and ports, say what was taken, make the certificate if one is needed."""
    host, certificate = LOOPBACK, None
    if options.lan is not None:
        host = options.lan or lan.address() or ""
        if not host:
            raise CannotStart("--lan: this machine has no address on a network. Name one.")
        from kinline.config.certificate import certificate as made_for

        certificate = made_for(host, paths.keys_dir() / "lan", datetime.now(UTC))
    listen = EVERYWHERE if certificate else LOOPBACK
    try:
        web, *engines = choose_ports(options.port, options.engines + 1, listen, _taken)
    except OSError as error:
        raise CannotStart(f"Kinline finds no port to listen on: {error}.") from error
    s = "s" if certificate else ""
    telephones, sip_port = _telephones(options.telephones or "")
    return Plan(
        data=data,
        keys=paths.keys_dir(),
        host=host,
        web=Place("web", web, f"http{s}://{host}:{web}/"),
        engines=tuple(
            Place(f"e{number}", port, f"ws{s}://{host}:{port}")
            for number, port in enumerate(engines, start=1)
        ),
        certificate=certificate,
        demo=not options.no_demo,
        stripe_port=0 if options.no_demo else _stripe_port(),
        sms_port=0 if options.no_demo else _sms_port(),
        history=not options.no_history,
        telephones=telephones,
        sip_proxy=_proxy(options.sip_proxy or ""),
        sip=tuple(
            Place(f"sip-e{number}", sip_port + number - 1, f"{telephones}:{sip_port + number - 1}")
            for number in range(1, options.engines + 1 if telephones else 1)
        ),
        rtpengines=_rtpengines(options.rtpengine or "", telephones, options.engines),
        janus=tuple(_of_this_machine("--janus", one) for one in _words(options.janus)),
        max_visits=options.max_visits,
    )


def _stripe_port() -> int:
    """A port for what stands in for Stripe; 0 where it is not installed, or another one is told.

    It is under the GPL and runs as a program of its own: looked for, never imported.
    """
    told = os.environ.get("KINLINE_STRIPE_API")
    if told or importlib.util.find_spec("localstripe") is None:
        return 0
    (port,) = choose_ports(0, 1, LOOPBACK, _taken)
    return port


def _sms_port() -> int:
    """A port for what stands in for the SMS provider; 0 where a real one is told."""
    if os.environ.get("KINLINE_SMS_KEY") or os.environ.get("KINLINE_SMS_API"):
        return 0
    (port,) = choose_ports(0, 1, LOOPBACK, _taken)
    return port


def _telephones(word: str) -> tuple[str, int]:
    """The address and the first port telephones are served at; no address: none are.

    Raises CannotStart for what is no address of the form it takes.
    """
    address, _, port = word.partition(":")
    if not word:
        return "", SIP_PORT
    try:
        ipaddress.IPv4Address(address)
        return address, int(port or SIP_PORT)
    except ValueError:
        raise CannotStart(f"--telephones: {word} is not ADDRESS or ADDRESS:PORT.") from None


def _proxy(word: str) -> str:
    """ADDRESS:PORT of a proxy in front, or nothing. Raises CannotStart for anything else."""
    address, _, port = word.partition(":")
    try:
        if word:
            ipaddress.IPv4Address(address)
            int(port)
    except ValueError:
        raise CannotStart(f"--sip-proxy: {word} is not ADDRESS:PORT.") from None
    return word


def _rtpengines(word: str, telephones: str, engines: int) -> tuple[str, ...]:
    """One for each engine: the first at the port given, each other one ten ports further.

    Raises CannotStart.
    """
    if not word:
        return ()
    if not telephones:
        raise CannotStart("--rtpengine carries telephones: say --telephones ADDRESS too.")
    host, _, port = _of_this_machine("--rtpengine", word).rpartition(":")
    return tuple(f"{host}:{int(port) + 10 * number}" for number in range(engines))


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _of_this_machine(option: str, word: str) -> str:
    """An address for commands: HOST:PORT. Raises CannotStart."""
    host, _, port = word.rpartition(":")
    try:
        if not ipaddress.IPv4Address(host).is_loopback:
            raise CannotStart(f"{option}: {host} must be of this machine alone, as 127.0.0.1.")
        return f"{host}:{int(port)}"
    except ValueError:
        raise CannotStart(f"{option}: {word} is not HOST:PORT.") from None


def _taken(port: int, instead: int) -> None:
    say(f"Port {port} is taken; using {instead}.")
