"""Finds and runs one of the measurements in bench/: every module there that has main(argv)."""

import importlib
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"


def names() -> list[str]:
    """The modules that can be run: those that define main."""
    found = sorted(BENCH.glob("*.py"))
    return [path.stem for path in found if "\ndef main(" in path.read_text("utf-8")]


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in names():
        print("./dev bench NAME, where NAME is one of:", ", ".join(names()), file=sys.stderr)
        return 2
    module = importlib.import_module(f"bench.{arguments[0]}")
    return int(module.main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
