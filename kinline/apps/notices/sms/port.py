"""What Kinline asks of whoever carries SMS. One provider is spoken to in `telnyx.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Received:
    """A telephone wrote to one of our numbers. `media` counts pictures that came along."""

    provider_id: str
    sender: str  # E.164
    to: str  # ours
    text: str
    media: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of an SMS of ours, for good. `delivered` None: the carrier does not say."""

    provider_id: str
    delivered: bool | None
    code: str


Event = Received | Reported


class Unsigned(Exception):
    """A message that says it comes from the provider, and does not; or too old, or unreadable."""


class Never(Exception):
    """The provider will not send this, now or later. `stopped`: the telephone told it STOP."""

    def __init__(self, code: str, *, stopped: bool = False) -> None:
        super().__init__(code)
        self.code, self.stopped = code, stopped


class NotNow(Exception):
    """The provider cannot send this now. `wait_seconds`: when it said how long."""

    def __init__(self, code: str, wait_seconds: int | None = None) -> None:
        super().__init__(code)
        self.code, self.wait_seconds = code, wait_seconds


class Provider(Protocol):
    """The port."""

    def send(self, *, key: str, sender: str, to: str, text: str) -> str:
        """Hand one SMS over; the provider's id for it. The same `key` is meant once.

        Raises Never, NotNow, and OSError when the provider cannot be reached.
        """

    def hear(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Event]:
        """What a webhook tells. Raises Unsigned."""
