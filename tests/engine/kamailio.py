"""Kamailio in front of sip processes, with the configuration that ships and addresses of a test."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from kinline.core.control import Trunk
from tests.engine.baresip import free_port
from tests.engine.browsers import until
from tests.engine.exchange import INSIDE, Exchange

SHIPPED = Path(__file__).parents[2] / "deploy" / "kamailio"
# As the console has it; where it really is, stands in carriers.cfg.
CARRIER = "sip.carrier.example"
MEGABYTES = "64"
CERTIFICATE = "certificate.pem"


def free_ports() -> tuple[int, int]:
    """Two ports that are free for UDP and TCP: for SIP, and for SIP over TLS."""
    found = []
    while len(found) < 2:
        port = free_port(address=INSIDE)
        with contextlib.suppress(OSError), socket.socket() as door:
            door.bind((INSIDE, port))
            found.append(port)
    return found[0], found[1]


class Kamailio:
    """The proxy. `engines` are ports of sip processes; a carrier listens at `carrier`, which
    speaks UDP or TLS."""

    def __init__(
        self, folder: Path, engines: list[int], carrier: int, carrier_speaks: str = "udp"
    ) -> None:
        self.folder = folder / "kamailio"
        shutil.copytree(SHIPPED, self.folder)
        self.sip, self.tls = free_ports()
        self._write(engines, carrier, carrier_speaks)
        self._process: asyncio.subprocess.Process | None = None

    def _write(self, engines: list[int], carrier: int, speaks: str) -> None:
        def write(name: str, text: str) -> None:
            (self.folder / name).write_text(text)

        defined = {
            "ADDRESS": INSIDE,
            "SIP_PORT": self.sip,
            "TLS_PORT": self.tls,
            "FOLDER": self.folder,
            "RUN": self.folder,
        }
        write(
            "local.cfg",
            "".join(f'#!substdef "!{name}!{value}!g"\n' for name, value in defined.items()),
        )
        write("engines.list", "".join(f"1 sip:{INSIDE}:{port} 0\n" for port in engines))
        # On one machine a port tells the carrier from the telephones.
        write("telephones.list", f"1 {INSIDE} 32\n2 {INSIDE} 32 {carrier}\n")
        where = f'"sip:{INSIDE}:{carrier};transport={speaks}"'
        write(
            "carriers.cfg",
            f"event_route[htable:mod-init] {{\n    $sht(carriers=>{CARRIER}:5060) = {where};\n}}\n",
        )
        certificate(self.folder)
        shutil.copy(self.folder / CERTIFICATE, self.folder / "carrier.pem")
        write(
            "tls.cfg",
            "[server:default]\nmethod = TLSv1.2+\n"
            f"certificate = {self.folder}/certificate.pem\nprivate_key = {self.folder}/key.pem\n"
            "[client:default]\nmethod = TLSv1.2+\nverify_certificate = yes\n"
            f"require_certificate = yes\nca_list = {self.folder}/carrier.pem\n",
        )

    async def __aenter__(self) -> "Kamailio":
        log = (self.folder / "log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            *("kamailio", "-DD", "-E", "-f", str(self.folder / "kamailio.cfg")),
            *("-m", MEGABYTES, "-M", "8", "-Y", str(self.folder)),
            stdout=log,
            stderr=log,
            start_new_session=True,  # its own group, so that all its processes end with it
        )
        await until(lambda: self._is_there(), "Kamailio")
        return self

    def _is_there(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, self.said()
        with socket.socket() as door:
            return door.connect_ex((INSIDE, self.tls)) == 0

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self._process.wait()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def said(self) -> str:
        return (self.folder / "log").read_text()


def certificate(folder: Path) -> None:
    """A key and a certificate for this machine's loopback address."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


class Behind(Exchange):
    """A town whose telephones and carrier are reached through Kamailio only.

    Its `door` speaks TLS, and its carrier what `carrier_speaks` says.
    """

    def __init__(self, folder: Path, carrier_speaks: str = "udp") -> None:
        super().__init__(folder)
        self._carrier_speaks = carrier_speaks
        self.kamailio: Kamailio | None = None
        self.certificates = folder / "certificates"
        self.certificates.mkdir()
        certificate(self.certificates)
        both = "".join((self.certificates / name).read_text() for name in ("key.pem", CERTIFICATE))
        (self.certificates / "mama.pem").write_text(both)
        self.mamas_settings = f"sip_certificate {self.certificates}/mama.pem\n"

    def carrier(self) -> Trunk:
        return Trunk("t1", CARRIER, 5060, caller="5085550100")

    @property
    def door(self) -> str:
        assert self.kamailio is not None
        return f"{INSIDE}:{self.kamailio.tls};transport=tls"

    async def start_sip(self, *words: str) -> None:
        if self.kamailio is None:
            port = self.mama.sip + (self._carrier_speaks == "tls")
            self.kamailio = Kamailio(self.folder, [self.sip_port], port, self._carrier_speaks)
            shutil.copy(self.certificates / CERTIFICATE, self.kamailio.folder / "carrier.pem")
            await self.stack.enter_async_context(self.kamailio)
        await super().start_sip(f"--proxy={INSIDE}:{self.kamailio.sip}", *words)
