"""A message that may come twice, even at the same moment, does its work once."""

from collections.abc import Callable

from django.db import IntegrityError, transaction


def once(act: Callable[[], bool], *, told: Callable[[], bool]) -> bool:
    """Do `act` in one transaction, unless the message is `told` already; what it answers.

    `act` looks for itself whether it is told. Where another was faster at that very moment, that
    one is whole and ours has left nothing behind. Raises IntegrityError for any other reason.
    """
    try:
        with transaction.atomic():
            return act()
    except IntegrityError:
        if not told():
            raise
    return True
