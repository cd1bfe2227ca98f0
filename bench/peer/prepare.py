"""`python -m bench.peer.prepare PEOPLE`: a database with the town, and so many more callers.

Each stands on a list of their own with Odette's number, so that each may dial once. Prints
JSON: the tablet, the number, and the people.
"""

import json
import sys
from datetime import UTC, datetime

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.peer.models import Row  # noqa: E402
from kinline.apps.facilities.models import Station  # noqa: E402
from kinline.apps.people.models import AllowedNumber, ContactNumber, Person  # noqa: E402
from kinline.config import demo  # noqa: E402

ODETTE = "+16175550142"


def prepare(count: int) -> dict[str, object]:
    now = datetime.now(UTC)
    call_command("migrate", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    demo.load(now=now)
    settings.KEYRING("control")  # made at first use
    tablet = Station.objects.get(name="Tablet C-1")
    number = ContactNumber.objects.get(e164=ODETTE)
    people = Person.objects.bulk_create(
        Person(
            facility_id=tablet.unit.facility_id,
            unit_id=tablet.unit_id,
            number=f"B-{n}",
            given_name="Bench",
            family_name=str(n),
        )
        for n in range(count)
    )
    AllowedNumber.objects.bulk_create(
        AllowedNumber(person=person, number=number, added_by="bench", added_at=now)
        for person in people
    )
    return {
        "station": str(tablet.pk),
        "number": ODETTE,
        "people": [str(person.pk) for person in people],
    }


if __name__ == "__main__":
    json.dump(prepare(int(sys.argv[1])), sys.stdout)
