"""Wall phones, the networks they speak from, and carriers' trunks."""

import ipaddress
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities import telephone_keys
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import Agency, Facility, Handset, PhoneNetwork, Station, Trunk
from kinline.core.policy.trunk import TrunkLimits

LANGUAGES = ("en", "es", "pt", "ht")
MOST_LANGUAGES = 4
# A network wider than this is no cell block: it would let half the world knock.
WIDEST_V4, WIDEST_V6 = 16, 48
# The least and the most that a limit of a trunk may be; 0 minutes abroad closes abroad.
LIMITS = {"at_once": (1, 10_000), "a_minute": (1, 10_000), "abroad_minutes": (0, 1_000_000)}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,118}[A-Za-z0-9])?")
_CALLER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class NewHandset:
    """What is typed into a wall phone, shown to staff once."""

    user: str
    secret: str


@transaction.atomic
def make_handset(*, facility_id: UUID, station_id: UUID, by: UUID, now: datetime) -> NewHandset:
    """A fresh SIP user and password for a wall phone; those before are void. Raises NotFound."""
    rows = Station.objects.select_related("unit__facility")
    station = rows.filter(pk=station_id, unit__facility=facility_id, kind="handset").first()
    if station is None:
        raise NotFound
    Handset.objects.filter(station=station).delete()
    key, secret = uuid4(), telephone_keys.new_secret()
    handset = Handset.objects.create(
        pk=key,
        station=station,
        user=f"h{key.hex[:12]}",
        sealed_secret=telephone_keys.seal(secret, row=key),
        made_at=now,
    )
    subject = audit.Named("station", str(station.pk))
    tell(station.unit.facility, "station.telephone_made", by, now, subject=subject)
    return NewHandset(handset.user, secret)


@transaction.atomic
def add_network(*, facility_id: UUID, cidr: str, by: UUID, now: datetime) -> UUID:
    """Let wall phones speak from this network. Raises Refused and NotFound."""
    facility = facility_of(facility_id)
    network = _network(cidr)
    row, _ = PhoneNetwork.objects.get_or_create(facility=facility, cidr=network)
    subject = audit.Named("network", str(row.pk))
    tell(facility, "telephones.network_added", by, now, {"network": network}, subject=subject)
    return row.pk


@transaction.atomic
def drop_network(*, facility_id: UUID, network_id: UUID, by: UUID, now: datetime) -> None:
    """Let nobody speak from this network any more. Raises NotFound."""
    row = (
        PhoneNetwork.objects.select_related("facility")
        .filter(pk=network_id, facility=facility_id)
        .first()
    )
    if row is None:
        raise NotFound
    subject, facts = audit.Named("network", str(row.pk)), {"network": row.cidr}
    row.delete()
    tell(row.facility, "telephones.network_dropped", by, now, facts, subject=subject)


@transaction.atomic
def add_trunk(
    *,
    facility_id: UUID,
    name: str,
    host: str,
    port: int,
    caller: str,
    user: str = "",
    secret: str = "",
    by: UUID,
    now: datetime,
) -> UUID:
    """A carrier for the whole agency of this facility. Raises Refused and NotFound."""
    facility = facility_of(facility_id)
    name, host, caller, user = name.strip(), host.strip(), caller.strip(), user.strip()
    _check_trunk(facility.agency, name, host, port, caller, user, secret)
    key = uuid4()
    Trunk.objects.create(
        pk=key,
        agency=facility.agency,
        name=name,
        host=host,
        port=port,
        caller=caller,
        user=user,
        sealed_secret=telephone_keys.seal(secret, row=key) if user else "",
    )
    facts = {"host": host, "port": str(port)}
    subject = audit.Named("trunk", str(key))
    tell(facility, "telephones.trunk_added", by, now, facts, subject=subject)
    return key


@transaction.atomic
def turn_trunk(*, facility_id: UUID, trunk_id: UUID, on: bool, by: UUID, now: datetime) -> None:
    """Use a carrier, or use it no more. Raises NotFound."""
    facility = facility_of(facility_id)
    rows = Trunk.objects.filter(pk=trunk_id, agency=facility.agency)
    if rows.update(active=on, up=None, told_at=None) != 1:
        raise NotFound
    act = "telephones.trunk_on" if on else "telephones.trunk_off"
    tell(facility, act, by, now, subject=audit.Named("trunk", str(trunk_id)))


@transaction.atomic
def limit_trunk(
    *, facility_id: UUID, trunk_id: UUID, limits: TrunkLimits, by: UUID, now: datetime
) -> None:
    """What this carrier may carry from now on. Raises Refused and NotFound."""
    facility = facility_of(facility_id)
    mistakes = [
        wrong("trunk.limit", field, {"least": str(least), "most": str(most)})
        for field, (least, most) in LIMITS.items()
        if not least <= getattr(limits, field) <= most
    ]
    if mistakes:
        raise Refused(*mistakes)
    rows = Trunk.objects.filter(pk=trunk_id, agency=facility.agency)
    changed = rows.update(
        most_at_once=limits.at_once,
        most_a_minute=limits.a_minute,
        most_abroad_minutes=limits.abroad_minutes,
    )
    if changed != 1:
        raise NotFound
    subject = audit.Named("trunk", str(trunk_id))
    tell(facility, "telephones.trunk_limits", by, now, asdict(limits), subject=subject)


@transaction.atomic
def set_languages(*, facility_id: UUID, languages: list[str], by: UUID, now: datetime) -> None:
    """Which languages wall phones offer, in this order. Raises Refused and NotFound."""
    facility = facility_of(facility_id)
    chosen = list(dict.fromkeys(languages))
    if not 1 <= len(chosen) <= MOST_LANGUAGES or not set(chosen) <= set(LANGUAGES):
        raise Refused(wrong("languages.one_to_four", "languages"))
    Facility.objects.filter(pk=facility.pk).update(phone_languages=chosen)
    tell(facility, "telephones.languages", by, now, {"languages": " ".join(chosen)})


def _check_trunk(
    agency: Agency, name: str, host: str, port: int, caller: str, user: str, secret: str
) -> None:
    if not name or len(name) > 60:
        raise Refused(wrong("name.missing", "name"))
    if Trunk.objects.filter(agency=agency, name=name).exists():
        raise Refused(wrong("name.taken", "name"))
    if not _HOST.fullmatch(host):
        raise Refused(wrong("trunk.host", "host"))
    if not 0 < port < 65_536:
        raise Refused(wrong("trunk.port", "port"))
    if not _CALLER.fullmatch(caller):
        raise Refused(wrong("trunk.caller", "caller"))
    if bool(user) != bool(secret) or len(user) > 60 or len(secret) > 120:
        raise Refused(wrong("trunk.secret", "secret"))


def _network(cidr: str) -> str:
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        raise Refused(wrong("network.unknown", "cidr")) from None
    widest = WIDEST_V4 if network.version == 4 else WIDEST_V6
    if network.prefixlen < widest:
        raise Refused(wrong("network.too_wide", "cidr"))
    return str(network)
