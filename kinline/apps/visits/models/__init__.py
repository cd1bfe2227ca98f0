"""Visits: what a facility offers, what was booked, and what is taken until when."""

from kinline.apps.visits.models.booked import (
    QuotaPlace,
    SlotClaim,
    Visit,
    VisitStep,
    VisitVisitor,
    WaitingPlace,
)
from kinline.apps.visits.models.held import Meeting, MeetingOrder, MeetingStep
from kinline.apps.visits.models.offered import (
    Closure,
    ClosureKind,
    Separation,
    VisitRules,
    VisitStation,
)

__all__ = [
    "Closure",
    "ClosureKind",
    "Meeting",
    "MeetingOrder",
    "MeetingStep",
    "QuotaPlace",
    "Separation",
    "SlotClaim",
    "Visit",
    "VisitRules",
    "VisitStation",
    "VisitStep",
    "VisitVisitor",
    "WaitingPlace",
]
