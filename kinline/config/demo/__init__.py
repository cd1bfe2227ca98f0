"""The demo town: who can sign in (`sign_ins`, no database), and loading it (`load`, `fund`).

`load` may run again and again: what is there stays as it is, except that calling hours set by
the demo follow `open_hours`, and enrolment codes that were used are good again.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SignIn:
    """Someone invented who can sign in. `sign_in`: number or email; `secret`: PIN or password."""

    kind: str
    name: str
    place: str
    sign_in: str
    secret: str
    totp_secret: str = ""
    note: str = ""


@cache
def town() -> dict[str, Any]:
    """The town as its file tells it."""
    content: dict[str, Any] = yaml.safe_load((HOME / "town.yaml").read_text("utf-8"))
    return content


def sign_ins() -> list[SignIn]:
    """Everybody of the demo who can sign in."""
    password = town()["password"]
    inside = [
        SignIn(
            "inside",
            f"{one['given']} {one['family']}",
            one["place"],
            one["number"],
            one["pin"],
            note=f"tablet code {_codes(one['place'])[0]}",
        )
        for one in town()["inside"]
    ]
    outside = [
        SignIn("contact", one["name"], "", one["email"], password, note=one["note"])
        for one in town()["outside"]
    ]
    staff = [
        SignIn(
            "staff",
            one["name"],
            one.get("place") or one["agency"],
            one["email"],
            password,
            one["totp_secret"],
            one["note"],
        )
        for one in town()["staff"]
    ]
    return [*inside, *outside, *staff]


def load(*, now: datetime, open_hours: bool = True) -> None:
    """Put the town into the database (Django must be set up)."""
    from kinline.config.demo import links, loader, messages, own_lists, visitors, words

    loader.load(town(), now=now, open_hours=open_hours)
    links.load(now=now)
    messages.load(now=now)
    words.load(now=now)
    visitors.load(now=now)
    own_lists.load(now=now)


def fund(*, now: datetime, old: bool = False) -> None:
    """Give people their money, or that from before the law, once only (Django must be set up)."""
    from kinline.config.demo import money

    money.load(town()["old_money" if old else "money"], now=now)


def take_cards(*, now: datetime) -> None:
    """Let the jail that does not exist take made-up cards, where something stands in for Stripe."""
    from kinline.config.demo import cards

    cards.load(now=now)


def _codes(place: str) -> list[str]:
    facility = next(one for one in town()["facilities"] if one["place"] == place)
    return [tablet["code"] for tablet in facility["tablets"]]
