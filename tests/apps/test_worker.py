"""The worker: its jobs, what it does not do while web is away, and how it stops."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kinline.apps.calls.models import Call
from kinline.apps.people.models import AllowedNumber
from kinline.config import demo, worker
from kinline.config.worker import Job, WebWatch
from kinline.core.call.states import State
from tests.apps.story import dial
from tests.cast import Town


class Clock:
    """Both clocks, turned by hand; `jumps` is how far the wall clock was set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.jumps = 1000.0, 0.0
        monkeypatch.setattr(worker.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(worker.time, "time", lambda: self.now + self.jumps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_web_counts_as_there_only_after_a_whole_lease_without_a_break(clock: Clock) -> None:
    well = [True]
    web = WebWatch(asks=lambda: well[0])
    web.look()
    clock.now += 19
    web.look()
    assert not web.answered_for(20)
    well[0] = False
    web.look()
    well[0] = True
    clock.now += 1
    web.look()
    assert not web.answered_for(20)
    clock.now += 20
    assert web.answered_for(20)


@pytest.mark.parametrize("jump", [30.0, -30.0])
def test_a_clock_that_was_set_makes_all_leases_wait_again(clock: Clock, jump: float) -> None:
    web = WebWatch(asks=lambda: True)
    web.look()
    clock.now += 25
    web.look()
    assert web.answered_for(20)
    clock.jumps = jump
    web.look()
    assert not web.answered_for(20)
    web.look()
    clock.now += 20
    assert web.answered_for(20)


@pytest.mark.parametrize(("status", "well"), [(200, True), (404, False), (500, False)])
def test_web_is_asked_as_an_engine_asks_it(settings: Any, status: int, well: bool) -> None:
    """Its front page may be fine while its database is not."""
    asked: list[tuple[str, str]] = []

    class Web(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Web) as server:
        settings.WEB_INSIDE_URL = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert worker.answers() is well
        thread.join(5)
    assert asked == [("/control/commands", f"Bearer {settings.KEYRING('control')}")]
    assert not worker.answers()  # nobody listens there any more


def test_an_outage_of_web_never_ends_a_call(
    town: Town, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = [False]
    monkeypatch.setattr(worker, "answers", lambda: well[0])
    call = dial(town.julian, town.numbers.odette, town.tablet(), now).call
    sweeping = next(job for job in worker.jobs() if job.name == "end silent calls")

    def state_after(seconds: int) -> str:
        clock.now += seconds
        sweeping.run(datetime.now(UTC))  # years after `now`: the lease ran out long ago
        return str(Call.objects.get(pk=call).state)

    assert state_after(60) == State.AUTHORIZED
    well[0] = True
    assert state_after(1) == State.AUTHORIZED
    assert state_after(19) == State.AUTHORIZED
    assert state_after(1) == State.ENDED


def test_a_job_that_fails_is_counted_and_stops_no_other(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail(now: datetime) -> None:
        raise OSError("no")

    bad, good = Job("bad", 0, fail), Job("good", 0, lambda now: done.append("good"))
    for _ in range(2):
        assert not worker.attempt(bad)
        assert worker.attempt(good)
    assert bad.failures == 2
    assert done == ["good", "good"]
    assert "job failed" in caplog.text


def test_it_works_until_asked_to_stop_and_tells_how_it_is(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    stop, runs = threading.Event(), []

    def work(now: datetime) -> None:
        runs.append(now)
        if len(runs) == 3:
            stop.set()

    worker.keep_working([Job("work", 0.01, work)], stop)
    assert len(runs) == 3
    health = json.loads((tmp_path / "worker.json").read_text())
    assert (health["pid"], health["failing"]) == (os.getpid(), {})


def test_as_a_process_it_stops_cleanly_when_told(database: str, tmp_path: Path) -> None:
    env = os.environ | {
        "KINLINE_DATABASE_URL": database,
        "KINLINE_DATA": str(tmp_path / "data"),
        "KINLINE_KEYS": str(tmp_path / "keys"),
    }
    kinline = [sys.executable, "-m", "kinline"]
    subprocess.run([*kinline, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*kinline, "worker"], env=env)
    try:
        health = tmp_path / "data" / "worker.json"
        until = time.monotonic() + 20
        while not health.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert json.loads(health.read_text())["failing"] == {}
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    finally:
        process.kill()


# --- the demo town --------------------------------------------------------------------


def test_loading_the_town_again_changes_nothing_a_person_changed(town: Town, now: datetime) -> None:
    before = Call.objects.count(), town.julian.pin_hash
    town.julian.given_name = "Jules"
    town.julian.save()
    AllowedNumber.objects.update(removed_at=now)
    demo.load(now=now, open_hours=False)
    del town.julian
    assert town.julian.given_name == "Jules"
    assert (Call.objects.count(), town.julian.pin_hash) == before
    assert not town.julian.allowed.filter(removed_at=None).exists()


def test_the_demos_hours_follow_what_it_was_told(town: Town, now: datetime) -> None:
    demo.load(now=now, open_hours=False)
    rule = town.julian.facility.calling_rules.get()
    assert (f"{rule.opens_at:%H:%M}", f"{rule.closes_at:%H:%M}") == ("07:00", "22:00")
    demo.load(now=now, open_hours=True)
    rule.refresh_from_db()
    assert f"{rule.closes_at:%H:%M:%S}" == "23:59:59"


def test_everybody_of_the_demo_is_told_how_to_sign_in() -> None:
    people = demo.sign_ins()
    assert Counter(person.kind for person in people) == {"inside": 6, "contact": 7, "staff": 6}
    assert all(person.totp_secret for person in people if person.kind == "staff")
