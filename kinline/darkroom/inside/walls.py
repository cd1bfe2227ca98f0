"""What the program takes from itself before it reads a stranger's bytes (Linux).

Limits and "no new privileges" work everywhere. The rest is taken where the kernel lets us: a
network namespace with nothing in it, Landlock (no file but our own folder and the libraries),
seccomp (no socket, no other program). Each stands alone, so that one that is missing is a wall
less and not a house less.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_OPEN_FILES = 64
_libc = ctypes.CDLL(None, use_errno=True)


def limit(
    *, memory_bytes: int, cpu_seconds: int, output_bytes: int, wall_seconds: float
) -> list[str]:
    """Memory, time, files; ended with whoever started us; no network. Says which walls stand."""
    del wall_seconds  # kept by whoever started us
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an error we can answer for
    stand = ["limits"]
    if sys.platform != "linux":
        return stand
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        stand.append("no new privileges")
    if _libc.unshare(_CLONE_NEWNET) == 0 or _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        stand.append("network namespace")
    return stand


def lock(folder: str, readable: Sequence[str]) -> list[str]:
    """Only `folder` to write in, only the libraries and `readable` to read; no other program.

    After the imports: threads that a library has started by then would not be held.
    """
    stand = []
    if sys.platform == "linux":
        if _landlock(folder, [*readable, *_libraries()]):
            stand.append("Landlock")
        if _seccomp():
            stand.append("seccomp")
    return stand


def _libraries() -> list[str]:
    standard = os.path.dirname(os.__file__)
    return [standard, "/usr/lib", "/lib", "/lib64", "/usr/share/zoneinfo"]


# Landlock: linux/landlock.h; the numbers of its calls are the same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_WRITE_HERE = _READ_FILE | _READ_DIR | 1 << 1 | 1 << 5 | 1 << 8  # write, remove, make a file
_TRUNCATE, _TCP = 1 << 14, 0b11
_PATH_BENEATH = 1


def _landlock(folder: str, readable: Sequence[str]) -> bool:
    version = _libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    handled = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)]
    asked = struct.pack("=QQ", handled, _TCP) if version >= 4 else struct.pack("=Q", handled)
    rules = _libc.syscall(_CREATE_RULESET, asked, len(asked), 0)
    if rules < 0:
        return False
    writing = _WRITE_HERE | (_TRUNCATE if version >= 3 else 0)
    _allow(rules, folder, writing)
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR)
    held = _libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return bool(held == 0)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rule = struct.pack("=Qi", rights, beneath)
    _libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    os.close(beneath)


# seccomp: linux/seccomp.h, linux/filter.h. Refused with EPERM: sockets, other programs, other
# processes and their memory, new namespaces, mounts, keys. Threads are let be.
_NUMBERS = {
    "x86_64": (
        0xC000003E,
        56,
        (41, 42, 49, 53, 57, 58, 59, 101, 165, 248, 250, 272, 308, 310, 311, 321, 322, 425),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (198, 199, 200, 203, 117, 40, 97, 268, 217, 219, 221, 270, 271, 280, 281, 425),
    ),
}
_CLONE3, _CLONE_THREAD, _X32 = 435, 0x00010000, 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM, ENOSYS
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in struct seccomp_data

Step = tuple[int, int, int, int]  # code, steps to skip if true, if false, value


def _seccomp() -> bool:
    machine, clone, numbers = _NUMBERS.get(platform.machine(), (0, 0, ()))
    if not machine:
        return False
    steps: list[Step] = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in numbers:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    # Its flags lie in memory, where a filter cannot look: the C library then takes the older one.
    steps += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _UNKNOWN)]
    steps += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    steps += [(_ANY_BIT, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    program = struct.pack("=HxxxxxxQ", len(steps), ctypes.addressof(buffer))
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, program, 0, 0) == 0)
