"""Listening, watches, search and hot numbers, as staff see them in the console."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps import keys
from kinline.apps.calls.models import Call, LiveListening, Watch
from kinline.apps.notices import watched
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import Right
from kinline.core.passes import unseal
from tests.apps.story import Story, dial, permit
from tests.doors import visitors
from tests.doors.console.conftest import Day


def text(answer: object) -> str:
    found = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def private_call(day: Day) -> Call:
    """Julian talks with Priya, his attorney."""
    at = timezone.now()
    Call.objects.filter(pk=day.live.pk).update(state="ended", ended_at=at, end_reason="staff")
    story = Story(permit(dial(day.julian, day.town.numbers.priya, day.town.tablet(), at)).call)
    story.talk_from(at)
    assert story.row.private
    return story.row


def test_a_purpose_opens_the_ear_and_is_kept_and_the_pass_is_for_this_call_alone(
    day: Day, sam: Client
) -> None:
    url = reverse("console_listen", args=[day.live.pk])
    assert "First: why?" in text(sam.get(url))
    assert sam.post(reverse("console_listen_pass", args=[day.live.pk])).status_code == 404
    seen = sam.post(url, {"purpose": "Case 26-0441"}, follow=True)
    assert "You are listening for:" in text(seen)
    assert "Case 26-0441" in text(seen)
    given = json.loads(sam.post(reverse("console_listen_pass", args=[day.live.pk])).content)
    ticket = unseal(given["pass"], keys.key("pass"), engine="e1", now=int(day.now.timestamp()))
    assert (ticket.right, ticket.call) == ("listen", str(day.live.pk))
    heard = reverse("console_listen_heard", args=[day.live.pk])
    assert sam.post(heard, {"seconds": "10"}).status_code == 200
    for senseless in ("", "0", "-1", "3601", "many"):
        assert sam.post(heard, {"seconds": senseless}).status_code == 400
    page = text(sam.get(reverse("console_call", args=[day.live.pk])))
    assert "Who listened while it went on" in page
    assert "Sam Duarte" in page
    assert "0:10" in page
    sam.post(reverse("console_listen_done", args=[day.live.pk]))
    assert "First: why?" in text(sam.get(url))


@pytest.mark.parametrize("purpose", ["", "  ", "a"], ids=["empty", "blanks", "one-letter"])
def test_an_empty_purpose_is_refused_in_words_and_opens_nothing(
    day: Day, sam: Client, purpose: str
) -> None:
    url = reverse("console_listen", args=[day.live.pk])
    page = sam.post(url, {"purpose": purpose})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    assert not LiveListening.objects.exists()
    assert sam.post(reverse("console_listen_pass", args=[day.live.pk])).status_code == 404


def test_a_private_call_has_no_control_and_its_address_answers_as_for_no_such_call(
    day: Day, sam: Client
) -> None:
    private = private_call(day)
    for name in ("console_listen", "console_listen_pass", "console_listen_heard"):
        for method in (sam.get, sam.post):
            theirs, nobodys = (
                method(reverse(name, args=[one]), {"purpose": "Case 26-0441", "seconds": "3"})
                for one in (private.pk, uuid4())
            )
            assert theirs.status_code == nobodys.status_code
            assert theirs.status_code in (404, 405)
            assert visitors.bare(theirs.content.decode()) == visitors.bare(nobodys.content.decode())
    for url in (reverse("console_live"), reverse("console_call", args=[private.pk])):
        page = sam.get(url).content.decode()
        assert reverse("console_listen", args=[private.pk]) not in page
        assert day.town.numbers.priya[-4:] not in page
    assert not LiveListening.objects.exists()


def test_without_the_right_there_is_no_control_either(day: Day, sam: Client) -> None:
    listen = reverse("console_listen", args=[day.live.pk])
    assert listen in sam.get(reverse("console_live")).content.decode()
    Grant.objects.filter(right=Right.LISTEN_LIVE).delete()
    assert listen not in sam.get(reverse("console_live")).content.decode()
    assert listen not in sam.get(reverse("console_call", args=[day.live.pk])).content.decode()


def test_a_call_that_ended_while_they_listened_leads_to_its_own_page(day: Day, sam: Client) -> None:
    url = reverse("console_listen", args=[day.live.pk])
    sam.post(url, {"purpose": "Case 26-0441"})
    Call.objects.filter(pk=day.live.pk).update(
        state="ended", ended_at=day.now, end_reason="hung_up_inside"
    )
    assert sam.get(url)["Location"] == reverse("console_call", args=[day.live.pk])
    assert sam.post(reverse("console_listen_pass", args=[day.live.pk])).status_code == 404


def test_who_listens_can_cut_the_call_off_with_a_reason_of_the_list(day: Day, sam: Client) -> None:
    url = reverse("console_listen", args=[day.live.pk])
    sam.post(url, {"purpose": "Case 26-0441"})
    page = sam.get(url).content.decode()
    assert "Cut it off" in page
    assert f'action="{reverse("console_end", args=[day.live.pk])}"' in page


def test_a_watch_is_set_shown_renewed_and_ended(day: Day, sam: Client) -> None:
    add = reverse("console_watch_add", args=["ma-bristol"])
    until = (day.now + timedelta(days=30)).date().isoformat()
    wrong = sam.post(add, {"number": "12", "until_on": until, "reason": "Case 26-0441"})
    assert "This is not a full number." in text(wrong)
    assert "Case 26-0441" in wrong.content.decode(), "what was typed is kept"
    given = {"number": day.town.numbers.odette, "until_on": until, "reason": "Case 26-0441"}
    assert "The watch is set." in text(sam.post(add, given, follow=True))
    watch = Watch.objects.get()
    Call.objects.filter(pk=day.live.pk).update(
        state="ended", ended_at=day.now, end_reason="hung_up_inside"
    )
    dial(day.julian, day.town.numbers.odette, day.town.tablet(), day.now)
    for name in ("console_live", "console_live_part"):
        assert "Watched calls now" in text(sam.get(reverse(name))), name
    for url in (reverse("console_watches"), reverse("console_watch", args=[watch.pk])):
        assert "Marrow, J." in text(sam.get(url))
    url = reverse("console_watch", args=[watch.pk])
    later = (day.now + timedelta(days=91)).date().isoformat()
    assert "at most 90 days" in text(sam.post(url, {"until_on": later, "reason": "More"}))
    assert "The watch goes on." in text(
        sam.post(url, {"until_on": until, "reason": "More"}, follow=True)
    )
    sam.post(reverse("console_watch_end", args=[watch.pk]))
    assert "Renew it" not in text(sam.get(url))


def test_the_letter_of_a_watch_names_nobody() -> None:
    letter = watched.letter({"email": "sam@bristol.example", "language": "en"})
    assert "/console/watches/" in letter.body
    assert not re.search(r"\d{4}", letter.body.split("http")[0])
    assert watched.letter({"email": "x", "language": "es"}).subject != letter.subject


def test_calls_are_searched_and_what_makes_no_sense_is_said(day: Day, sam: Client) -> None:
    url, mine = reverse("console_calls"), reverse("console_call", args=[day.call.pk])
    odette = day.town.numbers.odette
    today = timezone.localtime(day.now).date().isoformat()
    unit = str(day.town.tablet().unit_id)
    for wanted in (
        {"number": odette},
        {"number": odette[-4:]},
        {"unit": unit},
        {"person": "Marrow"},
    ):
        assert mine in sam.get(url, wanted).content.decode(), wanted
    assert mine not in sam.get(url, {"number": "0143"}).content.decode()
    assert mine not in sam.get(url, {"kept": "private"}).content.decode()
    assert "Type at least the last 4 digits." in text(sam.get(url, {"number": "42"}))
    late = {"since": today, "until": "2020-01-01"}
    assert "must not be before the first one" in text(sam.get(url, late))
    assert sam.get(url, {"unit": "nonsense", "since": "x"}).status_code == 200


def test_hot_numbers_are_listed_and_taken_out_without_private_ones(day: Day, sam: Client) -> None:
    private = private_call(day)
    wanted = {"more_than": "1"}
    Call.objects.filter(pk=day.live.pk).update(person=day.town.wendell)
    odette, priya = day.town.numbers.odette, day.town.numbers.priya
    page, file = (sam.get(reverse(name), wanted) for name in ("console_hot", "console_hot_csv"))
    assert "No number fits." not in text(page)
    assert odette in file.content.decode()
    assert priya not in page.content.decode() + file.content.decode()
    assert private.number == priya
    bad = sam.get(reverse("console_hot_csv"), {"more_than": "0"})
    assert bad.status_code == 400
