"""The demo's video visits: Bristol's rules, two kiosks, and visits of Odette with Julian.

Hours and limits are invented. Only what is missing is written.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import Contact, Person
from kinline.apps.visits.access import Asker
from kinline.apps.visits.actions.booking import book
from kinline.apps.visits.models import VisitRules, VisitStation
from kinline.core.link import By
from kinline.core.visit.terms import StationKind

PLACE, PERSON, CONTACT = "ma-bristol", "40-2719", "odette@example.org"
KIOSKS = ("Kiosk 1", "Kiosk 2")
Template = list[list[int | str]]
EVERY = timedelta(minutes=30)
# In real hours mornings and afternoons, and evenings on two days.
OPEN = (("09:00", "11:30", range(7)), ("13:00", "16:00", range(7)), ("18:00", "20:00", (1, 3)))
HOURS: Template = [[day, opens, closes] for opens, closes, days in OPEN for day in days]
ALL_DAY: Template = [[weekday, "00:00", "00:00"] for weekday in range(7)]


def load(*, now: datetime, open_hours: bool = True) -> None:
    """Let Bristol offer visits, and book some: one that begins within the hour, two later."""
    facility = Facility.objects.get(place=PLACE)
    if not facility.visit_rules.exists():
        _offer(facility, now, ALL_DAY if open_hours else HOURS)
    if open_hours and not facility.visits.exists():
        _book(facility, now)


def _offer(facility: Facility, now: datetime, template: Template) -> None:
    VisitRules.objects.create(
        facility=facility,
        from_on=now.astimezone(ZoneInfo(facility.zone)).date() - timedelta(days=30),
        template=template,
        lengths=[20, 40],
        every_minutes=30,
        per_person_week=5,
        per_visitor_week=5,
        capacity=2,
        set_by="demo",
        set_at=now,
    )
    for name in KIOSKS:
        VisitStation.objects.get_or_create(
            facility=facility,
            name=name,
            defaults={"kind": StationKind.KIOSK, "set_by": "demo", "set_at": now},
        )


def _book(facility: Facility, now: datetime) -> None:
    """As if two days ago, so that one of them is soon enough to be tried out."""
    person = Person.objects.get(number=PERSON)
    contact = Contact.objects.get(account__email=CONTACT)
    soon = _half_hour_after(now + timedelta(minutes=5))
    for number, after in enumerate((timedelta(), timedelta(days=2), timedelta(days=8))):
        book(
            by=Asker(By.CONTACT, contact.pk),
            key=f"demo-{number}",
            person_id=person.pk,
            contact_ids=[contact.pk],
            starts_at=soon + after,
            length_minutes=20,
            now=now - timedelta(days=2),
        )


def _half_hour_after(at: datetime) -> datetime:
    whole = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while whole < at:
        whole += EVERY
    return whole
