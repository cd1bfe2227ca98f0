"""What the books answer when they do not do as asked."""

from kinline.apps.errors import Refused
from kinline.core.refusal import Refusal, Whose

NOT_ENOUGH = "ledger.not_enough"


class KeyReused(Exception):
    """A key was used again for something else: a fault of ours, and nothing was written."""


class NotEnough(Refused):
    """An account has less than was to be taken or set aside. `account` is its code."""

    def __init__(self, account: str, free: int, wanted: int) -> None:
        facts = {"free": str(free), "wanted": str(wanted)}
        super().__init__(Refusal(NOT_ENOUGH, Whose.KINLINE, facts=facts))
        self.account, self.free, self.wanted = account, free, wanted
