"""Identifiers, as distinct types so that one cannot be passed for another."""

from typing import NewType

CallId = NewType("CallId", str)
PersonId = NewType("PersonId", str)
ContactId = NewType("ContactId", str)
StationId = NewType("StationId", str)
EngineId = NewType("EngineId", str)
RecordingId = NewType("RecordingId", str)
PlaceCode = NewType("PlaceCode", str)
LineId = NewType("LineId", str)
VisitId = NewType("VisitId", str)
