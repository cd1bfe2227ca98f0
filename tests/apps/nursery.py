"""kill -9 at every step: a process that has the program loaded forks one child for each step.

A child plays a story and ends itself by SIGKILL after so many steps; each database statement is
one, and whatever else the story's program counts with `step()`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

# Before and after a program of a test's own, which defines `story(*words)`.
_BEGIN = """
import os, signal, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
django.setup()
from django.db import connection
left = 0

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def statement(execute, sql, params, many, context):
    answer = execute(sql, params, many, context)
    step()
    return answer
"""
_PLAY = """
for line in sys.stdin:
    many, *words = line.split()
    child = os.fork()
    if child == 0:
        left = int(many)
        connection.ensure_connection()
        with connection.execute_wrapper(statement):
            story(*words)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child

    def play(self, steps: int, *words: object) -> int:
        """Play the story, which dies after so many steps; how its process ended.

        `words` have no spaces.
        """
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(" ".join(map(str, (steps, *words))) + "\n")
        self._child.stdin.flush()
        return int(self._child.stdout.readline())


@contextmanager
def nursery(program: str, environment: Mapping[str, str] | None = None) -> Iterator[Nursery]:
    """Started for this block on the test's database, ended with it."""
    child = subprocess.Popen(
        [sys.executable, "-c", _BEGIN + program + _PLAY, str(connection.settings_dict["NAME"])],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "kinline.config.settings"}
        | dict(environment or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(child)
    finally:
        assert child.stdin
        child.stdin.close()
        child.wait(10)
