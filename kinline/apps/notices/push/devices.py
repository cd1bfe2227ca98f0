"""Devices that may be told things: let in by their owner, ended by the owner or when gone."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kinline.apps import tokens
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.notices.models import Device
from kinline.apps.prepared import Prepared

LONGEST_ENDPOINT, LONGEST_NAME, MOST_DEVICES = 1000, 60, 10
SECRET_BYTES = 16  # RFC 8291, section 3.2


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device in its owner's list."""

    id: UUID
    name: str
    made_at: datetime
    reached_at: datetime | None


def mine(*, owner: UUID) -> list[DeviceView]:
    """A contact's devices, newest first."""
    rows = Device.objects.filter(owner=owner, ended_at=None).order_by("-made_at")
    return [DeviceView(row.pk, row.name, row.made_at, row.reached_at) for row in rows]


def _live(owner: Any) -> QuerySet[Any, Any]:
    rows = Device.objects.filter(owner=owner, ended_at=None)
    return rows.order_by("made_at").values_list("pk")


_LIVE = Prepared(_live, owner=UUID)


def live(*, owner: UUID) -> list[UUID]:
    """Ids of a contact's devices."""
    return [device for (device,) in _LIVE(owner=owner)]


@transaction.atomic
def let_in(*, owner: UUID, endpoint: str, key: str, secret: str, name: str, now: datetime) -> UUID:
    """Let a browser tell its owner things; the same browser again changes only its keys.

    A browser that another contact had let in is theirs no more: whoever is signed in there now
    must not be told of the other's. Raises Refused (push.not_a_service, push.bad_keys,
    push.too_many).
    """
    if not known_service(endpoint):
        raise Refused(wrong("push.not_a_service", "endpoint"))
    if not good_keys(key, secret):
        raise Refused(wrong("push.bad_keys", "keys"))
    hashed = tokens.hashed(endpoint)
    here = Device.objects.filter(endpoint_hash=hashed, ended_at=None)
    if found := here.filter(owner=owner).first():
        Device.objects.filter(pk=found.pk).update(key=key, secret=secret)
        return found.pk
    here.update(ended_at=now, ended_because="other_owner")
    if Device.objects.filter(owner=owner, ended_at=None).count() >= MOST_DEVICES:
        raise Refused(wrong("push.too_many", "endpoint"))
    made = Device.objects.create(
        owner=owner,
        endpoint=endpoint,
        endpoint_hash=hashed,
        key=key,
        secret=secret,
        name=name[:LONGEST_NAME],
        made_at=now,
    )
    return made.pk


@transaction.atomic
def end(*, owner: UUID, device: UUID, now: datetime) -> None:
    """Its owner wants nothing there any more; ended twice is ended once. Raises NotFound."""
    found = Device.objects.filter(pk=device, owner=owner)
    if not found.exists():
        raise NotFound
    found.filter(ended_at=None).update(ended_at=now, ended_because="owner")


def gone(*, device: UUID, now: datetime) -> None:
    """Its push service says that the browser ended it."""
    Device.objects.filter(pk=device, ended_at=None).update(ended_at=now, ended_because="gone")


def known_service(endpoint: str) -> bool:
    """Whether an address is one of a browser maker's push service.

    The address comes from a stranger and our worker calls it: it must not lead into our network.
    """
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return False
    if parts.username or parts.password or not parts.hostname:
        return False
    return any(fnmatch(origin, known) for known in settings.PUSH_SERVICES)


def good_keys(key: str, secret: str) -> bool:
    """Whether what the browser gave is a point of P-256 and a secret of sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(key))
        return len(unpadded(secret)) == SECRET_BYTES
    except (ValueError, binascii.Error):
        return False


def unpadded(word: str) -> bytes:
    """base64url without padding. Raises ValueError."""
    if len(word) > 100:
        raise ValueError("too long")
    return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
