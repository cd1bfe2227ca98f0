"""Gives the wheel its dependencies out of requirements/*.in: one list, kept in one place."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


def names(path: Path) -> list[str]:
    """The requirement lines of one .in file, without comments and without -c lines."""
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


class CustomMetadataHook(MetadataHookInterface):
    def update(self, metadata: dict) -> None:
        folder = Path(self.root, "requirements")
        metadata["dependencies"] = names(folder / "base.in")
        metadata["optional-dependencies"] = {"pg": names(folder / "pg.in")}
