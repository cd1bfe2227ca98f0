"""Word lists of a facility: what staff want to look at, and phrases within which nothing is found.

Imported by models.py. What is taken off stays as a row with its end: which words a message was
looked at for can be told later.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact
from kinline.core.review.lists import LONGEST_ENTRY

GRAVEST = 3


class Kind(models.TextChoices):
    LOOK = "look"  # its words are findings
    FINE = "fine"  # within its phrases nothing is: "Gun Lake"


class WordList(Fact):
    """One list. `language` is a code, empty for words of no one language: a text is looked at for
    all lists, for nobody says in which language they write."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="word_lists")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind)
    language = models.CharField(max_length=10, blank=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["facility", "name"],
                condition=Q(ended_at=None),
                name="one_word_list_of_a_name",
            )
        ]


class Word(Fact):
    """One word or phrase, as written; `folded` is what it is compared as."""

    list = models.ForeignKey(WordList, on_delete=models.PROTECT, related_name="words")
    words = models.CharField(max_length=LONGEST_ENTRY)
    folded = models.CharField(max_length=4 * LONGEST_ENTRY)
    severity = models.PositiveSmallIntegerField(default=1)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_by = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["list", "folded"],
                condition=Q(removed_at=None),
                name="a_word_stands_once_in_a_list",
            ),
            CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=GRAVEST),
                name="a_word_is_as_grave_as_1_to_3",
            ),
        ]


class WordsVersion(models.Model):
    """What a facility's lists are now, by a random mark that every change renews.

    Random and not counted: a change that was rolled back never shares its mark with another.
    """

    facility = models.OneToOneField(
        Facility, on_delete=models.PROTECT, primary_key=True, related_name="words_version"
    )
    mark = models.UUIDField()
