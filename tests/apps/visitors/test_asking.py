"""A contact asks to visit: only whom they may ask, with both pictures, and once."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import own, visitors
from kinline.apps.people.actions import closing, no_contact
from kinline.apps.people.actions.visitors import asking, pictures
from kinline.apps.people.models import AllowedNumber, Link, VisitorAccess, VisitorPicture
from kinline.core.visitor import Picture, State
from tests.apps.visitors.asking import CHILD, asked, begun, photo, row, takes_visitors
from tests.cast import Town

SELFIE = Picture.SELFIE


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture(autouse=True)
def open_for_grace(town: Town, now: datetime) -> None:
    """Suffolk takes visitors. Grace is on Wendell's list; the demo has decided nothing there."""
    takes_visitors(town.wendell.facility, now - timedelta(days=1))


def codes(act: Any, **facts: Any) -> list[str]:
    with pytest.raises(Refused) as no:
        act(**facts)
    return [one.code for one in no.value.refusals]


def test_grace_asks_for_wendell_with_a_child(town: Town, now: datetime, tmp_path: Path) -> None:
    made = asked(town.grace, town.wendell, tmp_path, now, child=True)
    seen = visitors.request_of(contact_id=town.grace.pk, access_id=made)
    assert (seen.state, seen.whom, seen.asked_at) == (State.PENDING, town.wendell.full_name, now)
    assert [(one.name, one.born_on) for one in seen.minors] == [CHILD]
    assert seen.pictures == frozenset(Picture)
    line = Line.objects.filter(act="visitor.asked").get()
    assert (line.actor, line.subject) == (str(town.grace.pk), str(made))


