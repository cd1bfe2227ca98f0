"""The commands of ./dev."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from tools.dev import checks, setup, testing
from tools.dev.say import Failed, say
from tools.dev.steps import PYTHON, ROOT

HELP = """\
./dev up [--data DIR] [--port N] [--lan] ...   set up what is missing and start everything
./dev test [--long] [pytest arguments]         run the tests on SQLite, then again on PostgreSQL
./dev check                                    style, types, import contracts, migrations, messages
./dev kinline COMMAND ...                      run a command of the program (./dev kinline --help)
./dev bench NAME ...                           measure; without a name: what there is
./dev build                                    build the wheel into dist/
./dev lock                                     pin requirements/*.in and package.json anew
./dev messages [--check]                       gather texts for translators; or see if all are there
./dev setup                                    only set up, for tests and checks too
"""


def up(arguments: Sequence[str]) -> int:
    setup.set_up()
    return program(["up", *arguments])


def kinline(arguments: Sequence[str]) -> int:
    setup.set_up()
    return program(arguments)


def program(arguments: Sequence[str]) -> int:
    """Become the program: its output, its exit code, its signals."""
    sys.stdout.flush()
    words = [str(PYTHON), "-m", "kinline", *arguments]
    os.execve(PYTHON, words, setup.program_environment())


def bench(arguments: Sequence[str]) -> int:
    setup.set_up(setup.DEV)
    return in_checkout([str(PYTHON), "-m", "tools.dev.bench", *arguments])


def build(arguments: Sequence[str]) -> int:
    setup.set_up(setup.DEV)
    return in_checkout([str(PYTHON), "-m", "build", "--wheel", *arguments, str(ROOT)])


def messages(arguments: Sequence[str]) -> int:
    setup.set_up(setup.DEV, build=False)
    return in_checkout([str(PYTHON), "-m", "tools.dev.messages", *arguments])


def lock(arguments: Sequence[str]) -> int:
    """Newest versions with `--upgrade`; without it only what the .in files changed."""
    setup.set_up(setup.DEV, build=False)
    uv = [str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    options = ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    for name in ("base", "pg", "build", "dev", "node", "bench"):
        say(f"  Pinning requirements/{name}.txt")
        command = [*uv, *options, *arguments, f"requirements/{name}.in"]
        # The address of an index is the machine's business, never the repository's.
        env = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "./dev lock"}
        subprocess.run([*command, "-o", f"requirements/{name}.txt"], cwd=ROOT, env=env, check=True)
    npm = ["npm", "install", "--package-lock-only", "--loglevel=error"]
    return subprocess.run(npm, cwd=ROOT, env=setup.with_node(), check=False).returncode


def only_setup(arguments: Sequence[str]) -> int:
    setup.set_up(setup.DEV)
    return 0


def in_checkout(command: Sequence[str]) -> int:
    env = setup.program_environment()
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": up,
    "kinline": kinline,
    "test": testing.main,
    "check": checks.main,
    "bench": bench,
    "build": build,
    "messages": messages,
    "lock": lock,
    "setup": only_setup,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: the command's own, 2 for a wrong command."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(HELP, end="", file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in COMMANDS:
        say(f"./dev has no command {name!r}.\n\n{HELP}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up, as after Ctrl-C
    try:
        return COMMANDS[name](rest)
    except Failed as failure:
        say(f"\n{failure}")
        return failure.code
    except subprocess.CalledProcessError as error:
        say(f"\n{error.cmd[0]} ended with {error.returncode}")
        return error.returncode or 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
