"""Guards in the database: small SQL files beside the room they guard, one folder per database.

Statements in a file are paragraphs (SQLite runs one at a time). A later migration that alters
a guarded table must run its guards again: SQLite rebuilds the table and drops its triggers
with it. A test counts the guards after all migrations.
"""

from importlib.resources import files
from typing import Any

from django.db.migrations.operations.base import Operation


class Guards(Operation):
    """Runs kinline/apps/<room>/sql/<database>/<name>.sql.

    Not a RunPython: Django would build every model as of that moment, which no guard looks at,
    and that took a third of a first start.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, room: str, name: str) -> None:
        self.room, self.name = room, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Guards change no model."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        run(self.room, self.name, schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """They go with their tables."""

    def describe(self) -> str:
        return f"Guards of {self.room}: {self.name}"


def guards(room: str, name: str) -> Guards:
    """A migration operation that runs kinline/apps/<room>/sql/<database>/<name>.sql."""
    return Guards(room, name)


def run(room: str, name: str, connection: Any) -> None:
    """Run one guard file on `connection`; each file drops what it is about to make."""
    text = (files(f"kinline.apps.{room}") / "sql" / connection.vendor / f"{name}.sql").read_text()
    with connection.cursor() as cursor:
        for statement in text.split("\n\n"):
            if _says_something(statement):
                cursor.execute(statement)


def _says_something(statement: str) -> bool:
    lines = statement.strip().splitlines()
    return any(line and not line.startswith("--") for line in lines)
