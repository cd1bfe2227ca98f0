"""`kinline web`: plain synchronous Django under granian's WSGI server."""

import os
import signal
import threading
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from kinline import logs
from kinline.config import tether

# Several writing processes on SQLite gave p99 of 160 to 930 ms where one gave 17 to 27 ms.
SQLITE_WORKERS = 1
THREADS = 8
KILL_AFTER_SECONDS = 5
# Threads start slowly: bursts after a quiet half minute, when granian by itself has let its idle
# ones go, waited 30 to 60 ms where they wait 5 to 10 otherwise. Ten minutes is the most it allows.
IDLE_THREAD_SECONDS = 600


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--listen", default="127.0.0.1:8700", metavar="HOST:PORT", help="default: %(default)s"
    )
    parser.add_argument("--threads", type=int, default=THREADS, help="a process; default: 8")
    parser.add_argument("--processes", type=int, help="PostgreSQL only; default: one a core")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE")
    parser.add_argument("--tls-key", type=Path, metavar="FILE")


def main(options: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C. Listens on `options.listen`, with TLS if a pair is given."""
    from granian import Granian
    from granian.constants import Interfaces

    host, _, port = options.listen.rpartition(":")
    server = Granian(
        "kinline.config.wsgi:application",
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.WSGI,
        workers=processes(options.processes),
        blocking_threads=options.threads,
        blocking_threads_idle_timeout=IDLE_THREAD_SECONDS,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        ssl_cert=options.tls_cert,
        ssl_key=options.tls_key,
    )
    server.serve(target_loader=load)
    return 0


def processes(wanted: int | None) -> int:
    """How many processes may write: one on SQLite, else one a core unless told otherwise."""
    if not os.environ.get("KINLINE_DATABASE_URL", "").startswith("postgres"):
        return SQLITE_WORKERS
    return wanted or os.cpu_count() or 1


def load(target: str) -> Any:
    """Runs in granian's serving process: ends with granian's main process; logs as we do."""
    tether.follow(os.getppid(), signal.SIGKILL)
    logs.to_stderr()
    threading.Thread(target=read_ahead, name="read-ahead", daemon=True).start()
    from kinline.config.wsgi import application

    return application


def read_ahead() -> None:
    """Law book and plans of numbers: half a second of work that no caller should wait for."""
    from kinline.laws import loader, numbering  # not where other commands import this module

    for read in (loader.places, loader.book, numbering.north_america, numbering.other_countries):
        read()
