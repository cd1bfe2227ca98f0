"""Where data and keys live, and the keys themselves, made once with mode 0600.

Keys are kept outside the data folder, so that a copied data folder opens nothing.
"""

import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """KINLINE_DATA, else ./data in a checkout, else ~/.local/share/kinline."""
    if named := os.environ.get("KINLINE_DATA"):
        return Path(named).resolve()
    if (CHECKOUT / "pyproject.toml").exists():
        return CHECKOUT / "data"
    return Path.home() / ".local" / "share" / "kinline"


def keys_dir() -> Path:
    """KINLINE_KEYS, else a sibling of the data folder named "<data>-keys"."""
    if named := os.environ.get("KINLINE_KEYS"):
        return Path(named).resolve()
    data = data_dir()
    return data.with_name(data.name + "-keys")


def key(name: str, folder: Path | None = None) -> str:
    """The key called `name` (64 hex digits = 32 bytes), made at first use.

    Two processes may ask at once: O_EXCL lets one of them make it, the other reads it.
    """
    folder = folder or keys_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.key"
    if not path.exists():
        _make(path, secrets.token_hex(32))
    return path.read_text().strip()


def _make(path: Path, word: str) -> None:
    # Written whole under another name first: a reader never meets half a key.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(word)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        draft.unlink()
