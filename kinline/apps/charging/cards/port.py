"""What Kinline asks of a card company. No card data comes through here, nor near us."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Outcome(StrEnum):
    """How something asked of the provider stands."""

    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Opened:
    """A payment that the provider awaits. `client_secret` lets the payer's page finish it."""

    reference: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A payment or refund as the provider has it. `code` says why it failed."""

    reference: str
    outcome: Outcome
    code: str = ""
    last_four: str = ""


class ProviderDown(Exception):
    """No answer, or one that says nothing: it may or may not have happened. Look again later."""


class ProviderRefused(Exception):
    """The provider will not do it, now or later. `code` is its reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CardProvider(Protocol):
    """A card company, for one agency. Every call raises ProviderDown and ProviderRefused.

    Amounts are US cents. `payment` and `part` are our ids: they are the idempotency keys, and
    the provider keeps them beside what it did, so that it can be found again.
    """

    def open(self, *, payment: UUID, cents: int) -> Opened:
        """Await a payment. Takes nothing yet; asked twice it takes nothing twice."""
        ...

    def look(self, *, reference: str) -> Stands:
        """How a payment stands."""
        ...

    def given_back(self, *, part: UUID, payment_reference: str) -> Stands | None:
        """What became of giving this part back; None if the provider never heard of it."""
        ...

    def give_back(self, *, part: UUID, payment_reference: str, cents: int) -> Stands:
        """Give a part of a payment back to its card. Ask `given_back` first, each time."""
        ...
