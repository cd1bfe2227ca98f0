"""Pages of word lists: made, filled by hand and by file, tried on a text; and whose they are."""

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.people import access
from kinline.apps.review.actions import words as act
from kinline.apps.review.lists import Kind, Word, WordList
from tests.cast import Town
from tests.doors import visitors

HERE = "ma-bristol"


@pytest.fixture
def ines(town: Town) -> Client:
    """Sets what is looked at at Bristol."""
    return visitors.staff(town.account("ines"))


@pytest.fixture
def weapons(town: Town) -> UUID:
    now = timezone.now()
    staff = access.staff(account_id=town.account("ines").pk, now=now)
    made = act.make_list(
        staff=staff, place=HERE, name="Weapons", kind=Kind.LOOK, language="en", now=now
    )
    act.add(staff=staff, place=HERE, list_id=made, lines="shiv\nkill you", severity=3, now=now)
    return made


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def of(name: str, *more: object) -> str:
    return reverse(f"console_review_words{name}", args=[HERE, *more])


def test_a_list_is_made_and_filled_and_stands_with_how_many_words_it_has(ines: Client) -> None:
    assert "There is none." in text(ines.get(of("")))
    answer = ines.post(of(""), {"name": "Drinks", "kind": "look", "language": "en"})
    made = WordList.objects.get(name="Drinks")
    assert answer["Location"] == of("_list", made.pk)
    answer = ines.post(
        of("_list", made.pk), {"lines": "hooch\nHOOCH\npruno", "severity": 2}, follow=True
    )
    assert "2 words were added." in text(answer)
    page = text(ines.get(of("")))
    assert "Drinks" in page
    assert "Words to look for" in page


def test_mistakes_stand_beside_what_was_typed(ines: Client, weapons: UUID) -> None:
    taken = text(ines.post(of(""), {"name": "Weapons", "kind": "look"}))
    assert "Another list here has this name." in taken
    wrong = text(ines.post(of("_list", weapons), {"lines": "shank\n???", "severity": 1}))
    assert "Line 2 can’t be looked for: ???." in wrong
    assert "shank" in wrong
    assert not Word.objects.filter(list=weapons, words="shank").exists()


def test_a_file_comes_in_and_goes_out_again(ines: Client, weapons: UUID) -> None:
    file = SimpleUploadedFile("words.csv", b"words,severity\nshank,2\n", "text/csv")
    assert ines.post(of("_file", weapons), {"file": file}).status_code == 302
    out = ines.get(of("_csv", weapons))
    assert out["Content-Type"] == "text/csv; charset=utf-8"
    assert text(out).splitlines() == ["words,severity", "kill you,3", "shank,2", "shiv,3"]
    broken = SimpleUploadedFile("words.csv", b"\xff\xfe\x00", "text/csv")
    page = text(ines.post(of("_file", weapons), {"file": broken}))
    assert "This is no CSV file" in page


def test_words_are_found_on_their_page_and_taken_off(ines: Client, weapons: UUID) -> None:
    page = text(ines.get(of("_list", weapons), {"find": "KILL"}))
    assert "kill you" in page
    assert ">shiv<" not in page
    row = Word.objects.get(list=weapons, words="shiv")
    said = ines.post(of("_remove", weapons), {"word": [row.pk, "nonsense"]}, follow=True)
    assert "1 word was taken off." in text(said)
    assert ines.post(of("_end", weapons)).status_code == 302
    assert ines.get(of("_list", weapons)).status_code == 404


def test_a_text_is_tried_and_what_stands_out_is_marked_and_harmless(
    ines: Client, weapons: UUID
) -> None:
    page = text(ines.post(of("_try"), {"text": "<b>a s.h.i.v</b> at 617-555-0142"}))
    assert "&lt;b&gt;a " in page
    assert ">s.h.i.v</mark>" in page
    assert ">617-555-0142</mark>" in page
    assert "a word of a list, written another way" in page
    assert "Nothing stands out." in text(ines.post(of("_try"), {"text": "Dear Julian"}))


def test_the_pages_speak_spanish(ines: Client, weapons: UUID) -> None:
    ines.cookies["kinline_language"] = "es"
    for url in (of(""), of("_list", weapons), of("_try")):
        page = text(ines.get(url, headers={"accept-language": "es"}))
        assert "Word lists" not in page


@pytest.mark.parametrize(
    ("name", "listed", "post"),
    [
        ("", False, False),
        ("", False, True),
        ("_try", False, False),
        ("_try", False, True),
        ("_list", True, False),
        ("_list", True, True),
        ("_csv", True, False),
        ("_file", True, True),
        ("_remove", True, True),
        ("_end", True, True),
    ],
)
def test_not_yours_and_not_there_are_one_answer(
    town: Town, weapons: UUID, name: str, listed: bool, post: bool
) -> None:
    def ask(who: Client, *args: object) -> tuple[int, str]:
        url = reverse(f"console_review_words{name}", args=args)
        answer = who.post(url) if post else who.get(url)
        return answer.status_code, visitors.bare(text(answer))

    theirs, nobodys = ([HERE, weapons], ["no-such-place", uuid4()])
    if not listed:
        theirs, nobodys = theirs[:1], nobodys[:1]
    for person in ("theo", "sam", "odette"):
        account = town.account(person)
        who = visitors.signed_in(account) if person == "odette" else visitors.staff(account)
        assert ask(who, *theirs)[0] == 404, person
        assert ask(who, *theirs) == ask(who, *nobodys), person
    assert Client().get(reverse("console_review_words", args=[HERE])).status_code == 302
    assert WordList.objects.get(pk=weapons).ended_at is None
