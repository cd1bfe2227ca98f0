"""What a wall phone says when a law makes things free: prompts by name, put together per law.

tools/prompts.py makes them: the first and last part once a language, the day for each law.
"""

from kinline.core.rating.book import Law
from kinline.laws.loader import book

REST = "notice:rest"


def freeing() -> tuple[Law, ...]:
    """The laws of the book that make something free."""
    return tuple(law for law in book().laws if law.share == 100)


def prompts(law_id: str) -> tuple[str, ...]:
    """The prompts that tell of a law, in order; empty for one that the book does not have."""
    law = next((one for one in freeing() if one.id == law_id), None)
    if law is None:
        return ()
    return (f"notice:{_what(law)}", day(law), REST)


def day(law: Law) -> str:
    """The prompt that says a law's first day."""
    return f"notice:day:{law.id}"


def _what(law: Law) -> str:
    if len(law.services) > 1:
        return "all"
    return "calls_at_home" if law.domestic_only else "calls"
