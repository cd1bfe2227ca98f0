"""What the demo's facilities offer to write, and some letters between its people.

Suffolk lets everything through and looks at a fifth of it later; Bristol holds all for review.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from kinline.apps.facilities.models import Facility
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions.drafts import open_thread
from kinline.apps.messaging.actions.send import send_words
from kinline.apps.messaging.models import Rule
from kinline.apps.people.models import Contact, Person
from kinline.apps.review.models import Policy
from kinline.core.message.terms import Service
from kinline.core.review.terms import Mode, Side

PRIVILEGED = {"ma-bristol"}
SAMPLED = "ma-suffolk"
KEYS = UUID("6d6c2f52-1a35-4d7e-9d3c-5b6f0c1e8a44")  # the names of the demo's letters
# Hours ago, who is inside, who is outside, who writes, in which service, and what.
LETTERS = (
    (50, "31-0007", "grace", Side.CONTACT, Service.EMESSAGE, "Dear Wendell, the roof is done."),
    (47, "31-0007", "grace", Side.PERSON, Service.EMESSAGE, "That is good news. Who helped?"),
    (46, "31-0007", "grace", Side.CONTACT, Service.EMESSAGE, "Half the street. I made soup."),
    (5, "31-0007", "grace", Side.CONTACT, Service.TEXT, "Call on Sunday?"),
    (4, "31-0007", "grace", Side.PERSON, Service.TEXT, "Yes, at three."),
    (3, "40-2719", "odette", Side.CONTACT, Service.EMESSAGE, "My son, Ana has lost a tooth."),
    (2, "40-2719", "odette", Side.PERSON, Service.EMESSAGE, "Tell her I am proud of her."),
)


def load(*, now: datetime) -> None:
    """Set each facility's rule, where nobody set one."""
    for facility in Facility.objects.filter(message_rules=None):
        Rule.objects.create(
            facility=facility,
            emessages=True,
            texts=True,
            privileged=facility.place in PRIVILEGED,
            set_by="demo",
            set_at=now,
        )


def write(*, now: datetime) -> None:
    """Some letters of the last days, each once."""
    _sampled(now)
    for number, (hours, inside, outside, side, service, words) in enumerate(LETTERS):
        person = Person.objects.get(number=inside)
        contact = Contact.objects.get(account__email=f"{outside}@example.org")
        mine, other = (person.pk, contact.pk) if side is Side.PERSON else (contact.pk, person.pk)
        by, at = Writer(side, mine), now - timedelta(hours=hours)
        thread = open_thread(by=by, other=other, now=at)
        key = uuid5(KEYS, str(number))
        send_words(by=by, thread_id=thread, service=service, words=words, key=key, now=at)


def _sampled(now: datetime) -> None:
    facility = Facility.objects.get(place=SAMPLED)
    if Policy.objects.filter(facility=facility).exists():
        return
    Policy.objects.create(
        facility=facility,
        mode=Mode.SAMPLE,
        sample_percent=20,
        target_minutes=120,
        set_by="demo",
        set_at=now - timedelta(days=3),
    )
