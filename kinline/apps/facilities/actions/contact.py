"""How to reach a facility, told by the facility itself and shown to everyone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.actions import common
from kinline.apps.facilities.models import ContactLine
from kinline.apps.facilities.topics import Topic
from kinline.apps.text import typed

LONGEST = 200


@transaction.atomic
def tell(*, facility_id: UUID, lines: Mapping[Topic, str], by: UUID, now: datetime) -> None:
    """Put these lines in the place of all that was told before; an empty one is not told.

    Raises NotFound, and Refused for a line that is too long.
    """
    facility = common.facility_of(facility_id)
    told = {topic: typed(words).replace("\n", " ") for topic, words in lines.items()}
    too_long = [
        wrong("contact.too_long", topic) for topic in told if len(lines[topic].strip()) > LONGEST
    ]
    if too_long:
        raise Refused(*too_long)
    ContactLine.objects.filter(facility=facility).delete()
    ContactLine.objects.bulk_create(
        ContactLine(facility=facility, topic=topic, words=words, set_by=str(by), set_at=now)
        for topic, words in told.items()
        if words
    )
    facts = {topic.value: words for topic, words in told.items()}
    common.tell(facility, "facility.contact_told", by, now, facts)
