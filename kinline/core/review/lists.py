"""Word lists, compiled once: whole words and phrases, what they may be spelled like, what is fine.

A phrase is a path through dicts, word by word; so reading a text takes as long as the text is
long, however long the lists are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kinline.core.review.folding import TOKEN, fold, squeezed

LONGEST_ENTRY = 100  # characters
MOST_WORDS = 12
END = ""  # the key under which a path keeps what ends there
SHORT = 2  # a listed word of so few letters is looked for as it is, and in no disguise
PHRASE_AS_ONE = 6  # letters of a phrase that is looked for written together

Node = dict[str, "Node | int"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list: a word or a phrase as staff wrote it, and how grave it is to them.

    Severity (1 to 3) is for the staff who keep the lists; what it is in a text, a person decides.
    Raises ValueError for an entry without a letter or digit, or too long a one.
    """

    words: str
    severity: int = 1

    def __post_init__(self) -> None:
        if len(self.words) > LONGEST_ENTRY:
            raise ValueError(f"an entry has at most {LONGEST_ENTRY} characters")
        if not self.folded:
            raise ValueError("an entry needs a letter or a digit")
        if len(self.folded) > MOST_WORDS:
            raise ValueError(f"a phrase has at most {MOST_WORDS} words")

    @property
    def folded(self) -> tuple[str, ...]:
        return folded_words(self.words)


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded; what folds to nothing is no word."""
    return tuple(filter(None, map(fold, TOKEN.findall(text))))


@dataclass(frozen=True, slots=True)
class Compiled:
    """Lists ready to be looked for. Kept by whoever looks often; made by `compiled`.

    `root` is where phrases begin; `whole` finds a word, or a phrase written as one, by its letters;
    `squeezed` by its letters without repetitions; `prefixes` are all beginnings of what is in
    `whole`, `firsts` all words at which something begins. Numbers are places in `entries`.
    """

    entries: tuple[Listed, ...] = ()
    root: Node = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)
    squeezed: Mapping[str, int] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    firsts: frozenset[str] = frozenset()
    allowed: Node = field(default_factory=dict)
    longest: int = 0


NOTHING = Compiled()


def compiled(entries: Iterable[Listed], allowed: Iterable[str] = ()) -> Compiled:
    """Compile lists. `allowed` are phrases within which nothing is found: "Gun Lake".

    Of two entries with the same words the graver counts.
    """
    graver = sorted(set(entries), key=lambda one: (-one.severity, one.words))
    root: Node = {}
    whole: dict[str, int] = {}
    for number, entry in enumerate(graver):
        _grow(root, entry.folded, number)
        for joined in _joined(entry.folded):
            whole.setdefault(joined, number)
    fine: Node = {}
    for phrase in allowed:
        _grow(fine, folded_words(phrase), 0)
    narrow: dict[str, int] = {}
    for joined, number in whole.items():
        if len(squeezed(joined)) > SHORT:
            narrow.setdefault(squeezed(joined), number)
    return Compiled(
        entries=tuple(graver),
        root=root,
        whole=whole,
        squeezed=narrow,
        prefixes=frozenset(one[:end] for one in whole for end in range(1, len(one) + 1)),
        firsts=frozenset([*root, *whole]),
        allowed=fine,
        longest=max(map(len, whole), default=0),
    )


def _joined(words: tuple[str, ...]) -> Iterator[str]:
    joined = "".join(words)
    if len(joined) > SHORT and (len(words) == 1 or len(joined) >= PHRASE_AS_ONE):
        yield joined


def _grow(root: Node, words: tuple[str, ...], number: int) -> None:
    if not words:
        return
    node = root
    for word in words:
        following = node.setdefault(word, {})
        assert isinstance(following, dict)
        node = following
    node.setdefault(END, number)
