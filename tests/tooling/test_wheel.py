"""The wheel, in an empty environment, far from any checkout, is all of Kinline."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tooling.test_up import everyone

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds Kinline and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=True)
    pip = [folder / "env" / "bin" / "python", "-m", "pip", "install", "-q"]
    listed = ROOT / "requirements" / "base.txt"
    subprocess.run([*pip, "--require-hashes", "-r", listed], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    return folder


@pytest.fixture
def running(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`kinline up` of the installed wheel, once it has said ready."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("KINLINE_", "PYTHON"))}
    command = [home / "env" / "bin" / "kinline", "up", "--port", "0", "--data", home / "data"]
    process = subprocess.Popen(
        command,
        cwd=home,
        env=mine,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    lines: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if lines[-1] == "ready":
                ready.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        assert ready.wait(90), "\n".join(lines)
        yield process, lines
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        text: str = answer.read().decode()
        return text


def test_the_wheel_carries_what_git_does_not(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        r"kinline/static_root/kinline/portal\.[0-9a-f]+\.js",
        r"kinline/static_root/kinline/kinline\.[0-9a-f]+\.css",
        r"kinline/static_root/uswds/.*PublicSans-Regular.*\.woff2",
        r".*/locale/es/LC_MESSAGES/django\.mo",
        r"kinline/laws/us_ma\.yaml",
        r"kinline/engine/prompts/es/.*",
        r"kinline/apps/.*\.sql",
        r"kinline/doors/.*\.html",
        r"kinline/config/demo/.*\.yaml",
        r"kinline/config/demo/pieces/lamps\.zip",
        r"kinline-.*\.dist-info/licenses/LICENSE",
    ):
        assert any(re.fullmatch(wanted, name) for name in names), wanted
    assert not [name for name in names if "tests/" in name or "node_modules" in name]


def test_the_wheel_names_what_it_needs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (path,) = [name for name in archive.namelist() if name.endswith("METADATA")]
    needed = re.findall(r"^Requires-Dist: ([\w.-]+)", archive.read(path).decode(), re.MULTILINE)
    assert {"django", "aiortc", "granian"} <= {name.lower() for name in needed}


def test_kinline_runs_without_a_checkout(
    home: Path, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    process, lines = running
    state = json.loads((home / "data" / "run.json").read_text())
    page = fetch(state["web"]["url"])
    for address in re.findall(r'"(/static/[^"#]+)', page):
        assert fetch(state["web"]["url"].rstrip("/") + address)
    assert any("odette@example.org" in line for line in lines)

    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert everyone(home / "data") == set()
