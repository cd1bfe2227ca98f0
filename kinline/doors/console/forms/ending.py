"""Why staff end what others are in the middle of."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Ending(forms.Form):
    """One reason of a list, and their own words. `REASONS` are a subclass's."""

    REASONS: tuple[tuple[str, str | Promise], ...] = ()

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes to the audit log with your name."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].choices = self.REASONS  # type: ignore[attr-defined]

    def said(self) -> str:
        """The reason and the words as they go to the audit log."""
        return f"{self.cleaned_data['reason']}: {self.cleaned_data['words']}"
