"""A cable with a firewall on it that lets nothing through but TCP to the doors it names."""

import socket
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.weather import WeatherCable

Door = tuple[str, int]
PROTOCOLS = {socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp", socket.IPPROTO_ICMP: "icmp"}
NO_PORT = 0


@dataclass
class WalledCable(WeatherCable):
    """What is not for a door falls to the ground without a word, as behind a real firewall.

    `held` counts what the browser sent that did not pass: by protocol, address and port.
    """

    doors: frozenset[Door] = frozenset()
    held: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def open(self, *doors: Door) -> None:
        """Let out TCP to these, and in what they answer. All else stays where it is."""
        for host, _ in doors:
            self._ip("-n", self.name, "route", "replace", host, "dev", self.far)
        self.doors = frozenset(doors)

    def also_here(self, host: str) -> None:
        """One more address of this machine, at its end of the cable."""
        self._ip("addr", "add", f"{host}/32", "dev", self.near)

    def home(self, program: str, home: Path) -> str:
        """An executable that runs `program` behind the wall, at home in a folder of its own."""
        script = home / "behind-the-wall.sh"
        inside = f"ip netns exec {self.name} {program}"
        script.write_text(f'#!/bin/sh\nexport HOME="{home}"\nexec {inside} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def _lets(self, packet: bytes, *, out: bool) -> bool:
        if packet[0] >> 4 != 4:
            return False
        protocol, there, port = _headed(packet, out=out)
        passes = protocol == "tcp" and (there, port) in self.doors
        if out and not passes:
            self.held[protocol, there, port] += 1
        return passes


def _headed(packet: bytes, *, out: bool) -> tuple[str, str, int]:
    """An IPv4 packet's protocol, and address and port of its end that is not the browser's."""
    protocol = PROTOCOLS.get(packet[9], str(packet[9]))
    there = socket.inet_ntoa(packet[16:20] if out else packet[12:16])
    if protocol not in {"tcp", "udp"}:
        return protocol, there, NO_PORT
    ports = struct.unpack_from("!HH", packet, (packet[0] & 15) * 4)
    return protocol, there, ports[1 if out else 0]
