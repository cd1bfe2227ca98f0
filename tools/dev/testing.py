"""./dev test: what the tests need, then pytest on SQLite, then what touches the database again
on PostgreSQL. Looks, and journeys on PostgreSQL, are for --long."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.dev import setup
from tools.dev.postgres import Cluster, programs
from tools.dev.say import Failed, loudly, run_quietly, say
from tools.dev.steps import PYTHON, ROOT

NOTHING_COLLECTED = 5
# A module in one of a process more than there are cores: most of a test of calls is waiting. A few
# chosen tests start sooner in one process.
PROCESSES = (os.cpu_count() or 1) + 1
SIDE_BY_SIDE = ("-n", str(PROCESSES), "--dist", "loadscope", "--durations", "40")
# Real programs beside each other on a busy machine: what fails is tried once more, and named as R.
ONCE_MORE = ("--reruns", "1", "-raR")
COLOURS = re.compile(r"\x1b\[[\d;]*m")
# With -q pytest draws no "=" around its last line.
LAST_LINE = re.compile(r"^(=+ )?\d+ (passed|failed|errors?|skipped|deselected)\b.* in [\d.]+s")


@dataclass(frozen=True)
class Need:
    """Something of the machine that some tests need, and the Debian package that brings it."""

    name: str
    package: str
    tests: str
    installed: Callable[[], bool]
    allowed: Callable[[], bool] = lambda: True

    def there(self) -> bool:
        return self.installed() and self.allowed()


def kamailio_tls() -> list[Path]:
    """Kamailio's TLS module, which is a package of its own."""
    return list(Path("/usr/lib").glob("*/kamailio/modules/tls.so"))


