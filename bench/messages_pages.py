"""The pages of bench.messages, asked for through Django as a browser asks, each time by another."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.messages_town import PLACE
from kinline.apps import tokens
from kinline.apps.facilities.models import Station
from kinline.apps.messaging.models import Thread
from kinline.apps.people.models import Account, InsideSession
from kinline.doors.guards import DEVICE_COOKIE, INSIDE_COOKIE
from tests.doors import visitors

TURNS, SECRET = 60, "the-secret-of-the-bench"
SAYS = "The garden is green again"
SignIn = Callable[[Client, Thread], None]


def pages(now: datetime) -> dict[str, float]:
    """p95 in milliseconds, from the request to the whole answer, of each page over `TURNS`."""
    settings.ALLOWED_HOSTS = ["testserver"]  # which hosts are let in is a setting of each house
    rows = list(
        Thread.objects.filter(person__number__startswith="B-")
        .select_related("person", "contact__account")
        .order_by("pk")[: TURNS + 1]
    )
    inside = _tablet(now)
    asked: list[tuple[str, SignIn, Callable[[Thread], str]]] = [
        ("portal_inbox", _outside, lambda _row: reverse("portal-messages")),
        ("portal_thread", _outside, lambda row: reverse("portal-messages-thread", args=[row.pk])),
        ("tablet_inbox", inside, lambda _row: reverse("tablet-messages")),
        ("tablet_thread", inside, lambda row: reverse("tablet-messages-thread", args=[row.pk])),
        ("queue", _staff, lambda _row: reverse("console_review")),
    ]
    return {f"{name}_p95_ms": _p95(rows, sign_in, page) for name, sign_in, page in asked}


def _p95(rows: Sequence[Thread], sign_in: SignIn, page: Callable[[Thread], str]) -> float:
    browser, waits = Client(), []
    for row in rows:
        sign_in(browser, row)
        began = time.perf_counter()
        answer = browser.get(page(row))
        waits.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200 or "Bench" not in answer.text:
            raise RuntimeError(f"{page(row)} answered {answer.status_code}")
    del waits[0]  # templates are read and statements compiled once
    return round(sorted(waits)[int(len(waits) * 0.95)], 1)


def _outside(browser: Client, row: Thread) -> None:
    assert row.contact.account is not None
    browser.cookies = visitors.signed_in(row.contact.account).cookies


def _tablet(now: datetime) -> SignIn:
    """One enrolled tablet, on which one after the other signs in."""
    station = Station.objects.filter(unit__facility__place=PLACE, kind="tablet").first()
    assert station is not None
    Station.objects.filter(pk=station.pk).update(secret_hash=tokens.hashed(SECRET), enrolled_at=now)

    def sign_in(browser: Client, row: Thread) -> None:
        token = tokens.new_token()
        InsideSession.objects.create(
            person=row.person,
            station=station,
            token_hash=tokens.hashed(token),
            began_at=now,
            seen_at=now,
        )
        browser.cookies[DEVICE_COOKIE], browser.cookies[INSIDE_COOKIE] = SECRET, token

    return sign_in


def _staff(browser: Client, _row: Thread) -> None:
    ines = Account.objects.get(email__startswith="ines@")
    browser.cookies = visitors.staff(ines).cookies
