"""`kinline up`: says ready when it can be used, keeps its parts alive, leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, eventually
from tests.tooling.test_child import alive


def everyone(data: Path) -> set[int]:
    """Every living process that was told to use this data folder."""
    told = f"KINLINE_DATA={data}".encode()
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if told in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we looked, or is not ours
    return {pid for pid in found if alive(pid)}


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running Kinline that the tests of this file share; they leave it running."""
    started = House(tmp_path_factory.mktemp("house"), copied=False)
    yield started
    started.stop()


def test_ready_means_that_every_part_answers_and_stopping_leaves_nothing(
    tmp_path: Path, database: str
) -> None:
    url = database if database.startswith("postgres") else ""
    house = House(tmp_path, database_url=url, copied=False)
    assert answers(f"{house.url}/healthz")
    (engine,) = house.state["engines"]
    assert answers(f"http://127.0.0.1:{engine['port']}/healthz")
    assert house.state["ready"] is True
    assert len(everyone(house.data)) >= 4  # up, web, engine, worker

    assert house.stop() == 0
    assert everyone(house.data) == set()
    assert not (house.data / "run.json").exists()


def test_the_welcome_says_where_to_go_and_who_can_sign_in(house: House) -> None:
    said = "\n".join(house.lines)
    for word in (f"{house.url}/portal/", f"{house.url}/tablet/", f"{house.url}/console/"):
        assert word in said
    for word in ("40-2719", "271900", "odette@example.org", "sam@bristol.example", "invented"):
        assert word in said
    assert "ready" in house.lines


@pytest.mark.parametrize("part", ["web", "e1", "worker"])
def test_a_killed_part_is_started_again_and_said(house: House, part: str) -> None:
    killed = house.kill(part)
    eventually(lambda: house.pid(part) not in {None, killed}, within=20)
    eventually(lambda: answers(f"{house.url}/healthz"), within=20)
    eventually(lambda: any(f"{part} ended (signal SIGKILL)" in line for line in house.lines))


def test_a_kinline_killed_without_warning_leaves_no_part_behind(tmp_path: Path) -> None:
    house = House(tmp_path, copied=False, arguments=("--no-demo",))
    assert len(everyone(house.data)) >= 4
    house.process.send_signal(signal.SIGKILL)
    eventually(lambda: not everyone(house.data), within=15)


def test_one_data_folder_has_one_kinline(house: House) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "kinline", "up", "--data", str(house.data)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert f"It is process {house.process.pid}, at {house.url}" in second.stderr


def test_a_taken_port_is_said_and_the_next_one_serves(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(1)
        taken = door.getsockname()[1]
        house = House(tmp_path, copied=False, arguments=("--port", str(taken), "--no-demo"))
        try:
            assert any(f"Port {taken} is taken; using " in line for line in house.lines)
            assert house.state["web"]["port"] > taken
            assert answers(f"{house.url}/healthz")
        finally:
            house.stop()


def test_a_phone_on_the_network_is_served_by_https(tmp_path: Path) -> None:
    # Any address of this machine will do; loopback has a second one everywhere on Linux.
    house = House(tmp_path, copied=False, arguments=("--lan", "127.0.0.2", "--no-demo"))
    try:
        assert house.url.startswith("https://127.0.0.2:")
        (engine,) = house.state["engines"]
        assert engine["url"].startswith("wss://127.0.0.2:")
        trust = str(house.keys / "lan" / "trust.pem")
        asked = [sys.executable, "-c", FETCH, f"{house.url}/"]
        ran = subprocess.run(asked, env=os.environ | {"SSL_CERT_FILE": trust}, check=False)
        assert ran.returncode == 0
        # The engine's own word has gone through by HTTPS, to a web it trusts.
        health = f"https://127.0.0.2:{engine['port']}/healthz"
        asked = [sys.executable, "-c", FETCH, health]
        told = subprocess.run(
            asked, env=os.environ | {"SSL_CERT_FILE": trust}, capture_output=True, check=True
        )
        assert json.loads(told.stdout)["journal_backlog"] == 0
    finally:
        assert house.stop() == 0


FETCH = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode())"


def test_stopping_while_it_starts_is_as_clean(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "kinline", "up", "--port", "0", "--no-demo", "--data", data]
    ours = {k: v for k, v in os.environ.items() if not k.startswith("KINLINE_")}
    starting = subprocess.Popen(command, env=ours, stderr=subprocess.PIPE, text=True)
    assert starting.stderr is not None
    said = []
    for line in starting.stderr:
        said.append(line)
        if line.startswith("Starting web"):
            starting.send_signal(signal.SIGINT)
    assert starting.wait(20) == 0
    assert said[-1] == "Stopped.\n"
    assert not [line for line in said if "rror" in line]
    assert everyone(data) == set()


def test_a_closed_terminal_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "kinline", "up", "--port", "0", "--no-demo", "--data", data]
    ours = {k: v for k, v in os.environ.items() if not k.startswith("KINLINE_")}
    running = subprocess.Popen(command, env=ours, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert running.stderr is not None
    running.stderr.readline()
    running.stderr.close()
    state = data / "run.json"
    try:
        eventually(lambda: state.exists() and json.loads(state.read_text()).get("ready"), within=40)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    finally:
        running.kill()
    assert everyone(data) == set()
