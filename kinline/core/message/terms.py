"""The words of written communication: which way, in which service, made of which parts."""

from enum import StrEnum

from kinline.core.rating.terms import Service

__all__ = ["RATED", "WRITTEN", "Direction", "PartKind", "Service"]

# What may carry a message of its own. Photos, cards and films go along with an eMessage.
WRITTEN = (Service.EMESSAGE, Service.TEXT)


class Direction(StrEnum):
    """Which way a message goes, told from the person inside."""

    IN = "in"  # to the person inside
    OUT = "out"  # to the contact


class PartKind(StrEnum):
    """What a message is made of. It has one text at most; the rest is attached to it."""

    TEXT = "text"
    PHOTO = "photo"
    CARD = "card"
    FILM = "film"


# The service each attached part is priced as; the text is the message's own.
RATED = {
    PartKind.PHOTO: Service.PHOTO,
    PartKind.CARD: Service.ECARD,
    PartKind.FILM: Service.VIDEOGRAM,
}
