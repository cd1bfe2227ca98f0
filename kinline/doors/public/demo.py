"""Who can sign in at a demo: told to everybody, because everybody in it is invented."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo's people, by how they sign in."""

    accounts: list[Any]
    inside: list[Any]


def cast() -> Cast:
    """The people settings.DEMO_SIGN_INS names; settings know the demo, doors need not."""
    sign_ins: Callable[[], list[Any]] = import_string(settings.DEMO_SIGN_INS)
    everyone = sign_ins()
    inside = [one for one in everyone if one.kind == "inside"]
    return Cast(accounts=[one for one in everyone if one.kind != "inside"], inside=inside)
