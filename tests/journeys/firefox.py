"""Debian's own Firefox, driven through its WebDriver BiDi: no geckodriver, no patched build.

Its fake camera shows one colour after the other, its fake microphone one tone.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.journeys.house import eventually

ROOT = Path(__file__).resolve().parents[2]
# What a person presses once: the camera may be used, sound may be played.
PREFS: dict[str, str | float | bool] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
}


MARKS = [
    pytest.mark.firefox,
    pytest.mark.skipif(
        not (shutil.which("firefox-esr") or shutil.which("firefox")), reason="no Firefox"
    ),
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio"),
]


@contextmanager
def browser(playwright: Playwright, folder: Path, *, hz: int) -> Iterator[Browser]:
    """One person's Firefox, whose microphone hears a tone of `hz`. `folder` is for it alone."""
    program = shutil.which("firefox-esr") or shutil.which("firefox") or ""
    starter = folder / "firefox.sh"
    words = shlex.join([sys.executable, "-m", "tests.journeys.bidi", program])
    starter.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec {words} "$@"\n')
    starter.chmod(0o700)
    with loudspeaker(folder) as server:
        running = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=starter,
            env={**os.environ, "PULSE_SERVER": server},
            firefox_user_prefs=PREFS | {"media.navigator.audio.fake_frequency": hz},
        )
        try:
            yield running
        finally:
            running.close()


@contextmanager
def loudspeaker(folder: Path) -> Iterator[str]:
    """A sound card that plays to nobody; its address. Without any, Firefox's clock of sound stands.

    Chromium makes one up by itself.
    """
    socket = folder / "sound"
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
    command += ["--disable-shm=yes", "-L", "module-null-sink"]
    command += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
    own = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "sound.log").open("w") as log:
        running = subprocess.Popen(command, env=own, stdout=log, stderr=log)
    try:
        eventually(socket.exists, within=30)
        yield f"unix:{socket}"
    finally:
        running.terminate()
        running.wait(20)
