"""Quarters, months and large numbers in words."""

from datetime import date

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kinline.core.quarter import Month, Quarter


def quarter(of: Quarter) -> str:
    """July to September 2026."""
    names = {"first": _name(of.first), "last": _name(of.months[-1]), "year": of.year}
    return _("%(first)s to %(last)s %(year)s") % names


def month(of: Month) -> str:
    """October 2026."""
    # Translators: Django date format of a month with its year, such as October 2026.
    return dateformat(_day(of), pgettext("month with year", "F Y"))


def short_month(of: Month) -> str:
    """Oct"""
    return dateformat(_day(of), "b").title()


def grouped(number: int) -> str:
    """493,218: as amounts of dollars are written, in every language of ours."""
    return f"{number:,}"


def amount(cents: int) -> str:
    """$84,821.51"""
    dollars, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${dollars:,}.{rest:02d}"


def _name(of: Month) -> str:
    return dateformat(_day(of), "F")


def _day(of: Month) -> date:
    return of.days.from_on
