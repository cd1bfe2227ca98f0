"""Review's pages: what waits, one message with its marks, deciding, undoing, appeals, settings."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from kinline.apps.audit.models import Line
from kinline.apps.messaging.actions import attaching, drafts, send, settle
from kinline.apps.messaging.models import Message
from kinline.apps.notices.models import Note
from kinline.apps.people.models import Grant
from kinline.apps.review.actions import appeals, decide, take_up
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.models import Decision, Item, Policy, Stop
from kinline.core.review.terms import UNDO, Finding, FindingKind, Outcome, Reason
from kinline.doors.console.reading import marked
from tests.apps.messaging.writing import by, write
from tests.apps.reviewing import MARK, reviewer, sent
from tests.cast import Town
from tests.doors import people, visitors

WORDS = "Dear Julian, the package came. Call <b>me</b> at 617-555-0142."
NOTE = "A phone number that is not hers."


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED = tmp_path / "stored"
    settings.WORK = tmp_path / "work"


@pytest.fixture
def at() -> datetime:
    """Pages are asked for now; what they show came a minute before."""
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def mara(town: Town, at: datetime) -> Client:
    """Reads at Bristol, with every right of review."""
    reviewer(town, "mara", at)
    return visitors.staff(town.account("mara"))


@pytest.fixture
def owen(town: Town, at: datetime) -> Client:
    reviewer(town, "owen", at)
    return visitors.staff(town.account("owen"))


@pytest.fixture
def item(town: Town, at: datetime) -> Item:
    """Odette wrote to Julian."""
    message = write(town.odette, town.julian, WORDS, at)
    return Item.objects.get(subject=str(message.id))


@pytest.fixture
def with_photo(town: Town, at: datetime, tmp_path: Path) -> Item:
    """Odette wrote to Julian and put a photo in."""
    picture = tmp_path / "cake.jpg"
    Image.new("RGB", (64, 48), "teal").save(picture)
    me = by(town.odette)
    where = drafts.open_thread(by=me, other=town.julian.pk, now=at)
    draft = drafts.begin(by=me, thread_id=where, now=at)
    attaching.attach_photo(by=me, key=draft.key, source=picture, now=at, alt="A cake")
    made = send.send(by=me, key=draft.key, now=at, text="Happy birthday!")
    return Item.objects.get(subject=str(made.id))


def url(item: Item | UUID, act: str = "") -> str:
    return f"/console/review/{item.pk if isinstance(item, Item) else item}/{act}"


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    assert people.inline_code(text) == []
    return text


def reject(browser: Client, item: Item, **typed: object) -> Any:
    facts = {"do": "reject", "reason": "code", "note": NOTE}
    return browser.post(url(item), facts | typed)


def test_the_queue_shows_who_writes_to_whom_and_not_a_word(mara: Client, item: Item) -> None:
    page = body(mara.get("/console/review/"))
    assert "Odette Marrow" in page
    assert "Julian Marrow" in page
    assert "package" not in page
    assert not Line.objects.filter(act="review.read").exists()


def test_filters_show_what_they_say(mara: Client, town: Town, at: datetime) -> None:
    marks = sent(town, at, findings=[MARK])
    clean = sent(town, at)
    shown: dict[str, set[UUID]] = {
        "marked": {marks},
        "clean": {clean},
        "late": set(),
        "": {marks, clean},
    }
    for show, there in shown.items():
        page = body(mara.get("/console/review/", {"show": show}))
        found = re.findall(r'data-main href="/console/review/([0-9a-f-]{36})/"', page)
        assert {UUID(one) for one in found} == there, show
    for odd in ({"show": "x"}, {"service": "call"}, {"page": "-1"}, {"direction": "up"}):
        assert mara.get("/console/review/", odd).status_code == 200


def test_the_queue_costs_the_same_for_three_and_for_thirty(
    mara: Client, town: Town, at: datetime
) -> None:
    costs = []
    mara.get("/console/review/")
    for many in (3, 27):
        for _ in range(many):
            sent(town, at)
        with CaptureQueriesContext(connection) as queries:
            page = body(mara.get("/console/review/"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert 'rel="next"' in page


def test_opening_one_claims_it_shows_its_words_and_is_in_the_log(
    mara: Client, owen: Client, town: Town, item: Item
) -> None:
    page = body(mara.get(url(item)))
    assert "Dear Julian, the package came. Call &lt;b&gt;me&lt;/b&gt; at" in page.replace(
        "</mark>", ""
    ).replace('<mark class="k-hit" title="a phone number">', "")
    assert "Only you have this open" in page
    line = Line.objects.get(act="review.read")
    assert (line.actor, line.subject) == (str(town.account("mara").pk), item.subject)
    theirs = body(owen.get(url(item)))
    assert "Mara has it" in theirs
    assert 'id="decide"' not in theirs


def test_a_colleague_takes_it_over_and_both_are_named(
    mara: Client, owen: Client, item: Item
) -> None:
    mara.get(url(item))
    assert owen.post(url(item, "take-over")).status_code == 302
    assert "Only you have this open" in body(owen.get(url(item)))
    page = body(reject(mara, item))
    assert "A colleague has this one open now" in page
    assert NOTE in page, "half an hour of writing is not lost"


def test_decided_it_goes_to_the_next_one_and_can_be_undone_there(
    mara: Client, town: Town, item: Item
) -> None:
    other = sent(town, timezone.now() + timedelta(hours=1))
    answer = mara.post(url(item), {"do": "deliver"})
    decision = Decision.objects.get(item=item)
    assert answer["Location"] == f"{url(other)}?undo={decision.pk}"
    page = body(mara.get(answer["Location"]))
    assert f"/console/review/decisions/{decision.pk}/undo" in page
    assert "<animate" in page, "the countdown needs no script"
    back = mara.post(f"/console/review/decisions/{decision.pk}/undo")
    assert back["Location"] == url(item)
    assert "Only you have this open" in body(mara.get(url(item)))


def test_a_rejection_keeps_what_was_typed_until_it_is_right(mara: Client, item: Item) -> None:
    page = body(reject(mara, item, reason="", note="Line 3 is odd."))
    assert "Choose the rule." in page
    assert "Line 3 is odd." in page
    assert 'aria-invalid="true"' in page
    page = body(reject(mara, item, note=""))
    assert "Say what exactly you saw" in page
    assert not Decision.objects.exists()
    assert reject(mara, item).status_code == 302
    row = Decision.objects.get()
    assert (row.outcome, row.rejected, row.reason, row.note) == ("rejected", ["text"], "code", NOTE)


def test_of_several_parts_those_marked_stay_and_the_rest_is_delivered(
    mara: Client, with_photo: Item
) -> None:
    page = body(mara.get(url(with_photo)))
    assert "A cake" in page
    part = with_photo.parts[1][0]
    assert "Mark the parts" in body(reject(mara, with_photo))
    both = body(mara.post(url(with_photo), {"do": "deliver", "rejected": part}))
    assert "You marked a part" in both
    assert f'value="{part}" data-key="2" checked' in both
    reject(mara, with_photo, rejected=part)
    settle.settle_due(now=timezone.now() + UNDO)
    message = Message.objects.get(pk=with_photo.subject)
    assert message.state == "in_part"


def test_a_photo_comes_to_its_reviewer_alone_and_each_look_is_in_the_log(
    mara: Client, theo: Client, with_photo: Item, item: Item
) -> None:
    part = with_photo.parts[1][0]
    answer = mara.get(url(with_photo, f"parts/{part}/"))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    assert answer["Cache-Control"].count("no-store") == 1
    assert Line.objects.get(act="review.read").facts["part"] == part
    for browser, where in ((mara, item), (theo, with_photo)):
        assert browser.get(url(where, f"parts/{part}/")).status_code == 404


def test_fetched_ahead_nothing_is_claimed_and_the_log_says_so(mara: Client, item: Item) -> None:
    page = body(mara.get(url(item), {"ahead": "1"}))
    assert 'id="decide"' in page
    item.refresh_from_db()
    assert item.claimed_by is None
    assert Line.objects.get(act="review.read").facts["ahead"] is True
    assert mara.post(url(item, "hold")).status_code == 204
    item.refresh_from_db()
    assert item.state == "claimed"


def test_what_a_colleague_has_is_not_had_by_fetching_ahead(
    mara: Client, owen: Client, item: Item
) -> None:
    mara.get(url(item))
    assert owen.post(url(item, "hold")).status_code == 409


def test_a_second_opinion_is_asked_and_given(mara: Client, owen: Client, item: Item) -> None:
    assert "This field is required" in body(mara.post(url(item, "ask"), {"question": ""}))
    mara.post(url(item, "ask"), {"question": "Is this a code?"})
    assert "Second opinion" in body(owen.get("/console/review/", {"show": "asked"}))
    assert "Is this a code?" in body(owen.get(url(item)))
    assert "Somebody else answers" in body(mara.get(url(item)))
    owen.post(url(item, "answer"), {"words": "A recipe."})
    assert "A recipe." in body(mara.get(url(item)))
    assert mara.post(url(item), {"do": "deliver"}).status_code == 302


def test_several_clean_ones_go_at_once_and_marked_ones_never(
    mara: Client, town: Town, at: datetime
) -> None:
    clean, marks = sent(town, at), sent(town, at, findings=[MARK])
    page = body(mara.get("/console/review/"))
    assert f'value="{clean}"' in page
    assert f'value="{marks}"' not in page
    answer = mara.post("/console/review/bulk", {"item": [clean, marks, "x"]}, follow=True)
    assert "1 message will be delivered." in body(answer)
    assert "1 was left out" in body(answer)
    assert Decision.objects.get().item_id == clean


def test_a_reviewer_from_elsewhere_and_one_without_the_right_see_nothing(
    theo: Client, town: Town, item: Item, at: datetime
) -> None:
    page = body(theo.get("/console/review/"))
    assert "Odette" not in page
    assert "nothing waits" in page
    assert theo.get(url(item)).status_code == 404
    ada = visitors.staff(town.account("ada"))
    for address in ("/console/review/", url(item), "/console/review/appeals/"):
        assert ada.get(address).status_code == 404


# Appeals


@pytest.fixture
def appealed(town: Town, item: Item) -> UUID:
    """Mara rejected it two minutes ago, and Odette appeals."""
    then = timezone.now() - timedelta(minutes=2)
    staff = reviewer(town, "mara", timezone.now())
    said = Said(frozenset({"text"}), Reason.CODE, NOTE)
    decision = decide.decide(staff=staff, item_id=item.pk, said=said, now=then)
    settle.settle_due(now=then + UNDO)
    words = "It is my own new number."
    appeals.appeal(subject=item.subject, side="contact", words=words, now=timezone.now())
    return decision


def test_an_appeal_is_answered_by_somebody_else_and_may_be_undone(
    mara: Client, owen: Client, town: Town, appealed: UUID, item: Item
) -> None:
    address = f"/console/review/appeals/{appealed}/"
    assert "You decided it: not for you" in body(mara.get("/console/review/appeals/"))
    assert "Somebody else must look at it" in body(mara.get(address))
    page = body(owen.get(address))
    assert "It is my own new number." in page
    assert NOTE in page
    assert "Both people read it" in body(owen.post(address, {"do": "reverse", "note": ""}))
    answer = owen.post(address, {"do": "reverse", "note": "It is her number."})
    assert "/undo" in body(owen.get(answer["Location"]))
    assert "No appeal waits." in body(owen.get("/console/review/appeals/"))
    settle.settle_due(now=timezone.now() + UNDO)
    assert Message.objects.get(pk=item.subject).state == "delivered"


def test_an_appeal_is_upheld_with_a_rule_and_a_note(owen: Client, appealed: UUID) -> None:
    address = f"/console/review/appeals/{appealed}/"
    owen.post(address, {"do": "uphold", "note": "I see the same.", "reason": "code"})
    assert Decision.objects.get(appealed=appealed).outcome == Outcome.REJECTED


# Settings and figures


def test_a_policy_is_set_for_all_and_for_one_with_reason_and_end(
    mara: Client, town: Town, item: Item
) -> None:
    address = "/console/review/at/ma-bristol/policies/"
    assert "Nothing was set; so it is." in body(mara.get(address))
    mara.post(address, {"mode": "sample", "sample_percent": "", "target_minutes": "60"})
    assert not Policy.objects.exists()
    mara.post(address, {"mode": "sample", "sample_percent": "10", "target_minutes": "60"})
    assert "10%" in body(mara.get(address))
    of_julian = f"{address}?person={town.julian.pk}"
    page = body(mara.get(of_julian))
    assert "Set it for Julian Marrow" in page
    facts = {"mode": "hold", "target_minutes": "30", "reason": "", "until": ""}
    assert "This field is required" in body(mara.post(of_julian, facts))
    later = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    mara.post(of_julian, facts | {"reason": "A threat on Monday.", "until": later})
    row = Policy.objects.get(person=town.julian)
    assert row.reason == "A threat on Monday."
    mara.post(f"{address}{row.pk}/end")
    assert Policy.objects.get(pk=row.pk).ended_at is not None
    assert mara.get(f"{address}?person={town.wendell.pk}").status_code == 404


def test_a_stop_has_a_reason_and_an_end_and_both_sides_are_told(
    mara: Client, town: Town, item: Item
) -> None:
    address = "/console/review/at/ma-bristol/stops/"
    both = f"{address}?person={town.julian.pk}&contact={town.odette.pk}"
    later = (timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    assert "This field is required" in body(mara.post(both, {"reason": "", "until": later}))
    mara.post(both, {"reason": "Threats in three messages.", "until": later})
    row = Stop.objects.get()
    assert {(one.owner_kind, one.owner) for one in Note.objects.filter(kind="service.stopped")} == {
        ("person", str(town.julian.pk)),
        ("contact", str(town.odette.pk)),
    }
    assert "Threats in three messages." in body(mara.get(address))
    outside, inside = people.outside(town.odette), people.inside(town, town.julian)
    for page in (outside.get("/portal/"), inside.get("/tablet/")):
        assert "are stopped" in page.content.decode()
        assert "Threats in three messages." in page.content.decode()
    assert "Say why it ends" in body(mara.post(f"{address}{row.pk}/end", follow=True))
    mara.post(f"{address}{row.pk}/end", {"why": "They talked it over."})
    assert "Nobody is kept from writing here." in body(mara.get(address))
    assert Note.objects.filter(kind="service.stopped").count() == 4


def test_figures_count_outcomes_rules_and_reversals(
    mara: Client, owen: Client, town: Town, appealed: UUID
) -> None:
    owen.post(f"/console/review/appeals/{appealed}/", {"do": "reverse", "note": "Her number."})
    for verdict in take_up.due(now=timezone.now() + UNDO):
        take_up.taken_up(decision_id=verdict.decision_id, now=timezone.now() + UNDO)
    address = "/console/review/at/ma-bristol/figures/"
    given_appealed_reversed = '<td class="n">1</td>' * 3
    assert f"Written in code</th>{given_appealed_reversed}" in body(mara.get(address))
    assert body(mara.get(address, {"from": "x", "to": "2020-01-01"}))


def test_the_rail_leads_there_only_with_the_right(mara: Client, town: Town, at: datetime) -> None:
    assert 'href="/console/review/"' in body(mara.get("/console/review/"))
    Grant.objects.filter(account=town.account("mara"), right="review.set").update(ended_at=at)
    assert "What is looked at" not in body(mara.get("/console/review/"))
    assert mara.get("/console/review/at/ma-bristol/stops/").status_code == 404


def test_marks_cut_the_text_where_they_stand_and_never_lose_a_letter() -> None:
    one = Finding(FindingKind.WORD, "ab", start=2, end=4)
    over = Finding(FindingKind.LINK, "b", start=3, end=6)
    beyond = Finding(FindingKind.CODE, "x", start=7, end=99)
    pieces = marked("0123456789", [over, one, beyond])
    assert [(piece.text, piece.finding) for piece in pieces] == [
        ("01", None),
        ("23", one),
        ("456789", None),
    ]
    assert [piece.text for piece in marked("", [one])] == []
    assert [piece.text for piece in marked("abc", [])] == ["abc"]
