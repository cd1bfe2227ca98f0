"""People: those inside, those outside, staff; numbers, lists, blocks, attorneys, rights, links."""

from kinline.apps.people.models.known import (
    Account,
    AccountManager,
    AllowedNumber,
    AttorneyVerification,
    Block,
    Contact,
    ContactNumber,
    CourtesyGrant,
    Grant,
    InsideSession,
    Move,
    NameTake,
    Person,
    PinTry,
    PrivacyMark,
)
from kinline.apps.people.models.links import Link, LookUp, NoContact, Unwanted

__all__ = [
    "Account",
    "AccountManager",
    "AllowedNumber",
    "AttorneyVerification",
    "Block",
    "Contact",
    "ContactNumber",
    "CourtesyGrant",
    "Grant",
    "InsideSession",
    "Link",
    "LookUp",
    "Move",
    "NameTake",
    "NoContact",
    "Person",
    "PinTry",
    "PrivacyMark",
    "Unwanted",
]
