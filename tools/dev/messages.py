"""Gathers, merges, checks and compiles the texts of screens, without GNU gettext.

    python -m tools.dev.messages            gather texts into every language's .po, then compile
    python -m tools.dev.messages --check    is every text there in every language? Writes nothing
    python -m tools.dev.messages --compile  .po to .mo only

Texts come from Python (gettext and its relatives, and `noop`-marked ones) and from templates,
which Django itself turns into something that reads like Python.
"""

import io
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "kinline"
LANGUAGES = ("es",)  # English is the language the texts are written in
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOTES = ("Translators:",)


def sources() -> Iterator[Path]:
    """Every file whose texts people read."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in sorted(PACKAGE.rglob(pattern)):
            inside = path.relative_to(PACKAGE).parts
            if "migrations" in inside or {"static_build", "static_root", "locale"}.intersection(
                inside
            ):
                continue
            if inside == ("config", "settings.py"):
                continue  # names of languages: Django brings them in every language
            if path.suffix == ".py" or "templates" in inside:
                yield path


def as_python(path: Path) -> str:
    """The file as something Python's tokenizer can read."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    # A template's indentation means nothing to Python, and would confuse it.
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(textwrap.dedent(line) if line.strip() else "" for line in lines)


def home(path: Path) -> Path:
    """The locale folder a file's texts belong to: the nearest one above it, else kinline/locale."""
    for folder in path.parents:
        if (folder / "locale").is_dir() or folder == PACKAGE:
            return folder / "locale"
    raise ValueError(f"{path} is not part of the package")


def gather() -> dict[Path, Catalog]:
    """All texts by locale folder, with their files (no line numbers: they would change daily)."""
    found: dict[Path, Catalog] = {}
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        source = io.BytesIO(as_python(path).encode())
        for _, text, comments, context in extract("python", source, KEYWORDS, NOTES):
            catalog = found.setdefault(home(path), Catalog(fuzzy=False))
            catalog.add(text, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def po_path(locale: Path, language: str) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def read(locale: Path, language: str) -> Catalog:
    path = po_path(locale, language)
    if not path.exists():
        return Catalog(locale=language, project="Kinline", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def everything(language: str) -> dict[Path, Catalog]:
    """What is translated so far, by locale folder."""
    folders = sorted({path.parents[2] for path in PACKAGE.rglob("LC_MESSAGES/django.po")})
    return {folder: read(folder, language) for folder in folders}


def merge(language: str) -> int:
    """Bring the language's .po files up to the texts there are; what is new comes in empty.

    A text that another folder has translated is not asked for twice. Returns how many wait.
    """
    wanted, known, waiting = gather(), everything(language), 0
    for folder in sorted(wanted.keys() | known.keys()):
        catalog = known.get(folder, read(folder, language))
        others = [other for place, other in known.items() if place != folder]
        template = Catalog(fuzzy=False)
        for text in wanted.get(folder, Catalog()):
            if text.id and (_translated(text, [catalog]) or not _translated(text, others)):
                template[text.id] = text
        template.creation_date = catalog.creation_date  # a date that changes says nothing
        # Never guess: a translation of another sentence is worse than none.
        catalog.update(template, no_fuzzy_matching=True, keep_user_comments=True)
        catalog.obsolete.clear()
        write(folder, language, catalog)
        waiting += sum(1 for text in catalog if text.id and not complete(text))
    return waiting


def write(folder: Path, language: str, catalog: Catalog) -> None:
    path = po_path(folder, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, sort_output=True)


def _translated(text: Message, catalogs: Iterable[Catalog]) -> bool:
    there = (catalog.get(text.id, text.context) for catalog in catalogs)
    return any(found is not None and complete(found) for found in there)


def compile_all() -> None:
    """Every .po below kinline/ to the .mo beside it."""
    for path in sorted(PACKAGE.rglob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def complaints(language: str) -> Iterator[str]:
    """What keeps a language from being complete, a line each."""
    known, used = everything(language), set()
    for catalog in gather().values():
        for text in catalog:
            used.add((forms(text.id), text.context))
            if text.id and not _translated(text, known.values()):
                where = ", ".join(path for path, _ in text.locations[:2])
                yield f"{language}: not translated: {_first(text)!r} ({where})"
    for folder, catalog in known.items():
        for text in catalog:
            if text.id:
                place = folder.relative_to(ROOT)
                yield from (f"{language}: {place}: {no}" for no in _faults(text, used))


def _faults(text: Message, used: set[tuple[tuple[str, ...], str | None]]) -> Iterator[str]:
    if text.fuzzy:
        yield f"fuzzy: {_first(text)!r}"
    if (forms(text.id), text.context) not in used:
        yield f"no longer used: {_first(text)!r}"
    if complete(text):
        yield from (f"{_first(text)!r}: {what}" for what in differences(text))


def complete(message: Message) -> bool:
    return all(words.strip() for words in forms(message.string))


def forms(words: object) -> tuple[str, ...]:
    """Singular and plural, or the one form there is."""
    many = words if isinstance(words, (tuple, list)) else (words,)
    return tuple(str(form or "") for form in many)


PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[sdf]|%[sd]|\{[A-Za-z_][\w.:%]*\}")


def differences(message: Message) -> Iterator[str]:
    """Placeholders that one language has and the other has not."""
    # The singular may say "one" where the plural says the number: the plural is what counts.
    ours, theirs = (PLACEHOLDER.findall(forms(text)[-1]) for text in (message.id, message.string))
    if set(ours) != set(theirs):
        yield f"placeholders differ: {sorted(set(ours) ^ set(theirs))}"


def _first(message: Message) -> str:
    return forms(message.id)[0]


def main(arguments: list[str]) -> int:
    settings.configure(USE_I18N=True)
    if arguments == ["--check"]:
        found = [line for language in LANGUAGES for line in complaints(language)]
        print("\n".join(found), end="\n" if found else "")
        return 1 if found else 0
    if arguments not in ([], ["--compile"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not arguments:
        for language in LANGUAGES:
            print(f"{language}: {merge(language)} texts wait for a translation")
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