NEEDS = (
    Need(
        "Chromium",
        "chromium",
        "every test that drives a browser (marker: browser)",
        installed=lambda: bool(shutil.which("chromium") or shutil.which("chromium-browser")),
    ),
    Need(
        "Firefox",
        "firefox-esr",
        "every test that drives the families' other browser (marker: firefox)",
        installed=lambda: bool(shutil.which("firefox-esr") or shutil.which("firefox")),
    ),
    Need(
        "PulseAudio",
        "pulseaudio",
        "the same: Firefox's clock of sound stands where there is no sound card",
        installed=lambda: shutil.which("pulseaudio") is not None,
    ),
    Need(
        "baresip",
        "baresip",
        "every test with a real telephone (marker: telephone)",
        installed=lambda: shutil.which("baresip") is not None,
    ),
    Need(
        "SIPp",
        "sip-tester",
        "every test with many calls at once, or a carrier of its own mind (marker: sipp)",
        installed=lambda: shutil.which("sipp") is not None,
    ),
    Need(
        "SIPVicious",
        "sipvicious",
        "every test in which strangers look for telephones (marker: scanner)",
        installed=lambda: shutil.which("svmap") is not None,
    ),
    Need(
        "Kamailio",
        "kamailio-tls-modules",
        "every test with a SIP proxy in front (marker: kamailio)",
        installed=lambda: shutil.which("kamailio") is not None and bool(kamailio_tls()),
    ),
    Need(
        "rtpengine",
        "rtpengine-daemon",
        "every test with the other media engine (marker: rtpengine)",
        installed=lambda: shutil.which("rtpengine") is not None,
    ),
    Need(
        "coturn",
        "coturn",
        "every test with a real TURN server (marker: coturn)",
        installed=lambda: shutil.which("turnserver") is not None,
    ),
    Need(
        "Janus",
        "janus",
        "every test with visits on nodes of their own (marker: janus)",
        installed=lambda: shutil.which("janus") is not None,
    ),
    Need(
        "nginx",
        "nginx-light",
        "every test with a web proxy in front (marker: nginx)",
        installed=lambda: bool(shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")),
    ),
    Need(
        "certutil",
        "libnss3-tools",
        "the journey over port 443 alone: browsers that trust an authority made for it",
        installed=lambda: shutil.which("certutil") is not None,
    ),
    Need(
        "clamd",
        "clamav-daemon",
        "every test with a real virus scanner (marker: clamd)",
        installed=lambda: bool(shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")),
    ),
    Need(
        "PostgreSQL",
        "postgresql",
        "the second run of all that touches the database (marker: db)",
        installed=lambda: programs() is not None,
    ),
    Need(
        "Network namespaces (root, iproute2)",
        "iproute2",
        "tests that pull a network cable (marker: netns)",
        installed=lambda: shutil.which("ip") is not None,
        allowed=lambda: os.geteuid() == 0,
    ),
)


APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
# Tests start what they need on ports of their own: no package starts a service, now or at boot.
WITHOUT_SERVICES = """\
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
fi
"$@" || exit
for package; do
    case "$package" in
        rtpengine-daemon) service=rtpengine-daemon ;;
        kamailio-tls-modules) service=kamailio ;;
        coturn) service=coturn ;;
        janus) service=janus ;;
        nginx-light) service=nginx ;;
        clamav-daemon) service="clamav-daemon clamav-freshclam" ;;
        *) continue ;;
    esac
    if command -v systemctl > /dev/null; then systemctl disable -q $service; fi
done
"""


def main(arguments: Sequence[str]) -> int:
    """Run the tests. Exit code 0 only if every run passed and, with CI=true, none was left out."""
    long = "--long" in arguments
    chosen = [word for word in arguments if word != "--long"]
    whole = is_whole(chosen)
    rest = [*((*SIDE_BY_SIDE, *ONCE_MORE) if whole else ()), *chosen]
    setup.set_up(setup.DEV)
    missing = provide(NEEDS)
    runs: list[tuple[str, int, str]] = []
    with postgres(missing) as url:
        say("\nTests on SQLite")
        runs.append(("SQLite", *run_pytest(rest, marker(long), database=None, postgres=url)))
        if url:
            say("\nWhat touches the database, on PostgreSQL")
            later = "long or browser" if whole else "long"
            again = marker(long, "db and not looks and not once", later=later)
            runs.append(("PostgreSQL", *run_pytest(rest, again, database=url, postgres=url)))
    return close(runs, missing)


def is_whole(arguments: Sequence[str]) -> bool:
    """Whether the whole suite is asked for, and nobody says how many processes run it."""
    return all(word.startswith("-") and not word.startswith("-n") for word in arguments)


def marker(long: bool, also: str = "", *, later: str = "long") -> str:
    """The pytest marker expression: --long runs exactly what a plain run leaves for `later`."""
    return " and ".join(filter(None, [also, f"({later})" if long else f"not ({later})"]))


def provide(needs: Sequence[Need]) -> list[Need]:
    """Install what is missing when we may; say loudly, and return, what is still missing."""
    packages = [need.package for need in needs if not need.installed()]
    as_root = installer()
    if packages and as_root is not None:
        with contextlib.suppress(Failed):  # what is still missing is said below
            title = f"Installing {', '.join(packages)} (Debian packages)"
            update = [*as_root, *APT, "update", "-q"]
            run_quietly(update, title="Reading package lists", cwd=ROOT)
            get = [*APT, "install", "-q", "-y", "--no-install-recommends", *packages]
            get = [*as_root, "sh", "-c", WITHOUT_SERVICES, "sh", *get]
            run_quietly(get, title=title, cwd=ROOT)
    missing = [need for need in needs if not need.there()]
    if missing:
        loudly(["LEFT OUT:"] + [f"{need.name}: {need.tests}" for need in missing])
    return missing


def installer() -> list[str] | None:
    """What runs apt-get as root, when this process may without asking for a password."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(asked, capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


@contextlib.contextmanager
def postgres(missing: Sequence[Need]) -> Iterator[str | None]:
    """The address of a server for these tests alone, or None without PostgreSQL."""
    if any(need.name == "PostgreSQL" for need in missing):
        yield None
        return
    with Cluster() as cluster:
        yield cluster.url


def run_pytest(
    arguments: Sequence[str], marker: str, *, database: str | None, postgres: str | None
) -> tuple[int, str]:
    """One run of pytest: its exit code and its last line."""
    env = setup.program_environment()
    env.pop("KINLINE_DATABASE_URL", None)
    if database:
        env["KINLINE_DATABASE_URL"] = database
    if postgres:
        env["KINLINE_TEST_POSTGRES_URL"] = postgres
    if sys.stdout.isatty():
        env["PY_COLORS"] = "1"
    command = [str(PYTHON), "-m", "pytest", "-m", marker, *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    last = ""
    assert child.stdout is not None
    try:
        for line in child.stdout:
            print(line, end="", flush=True)
            if is_last(line):
                last = line.strip()
        return child.wait(), last
    except BaseException:
        child.send_signal(signal.SIGINT)  # pytest tears its fixtures down and ends
        child.wait()
        raise


def is_last(line: str) -> bool:
    """Whether this is the line in which pytest sums up a run."""
    return bool(LAST_LINE.match(COLOURS.sub("", line)))


def close(runs: Sequence[tuple[str, int, str]], missing: Sequence[Need]) -> int:
    """Say how each run ended; the exit code of the whole."""
    say("")
    for name, code, last in runs:
        say(f"{name:<11} {last or f'no summary, pytest ended with {code}'}")
    # A narrow selection may hold nothing for the second run; for the first that is a mistake.
    (_, first, _), *others = runs
    bad = (
        [first] if first else [code for _, code, _ in others if code not in {0, NOTHING_COLLECTED}]
    )
    if bad:
        return bad[0]
    if missing and os.environ.get("CI") == "true":
        loudly(["CI=true, and tests were left out: " + ", ".join(need.name for need in missing)])
        return 3
    return 0
