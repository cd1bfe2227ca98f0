"""What stands out in a message: listed words in every disguise, and no false alarm for a town."""

from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kinline.core.message.terms import PartKind
from kinline.core.review.folding import TOKEN, fold
from kinline.core.review.lists import MOST_WORDS, NOTHING, Compiled, Listed, compiled
from kinline.core.review.terms import Finding, FindingKind
from kinline.core.review.triage import MOST_FINDINGS, Context, triage

WORDS = ["shiv", "gun", "kill you", "escape", "ass", "cop", "pot", "blade", "coño", "ano", "cuerda"]
LISTS = compiled(map(Listed, WORDS), allowed=["Gun Lake", "Pot Hollow Road"])


def found(text: str, lists: Compiled = LISTS, names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Kind and place, as the words that stand there."""
    seen = triage(lists, Context({"text": text}, names=names))
    return [(one.kind.value, text[one.start : one.end]) for one in seen]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Bring me a shiv.", "shiv"),
        ("BRING ME A SHIV", "SHIV"),
        ("(shiv)", "shiv"),
        ("the shiv’s edge", "shiv"),
        ("I will kill\nyou", "kill\nyou"),
        ("I will kill-you!", "kill-you"),
        ("trae la cuérda", "cuérda"),
        ("¡Coño!", "Coño"),
        ("con\u0303o", "con\u0303o"),
    ],
)
def test_a_listed_word_is_found_whatever_its_case_and_accents(text: str, word: str) -> None:
    assert found(text) == [("word", word)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("s h i v", "s h i v"),
        ("s.h.i.v.", "s.h.i.v"),
        ("s-h-i-v", "s-h-i-v"),
        ("s_h_i_v", "s_h_i_v"),
        ("s, h, i, v", "s, h, i, v"),
        ("s\nh\ni\nv", "s\nh\ni\nv"),
        ("sh iv", "sh iv"),
        ("sh.iv", "sh.iv"),
        ("x/s.h.i.v</b>", "s.h.i.v"),
        ("g u n", "g u n"),
        ("sh1v", "sh1v"),
        ("$h!v", "$h!v"),
        ("5 h 1 v", "5 h 1 v"),
        ("k1ll y0u", "k1ll y0u"),
        ("killyou", "killyou"),
        ("s\u200bh\u200biv", "s\u200bh\u200biv"),
        ("s\u00adhiv", "s\u00adhiv"),
        ("ѕhіv", "ѕhіv"),  # Cyrillic s and i
        ("сор", "сор"),  # Cyrillic throughout
        ("ｓｈｉｖ", "ｓｈｉｖ"),
        ("𝓼𝓱𝓲𝓿", "𝓼𝓱𝓲𝓿"),
        ("shhhiiiv", "shhhiiiv"),
        ("kiiiill you", "kiiiill you"),
        ("$hiiiv", "$hiiiv"),
    ],
)
def test_a_disguised_word_is_found_and_marked_as_disguised(text: str, place: str) -> None:
    assert found(text) == [("disguised", place)]
    assert found(f"Dear Mama, {text} and so on") == [("disguised", place)]


@pytest.mark.parametrize(
    "text",
    [
        "We drove from Assonet to Scunthorpe and on to Gunnison.",
        "Grandma lives on Gun Lake now, near Pot Hollow Road.",
        "La clase pasó un año bueno.",
        "to be or not to be, so it is as we go on",
        "A pass, a potato, a landscape and a copper kettle.",
        "I am 5 and he is 3, at 7 we go.",
        "Собака нашла сор в старом доме у реки",  # Russian: rubbish, and no disguise
        "Born on 2024-11-26, again 11/26/2024, and in 2019 2020 2021.",
        "It cost $1,000,000 and 12.50.",
        "ok...so we wait.Then we go",
    ],
)
def test_ordinary_words_towns_and_dates_are_no_finding(text: str) -> None:
    assert found(text) == []


def test_names_of_the_two_people_are_none_when_written_as_names() -> None:
    names = ("Julian Blade", "Odette")
    assert found("Love, Julian Blade", names=names) == []
    assert found("hide the blade", names=names) == [("word", "blade")]
    assert found("Love, Julian Blade") == [("word", "Blade")]


def test_an_allowed_phrase_allows_itself_only() -> None:
    assert found("Gun Lake is cold. The gun is here.") == [("word", "gun")]


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("call 617-555-0142 now", "telephone", "617-555-0142"),
        ("call (617) 555 0142", "telephone", "(617) 555 0142"),
        ("+44 20 7946 0958", "telephone", "+44 20 7946 0958"),
        ("555-0142", "telephone", "555-0142"),
        ("six one seven, five five five, oh one four two", "telephone", None),
        ("seis uno siete cinco cinco cinco cero", "telephone", None),
        ("4242 4242 4242 4242", "code", None),
        ("123-45-6789", "code", None),
        ("AB12-CD34-EF56", "code", None),
        ("12345678901234", "code", None),
        ("see http://a.example/x?y=1.", "link", "http://a.example/x?y=1"),
        ("at WWW.kinline.test/", "link", "WWW.kinline.test/"),
        ("mail odette@example.org, please", "link", "odette@example.org"),
        ("on cash.app/x", "link", "cash.app/x"),
    ],
)
def test_links_telephones_and_codes_are_found_at_their_place(
    text: str, kind: str, place: str | None
) -> None:
    assert found(text, NOTHING) == [(kind, place or text)]


def test_the_number_of_a_card_is_not_written_down_a_second_time() -> None:
    (card,) = triage(NOTHING, Context({"text": "use 4242424242424242"}))
    assert card.what == "•••• 4242"


def test_a_first_message_and_attachments_are_findings_of_no_place() -> None:
    seen = triage(
        LISTS,
        Context(
            {"text": "hello", "card-1": "a gun"},
            attached=(("photo-1", PartKind.PHOTO),),
            new_contact=True,
        ),
    )
    assert seen == (
        Finding(FindingKind.NEW_CONTACT, "", part=""),
        Finding(FindingKind.ATTACHMENT, "photo", part="photo-1"),
        Finding(FindingKind.WORD, "gun", part="card-1", start=2, end=5),
    )


def test_an_entry_says_itself_how_grave_it_is_and_the_graver_of_two_counts() -> None:
    lists = compiled([Listed("gun", 1), Listed("Gun", 3), Listed("pot", 2)])
    (one,) = triage(lists, Context({"text": "gun"}))
    assert one.what == "Gun"
    assert [entry.severity for entry in lists.entries] == [3, 2, 1]


@pytest.mark.parametrize(
    ("words", "says"),
    [("", "letter"), ("...", "letter"), ("x" * 101, "100"), ("a " * (MOST_WORDS + 1), "12 words")],
)
def test_an_entry_that_could_never_be_found_is_refused(words: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Listed(words)


# Everything that may be in a text: letters of all scripts, marks, unseen characters, signs.
odd = st.sampled_from("aаsѕhіiv1!$.-_ \n\t\u0301\u200b\u00adñÑİßﬁｓ５￥ﷺ💣'’,;0@")
texts = st.one_of(st.text(max_size=200), st.text(odd, max_size=200))


@settings(max_examples=150, deadline=None)
@given(texts)
@example("İ shiv İİ gun")
@example("\u0301shiv")
@example("-" * 50)
def test_triage_never_raises_and_its_places_lie_in_the_text(text: str) -> None:
    for one in triage(LISTS, Context({"text": text}, names=("Shiv",))):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip() == text[one.start : one.end]


@settings(max_examples=100, deadline=None)
@given(texts, texts, st.sampled_from(WORDS), st.sampled_from([str, str.upper, str.title]))
def test_a_plain_listed_word_is_found_in_any_company(
    before: str, after: str, word: str, case: "type[str]"
) -> None:
    text = f"{before} {case(word)} {after}"
    lists = compiled(map(Listed, WORDS))
    start = len(before) + 1
    spans = [(one.start, one.end) for one in triage(lists, Context({"text": text}))]
    assert any(one <= start and start + len(word) <= other for one, other in spans)


PLAIN = compiled(map(Listed, WORDS))


def plainly(text: str) -> list[tuple[str, int, int]]:
    """The rule for words in no disguise, said slowly: at each word the longest entry that begins
    there, and none within another."""
    tokens = [(one.start(), one.end(), fold(one.group())) for one in TOKEN.finditer(text)]
    entries = {Listed(one).folded: one for one in WORDS}
    seen: list[tuple[str, int, int]] = []
    over = 0
    for number, (start, _, _) in enumerate(tokens):
        for length in range(min(MOST_WORDS, len(tokens) - number), 0, -1):
            some = tokens[number : number + length]
            entry = entries.get(tuple(word for _, _, word in some))
            if entry and start >= over:
                over = some[-1][1]
                seen.append((entry, start, over))
                break
    return seen


# None of these is a word in disguise, alone or beside any other.
plain_words = st.sampled_from(
    [
        "Shiv",
        "gun",
        "GUN",
        "kill",
        "you",
        "áss",
        "Coño",
        "año",
        "mother",
        "río",
        "Gunnison",
        "İzmir",
    ]
)
around = st.sampled_from(
    [" ", "  ", ", ", ". ", "? ", "; ", ".\n\n", "\n", "\t", "\u00a0", ") (", "… "]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(plain_words, around), max_size=40))
def test_plain_words_are_found_as_the_slow_rule_finds_them(pairs: list[tuple[str, str]]) -> None:
    text = "".join(word + sign for word, sign in pairs)
    found_here = triage(PLAIN, Context({"text": text}))
    assert [(one.what, one.start, one.end) for one in found_here] == plainly(text)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_folding_twice_is_folding_once_and_never_grows_without_end(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert len(once) <= 400


HOSTILE = [
    "a ", "1 a ", "a-", "s\u200b", ".", ".com", "1", "1 ", "gun ", "a.co ", "s h i v ", "\ufdfa",
    "a\u0301\u0316", "ѕ", "kill ", "$", "zz", "www.", "://x", "A1-", "(", "one ", "gun lake ", "İ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_a_text_four_times_as_long_never_takes_much_more_than_four_times_as_long(
    piece: str,
) -> None:
    def seconds(length: int) -> float:
        context = Context({"text": (piece * length)[:length]})
        best = 9.0
        for _ in range(2):
            began = process_time()
            triage(LISTS, context)
            best = min(best, process_time() - began)
        return best

    assert seconds(32_000) < 12 * seconds(8_000) + 0.02


def test_a_text_full_of_findings_tells_no_more_than_enough() -> None:
    assert len(triage(LISTS, Context({"text": "gun " * 5_000}))) == MOST_FINDINGS
