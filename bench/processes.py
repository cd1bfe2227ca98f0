"""What the kernel says of a process: its CPU, its memory, what it holds open."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """CPU seconds of a process so far, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def open_files(pid: int) -> int:
    """Everything it has open but TCP connections, of which it may keep some ready."""
    return len(os.listdir(f"/proc/{pid}/fd")) - _sockets(pid, "tcp")


def udp_ports(pid: int) -> int:
    """How many UDP sockets it has open."""
    return _sockets(pid, "udp")


def _sockets(pid: int, kind: str) -> int:
    held = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            held.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            continue
    rows = [row.split() for name in (kind, f"{kind}6") for row in _rows(f"/proc/{pid}/net/{name}")]
    return sum(f"socket:[{row[9]}]" in held for row in rows)


def _rows(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()[1:]
    except FileNotFoundError:
        return []
