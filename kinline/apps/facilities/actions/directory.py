"""What engines are told of telephones, and what they tell of them."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from kinline.apps.facilities import telephone_keys
from kinline.apps.facilities.actions import trials
from kinline.apps.facilities.models import Handset, PhoneNetwork, Trunk
from kinline.apps.ids import as_uuid
from kinline.core import control
from kinline.core.ids import StationId
from kinline.sealed.keys import KeyRefused

log = logging.getLogger(__name__)

# A registration is renewed every few minutes: less than this is no news.
_NEWS = timedelta(seconds=20)
_TOLD_AGAIN = timedelta(minutes=1)


def telephones(request: control.TelephonesRequest, *, now: datetime) -> control.Telephones:
    """Every telephone there is; what the engine saw is kept for the console.

    Four queries when there is no news. Test calls that staff asked for go along. A password that
    does not open is left out and logged: one lost key must not silence the other telephones.
    """
    # Those turned off too: their help lines stay open, everything else web refuses.
    handsets = list(Handset.objects.select_related("station__unit__facility"))
    trunks = list(Trunk.objects.filter(active=True))
    _keep(request, handsets, trunks, now)
    trials.keep(request.tried, now=now)
    networks = PhoneNetwork.objects.order_by("cidr").values_list("cidr", flat=True).distinct()
    return control.Telephones(
        handsets=tuple(filter(None, map(_handset, handsets))),
        trunks=tuple(filter(None, map(_trunk, trunks))),
        networks=tuple(networks),
        trials=trials.take(engine=request.engine, now=now),
    )


@transaction.atomic
def _keep(
    request: control.TelephonesRequest,
    handsets: list[Handset],
    trunks: list[Trunk],
    now: datetime,
) -> None:
    seen = {as_uuid(one.station): one for one in request.handsets}
    for handset in handsets:
        told = seen.get(handset.station_id)
        if told is None:
            continue
        known = handset.registered_until
        if known is None or abs(told.until - known) > _NEWS or told.address != handset.address:
            Handset.objects.filter(pk=handset.pk).update(
                address=told.address[:60], registered_until=told.until
            )
    states = {as_uuid(one.trunk): one.up for one in request.trunks}
    for trunk in trunks:
        up = states.get(trunk.pk)
        stale = trunk.told_at is None or now - trunk.told_at > _TOLD_AGAIN
        if up is not None and (up != trunk.up or stale):
            Trunk.objects.filter(pk=trunk.pk).update(up=up, told_at=now)


def _handset(row: Handset) -> control.Handset | None:
    try:
        secret = telephone_keys.unseal(row.sealed_secret, row=row.pk)
    except KeyRefused:
        log.error("a telephone's password does not open", extra={"handset": str(row.pk)})
        return None
    home = row.station.unit.facility
    languages = tuple(home.phone_languages) or ("en",)
    return control.Handset(StationId(str(row.station_id)), row.user, secret, languages, home.place)


def _trunk(row: Trunk) -> control.Trunk | None:
    try:
        secret = telephone_keys.unseal(row.sealed_secret, row=row.pk) if row.user else ""
    except KeyRefused:
        log.error("a trunk's password does not open", extra={"trunk": str(row.pk)})
        return None
    return control.Trunk(str(row.pk), row.host, row.port, row.caller, user=row.user, secret=secret)
