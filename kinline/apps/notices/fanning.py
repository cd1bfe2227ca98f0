"""From a note on somebody's page to each way they want to be told by.

Recorded with the note as one item; the worker makes one item more for each way, each once, so
that one way's trouble is none of another's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation

from kinline.apps.notices import choices, mail, reach, words
from kinline.apps.notices.kinds import Channel, Group, group_of
from kinline.apps.notices.models import Outgoing
from kinline.apps.notices.outbox import Closed, Later
from kinline.apps.notices.push import devices, sending
from kinline.apps.notices.sms import consents, queue

TOLD = "told"
ARRIVED, TEXT = "message.arrived", "text"
BY_EMAIL, BY_PUSH, BY_SMS = "told.email", "told.push", "told.sms"
# So long one notice of a group by SMS speaks for those that follow.
ONE_SMS_PER_GROUP_IN = timedelta(minutes=15)


def told(*, key: str, owner: UUID, kind: str, now: datetime, service: str = "") -> Outgoing | None:
    """The item to keep with a contact's note; None for a kind that stays on the page.

    `service`: of a message, which; a text may travel by SMS itself.
    """
    if group_of(kind) is None:
        return None
    facts = {"owner": str(owner), "kind": kind, "note": key, "service": service}
    return Outgoing(
        key=f"{TOLD}:{key}"[:120], kind=TOLD, facts=facts, created_at=now, next_try_at=now
    )


def fan_out(item: Outgoing, now: datetime, *, own_letters: Iterable[str]) -> None:
    """One item for each way that is wanted and there. `own_letters`: kinds that are posted too."""
    owner, kind = UUID(item.facts["owner"]), item.facts["kind"]
    group = group_of(kind)
    found = reach.of(owner)
    if found is None or group is None:
        raise Closed("nobody to tell")
    wanted = choices.wanted(owner=owner)
    rows: list[Outgoing] = []
    if group in wanted[Channel.EMAIL] and found.email and kind not in own_letters:
        rows.append(_item(item, BY_EMAIL, "", {"email": found.email}, now))
    if group in wanted[Channel.PUSH]:
        for device in devices.live(owner=owner):
            rows.append(_item(item, BY_PUSH, str(device), {"device": str(device)}, now))
    if group in wanted[Channel.SMS]:
        carried = _carried(item, owner)
        for e164 in consents.agreed(owner=owner, purpose=consents.NOTICES):
            if e164 in carried:
                continue  # the text itself is on its way there
            rows.append(_item(item, BY_SMS, e164, {"e164": e164}, now))
    Outgoing.objects.bulk_create(rows, ignore_conflicts=True)


def _carried(item: Outgoing, owner: UUID) -> list[str]:
    """Telephones to which the message of this note goes by itself."""
    if (item.facts["kind"], item.facts.get("service")) != (ARRIVED, TEXT):
        return []
    return consents.agreed(owner=owner, purpose=consents.TEXTS)


def _item(told: Outgoing, way: str, to: str, facts: dict[str, str], now: datetime) -> Outgoing:
    return Outgoing(
        key=f"{way}:{told.pk}:{to}",
        kind=way,
        facts={"owner": told.facts["owner"], "kind": told.facts["kind"], **facts},
        created_at=now,
        next_try_at=now,
    )


def by_email(item: Outgoing, now: datetime) -> None:
    """A letter that says that there is something. Raises Closed."""
    found = _reader(item)
    with translation.override(found.language):
        letter = mail.general(item.facts["kind"])
    mail.send(
        letter,
        key=item.key,
        kind=item.facts["kind"],
        to=item.facts["email"],
        language=found.language,
    )


def by_push(item: Outgoing, now: datetime) -> None:
    """To one device, when its owner's quiet hours are over. Raises Closed, Later, and faults."""
    found = _still_wanted(item, Channel.PUSH, now)
    kind = item.facts["kind"]
    with translation.override(found.language):
        message = sending.Message(
            text=words.line(kind), path=words.page(kind), tag=str(group_of(kind)), rings=False
        )
    sending.send(device=UUID(item.facts["device"]), message=message, now=now)


def by_sms(item: Outgoing, now: datetime) -> None:
    """Into the queue of SMS, once for many of a group. Raises Closed and Later."""
    found = _still_wanted(item, Channel.SMS, now)
    kind, e164 = item.facts["kind"], item.facts["e164"]
    group = group_of(kind)
    before = Outgoing.objects.filter(
        kind=BY_SMS,
        facts__e164=e164,
        sent_at__gt=now - ONE_SMS_PER_GROUP_IN,
        last_error="",
        facts__kind__startswith=kind.partition(".")[0],
    ).exclude(pk=item.pk)
    if before.exists():
        raise Closed(f"told of {group} a moment ago")
    with translation.override(found.language):
        text = queue.notice(words.line(kind), words.address(words.page(kind)))
    queue.add(key=item.key, e164=e164, text=text, purpose=queue.NOTICES, now=now)


def _reader(item: Outgoing) -> reach.Reach:
    found = reach.of(UUID(item.facts["owner"]))
    if found is None:
        raise Closed("nobody to tell")
    return found


def _still_wanted(item: Outgoing, channel: Channel, now: datetime) -> reach.Reach:
    found, group = _reader(item), group_of(item.facts["kind"])
    if not isinstance(group, Group):
        raise Closed("nothing to tell")
    if not choices.wants(owner=found.owner, group=group, channel=channel):
        raise Closed(f"not wanted by {channel}")
    quiet = choices.quiet_of(owner=found.owner)
    until = quiet.until(now) if quiet else None
    if until is not None:
        raise Later(until)
    return found
