"""Reading the audit log. Every query takes the places its reader may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max

from kinline.apps.audit.models import Line
from kinline.apps.days import moments_of
from kinline.apps.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; empty means anything. `day` is a day in `zone`."""

    act: str = ""
    actor: str = ""
    subject: str = ""
    day: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line as it is shown; `sealed` once it stands in the hash chain."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    act: str
    subject_kind: str
    subject: str
    facility: str
    purpose: str
    facts: Mapping[str, object] = field(default_factory=dict)
    sealed: bool = False
    hash: str = ""


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the chain has come: sealed lines, waiting lines, and when the last was written."""

    sealed: int
    waiting: int
    last_at: datetime | None


def lines(
    *, places: Collection[str], filter: AuditFilter | None = None, page: int = 1
) -> Page[LineView]:
    """Lines of these places, newest first."""
    wanted = filter or AuditFilter()
    rows = Line.objects.filter(facility__in=list(places)).order_by("-id")
    for name in ("act", "actor", "subject"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.day is not None:
        begin, end = moments_of(wanted.day, wanted.zone)
        rows = rows.filter(at__gte=begin, at__lt=end)
    return paginate(rows, page, lambda found: [_view(line) for line in found])


def seal_state() -> SealState:
    """How much of the log is sealed. Speaks of figures only, so it needs no scope."""
    sealed = Line.objects.aggregate(last=Max("position"))["last"]
    waiting = Line.objects.filter(position=None).count()
    newest = Line.objects.order_by("-id").values_list("at", flat=True).first()
    return SealState(sealed or 0, waiting, newest)


def _view(line: Line) -> LineView:
    return LineView(
        id=line.pk,
        at=line.at,
        actor_kind=line.actor_kind,
        actor=line.actor,
        act=line.act,
        subject_kind=line.subject_kind,
        subject=line.subject,
        facility=line.facility,
        purpose=line.purpose,
        facts=line.facts,
        sealed=line.position is not None,
        hash=line.hash or "",
    )
