"""The invented jail’s word lists, so that marks can be seen. Real places have none of ours."""

from datetime import datetime
from uuid import uuid4

from kinline.apps.facilities.models import Facility
from kinline.apps.review.lists import Kind, Word, WordList, WordsVersion
from kinline.core.review.lists import Listed

HERE = "nh-example"
LISTS = (
    ("Things not allowed", Kind.LOOK, "en", 2, ("shank", "shiv", "hooch", "pruno", "burner phone")),
    ("Cosas prohibidas", Kind.LOOK, "es", 2, ("punta", "cuchillo", "teléfono escondido")),
    ("Threats", Kind.LOOK, "en", 3, ("kill you", "hurt you", "you are dead")),
    ("Places and names", Kind.FINE, "", 1, ("Shank Brook Road", "Punta Cana")),
)


def load(*, now: datetime) -> None:
    """Make the lists, where the jail has none."""
    facility = Facility.objects.filter(place=HERE, word_lists=None).first()
    if facility is None:
        return
    for name, kind, language, severity, entries in LISTS:
        made = WordList.objects.create(
            facility=facility, name=name, kind=kind, language=language, made_by="demo", made_at=now
        )
        Word.objects.bulk_create(
            Word(
                list=made,
                words=words,
                folded=" ".join(Listed(words).folded),
                severity=severity,
                added_by="demo",
                added_at=now,
            )
            for words in entries
        )
    WordsVersion.objects.update_or_create(facility=facility, defaults={"mark": uuid4()})
