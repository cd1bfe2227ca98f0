"""What a facility offers to write: the services, how much of each, how long it is kept."""

from dataclasses import dataclass

from kinline.core.message.limits import MOST
from kinline.core.message.terms import Service

LEAST_DAYS, MOST_DAYS = 30, 100 * 365


@dataclass(frozen=True, slots=True)
class Offer:
    """A facility's rule. Limits may be lower than ours (core.message.limits), never higher."""

    emessages: bool
    texts: bool
    privileged: bool
    longest_emessage: int = MOST[Service.EMESSAGE].characters
    longest_text: int = MOST[Service.TEXT].characters
    photos: int = MOST[Service.EMESSAGE].photos
    photo_bytes: int = MOST[Service.EMESSAGE].photo_bytes
    cards: int = MOST[Service.EMESSAGE].cards
    films: int = MOST[Service.EMESSAGE].films
    film_seconds: int = MOST[Service.EMESSAGE].film_seconds
    keep_emessage_days: int = 3 * 365
    keep_text_days: int = 3 * 365
    keep_privileged_days: int = 3 * 365
