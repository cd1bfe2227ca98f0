"""Forms of word lists: a new list, words by hand, words from a file, and a text to try."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.review.actions.words import LONGEST_NAME, MOST_FILE_BYTES
from kinline.apps.review.lists import GRAVEST, Kind
from kinline.core.message.limits import MOST
from kinline.core.message.terms import Service
from kinline.doors.words import reviewing

LANGUAGES = (
    ("", _("No one language")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("ht", _("Haitian Creole")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("vi", _("Vietnamese")),
)
LONGEST_LINES = 200_000


class ListForm(forms.Form):
    """A list, empty at first."""

    name = forms.CharField(label=_("Name of the list"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=_("What its words are"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, reviewing.word("words", kind)) for kind in Kind]


class WordsForm(forms.Form):
    """Words to put on a list."""

    lines = forms.CharField(
        label=_("Words and phrases, one on each line"),
        max_length=LONGEST_LINES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Whole words are looked for. Give each form: knife, knives."),
    )
    severity = forms.TypedChoiceField(
        label=_("How grave"),
        coerce=int,
        choices=[(number, reviewing.grave(number)) for number in range(1, GRAVEST + 1)],
        help_text=_("It decides nothing. A person reads the message."),
    )


class WordsFile(forms.Form):
    """The same from a file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("With the columns words and severity (1 to 3)."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def content(self) -> bytes:
        """What is in it, no more than is ever taken. Only of a valid form."""
        found: bytes = self.cleaned_data["file"].read(MOST_FILE_BYTES + 1)
        return found


class TryForm(forms.Form):
    text = forms.CharField(
        label=_("A text to try"),
        max_length=MOST[Service.EMESSAGE].characters,
        widget=forms.Textarea(attrs={"rows": 6}),
        strip=False,
        help_text=_("It is not kept, and nobody is told."),
    )
