"""What the wheel needs from us: its dependencies, and a front end that has been built."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


def names(path: Path) -> list[str]:
    """The requirement lines of one .in file, without comments and without -c lines."""
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


class CustomMetadataHook(MetadataHookInterface):
    """The dependencies are those of requirements/*.in: one list, kept in one place."""

    def update(self, metadata: dict[str, Any]) -> None:
        folder = Path(self.root, "requirements")
        metadata["dependencies"] = names(folder / "base.in")
        metadata["optional-dependencies"] = {"pg": names(folder / "pg.in")}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Refuses to pack a wheel whose pages would come without style and script."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        built = Path(self.root, "kinline", "static_root", "staticfiles.json")
        if version == "standard" and not built.exists():
            raise FileNotFoundError(f"{built} is missing: build with ./dev build")
