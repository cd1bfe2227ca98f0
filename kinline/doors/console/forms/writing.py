"""The form of what can be written at a facility."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.messaging.offering import LEAST_DAYS, MOST_DAYS, Offer
from kinline.core.message.limits import MEGABYTE, MOST
from kinline.core.message.terms import Service

LETTER, TEXT = MOST[Service.EMESSAGE], MOST[Service.TEXT]


def _number(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most)


class OfferForm(forms.Form):
    """Limits are ours at most; a facility may set less."""

    emessages = forms.BooleanField(label=_("eMessages"), required=False)
    texts = forms.BooleanField(label=_("Text messages"), required=False)
    privileged = forms.BooleanField(
        label=_("Private mail with verified attorneys"),
        required=False,
        help_text=_("Nobody can read it here, and nobody decides about it."),
    )
    longest_emessage = _number(_("Longest eMessage, letters"), 1, LETTER.characters)
    longest_text = _number(_("Longest text message, letters"), 1, TEXT.characters)
    photos = _number(_("Photos in an eMessage"), 0, LETTER.photos)
    photo_bytes = _number(_("Largest photo, MB"), 1, LETTER.photo_bytes // MEGABYTE)
    cards = _number(_("eCards in an eMessage"), 0, LETTER.cards)
    films = _number(_("VideoGrams in an eMessage"), 0, LETTER.films)
    film_seconds = _number(_("Longest VideoGram, seconds"), 1, LETTER.film_seconds)
    keep_emessage_days = _number(_("Keep eMessages, days"), LEAST_DAYS, MOST_DAYS)
    keep_text_days = _number(_("Keep text messages, days"), LEAST_DAYS, MOST_DAYS)
    keep_privileged_days = _number(_("Keep private mail, days"), LEAST_DAYS, MOST_DAYS)

    @classmethod
    def beginning_with(cls, offer: Offer, typed: Any) -> "OfferForm":
        """What holds now, to be changed."""
        now = {name: getattr(offer, name) for name in cls.base_fields}
        return cls(typed, initial=now | {"photo_bytes": offer.photo_bytes // MEGABYTE})

    def offer(self) -> Offer:
        """What was typed. Only for a form that is valid."""
        typed = self.cleaned_data
        return Offer(**typed | {"photo_bytes": typed["photo_bytes"] * MEGABYTE})
