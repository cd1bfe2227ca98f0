"""Forms of the shop: an item with its file, its words, its price; paying back."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from kinline.apps.shop.actions.catalogue import LONGEST, MOST_PIECES, Details
from kinline.apps.shop.actions.paying_back import LONGEST_WHY
from kinline.apps.shop.taking import LARGEST_BYTES
from kinline.core.shop.goods import KEPT, Kind, Rating
from kinline.core.shop.price import MOST_CENTS
from kinline.doors.inputs import DayInput, HourInput
from kinline.doors.words.goods import RATINGS

ACCEPTS = {
    Kind.GAME: ".zip,application/zip",
    Kind.MUSIC: "audio/*",
    Kind.FILM: "video/mp4,video/webm",
}
FILE_HINTS = {
    Kind.GAME: _(
        "A ZIP of web pages with index.html at its top. Scripts must be files of their own. No "
        "links to the internet."
    ),
    Kind.MUSIC: _("Ogg, MP3, FLAC, AAC (MP4), WAV or WebM."),
    Kind.FILM: _("MP4 (H.264 or AV1) or WebM (VP8, VP9 or AV1)."),
}


class Dollars(forms.DecimalField):
    """Dollars as one types them, handed on in cents."""

    def __init__(self, **options: Any) -> None:
        most = MOST_CENTS // 100
        super().__init__(min_value=0, max_value=most, max_digits=5, decimal_places=2, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int | None:
        dollars = super().clean(value)
        return None if dollars is None else int(dollars * 100)


class DetailsForm(forms.Form):
    """What people read of an item, and when they may use it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST["title"])
    maker = forms.CharField(label=_("Made by"), max_length=LONGEST["maker"], required=False)
    about = forms.CharField(
        label=_("What it is"),
        max_length=LONGEST["about"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In plain words, in the language of the people who read it."),
    )
    language = forms.ChoiceField(label=_("Language in it"), required=False)
    rating = forms.ChoiceField(label=_("For whom"))
    opens_at = forms.TimeField(
        label=_("To be used from"),
        widget=HourInput,
        required=False,
        help_text=_("Leave both empty: at any time."),
    )
    closes_at = forms.TimeField(label=_("until"), widget=HourInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongues = [
            (code, str(get_language_info(code)["name_local"]).capitalize())
            for code, _name in settings.LANGUAGES
        ]
        choices = self.fields["language"], self.fields["rating"]
        choices[0].choices = [("", _("None is spoken")), *tongues]  # type: ignore[attr-defined]
        choices[1].choices = [(one.value, RATINGS[one]) for one in Rating]  # type: ignore[attr-defined]

    def details(self) -> Details:
        """The words of a valid form."""
        facts = {name: self.cleaned_data[name] for name in Details.__dataclass_fields__}
        return Details(**facts | {"rating": Rating(facts["rating"])})


class NewItem(DetailsForm):
    """A new item of one kind: a file to upload, or a number of pieces."""

    cents = Dollars(label=_("Price in dollars"), help_text=_("0 for nothing. At most 100."))

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind in KEPT:
            # Last: what stands before it is known when a file is too large to be read.
            self.fields["file"] = forms.FileField(
                label=_("File"),
                allow_empty_file=True,  # what is in it is looked at further in
                widget=forms.FileInput(attrs={"accept": ACCEPTS[kind]}),
                help_text=_("%(kinds)s At most %(most)s MB.")
                % {"kinds": FILE_HINTS[kind], "most": LARGEST_BYTES[kind] // 1_000_000},
            )
        else:
            for name in ("maker", "language", "rating", "opens_at", "closes_at"):
                del self.fields[name]
            self.fields["pieces"] = forms.IntegerField(
                label=_("How many"), min_value=1, max_value=MOST_PIECES
            )

    def details(self) -> Details:
        if "rating" in self.fields:
            return super().details()
        return Details(title=self.cleaned_data["title"], about=self.cleaned_data["about"])


class PriceForm(forms.Form):
    cents = Dollars(label=_("New price in dollars"))
    from_on = forms.DateField(
        label=_("From"), widget=DayInput, required=False, help_text=_("Empty: from now on.")
    )


class PayBack(forms.Form):
    why = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_WHY,
        help_text=_("Stays in the books. For example: the film stops in the middle."),
    )
