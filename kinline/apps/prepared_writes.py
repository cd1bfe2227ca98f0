"""Writes compiled once and run often, as `prepared` does for reads (decision 0007).

The columns, their order and how each value is told to the database come from the models' fields,
so CHECKs, keys and triggers see what the ORM would have sent; a test compares the two.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet, sql

from kinline.apps.prepared import bindings, bound, markers

Build = Callable[..., tuple[QuerySet[Any, Any], Mapping[str, Any]]]
Write = Callable[[models.Model, Any], Any]
# What such a field tells the database as it is. Of an own kind of field nothing is known.
_AS_IT_IS: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.PositiveSmallIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveBigIntegerField: int,
    models.BigIntegerField: int,
    models.BooleanField: bool,
}


class Insert:
    """INSERT of one row of a model. With `once`, one that stands in the way is left as it is."""

    def __init__(self, model: type[models.Model], *, once: bool = False) -> None:
        self._model, self._once = model, once
        self._sql = ""
        self._writes: list[Write] = []
        self._key: models.Field[Any, Any] | None = None  # which the database makes

    def __call__(self, row: models.Model) -> bool:
        """Write it, with its key where the database makes one; whether it was written. Raises
        IntegrityError, unless `once`."""
        if not self._sql:
            self._compile()
        database = connections[DEFAULT_DB_ALIAS]  # once: each look at `connection` finds it anew
        values = [write(row, database) for write in self._writes]
        with database.cursor() as cursor:
            cursor.execute(self._sql, values)
            written = cursor.rowcount == 1
            if self._key is not None and (made := cursor.fetchone()):
                setattr(row, self._key.attname, made[0])
                written = True
        row._state.adding, row._state.db = False, database.alias
        return written

    def _compile(self) -> None:
        meta, quoted = self._model._meta, connection.ops.quote_name
        made = isinstance(meta.pk, models.AutoField)
        fields = [one for one in meta.concrete_fields if not (made and one.primary_key)]
        columns = ", ".join(quoted(str(one.column)) for one in fields)
        places = ", ".join(["%s"] * len(fields))
        text = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({places})"
        if self._once:
            text += " ON CONFLICT DO NOTHING"
        if made:
            self._key = meta.pk
            text += f" RETURNING {quoted(str(meta.pk.column))}"
        self._writes, self._sql = [_write(one) for one in fields], text


def _write(field: "models.Field[Any, Any]") -> Write:
    """How a field's value of a row is told to the database: as the field itself does it, which for
    most values is as they are."""
    name, plain = field.attname, _AS_IT_IS.get(type(field))
    whole = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)

    def write(row: models.Model, database: Any) -> Any:
        value = field.pre_save(row, True) if whole else getattr(row, name)
        if type(value) is plain:
            return value
        return field.get_db_prep_save(value, database)

    return write


class Update:
    """`build(**values)` gives rows and new columns; calling this updates them by real values.

    Returns how many rows there were. `kinds` as in Prepared.
    """

    def __init__(self, build: Build, **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._known: tuple[str, list[Any]] | None = None

    def __call__(self, **values: Any) -> int:
        if self._known is None:
            self._known = self._compiled()
        text, binds = self._known
        with connection.cursor() as cursor:
            cursor.execute(text, bound(binds, values))
            return cursor.rowcount

    def _compiled(self) -> tuple[str, list[Any]]:
        marked = markers(self._kinds)
        rows, columns = self._build(**marked)
        query: Any = rows.query.chain(sql.UpdateQuery)
        query.add_update_values(columns)
        text, parameters = query.get_compiler(connection=connection).as_sql()
        return text, bindings(parameters, marked)
