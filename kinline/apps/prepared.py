"""Queries compiled once and run often: the ORM's own SQL, with new values bound each time.

Django builds the SQL of a query anew each time, which takes several times longer than SQLite
takes to answer it. Where every call waits for an answer, that is worth saving; elsewhere it is
not. The query stays written in the ORM's words, so both databases and the guards of field types
remain as they are, and a test compares it with the plain query.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

Build = Callable[..., QuerySet[Any, Any]]
Bind = Callable[[Any], Any]
Binding = tuple[str | None, Any]  # a value's name and how it is bound, or a constant
M = TypeVar("M", bound=Model)


class Prepared:
    """`build(**values)` gives a values_list() query; calling this runs it with real values.

    `kinds` name the values and their types: UUID, datetime, date, int or str. A value may stand
    in several places; all else in the query is constant. Rows come back as lists, in the order
    asked for.
    """

    def __init__(self, build: Build, **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._known: _Compiled | None = None

    def __call__(self, **values: Any) -> list[list[Any]]:
        compiled = self._compiled()
        database = connections[DEFAULT_DB_ALIAS]  # once: each look at `connection` finds it anew
        with database.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.bound(values))
            return compiled.read(cursor.fetchall(), database)

    def _compiled(self) -> "_Compiled":
        # Two threads may both compile at first: the same outcome twice, and no lock for ever.
        if self._known is None:
            marked = markers(self._kinds)
            self._known = _Compiled(self._build(**marked), marked)
        return self._known


class _Compiled:
    """SQL, where its values go, and how its columns are read. Belongs to no thread."""

    def __init__(self, query: QuerySet[Any, Any], marked: Mapping[str, Any]) -> None:
        compiler = query.query.get_compiler(connection=connection)
        self.sql, parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        self._converters = list(compiler.get_converters(columns).items())
        self._binds = bindings(parameters, marked)

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        return bound(self._binds, values)

    def read(self, rows: list[Any], database: Any) -> list[list[Any]]:
        """As Django's compiler does it, but with the connection of the thread that asks."""
        found = [list(row) for row in rows]
        for row in found:
            for position, (converters, expression) in self._converters:
                for convert in converters:
                    row[position] = convert(row[position], expression, database)
        return found


def row_of(model: type[M], columns: Iterable[str], values: Iterable[Any]) -> M:
    """A row as the database has it, of all its columns by their names, as Model.from_db makes it.

    Without what a new row needs: defaults, and the checks of what it is made with.
    """
    row = model.__new__(model)
    row.__dict__.update(zip(columns, values, strict=True))
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def markers(kinds: Mapping[str, type]) -> dict[str, Any]:
    """For each value, by name, one that stands for it while the SQL is built."""
    return {name: _marker(kind, number) for number, (name, kind) in enumerate(kinds.items())}


def bindings(parameters: Iterable[Any], markers: Mapping[str, Any]) -> list[Binding]:
    """What each parameter is: a constant, or a value to be bound. Raises ValueError for a value
    that no parameter stands for."""
    binds = [_bind(parameter, markers) for parameter in parameters]
    missing = set(markers) - {name for name, _ in binds}
    if missing:
        raise ValueError(f"the query does not use {sorted(missing)}")
    return binds


def bound(binds: Iterable[Binding], values: Mapping[str, Any]) -> list[Any]:
    """The parameters, with these values."""
    return [value if name is None else value(values[name]) for name, value in binds]


def _marker(kind: type, number: int) -> Any:
    """A value that stands for another until it is bound, and that nothing else can equal."""
    if kind is UUID:
        return uuid4()
    if kind is datetime:
        return datetime(2, 1, number + 1, tzinfo=UTC)
    if kind is date:
        return date(1, 1, number + 1)
    if kind is int:
        return 1_900_000_000 + number
    return uuid4().hex


def _bind(parameter: Any, markers: Mapping[str, Any]) -> tuple[str | None, Any]:
    """Where a parameter stands for a value: its name, and how this database wants it."""
    for name, marker in markers.items():
        if isinstance(marker, datetime):
            if parameter == connection.ops.adapt_datetimefield_value(marker):
                return name, _as_moment
        elif _plain(parameter) == _plain(marker):
            as_text = isinstance(parameter, str) and not isinstance(marker, str)
            return name, _as_text if as_text else _as_is
    return None, parameter


def _plain(value: Any) -> str:
    return str(value).replace("-", "")


def _as_moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _as_text(value: UUID | date) -> str:
    return value.hex if isinstance(value, UUID) else value.isoformat()


def _as_is(value: Any) -> Any:
    return value
