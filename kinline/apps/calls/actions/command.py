"""Orders to engines: written here, polled by the engine, numbered without gaps per engine."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps import tickets
from kinline.apps.calls.models import Call, Command, Engine
from kinline.core import control
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Commands, CommandsRequest, Order
from kinline.core.ids import CallId, ContactId
from kinline.core.passes import Right

STALE = timedelta(minutes=2)


class EngineSilent(Exception):
    """The call's engine has never shown itself, so nothing can be ordered of it."""


def order_end(*, call: Call, made_by: UUID, note: str, now: datetime) -> None:
    """Have the call's engine end it. Raises EngineSilent."""
    _order(
        call, call.engine, Order.END, now, reason=EndReason.STAFF, made_by=str(made_by), note=note
    )


def order_ring(*, call: Call, engine: str, now: datetime) -> None:
    """Have another engine send the contact's waiting pages here. Raises EngineSilent."""
    _order(call, engine, Order.RING, now, contact=call.contact)


def _order(call: Call, engine: str, order: Order, now: datetime, **more: object) -> None:
    with transaction.atomic():
        # Taking the number holds the engine's row until commit, so numbers appear in order.
        row = Engine.objects.filter(pk=engine)
        if row.update(last_command=F("last_command") + 1) != 1:
            raise EngineSilent(engine)
        number = row.values_list("last_command", flat=True).get()
        Command.objects.create(
            engine_id=engine, number=number, order=order, call=call, made_at=now, **more
        )


def commands(request: CommandsRequest, *, now: datetime) -> Commands:
    """What the engine has not done yet; `request.after` acknowledges everything up to it."""
    row = Engine.objects.filter(pk=request.engine)
    done = row.values_list("done", flat=True).first()
    if done is None:
        return Commands()
    if request.after > done:
        row.filter(done__lt=request.after).update(done=request.after)
    # A new boot asks from 0: what an earlier one left undone long ago is of no use to anyone.
    rows = Command.objects.filter(
        engine=request.engine, number__gt=max(done, request.after), made_at__gt=now - STALE
    )
    found = rows.select_related("call").order_by("number")[:100]
    return Commands(tuple(_sent(row, now) for row in found))


def _sent(row: Command, now: datetime) -> control.Command:
    call = row.call
    contact = ContactId(str(row.contact_id)) if row.contact_id else None
    url = token = ""
    if row.order == Order.RING and contact:
        url = tickets.url_of(call.engine)
        token = tickets.word(
            engine=call.engine,
            right=Right.JOIN,
            side=Side.OUTSIDE,
            subject=contact,
            call=str(call.pk),
            language=call.language,
            now=now,
        )
    return control.Command(
        id=row.number,
        order=Order(row.order),
        call=CallId(str(call.pk)),
        reason=EndReason(row.reason) if row.reason else None,
        contact=contact,
        url=url,
        token=token,
    )


def clean_up(*, now: datetime) -> int:
    """Forget orders that are done or stale; returns how many."""
    old = Command.objects.filter(made_at__lt=now - STALE)
    return old.delete()[0] + Command.objects.filter(number__lte=F("engine__done")).delete()[0]
