"""The two answers of a room that are not a value."""

from collections.abc import Mapping

from kinline.core.refusal import Refusal, Whose


class NotFound(Exception):
    """Not there, or not yours: the two must look alike from outside."""


class Refused(Exception):
    """A request was understood and not granted; `refusals` are all the reasons."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


def wrong(code: str, field: str, facts: Mapping[str, str] | None = None) -> Refusal:
    """A mistake in something typed in: `field` says where it can be put right."""
    return Refusal(code, Whose.KINLINE, facts={"field": field, **(facts or {})})