def test_the_pictures_lie_sealed_and_nothing_clear_is_left(
    town: Town, now: datetime, tmp_path: Path, settings: Any
) -> None:
    mine = {"contact_id": town.grace.pk}
    made = asking.begin(**mine, place="ma-suffolk", person_id=town.wendell.pk, now=now)
    for kind in Picture:
        asking.add_picture(**mine, access_id=made, kind=kind, source=photo(tmp_path), now=now)
    files = [path for path in settings.STORED.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert not any(path.read_bytes().startswith(b"\xff\xd8") for path in files)
    assert not list(settings.WORK.iterdir()), "the workroom is gone with its use"
    kept = VisitorPicture.objects.get(kind=SELFIE)
    facts = {"blob": kept.blob, "wrapped_key": kept.wrapped_key, "agency": kept.agency}
    assert b"".join(stored.read(**facts)).startswith(b"\xff\xd8")


def test_a_better_picture_takes_the_place_of_the_first(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    first = VisitorPicture.objects.get(access=made, kind=SELFIE).blob
    asking.add_picture(
        contact_id=town.grace.pk, access_id=made, kind=SELFIE, source=photo(tmp_path), now=now
    )
    assert VisitorPicture.objects.get(access=made, kind=SELFIE).blob != first
    assert not stored.path_of(first).exists()


def test_what_is_no_photo_is_not_taken(town: Town, now: datetime, tmp_path: Path) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    page = tmp_path / "me.jpg"
    page.write_text("<svg onload=alert(1)>")
    facts = {"contact_id": town.grace.pk, "access_id": made, "kind": SELFIE}
    assert codes(asking.add_picture, **facts, source=page, now=now) == ["file.wrong_kind"]
    assert VisitorPicture.objects.filter(access=made).count() == 2


def test_without_pictures_nothing_is_sent(town: Town, now: datetime) -> None:
    mine = {"contact_id": town.grace.pk}
    made = asking.begin(**mine, place="ma-suffolk", person_id=town.wendell.pk, now=now)
    assert codes(asking.send, **mine, access_id=made, now=now) == [
        "visitor.document_missing",
        "visitor.selfie_missing",
    ]
    assert row(made).state == State.DRAFT


def test_a_draft_is_found_again_and_a_sent_one_is_enough(
    town: Town, now: datetime, tmp_path: Path
) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    again = {"contact_id": town.grace.pk, "place": "ma-suffolk", "person_id": town.wendell.pk}
    assert asking.begin(**again, now=now) == made
    asking.send(contact_id=town.grace.pk, access_id=made, now=now)
    asking.send(contact_id=town.grace.pk, access_id=made, now=now)  # pressed twice
    assert Line.objects.filter(act="visitor.asked").count() == 1
    assert codes(asking.begin, **again, now=now) == ["visitor.asked_already"]


def test_a_facility_without_a_rule_takes_nobody(town: Town, now: datetime) -> None:
    facts = {"contact_id": town.carmen.pk, "place": "nh-example"}
    assert codes(asking.begin, **facts, now=now) == ["visitor.not_offered"]


def test_somebody_one_does_not_know_is_asked_for_by_the_exact_id(town: Town, now: datetime) -> None:
    nadia = {"contact_id": town.nadia.pk, "place": "ma-suffolk", "now": now}
    with pytest.raises(NotFound):
        asking.begin(**nadia, person_id=town.wendell.pk)
    assert codes(asking.begin, **nadia, number="99-9999") == ["link.not_found"]
    made = asking.begin(**nadia, number=town.wendell.number)
    assert visitors.request_of(contact_id=town.nadia.pk, access_id=made).whom == "31-0007"


def test_an_order_reads_as_nobody_there(town: Town, now: datetime) -> None:
    sent = {"staff": town.staff("theo"), "person_id": town.wendell.pk, "reason": "Court 4711"}
    no_contact.make(**sent, against="nadia@example.org", until=None, now=now)
    nadia = {"contact_id": town.nadia.pk, "place": "ma-suffolk", "now": now}
    assert codes(asking.begin, **nadia, number=town.wendell.number) == ["link.not_found"]


def test_a_child_must_be_one_and_there_are_six_at_most(town: Town, now: datetime) -> None:
    mine = {"contact_id": town.grace.pk}
    made = asking.begin(**mine, place="ma-suffolk", person_id=town.wendell.pk, now=now)
    child = {**mine, "access_id": made, "now": now}
    for born_on in (date(2007, 3, 12), date(2025, 4, 1)):
        facts = {"name": "Ana", "born_on": born_on}
        assert codes(asking.add_minor, **child, **facts) == ["visitor.not_a_minor"]
    for number in range(6):
        asking.add_minor(**child, name=f"Child {number}", born_on=date(2015, 1, 1))
    facts = {"name": "Child 7", "born_on": date(2015, 1, 1)}
    assert codes(asking.add_minor, **child, **facts) == ["visitor.minors_full"]


def test_another_family_has_no_way_to_it(town: Town, now: datetime, tmp_path: Path) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    odette = {"contact_id": town.odette.pk, "access_id": made}
    for act in (asking.send, asking.take_back, asking.renew):
        with pytest.raises(NotFound):
            act(**odette, now=now)
    with pytest.raises(NotFound):
        visitors.request_of(**odette)
    with pytest.raises(NotFound):
        visitors.own_picture(**odette, kind=SELFIE)


def test_taken_back_the_pictures_go_at_once(
    town: Town, now: datetime, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = asked(town.grace, town.wendell, tmp_path, now, child=True)
    blobs = list(VisitorPicture.objects.filter(access=made).values_list("blob", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        asking.take_back(contact_id=town.grace.pk, access_id=made, now=now)
    assert row(made).state == State.WITHDRAWN
    assert not any(stored.path_of(blob).exists() for blob in blobs)
    assert not row(made).minors.exists()
    proofs = Line.objects.get(act="visitor.pictures_erased").facts
    assert len(proofs["document"]) == len(proofs["selfie"]) == 64


def test_a_draft_nobody_finishes_is_forgotten_after_a_week(
    town: Town, now: datetime, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    assert pictures.forget_drafts(now=now + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert pictures.forget_drafts(now=now + timedelta(days=8)) == 1
    assert not VisitorAccess.objects.filter(pk=made).exists()
    assert not list(stored._kept())


def test_who_closes_the_account_leaves_no_picture(
    town: Town, now: datetime, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    sent = asked(town.grace, town.wendell, tmp_path, now)
    asking.begin(contact_id=town.grace.pk, place="ma-suffolk", now=now)
    with django_capture_on_commit_callbacks(execute=True):
        closing.close(contact_id=town.grace.pk, now=now)
    assert [one.pk for one in VisitorAccess.objects.filter(contact=town.grace.pk)] == [sent]
    assert row(sent).state == State.WITHDRAWN
    assert not list(stored._kept())


def test_asking_on_and_on_is_stopped(town: Town, now: datetime, tmp_path: Path) -> None:
    for _number in range(5):
        made = asked(town.grace, town.wendell, tmp_path, now)
        asking.take_back(contact_id=town.grace.pk, access_id=made, now=now)
    last = begun(town.grace, town.wendell, tmp_path, now)
    facts = {"contact_id": town.grace.pk, "access_id": last}
    assert codes(asking.send, **facts, now=now) == ["visitor.too_many"]
    asking.send(**facts, now=now + timedelta(days=8))
    assert row(last).state == State.PENDING


def test_whoever_moved_away_is_not_visited_here(town: Town, now: datetime, tmp_path: Path) -> None:
    made = begun(town.grace, town.wendell, tmp_path, now)
    type(town.wendell).objects.filter(pk=town.wendell.pk).update(active=False)
    facts = {"contact_id": town.grace.pk, "access_id": made}
    assert codes(asking.send, **facts, now=now) == ["visitor.not_there"]
    assert not visitors.to_choose(contact_id=town.grace.pk)


def test_to_choose_are_those_one_knows_where_visitors_are_taken(town: Town, now: datetime) -> None:
    assert [one.person for one in visitors.to_choose(contact_id=town.grace.pk)] == [town.wendell.pk]
    Link.objects.all().delete()
    assert visitors.to_choose(contact_id=town.grace.pk), "still on his list"
    AllowedNumber.objects.filter(person=town.wendell).update(removed_at=now)
    assert not visitors.to_choose(contact_id=town.grace.pk)


def test_ones_own_data_has_the_requests(town: Town, now: datetime, tmp_path: Path) -> None:
    asked(town.grace, town.wendell, tmp_path, now, child=True)
    (one,) = own.visits(contact_id=town.grace.pk)
    assert (one["facility"], one["state"], one["children"]) == (
        town.wendell.facility.name,
        "pending",
        [{"name": "Ana Example", "born_on": "2016-04-02"}],
    )
