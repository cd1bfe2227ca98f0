"""A call as the database has it, by a query compiled once: each message of an engine reads one."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.calls.models import Call
from kinline.apps.facilities.models import Facility
from kinline.apps.prepared import Prepared, row_of

_CALL = tuple(field.attname for field in Call._meta.concrete_fields)
_FACILITY = tuple(field.attname for field in Facility._meta.concrete_fields)


def _of_facility(call: Any) -> QuerySet[Any, Any]:
    names = (*_CALL, *(f"facility__{name}" for name in _FACILITY))
    return Call.objects.filter(pk=call).order_by().values_list(*names)


_WITH_FACILITY = Prepared(_of_facility, call=UUID)


def stored(call_id: UUID) -> Call | None:
    """The call with its facility; None where nobody knows it."""
    found = _WITH_FACILITY(call=call_id)
    if not found:
        return None
    values, mark = found[0], len(_CALL)
    call = row_of(Call, _CALL, values[:mark])
    call.facility = row_of(Facility, _FACILITY, values[mark:])
    return call
