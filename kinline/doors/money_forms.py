"""Form fields about money that several doors share."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_DOLLARS = re.compile(r"\$?\s*(\d{1,7})(?:[.,](\d{2}))?")


class Dollars(forms.CharField):
    """An amount as people type it ("20", "$20.50"), handed on in cents."""

    default_error_messages = {"dollars": _("Give an amount such as 20 or 20.50.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=12, widget=widget, **options)

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = _DOLLARS.fullmatch(typed.strip())
        if found is None:
            raise forms.ValidationError(self.error_messages["dollars"], code="dollars")
        return int(found[1]) * 100 + int(found[2] or 0)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value
