"""What can be written at a facility, as its administrator sets it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kinline.apps.audit.models import Line
from kinline.apps.messaging.models import Rule
from kinline.apps.messaging.rules import rule_of
from tests.cast import Town
from tests.doors import visitors

HERE = "ma-bristol"
TYPED = {
    "emessages": "on", "privileged": "on", "longest_emessage": 4000, "longest_text": 160,
    "photos": 2, "photo_bytes": 3, "cards": 0, "films": 1, "film_seconds": 20,
    "keep_emessage_days": 365, "keep_text_days": 90, "keep_privileged_days": 30,
}  # fmt: skip


@pytest.fixture
def ines(town: Town) -> Client:
    return visitors.staff(town.account("ines"))


def sent(by: Client, **typed: Any) -> str:
    return by.post(reverse("console_writing", args=[HERE]), TYPED | typed, follow=True).text


def test_what_is_typed_holds_from_now_on_and_the_audit_log_says_so(
    town: Town, ines: Client
) -> None:
    assert "It holds from now on." in sent(ines)
    rule = rule_of(town.facility(HERE).pk)
    assert (rule.emessages, rule.texts, rule.privileged) == (True, False, True)
    assert (rule.longest_emessage, rule.photos, rule.photo_bytes) == (4000, 2, 3_000_000)
    assert (rule.cards, rule.film_seconds, rule.keep_privileged_days) == (0, 20, 30)
    line = Line.objects.get(act="messages.rule_set")
    assert line.facts["longest_emessage"] == 4000
    page = ines.get(reverse("console_writing", args=[HERE])).text
    assert 'value="4000"' in page
    assert "Set by Ines" in page


@pytest.mark.parametrize(
    "typed", [{"photos": 6}, {"longest_emessage": 20_001}, {"keep_text_days": 29}, {"films": ""}]
)
def test_more_than_ours_less_than_a_month_or_nothing_is_said_beside_its_field(
    town: Town, ines: Client, typed: dict[str, object]
) -> None:
    before = Rule.objects.count()
    page = sent(ines, **typed)
    assert f'id="id_{next(iter(typed))}_error"' in page or "usa-error-message" in page
    assert Rule.objects.count() == before


def test_the_public_page_says_what_can_be_written(town: Town, ines: Client) -> None:
    sent(ines)
    page = Client().get(f"/facilities/{HERE}/").text
    assert page.count("Offered here") == 4  # calls, eMessages, photos, VideoGrams
    assert page.count("Not offered here") == 2  # texts, and cards by their number
