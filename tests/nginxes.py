"""nginx as it comes from Debian, with the settings that deploy/ ships and a certificate of ours."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kinline.config.certificate import Certificate, certificate

CONF = Path(__file__).parents[1] / "deploy" / "nginx" / "kinline.conf"
STARTS_SECONDS = 20.0
# What Debian's own nginx.conf says around it; here in a folder of the test.
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/kinline.conf;
}}
"""


def program() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


MARKS = (pytest.mark.nginx, pytest.mark.skipif(program() is None, reason="no nginx"))


def needed(test: Callable[..., Any]) -> Callable[..., Any]:
    """A test that cannot be without nginx."""
    for mark in MARKS:
        test = mark(test)
    return test


class Nginx:
    """`with Nginx(folder, host, ports, web, engine)`: in front of web and one engine.

    `ports` are what stands for 443 and for 80, `web` and `engine` the ports of loopback behind.
    """

    def __init__(
        self, folder: Path, host: str, ports: tuple[int, int], *, web: int, engine: int
    ) -> None:
        self._folder, self._host, self._ports = folder, host, ports
        folder.mkdir(parents=True)
        self.certificate: Certificate = certificate(host, folder / "tls", datetime.now(UTC))
        (folder / "kinline.conf").write_text(self._settings(web, engine))
        # Its workers could not read a folder of the tests as anybody else.
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    def _settings(self, web: int, engine: int) -> str:
        """What is shipped, with our name, ports and certificate as its reader is told to put."""
        told = CONF.read_text()
        secure, plain = self._ports
        for line, ours in (
            ("listen 443 ssl", f"listen {self._host}:{secure} ssl"),
            ("listen 80;", f"listen {self._host}:{plain};"),
            ("kinline.example.org", self._host),
            ("/etc/kinline/web.pem", str(self.certificate.chain)),
            ("/etc/kinline/web.key.pem", str(self.certificate.key)),
            ("127.0.0.1:8700", f"127.0.0.1:{web}"),
            ("127.0.0.1:8701", f"127.0.0.1:{engine}"),
        ):
            assert line in told, line
            told = told.replace(line, ours)
        return told

    @property
    def words(self) -> tuple[str, ...]:
        return (str(program()), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"))

    def parses(self) -> str:
        """What nginx finds wrong with its settings; an empty word if it takes them."""
        ran = subprocess.run([*self.words, "-t", "-q"], capture_output=True, text=True, check=False)
        return ran.stderr.strip() if ran.returncode else ""

    def __enter__(self) -> "Nginx":
        self._process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_SECONDS
        for port in self._ports:
            while not self._answers(port):
                assert time.monotonic() < until, (self._folder / "error.log").read_text()
                time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    def _answers(self, port: int) -> bool:
        try:
            socket.create_connection((self._host, port), timeout=0.5).close()
        except OSError:
            return False
        return True
