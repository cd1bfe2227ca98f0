"""The rules by which one person's visits go on a day, for pages that explain them."""

from datetime import date
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.models import Person
from kinline.apps.visits import rules
from kinline.core.schedule.rules import Rules


def terms(*, person_id: UUID, on: date) -> Rules | None:
    """The rules in force on `on` for somebody inside, their unit's before the facility's; None
    where no visits are offered. Two queries. Raises NotFound."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    row = rules.row_in_force(rules.rule_rows(person.facility_id, person.unit_id), on)
    return rules.core_rules(row) if row is not None else None


def terms_of(*, facility_id: UUID, on: date) -> Rules | None:
    """The facility's own rules in force on `on`, for who asks about no one; None: no visits."""
    row = rules.row_in_force(rules.rule_rows(facility_id, None), on)
    return rules.core_rules(row) if row is not None else None
