"""Bristol's people keep their own lists, by invented rules. Real places have none of ours."""

from datetime import datetime

from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import ListRule

BY = "demo"


def load(*, now: datetime) -> None:
    """The rule, where the jail has none."""
    home = Facility.objects.get(place="ma-bristol")
    if not home.list_rules.exists():
        ListRule.objects.create(
            facility=home, most=10, changes=5, within_days=30, set_by=BY, set_at=now
        )
