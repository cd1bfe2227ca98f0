"""The program that opens one file: `program.py TASK FOLDER NUMBERS`, the file as standard input.

It locks itself in before it reads the first byte, writes into FOLDER, answers with one line of
JSON, and ends. Any error is an answer too: what could not be opened was not fit to be.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

WALLS = "walls"  # the task that only says which walls stand
Task = Callable[[BinaryIO, dict[str, int]], dict[str, Any]]


def main(task: str, folder: str, numbers: str) -> int:
    told = json.loads(numbers)
    root = Path(__file__).resolve().parents[3]
    sys.path[:0] = [str(root), *told["path"]]
    from kinline.darkroom.inside import walls

    stand = walls.limit(**told["bounds"])
    answer_to = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for chatter in (1, 2):  # what C libraries say is not our answer
        os.dup2(nowhere, chatter)
    try:
        work = _task(task)
    except ImportError as lacking:  # ours to put right, not the file's
        os.write(answer_to, json.dumps({"unable": f"no module {lacking.name}"}).encode())
        return 0
    stand += walls.lock(folder, readable=[str(root / "kinline"), *told["path"]])
    with os.fdopen(0, "rb") as file:
        answer = _attempt(work, file, told["asked"]) if task != WALLS else {WALLS: stand}
    os.write(answer_to, json.dumps(answer).encode())
    return 0


def _task(name: str) -> Task:
    """Imports are done before the walls are up: later there is little to import from."""
    if name == "film":
        from kinline.darkroom.inside import films

        return films.develop
    from kinline.darkroom.inside import photos

    return photos.develop


def _attempt(work: Task, file: BinaryIO, asked: dict[str, int]) -> dict[str, Any]:
    from kinline.darkroom.terms import Code, Unable, Unfit

    try:
        return work(file, asked)
    except Unfit as no:
        return {"refused": no.code.value, "facts": no.facts}
    except Unable as lacking:
        return {"unable": str(lacking)}
    except MemoryError:
        return {"refused": Code.TOO_HARD.value}
    except OSError as error:
        return {"refused": _of_the_system(error)}
    except Exception:  # the libraries raise nearly everything for a broken file
        return {"refused": Code.BROKEN.value}


def _of_the_system(error: OSError) -> str:
    import errno

    from kinline.darkroom.terms import Code

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "no-room"
    # Larger than what may come out, or no memory for it.
    too_hard = error.errno in {errno.EFBIG, errno.ENOMEM}
    return Code.TOO_HARD.value if too_hard else Code.BROKEN.value


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
