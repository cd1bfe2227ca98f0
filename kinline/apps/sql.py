"""Guards in the database: small SQL files beside the room they guard, one folder per database.

Statements in a file are paragraphs (SQLite runs one at a time). A later migration that alters
a guarded table must run its guards again: SQLite rebuilds the table and drops its triggers
with it. A test counts the guards after all migrations.
"""

from importlib.resources import files
from typing import Any

from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


def guards(room: str, name: str) -> RunPython:
    """A migration operation that runs kinline/apps/<room>/sql/<database>/<name>.sql."""

    def forwards(apps: StateApps, editor: Any) -> None:
        run(room, name, editor.connection)

    return RunPython(forwards, RunPython.noop, elidable=False)


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
