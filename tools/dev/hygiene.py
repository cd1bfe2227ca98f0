"""What must never be tracked: addresses of package indexes, other people's code, secrets' files."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_FOLDERS = {"vendor", "third_party", "node_modules", "site-packages"}
FORBIDDEN_ENDINGS = (".key", ".pem", ".sqlite3", ".pyc", ".mo")
# Pins name hashes; where a file came from is the machine's business.
ADDRESSES = re.compile(
    r"""^\s*--(?:extra-)?index-url|^\s*--find[-]links|"resolved":\s*"http|^\s*registry\s*=\s*"?http""",
    re.MULTILINE,
)
LARGEST_BYTES = 2_000_000


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


def complaints(path: Path) -> Iterator[str]:
    """What is wrong with one tracked file, a sentence each."""
    if FORBIDDEN_FOLDERS.intersection(path.parts):
        yield f"{path}: other people's code is installed, not tracked"
    if path.name.endswith(FORBIDDEN_ENDINGS):
        yield f"{path}: built or secret, not tracked"
    whole = ROOT / path
    if not whole.is_file():
        return  # deleted in the working tree, not yet committed
    content = whole.read_bytes()
    if len(content) > LARGEST_BYTES:
        yield f"{path}: {len(content):,} bytes; a tracked file has at most {LARGEST_BYTES:,}"
    if b"\0" not in content and ADDRESSES.search(content.decode("utf-8", "replace")):
        yield f"{path}: an address of a package index"


def main() -> int:
    if not (ROOT / ".git").exists():
        print("not a git checkout: nothing is tracked")
        return 0
    found = [line for path in tracked() for line in complaints(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
