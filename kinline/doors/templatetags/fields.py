"""Form fields as UI.md wants them: label above, hint below it, error between label and field."""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

CLASSES: dict[type[forms.Widget], str] = {
    forms.Textarea: "usa-textarea",
    forms.Select: "usa-select",
    forms.CheckboxInput: "usa-checkbox__input",
}


@register.inclusion_tag("doors/parts/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", is_filter: bool = False
) -> dict[str, Any]:
    """One field of a form; `label` and `hint` stand in for the form's own words.

    In a filter everything may be left empty, so it is not said of each field.
    """
    return {
        "field": bound,
        "control": control(bound, hint),
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "is_optional": not bound.field.required and not is_filter,
        "is_check": isinstance(bound.field.widget, forms.CheckboxInput),
        "is_radio": isinstance(bound.field.widget, forms.RadioSelect),
    }


def control(bound: BoundField, hint: str = "") -> SafeString:
    """The control itself, tied to its hint and error for those who hear the page."""
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)  # a hint that goes away as one types is none
    attrs: dict[str, str | bool] = {
        "class": next((c for kind, c in CLASSES.items() if isinstance(widget, kind)), "")
    }
    attrs["class"] = attrs["class"] or "usa-input"
    told = [f"{bound.auto_id}-hint"] if hint or bound.help_text else []
    if bound.errors:
        told.insert(0, f"{bound.auto_id}-error")
        attrs |= {"aria-invalid": "true", "class": f"{attrs['class']} usa-input--error"}
        if _is_first_error(bound):
            attrs["autofocus"] = "autofocus"
    if told:
        attrs["aria-describedby"] = " ".join(told)
    return bound.as_widget(attrs=attrs)


def _is_first_error(bound: BoundField) -> bool:
    return next((one.name for one in bound.form if one.errors), "") == bound.name
