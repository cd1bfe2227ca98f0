"""Signs of life: leases of calls, presence of contacts, and what a new boot leaves behind."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.calls.actions.finish import lose
from kinline.apps.calls.models import LIVE, Call, Engine, Waiting
from kinline.apps.ids import as_uuid
from kinline.apps.people.models import Contact
from kinline.core.control import Ack, Alive


def alive(sign: Alive, *, now: datetime) -> Ack:
    """Renew the lease of every call named, and who waits; a constant number of queries.

    The first sign of a new boot ends what earlier boots held, with the usage up to their last
    sign of life: those calls' sound is gone. If we are cut off in the middle, the sign comes
    again, and the boot is written down last.
    """
    held = _ids(sign.calls)
    mine = Call.objects.filter(LIVE, engine=sign.engine)
    engine = Engine.objects.filter(pk=sign.engine).first()
    if engine is None or engine.boot != sign.boot:
        for call in mine.exclude(boot=sign.boot).exclude(pk__in=held):
            lose(call, now=now)
    with transaction.atomic():
        Engine.objects.update_or_create(
            pk=sign.engine, defaults={"boot": sign.boot, "seen_at": now}
        )
        # Our clock, not the engine's: a lease must not depend on how well the two agree.
        mine.filter(pk__in=held).update(alive_at=now, boot=sign.boot)
        _present(sign.engine, set(_ids(sign.waiting)), now)
    return Ack()


def _present(engine: str, told: set[UUID], now: datetime) -> None:
    rows = Waiting.objects.filter(engine=engine)
    known = set(rows.values_list("contact", flat=True))
    if gone := known - told:
        rows.filter(contact__in=gone).delete()
    if fresh := told - known:
        # An id that is nobody's must not fail the whole sign of life.
        real = Contact.objects.filter(pk__in=fresh).values_list("pk", flat=True)
        Waiting.objects.bulk_create(
            (Waiting(engine_id=engine, contact_id=pk, seen_at=now) for pk in real),
            ignore_conflicts=True,
        )


def _ids(words: Iterable[str]) -> list[UUID]:
    return [found for word in words if (found := as_uuid(word))]
