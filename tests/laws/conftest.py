"""A copy of the shipped book, to change one thing in it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kinline.laws import loader

Change = Callable[[str, str, str], Path]


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """A copy of the shipped book in which one file reads otherwise."""
    home = tmp_path / "laws"
    shutil.copytree(loader.HOME, home, ignore=shutil.ignore_patterns("*.py", "scenarios"))

    def made(file: str, old: str, new: str) -> Path:
        text = (home / file).read_text()
        assert old in text
        (home / file).write_text(text.replace(old, new, 1))
        return home

    return made
