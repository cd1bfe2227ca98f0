"""./dev check: every rule a machine can keep. All of them run; the first failure does not hide
the next."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from tools.dev import setup
from tools.dev.say import say
from tools.dev.steps import PYTHON, ROOT

BIN = PYTHON.parent


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]


def every_check() -> list[Check]:
    python = str(PYTHON)
    migrations = ("-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks")
    return [
        Check("what is tracked", (python, "-m", "tools.dev.hygiene")),
        Check("ruff", (str(BIN / "ruff"), "check", ".")),
        Check("ruff format", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("import contracts", (str(BIN / "lint-imports"), "--no-cache")),
        Check("mypy", (str(BIN / "mypy"),)),
        Check("mypy tools", (str(BIN / "mypy"), "--config-file=", *TOOLS)),
        Check("migrations", (python, *migrations)),
        Check("TypeScript", ("npx", "--no-install", "tsc", "-p", "web/tsconfig.json")),
        Check("messages", (python, "-m", "tools.dev.messages", "--check")),
    ]


TOOLS = ("--strict", "--ignore-missing-imports", "--explicit-package-bases", "-p", "tools.dev")


def main(arguments: Sequence[str]) -> int:
    """Run every check, or those whose name begins with one of `arguments`."""
    setup.set_up(setup.DEV, build=False)
    chosen = [check for check in every_check() if _wanted(check, arguments)]
    if not chosen:
        say("no check of that name: " + ", ".join(check.name for check in every_check()))
        return 2
    with TemporaryDirectory(prefix="kinline-check-") as folder:
        failed = [check.name for check in chosen if not _passes(check, folder)]
    say("" if not failed else f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def _wanted(check: Check, names: Sequence[str]) -> bool:
    return not names or any(check.name.startswith(name) for name in names)


def _passes(check: Check, folder: str) -> bool:
    """Run one check; print its output only if it failed."""
    env = setup.program_environment() | {
        "DJANGO_SETTINGS_MODULE": "kinline.config.settings",
        "KINLINE_DATA": f"{folder}/data",
        "KINLINE_KEYS": f"{folder}/keys",
        "PATH": setup.with_node()["PATH"],
    }
    env.pop("KINLINE_DATABASE_URL", None)
    began = time.monotonic()
    ran = subprocess.run(
        check.command,
        cwd=ROOT,
        env=env,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    seconds = time.monotonic() - began
    verdict = "ok" if ran.returncode == 0 else "FAILED"
    print(f"{check.name:<18} {verdict:<7} {seconds:6.1f} s", flush=True)
    if ran.returncode != 0:
        print(ran.stdout.rstrip() + os.linesep, flush=True)
    return ran.returncode == 0
