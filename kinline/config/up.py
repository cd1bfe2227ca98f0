"""`kinline up`: one command that prepares, starts and keeps running all of Kinline."""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kinline.config import paths, tether, welcome
from kinline.config.child import Child, tail
from kinline.config.plan import SMS_KEY, Place, Plan
from kinline.config.up_options import CannotStart, make_plan, say

READY_WITHIN_SECONDS = 60.0
ENGINE_PATIENCE_SECONDS = 5.0
HOOK_WITHIN_SECONDS = 5.0
STRIPE_HEALTH = "/js.stripe.com/v3/"  # the one page it gives to anybody


def main(options: Namespace) -> int:
    """Run until Ctrl-C or SIGTERM: 0. A start that fails: 1, with the reason."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # one way to stop, before and after
    try:
        with own_folder(paths.data_dir(), fresh=options.fresh) as data:
            plan = make_plan(options, data)
            prepare(plan)
            return asyncio.run(Supervisor(plan, verbose=options.verbose).run())
    except CannotStart as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:  # while preparing; later the supervisor listens for it
        say("Stopped.")
        return 0


@contextlib.contextmanager
def own_folder(data: Path, *, fresh: bool) -> Iterator[Path]:
    """The data folder, ours alone while we run. Raises CannotStart when another has it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Kinline is already running with {data}. {_who(data)}") from None
        if fresh:
            throw_away(data)
        (data / "log").mkdir(exist_ok=True)
        yield data


def _who(data: Path) -> str:
    try:
        state = json.loads((data / "run.json").read_text("utf-8"))
        return f"It is process {state['pid']}, at {state['web']['url']}"
    except (FileNotFoundError, ValueError, KeyError):
        return "Name another folder with --data."


def throw_away(data: Path) -> None:
    """Empty the data folder (not the lock in it) and remove its keys.

    Raises CannotStart for a folder that is not one of ours, and for PostgreSQL.
    """
    if os.environ.get("KINLINE_DATABASE_URL"):
        raise CannotStart("--fresh cannot empty a database that KINLINE_DATABASE_URL names.")
    inside = [path for path in data.iterdir() if path.name != ".lock"]
    if inside and not (data / "kinline.sqlite3").exists():
        raise CannotStart(f"--fresh: {data} holds no Kinline data; it stays as it is.")
    for path in inside:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(paths.keys_dir(), ignore_errors=True)


# Made before any part starts: an engine reads keys, it never makes them.
ENGINE_READS = ("control", "pass")
TURN_READS = ("turn", "turn-line")  # written into the settings of TURN servers, by hand


def prepare(plan: Plan) -> None:
    """Shared keys, database and demo town. Raises CannotStart with what the step said."""
    turn = TURN_READS if os.environ.get("KINLINE_TURN") else ()
    for name in (*ENGINE_READS, *turn, *(["janus"] if plan.janus else [])):
        paths.key(name, plan.keys)
    _step("Bringing the database up to date", ["migrate"], plan)
    if plan.demo:
        _step("Loading the demo town", ["demo", *(["--history"] if plan.history else [])], plan)


def _step(title: str, words: Sequence[str], plan: Plan) -> None:
    began = time.monotonic()
    say(f"{title} ...")
    ran = subprocess.run(
        ours(*words),
        env={**plan.environment(), tether.PARENT: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise CannotStart(f"{ran.stdout}\n{title}: failed.")
    say(f"{title}: done in {time.monotonic() - began:.1f} s")


def ours(*words: str) -> list[str]:
    """The command line of one of our own commands, from a checkout or an installed wheel."""
    return [sys.executable, "-m", "kinline", *words]


class Supervisor:
    """Keeps web, engines and worker running, and ends them in an order that loses nothing."""

    def __init__(self, plan: Plan, *, verbose: bool) -> None:
        self.plan = plan
        self.verbose = verbose
        self.ready = False
        self.stop_asked = asyncio.Event()
        self.web = self._child("web", self._web_words(), health=plan.health(plan.web))
        self.engines = [
            self._child(place.name, self._engine_words(place), health=plan.health(place))
            for place in plan.engines
        ]
        self.sips = [
            self._child(sip.name, self._sip_words(engine, sip))
            for engine, sip in zip(plan.engines, plan.sip, strict=False)
        ]
        self.worker = self._child("worker", ours("worker"))
        self.stripe = [self._stripe()] if plan.stripe_port else []
        self.sms = [self._sms()] if plan.sms_port else []

    @property
    def children(self) -> list[Child]:
        return [self.web, *self.engines, *self.sips, self.worker, *self.stripe, *self.sms]

    def _child(self, name: str, words: Sequence[str], health: str | None = None) -> Child:
        return Child(
            name=name,
            command=words,
            environment=self.plan.environment(),
            log=self.plan.data / "log" / f"{name}.log",
            say=say,
            changed=self.write_state,
            health=health,
            trust=self.plan.certificate.trust if self.plan.certificate else None,
            patience=ENGINE_PATIENCE_SECONDS,
            echo=self.verbose,
        )

    def _web_words(self) -> list[str]:
        return ours("web", f"--listen={self.plan.listen}:{self.plan.web.port}", *self.plan.tls())

    def _engine_words(self, place: Place) -> list[str]:
        plan = self.plan
        words = ours("engine", "--id", place.name, "--listen", f"{plan.listen}:{place.port}")
        words += ["--control", f"{plan.inside_url}control/"]
        words += ["--data", str(plan.data), "--keys", str(plan.keys), *plan.tls()]
        words += ["--rtp", plan.telephones] if plan.telephones else []
        if plan.rtpengines:
            words += ["--rtpengine", plan.rtpengines[plan.engines.index(place)]]
        words += plan.turn_lines
        for node in plan.janus:
            words += ["--janus", node]
        words += ["--max-visits", str(plan.max_visits)] if plan.max_visits else []
        return words + (["--ice-address", plan.host] if plan.certificate else [])

    def _sip_words(self, engine: Place, sip: Place) -> list[str]:
        socket = self.plan.data / "sip" / f"{engine.name}.sock"
        words = ours("sip", "--listen", sip.url, "--engine", str(socket))
        return words + ([f"--proxy={self.plan.sip_proxy}"] if self.plan.sip_proxy else [])

    def _let_stripe_tell(self) -> None:
        """Where what stands in for Stripe sends its messages; without it, web looks by itself."""
        from kinline.config.demo import cards

        told = urllib.request.Request(
            f"{self.plan.stripe_url}/_config/webhooks/kinline",
            data=json.dumps(cards.hook(self.plan.inside_url)).encode(),
            headers={"Content-Type": "application/json"},
        )
        with contextlib.suppress(OSError):
            urllib.request.urlopen(told, timeout=HOOK_WITHIN_SECONDS).close()

    def _stripe(self) -> Child:
        health = self.plan.stripe_url + STRIPE_HEALTH
        return self._child("stripe", self._stripe_words(), health=health)

    def _stripe_words(self) -> list[str]:
        return ours("stand-in", "--port", str(self.plan.stripe_port))

    def _sms(self) -> Child:
        """Made-up telephones, where texts of a demo come out."""
        words = ours("telephones", "--port", str(self.plan.sms_port))
        words += ["--webhook", f"{self.plan.inside_url}api/sms/"]
        words += ["--key-file", str(self.plan.keys / f"{SMS_KEY}.key")]
        return self._child("telephones", words, health=f"{self.plan.sms_url}/healthz")

    async def run(self) -> int:
        """Start, wait until all answer, welcome, keep running; 0 when it was asked to stop."""
        loop = asyncio.get_running_loop()
        for word in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(word, self._ask_to_stop)
        lives = [asyncio.ensure_future(child.keep_running()) for child in self.children]
        try:
            if await self._all_answer():
                if self.stripe:
                    await asyncio.to_thread(self._let_stripe_tell)
                self._welcome()
                await self.stop_asked.wait()
            code = 0
        except CannotStart as error:
            say(str(error))
            code = 1
        await self._stop_all()
        await asyncio.gather(*lives)
        (self.plan.data / "run.json").unlink(missing_ok=True)
        say("Stopped.")
        return code

    def _ask_to_stop(self) -> None:
        if self.stop_asked.is_set():
            for child in self.children:
                child.kill()
            return
        say("\nStopping (again to stop at once) ...")
        self.stop_asked.set()

    async def _all_answer(self) -> bool:
        """True when all answer; False when asked to stop meanwhile. Raises CannotStart."""
        say("Starting " + ", ".join(child.name for child in self.children) + " ...")
        asked = asyncio.ensure_future(self.stop_asked.wait())
        health = asyncio.gather(*(c.healthy(READY_WITHIN_SECONDS) for c in self.children))
        either: list[asyncio.Future[Any]] = [asked, health]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self.stop_asked.is_set():
            health.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await health
            return False
        asked.cancel()
        ill = [c for c, well in zip(self.children, health.result(), strict=True) if not well]
        if ill:
            ends = "\n".join(f"--- {child.log}\n{tail(child.log)}" for child in ill)
            names = ", ".join(child.name for child in ill)
            raise CannotStart(f"{ends}\nDoes not start: {names}")
        return True

    def _welcome(self) -> None:
        self.ready = True
        self.write_state()
        print("\n".join(welcome.lines(self.plan)))
        print("ready", flush=True)

    async def _stop_all(self) -> None:
        # Engines first: while web still lives they can hand over the ends of their calls.
        await asyncio.gather(*(engine.stop() for engine in self.engines))
        # And sip after them: it still says goodbye to the telephones.
        await asyncio.gather(*(sip.stop() for sip in self.sips))
        rest = (self.web, self.worker, *self.stripe, *self.sms)
        await asyncio.gather(*(one.stop() for one in rest))

    def write_state(self) -> None:
        """run.json: ports and process ids, for scripts and tests. Replaced whole."""
        plan = self.plan
        state = {
            "pid": os.getpid(),
            "ready": self.ready,
            "web": {"url": plan.web.url, "port": plan.web.port, **_process(self.web)},
            "engines": [
                {"id": place.name, "url": place.url, "port": place.port, **_process(child)}
                for place, child in zip(plan.engines, self.engines, strict=True)
            ],
            "sip": [
                {"id": place.name, "url": place.url, **_process(child)}
                for place, child in zip(plan.sip, self.sips, strict=True)
            ],
            "worker": _process(self.worker),
            "telephones": plan.sms_url if self.sms else "",
        }
        draft = plan.data / ".run.json.new"
        draft.write_text(json.dumps(state, indent=1), "utf-8")
        draft.replace(plan.data / "run.json")


def _process(child: Child) -> dict[str, int | None]:
    return {"pid": child.pid, "restarts": child.restarts}
