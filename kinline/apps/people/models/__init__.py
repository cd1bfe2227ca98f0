"""People: those inside and outside, staff; numbers, lists, blocks, controls, rights, links,
visitors."""

from kinline.apps.people.models.attorneys import (
    AttorneyDocument,
    AttorneyNumber,
    AttorneyRequest,
    AttorneyRing,
)
from kinline.apps.people.models.controls import AccessBaseline, Control
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
from kinline.apps.people.models.links import Link, LookUp, NoContact, OrderDocument, Unwanted
from kinline.apps.people.models.listing import ListRequest, ListRule
from kinline.apps.people.models.quiet import QuietCalls
from kinline.apps.people.models.visitors import Minor, VisitorAccess, VisitorPicture, VisitorRule

__all__ = [
    "AccessBaseline",
    "Account",
    "AccountManager",
    "AllowedNumber",
    "AttorneyDocument",
    "AttorneyNumber",
    "AttorneyRequest",
    "AttorneyRing",
    "AttorneyVerification",
    "Block",
    "Contact",
    "ContactNumber",
    "Control",
    "CourtesyGrant",
    "Grant",
    "InsideSession",
    "Link",
    "ListRequest",
    "ListRule",
    "LookUp",
    "Minor",
    "Move",
    "NameTake",
    "NoContact",
    "OrderDocument",
    "Person",
    "PinTry",
    "PrivacyMark",
    "QuietCalls",
    "Unwanted",
    "VisitorAccess",
    "VisitorPicture",
    "VisitorRule",
]
