"""A sign of a third party in a call, as an engine tells it. The same message changes nothing."""

from datetime import datetime
from uuid import UUID

from kinline.apps.audit import actions as audit
from kinline.apps.calls.models import Call, CallSign
from kinline.apps.ids import as_uuid
from kinline.apps.once import once
from kinline.core.call.signs import MOST_OF_A_KIND, evidence
from kinline.core.control import Ack, SignSeen


def sign(event: SignSeen, *, now: datetime) -> Ack:
    """Store one sign, once by (call, boot, seq), however late it comes; one audit line with it.

    Nothing is kept of a call to an open line: institutions forward their help lines, and of an
    anonymous one no moment may be kept.
    """
    call_id = as_uuid(event.call)
    if call_id is None:
        return Ack(known=False)

    def is_told() -> bool:
        return _is_told(call_id, event)

    def store() -> bool:
        call = Call.objects.select_related("facility").filter(pk=call_id).first()
        if call is None:
            return False
        if call.line_id is None and not is_told() and not _enough(call, event):
            _store(call, event, now)
        return True

    return Ack(known=once(store, told=is_told))


def _is_told(call: UUID, event: SignSeen) -> bool:
    return CallSign.objects.filter(call=call, boot=event.boot, seq=event.seq).exists()


def _enough(call: Call, event: SignSeen) -> bool:
    """An engine keeps the first few of a kind, and so do we whatever it sends."""
    return CallSign.objects.filter(call=call, kind=event.kind).count() >= MOST_OF_A_KIND


def _store(call: Call, event: SignSeen, now: datetime) -> None:
    row = CallSign.objects.create(
        call=call,
        boot=event.boot,
        seq=event.seq,
        kind=event.kind,
        side=event.side or "",
        at=event.at,
        told_at=now,
        cut=event.cut,
        evidence=evidence(event.evidence),
    )
    audit.write(
        now=now,
        actor=audit.Named("engine", event.engine),
        act="call.sign",
        subject=audit.Named("call", str(call.pk)),
        facility=call.facility.place,
        facts={"kind": str(event.kind), "cut": event.cut, "sign": str(row.pk)},
    )
