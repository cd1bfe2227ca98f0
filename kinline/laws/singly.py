"""Usages one after another: fields in, an answer or an error out, weeks remembered between them."""

from collections.abc import Callable, Mapping
from typing import Any

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.core.rating.rate import Charge
from kinline.laws import answers, usages
from kinline.laws.usages import BadUsage, Weeks

Say = Callable[[Charge, bool], str]  # a charge in words, given whether a number was told


class Singly:
    """Rates usages in the order in which they come."""

    def __init__(self, book: RuleBook, places: Mapping[PlaceCode, Place], say: Say) -> None:
        self._book, self._places, self._say = book, places, say
        self._weeks = Weeks()
        self.bad = 0  # usages that could not be rated

    def answer(self, number: int, fields: Any) -> dict[str, Any]:
        """The fields of `quote` with the usage's id; or id, line number and error."""
        try:
            if not isinstance(fields, dict):
                raise BadUsage("a usage is an object with fields")
            told = usages.read(fields, self._places)
            charge = self._weeks.rate(told, self._book)
            found = answers.quote(told.usage, charge, self._say(charge, told.number_told))
            return {"id": usages.identity(fields), **found}
        except (BadUsage, NoRuleInForce, ValueError, RecursionError) as wrong:
            return self.refuse(number, fields, wrong)

    def refuse(self, number: int, fields: Any, wrong: Exception) -> dict[str, Any]:
        """The answer to what cannot be rated; its id where one can be read."""
        self.bad += 1
        return {"id": _known(fields), "line": number, "error": str(wrong)}


def _known(fields: Any) -> str | int | None:
    try:
        return usages.identity(fields) if isinstance(fields, dict) else None
    except BadUsage:
        return None
