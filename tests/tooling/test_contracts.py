"""The walls of the house hold, and each of them is a wall: a breach is seen."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "kinline" / "core").rglob("*.py"))
# What reads a clock, the disk, the network or chance: decisions depend on their arguments alone.
IMPURE = {"asyncio", "socket", "subprocess", "threading", "sqlite3", "random", "secrets", "logging"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}

# Breach by breach: the file, the line, and the contract that must notice it.
BREACHES = [
    ("core/money.py", "import kinline.laws.loader", "config leans on doors"),
    ("apps/audit/models.py", "import kinline.apps.calls.models", "the rooms lean one way"),
    ("doors/portal/__init__.py", "import kinline.doors.console", "the doors do not know each"),
    ("engine/timers.py", "import django.db", "the engine leans on core only"),
    ("sealed/__init__.py", "import av", "what seals recordings leans on core only"),
    ("darkroom/room.py", "import django.conf", "the darkroom leans on core only"),
    ("apps/stored.py", "import PIL.Image", "strangers' photos and films are opened"),
    ("laws/__init__.py", "import kinline.engine.timers", "only config starts an engine"),
    ("engine/private.py", "import kinline.engine.recorder", "what is private never reaches"),
    ("engine/private_visit.py", "import kinline.engine.media.relay", "a private visit has no room"),
    ("core/period.py", "import yaml", "the core is standard library and pure"),
    ("laws/loader.py", "import sqlite3", "the law files need no server"),
    ("doors/console/__init__.py", "import kinline.apps.calls.models", "doors call actions"),
    (
        "doors/console/gate.py",
        "import kinline.apps.messaging.privileged.reading",
        "the console has no way to privileged mail",
    ),
]


def lint(folder: Path) -> str:
    """The report of the import contracts on the package in `folder`."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def breached(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report on a copy of the package with every breach in it at once."""
    folder = tmp_path_factory.mktemp("breached")
    unwanted = shutil.ignore_patterns("static_*", "__pycache__", "*.opus*", "locale")
    shutil.copytree(ROOT / "kinline", folder / "kinline", ignore=unwanted)
    for name, line, _ in BREACHES:
        with (folder / "kinline" / name).open("a") as file:
            file.write(f"\n{line}\n")
    return lint(folder)


@pytest.mark.parametrize("contract", [contract for _, _, contract in BREACHES])
def test_a_breach_of_a_contract_is_seen(breached: str, contract: str) -> None:
    (verdict,) = [line for line in breached.splitlines() if line.startswith(contract)][:1]
    assert verdict.endswith("BROKEN")


def test_every_contract_has_a_breach_that_proves_it() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = [contract["name"] for contract in config["tool"]["importlinter"]["contracts"]]
    for name in contracts:
        assert any(name.startswith(proved) for _, _, proved in BREACHES), name


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_the_core_is_the_standard_library_and_itself(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        for name in _imported(node):
            top = name.partition(".")[0]
            assert top == "kinline" or top in sys.stdlib_module_names, f"{path}: {name}"
            assert top not in IMPURE, f"{path}: {name}"
            assert top != "kinline" or name.startswith("kinline.core"), f"{path}: {name}"


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_the_core_reads_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            clock = isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "time"}
            assert not (clock and node.func.attr in CLOCKS), f"{path}:{node.lineno}"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []
