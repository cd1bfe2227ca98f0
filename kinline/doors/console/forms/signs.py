"""Which signs of a third person end a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.core.call.signs import SignKind
from kinline.doors.console import say


class SignForm(forms.Form):
    """One box for each kind: ticked, it ends a call; every kind is noted in any case."""

    note = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in SignKind:
            self.fields[kind.value] = forms.BooleanField(
                label=say.word("sign", kind), required=False
            )
        self.order_fields([*(kind.value for kind in SignKind), "note"])

    def cuts(self) -> list[SignKind]:
        """The kinds that were ticked."""
        return [kind for kind in SignKind if self.cleaned_data[kind.value]]
