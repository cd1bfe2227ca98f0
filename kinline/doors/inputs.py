"""Fields that forms of every door share: days, hours and moments as browsers pick them."""

from typing import Any

from django import forms

MINUTE = 60


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Minutes(forms.IntegerField):
    """A limit typed in whole minutes and handed on in seconds."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(min_value=1, max_value=24 * 60, required=required, **options)

    def clean(self, value: Any) -> int | None:
        minutes = super().clean(value)
        return None if minutes is None else minutes * MINUTE

    def prepare_value(self, value: Any) -> Any:
        return value
