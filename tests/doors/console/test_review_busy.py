"""A hundred thousand messages wait: the queue and the next message are there as with few."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kinline.apps.review.models import Item
from kinline.apps.review.parts import TEXT, stored_parts
from tests.apps.reviewing import reviewer
from tests.cast import Town
from tests.doors import visitors

FEW, MANY = 1_000, 100_000
MOST_QUERIES = 12
# Of processor, for a hundred times as many messages; what walked them all would be near a hundred.
MOST_TIMES = 12
PAGES = [
    "/console/review/",
    "/console/review/?page=40",
    "/console/review/?show=marked",
    "/console/review/?show=clean",
    "/console/review/?service=text&direction=out",
    "/console/review/next",
]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_queue_over_a_hundred_thousand_messages(town: Town) -> None:
    now = timezone.now()
    reviewer(town, "mara", now - timedelta(hours=1))
    places = [town.julian.facility_id, town.wendell.facility_id]
    browser = visitors.staff(town.account("mara"))
    waiting(town, places, range(FEW), now)
    before = costs(browser)
    for start in range(FEW, MANY, 9_900):
        waiting(town, places, range(start, start + 9_900), now)
    after = costs(browser)
    for page in PAGES:
        said = f"{page}: {before[page] * 1000:.0f} ms, then {after[page] * 1000:.0f}"
        print(said)
        assert after[page] < MOST_TIMES * before[page], said


def waiting(town: Town, places: Sequence[UUID], numbers: Iterable[int], now: datetime) -> None:
    """So many messages more, a second apart."""
    Item.objects.bulk_create(
        Item(
            subject=f"m-{number}",
            facility_id=places[number % 10 == 0],
            person=town.julian,
            contact=town.odette,
            service="text" if number % 3 else "emessage",
            direction="out" if number % 2 else "in",
            mode="hold",
            before_delivery=True,
            parts=stored_parts([TEXT]),
            marks=number % 5 == 0,
            submitted_at=now - timedelta(seconds=number),
            due_at=now + timedelta(hours=2) - timedelta(seconds=number),
        )
        for number in numbers
    )


def costs(browser: Client) -> dict[str, float]:
    """The processor's seconds for each page, the middle one of several looks."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as queries:
            browser.get(page)
        assert len(queries) <= MOST_QUERIES, page
        took = []
        for _ in range(9):
            began = time.process_time()
            assert browser.get(page).status_code in {200, 302}
            took.append(time.process_time() - began)
        found[page] = median(took)
    return found
