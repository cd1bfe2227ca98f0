"""Messages as the two people see them: at the portal and on the tablet."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.messaging.models import Draft, Message
from kinline.core.message.states import State
from kinline.core.review.terms import Mode, Outcome
from tests.apps.messaging.writing import looks_at, settled, thread, write
from tests.cast import Town
from tests.doors import people

HELLO = "Hello my son."


@pytest.fixture
def earlier() -> datetime:
    """When what a page shows was written: pages are asked for now."""
    return timezone.now() - timedelta(minutes=10)


@pytest.fixture
def odette(town: Town) -> Client:
    return people.outside(town.odette)


@pytest.fixture
def julian(town: Town) -> Client:
    return people.inside(town, town.julian)


def page(browser: Client, name: str, *args: object) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    assert not people.inline_code(answer.text)
    assert "no-store" in answer["Cache-Control"]
    return answer.text


def compose(browser: Client, name: str, pk: object, **fields: object) -> int:
    """Press a button of the composer as a browser without scripts does."""
    facts = {"do": "send", "key": uuid4(), "kept": "0", "revision": "0", "text": ""}
    return browser.post(reverse(name, args=[pk]), facts | fields).status_code


# --- begun, written, sent -----------------------------------------------------------------


def test_odette_begins_a_thread_with_somebody_she_is_linked_to(town: Town, odette: Client) -> None:
    assert "Write to someone" in page(odette, "portal-messages")
    answer = odette.post(reverse("portal-messages-begin"), {"to": town.julian.pk})
    assert answer.status_code == 302
    shown = odette.get(answer["Location"]).text
    assert "Staff at " in shown
    assert "before Julian gets them" in shown
    assert "No cost" in shown
    assert "c. 127" in shown, "the price stands with its law, before anything is written"


@pytest.mark.parametrize("to", ["tomas", "nobody", "odd"])
def test_who_is_not_linked_and_who_is_nobody_are_one_answer(
    town: Town, odette: Client, to: str
) -> None:
    other = {"tomas": town.tomas.pk, "nobody": uuid4(), "odd": "x"}[to]
    assert odette.post(reverse("portal-messages-begin"), {"to": other}).status_code == 404


def test_a_message_waits_for_review_and_says_so_to_its_writer_alone(
    town: Town, odette: Client, julian: Client, earlier: datetime
) -> None:
    pk = thread(town.julian, town.odette, earlier)
    assert compose(odette, "portal-messages-thread", pk, text=HELLO) == 302
    hers, his = (
        page(odette, "portal-messages-thread", pk),
        page(julian, "tablet-messages-thread", pk),
    )
    assert HELLO in hers
    assert "Waiting for review since" in hers
    assert "Take it back" in hers
    assert HELLO not in his


def test_what_is_shown_is_read_and_the_badge_goes(
    town: Town, odette: Client, julian: Client, earlier: datetime
) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, earlier, percent=1)
    sent = write(town.odette, town.julian, HELLO, earlier)
    assert "1 new message" in page(julian, "tablet-messages")
    assert "1 new message" in page(julian, "tablet")
    assert HELLO in page(julian, "tablet-messages-thread", sent.thread)
    assert "1 new message" not in page(julian, "tablet-messages")
    assert "Read, Today" in page(odette, "portal-messages-thread", sent.thread)


def test_the_same_form_pressed_twice_sends_once(
    town: Town, odette: Client, earlier: datetime
) -> None:
    pk, key = thread(town.julian, town.odette, earlier), uuid4()
    for _again in range(2):
        assert compose(odette, "portal-messages-thread", pk, text=HELLO, key=key) == 302
    assert Message.objects.count() == 1


def test_words_are_shown_as_words(town: Town, odette: Client, earlier: datetime) -> None:
    sent = write(town.odette, town.julian, "<script>x()</script> & <b>", earlier)
    shown = page(odette, "portal-messages-thread", sent.thread)
    assert "<script>x()" not in shown
    assert "&lt;script&gt;x()" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "There is nothing in it yet"), ("x" * 20_001, "may have 20000 letters")],
)
def test_what_can_not_be_sent_says_why_and_is_kept(
    town: Town, odette: Client, earlier: datetime, text: str, said: str
) -> None:
    pk = thread(town.julian, town.odette, earlier)
    answer = odette.post(
        reverse("portal-messages-thread", args=[pk]),
        {"do": "send", "key": uuid4(), "kept": "0", "text": text},
    )
    assert answer.status_code == 409
    assert said in answer.text
    assert not Message.objects.exists()
    assert Draft.objects.filter(text=text).exists() is bool(text)


# --- drafts --------------------------------------------------------------------------------


def test_a_draft_is_kept_by_a_button_and_by_the_script_and_is_sent_once(
    town: Town, odette: Client, earlier: datetime
) -> None:
    pk = thread(town.julian, town.odette, earlier)
    assert compose(odette, "portal-messages-thread", pk, do="keep", text="Hel") == 302
    assert "Hel</textarea>" in page(odette, "portal-messages-thread", pk)
    draft = Draft.objects.get()
    told = odette.post(
        reverse("portal-messages-keep", args=[pk]),
        {"key": draft.key, "kept": "1", "revision": draft.revision, "text": HELLO},
        **people.ASKED_BY_SCRIPT,
    ).json()
    assert told["key"] == str(draft.key)
    sent = {"kept": "1", "key": told["key"], "revision": told["revision"], "text": HELLO}
    for _again in range(2):
        assert compose(odette, "portal-messages-thread", pk, **sent) == 302
    assert [one.text for one in Message.objects.all()] == [HELLO]
    assert not Draft.objects.exists()
    assert compose(odette, "portal-messages-thread", pk, do="keep", text="And then") == 302
    assert "</svg>Draft</span>" in page(odette, "portal-messages")


def test_a_draft_survives_the_end_of_the_session_on_the_tablet(
    town: Town, julian: Client, earlier: datetime
) -> None:
    pk = thread(town.julian, town.odette, earlier)
    assert compose(julian, "tablet-messages-thread", pk, do="keep", text="Dear Mama") == 302
    left = julian.post(reverse("tablet-sign-out"))
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert julian.get(reverse("tablet-messages-thread", args=[pk])).status_code == 302
    back = people.inside(town, town.julian)
    assert "Dear Mama</textarea>" in page(back, "tablet-messages-thread", pk)


def test_words_sent_while_the_script_kept_them_leave_no_draft_behind(
    town: Town, odette: Client, earlier: datetime
) -> None:
    pk = thread(town.julian, town.odette, earlier)
    odette.post(reverse("portal-messages-keep", args=[pk]), {"kept": "0", "text": HELLO})
    assert compose(odette, "portal-messages-thread", pk, text=HELLO) == 302
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away(town: Town, odette: Client, earlier: datetime) -> None:
    pk = thread(town.julian, town.odette, earlier)
    compose(odette, "portal-messages-thread", pk, do="keep", text="Hel")
    draft = Draft.objects.get()
    compose(odette, "portal-messages-thread", pk, do="drop", kept="1", key=draft.key, revision=9)
    assert not Draft.objects.exists()


# --- taken back, kept back, appealed ----------------------------------------------------------


def test_what_waits_can_be_taken_back_and_what_is_decided_can_not(
    town: Town, odette: Client, earlier: datetime
) -> None:
    sent = write(town.odette, town.julian, HELLO, earlier)
    odette.post(reverse("portal-messages-withdraw", args=[sent.id]))
    shown = page(odette, "portal-messages-thread", sent.thread)
    assert "You took it back before it was delivered" in shown
    gone = write(town.odette, town.julian, "Second.", earlier)
    settled(gone.id, Outcome.APPROVED, earlier)
    answer = odette.post(reverse("portal-messages-withdraw", args=[gone.id]))
    assert answer.status_code == 409
    assert "This one waits no more" in answer.text


def rejected(town: Town, now: datetime) -> tuple[UUID, UUID]:
    sent = write(town.odette, town.julian, HELLO, now)
    settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    return sent.id, sent.thread


def test_a_rejection_is_told_to_both_with_rule_and_clock_and_without_findings(
    town: Town, odette: Client, julian: Client, earlier: datetime
) -> None:
    _message, pk = rejected(town, earlier)
    hers, his = (
        page(odette, "portal-messages-thread", pk),
        page(julian, "tablet-messages-thread", pk),
    )
    for shown in (hers, his):
        assert "103 CMR 481.13" in shown
        assert "how to make or use a weapon" in shown
        assert "Appeal until the end of" in shown
        assert "was told the same" in shown
    assert "This message was not delivered" in hers
    assert HELLO in hers
    assert "A message from Odette was not delivered." in his
    assert HELLO not in his


@pytest.mark.parametrize("door", ["portal", "tablet"])
def test_an_appeal_needs_words_is_made_once_and_says_what_happens(
    town: Town, odette: Client, julian: Client, earlier: datetime, door: str
) -> None:
    message, pk = rejected(town, earlier)
    browser = odette if door == "portal" else julian
    address = reverse(f"{door}-messages-appeal", args=[message])
    shown = browser.get(address).text
    assert "Who decides" in shown
    assert "Last day" in shown
    empty = browser.post(address, {"words": "  "})
    assert empty.status_code == 400
    assert 'aria-invalid="true"' in empty.text
    assert browser.post(address, {"words": "It is a cake."}).status_code == 302
    assert "You appealed on" in page(browser, f"{door}-messages-thread", pk)
    other = julian if door == "portal" else odette
    name = "tablet" if door == "portal" else "portal"
    assert " appealed on" in page(other, f"{name}-messages-thread", pk)
    assert "Send my appeal" not in browser.get(address).text


def test_after_the_days_of_an_appeal_it_says_that_they_are_over(
    town: Town, odette: Client, earlier: datetime
) -> None:
    message, pk = rejected(town, earlier - timedelta(days=9))
    assert "The days for an appeal are over" in page(odette, "portal-messages-thread", pk)
    answer = odette.post(
        reverse("portal-messages-appeal", args=[message]), {"words": "It is a cake."}
    )
    assert answer.status_code == 409
    assert "The days in which one may appeal are over" in answer.text


def test_nothing_of_an_appeal_where_nothing_was_kept_back(
    town: Town, odette: Client, earlier: datetime
) -> None:
    sent = write(town.odette, town.julian, HELLO, earlier)
    settled(sent.id, Outcome.APPROVED, earlier)
    address = reverse("portal-messages-appeal", args=[sent.id])
    assert odette.get(address).status_code == 404


# --- searched, printed, downloaded ---------------------------------------------------------------


def test_words_are_found_again_without_accents_and_by_their_own_people_only(
    town: Town, odette: Client, earlier: datetime
) -> None:
    write(town.odette, town.julian, "El cumpleaños de José", earlier)
    address = reverse("portal-messages")
    assert "cumpleaños" in odette.get(address, {"q": "jose CUMPLEANOS"}).text
    assert "Nothing found" in odette.get(address, {"q": "weapon"}).text
    grace = people.outside(town.grace)
    assert "cumpleaños" not in grace.get(address, {"q": "jose"}).text


def test_a_thread_is_printed_and_downloaded_outside_and_not_on_a_tablet(
    town: Town, odette: Client, julian: Client, earlier: datetime
) -> None:
    sent = write(town.odette, town.julian, HELLO, earlier)
    assert HELLO in page(odette, "portal-messages-print", sent.thread)
    file = odette.get(reverse("portal-messages-download", args=[sent.thread]))
    assert HELLO in file.text
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="kinline-julian-marrow.txt"'
    for name in ("print", "download"):
        address = reverse(f"tablet-messages-{name}", args=[sent.thread])
        assert julian.get(address).status_code == 404


def test_a_long_thread_is_read_page_by_page(town: Town, odette: Client, earlier: datetime) -> None:
    for at in range(27):
        sent = write(town.odette, town.julian, f"Line {at}.", earlier + timedelta(seconds=at))
    shown = page(odette, "portal-messages-thread", sent.thread)
    assert "Line 26." in shown
    assert "Line 1.<" not in shown
    older = odette.get(f"{reverse('portal-messages-thread', args=[sent.thread])}?before=odd")
    assert older.status_code == 200
    assert "Earlier messages" in shown
    assert "Line 0." in odette.get(reverse("portal-messages-print", args=[sent.thread])).text


# --- texts ---------------------------------------------------------------------------------------


def test_texts_go_back_and_forth_and_the_page_asks_for_what_is_new(
    town: Town, odette: Client, julian: Client, earlier: datetime
) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, earlier, percent=1)
    pk = thread(town.julian, town.odette, earlier)
    shown = page(julian, "tablet-messages-texts", pk)
    stamp = shown.split("?as=")[1].split('"')[0]
    news = reverse("tablet-messages-news", args=[pk])
    assert julian.get(news, {"as": stamp}).status_code == 204
    odette.post(reverse("portal-messages-texts", args=[pk]), {"key": uuid4(), "text": "On my way"})
    fresh = julian.get(news, {"as": stamp})
    assert "On my way" in fresh.text
    assert "<html" not in fresh.text
    assert Message.objects.get().read_at is not None
    long = odette.post(
        reverse("portal-messages-texts", args=[pk]), {"key": uuid4(), "text": "x" * 1001}
    )
    assert long.status_code == 409
    assert "x" * 1001 in long.text, "what was typed is still there"


def test_a_hidden_tab_reads_nothing(town: Town, julian: Client, earlier: datetime) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, earlier, percent=1)
    pk = thread(town.julian, town.odette, earlier)
    odette = people.outside(town.odette)
    odette.post(reverse("portal-messages-texts", args=[pk]), {"key": uuid4(), "text": "Hi"})
    julian.get(reverse("tablet-messages-news", args=[pk]), {"as": "", "hidden": "1"})
    assert Message.objects.get().read_at is None
    assert Message.objects.get().state == State.DELIVERED


# --- how much is asked of the database -------------------------------------------------------


def test_lists_and_badges_take_as_many_queries_for_many_as_for_one(
    town: Town, julian: Client, earlier: datetime
) -> None:
    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(julian, name)
        return len(queries)

    looks_at(town, "ma-bristol", Mode.SAMPLE, earlier, percent=1)
    first = write(town.odette, town.julian, HELLO, earlier)
    before = [asked("tablet"), asked("tablet-messages")]
    for at in range(1, 4):
        write(town.odette, town.julian, f"Line {at}.", earlier + timedelta(seconds=at))
        write(town.priya, town.julian, f"Line {at}.", earlier + timedelta(seconds=at))
    assert [asked("tablet"), asked("tablet-messages")] == before
    assert first.state is State.DELIVERED
