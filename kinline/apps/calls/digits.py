"""The last four digits of a number, as an expression that an index is made of."""

from typing import Any

from django.db.models import CharField, Func

LAST_DIGITS = 4  # by so many calls are found quickly


class LastDigits(Func):
    """LastDigits("number"). The 4 stands in the SQL: a bound value would fit no index."""

    arity = 1
    template = "RIGHT(%(expressions)s, 4)"
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, -4)", **context)
