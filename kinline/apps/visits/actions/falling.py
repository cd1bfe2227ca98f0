"""Booked visits that may not be any more: an order, the end of an approval or a link, a block, or a
stop came after they were booked. Each falls whole and once, with all its money back.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kinline.apps.people.links import LINKED, apart
from kinline.apps.people.models import Block, Link
from kinline.apps.people.visitors import in_force
from kinline.apps.review.models import Stop
from kinline.apps.visits import again, standing
from kinline.apps.visits.access import full
from kinline.apps.visits.models import Visit, VisitVisitor
from kinline.apps.visits.moving import Happened, move
from kinline.core.message.terms import Service
from kinline.core.policy.visit_kept import BookedFacts, Falls, falls
from kinline.core.visit.states import TO_COME, By, Event


def fall_due(*, now: datetime) -> int:
    """Cancel the visits to come that may not be any more; how many that were.

    Both sides are told why, as far as they may know it. Whoever of its visitors may still come
    waits for another time, with the turn of the day on which they booked. The worker asks again and
    again: so a visit that was booked in the same second falls, too.
    """
    return sum(_fallen(visit, now) for visit in full(_doubtful(now).order_by("starts_at")))


@transaction.atomic
def _fallen(visit: Visit, now: datetime) -> bool:
    verdict = falls(_facts(visit, now))
    if verdict is None:
        return False
    happened = Happened(
        event=Event.CANCELLED,
        at=now,
        by=By.FACILITY,
        why=verdict.because,
        note=str(verdict.stop.facts["reason"]) if verdict.stop else "",
    )
    if not move(visit, happened).obeyed:
        return False
    _look_again(visit, verdict, now)
    return True


def _look_again(visit: Visit, verdict: Falls, now: datetime) -> None:
    if verdict.others:
        again.look(visit, now, who={UUID(one) for one in verdict.others})


def _facts(visit: Visit, now: datetime) -> BookedFacts:
    contacts = list(dict.fromkeys(row.contact_id for row in visit.visitors.all()))
    who = standing.party(person_id=visit.person_id, contact_ids=contacts, minor_ids=[], now=now)
    ended = VisitVisitor.objects.filter(_unlinked(), visit=visit)
    return BookedFacts(
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        visitors=tuple(standing.visitor_facts(who, visit.starts_at, now)),
        unlinked=frozenset(str(pk) for pk in ended.values_list("contact", flat=True)),
        stops=standing.stops_of(who, now),
    )


def _doubtful(now: datetime) -> "QuerySet[Visit]":
    """Visits to come of which something may have changed: few, so that each is looked at whole."""
    changed = VisitVisitor.objects.filter(
        _unwelcome(now) | _unlinked() | _blocked() | _stopped(now), visit=OuterRef("pk")
    )
    return Visit.objects.filter(
        Exists(changed),
        state__in=TO_COME,
        starts_at__gt=now,
        # Of somebody who was moved or released, the visits end by themselves (actions.due).
        person__active=True,
        person__facility=F("facility"),
    )


# Conditions on rows of VisitVisitor. ---------------------------------------------------------


def _unwelcome(now: datetime) -> Q:
    """No approval lasts to the end, an order forbids contact, or their account was closed."""
    approvals = in_force(now).filter(
        Q(person=None) | Q(person=OuterRef("visit__person")),
        contact=OuterRef("contact"),
        facility=OuterRef("visit__facility"),
        until_at__gte=OuterRef("visit__ends_at"),
    )
    forbidden = apart(person=OuterRef("visit__person"), contact="contact", now=now)
    return ~Exists(approvals) | Q(forbidden) | ~Q(contact__account__is_active=True)


def _unlinked() -> Q:
    """A link that both had has ended since they booked, and there is no other."""
    links = Link.objects.filter(person=OuterRef("visit__person"), contact=OuterRef("contact"))
    ended = links.filter(accepted_at__isnull=False, ended_at__gt=OuterRef("visit__booked_at"))
    return Exists(ended) & ~Exists(links.filter(LINKED))


def _blocked() -> Q:
    blocks = Block.objects.filter(
        Q(person=OuterRef("visit__person")) | Q(facility=OuterRef("visit__facility")),
        contact=OuterRef("contact"),
        lifted_at=None,
    )
    return Q(Exists(blocks))


def _stopped(now: datetime) -> Q:
    stops = Stop.objects.filter(
        Q(person=None) | Q(person=OuterRef("visit__person")),
        Q(contact=None) | Q(contact=OuterRef("contact")),
        facility=OuterRef("visit__facility"),
        service__in=["", Service.VISIT],
        ended_at=None,
        set_at__lte=now,
        until_at__gt=OuterRef("visit__starts_at"),
    )
    return Q(Exists(stops))
