"""What stands around the field one writes in: the price, what is looked at, how much fits."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kinline.apps.charging import queries as charging
from kinline.apps.review.queries.policies import Policy
from kinline.core.message.limits import Limits
from kinline.core.rating.terms import Service
from kinline.core.review.terms import Mode
from kinline.doors.words import clock, messages, services
from kinline.doors.words.price import Price, words_of
from kinline.doors.writing.show import Around

WITH_PARTS = (Service.EMESSAGE, Service.PHOTO, Service.ECARD, Service.VIDEOGRAM)
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """What one writes costs, part by part. `main` alone says it where all of them are free."""

    main: Price | None
    others: tuple[tuple[str, Price], ...]


def prices(place: str, service: Service, now: datetime) -> Prices:
    """The price of a message at a place, and of what may go along with it."""
    kinds = WITH_PARTS if service is Service.EMESSAGE else (service,)
    found = [(kind, charging.price(place=place, at=now, service=kind)) for kind in kinds]
    said = [(kind, words_of(price)) for kind, price in found if price is not None]
    main = next((price for kind, price in said if kind is service), None)
    others = [(str(services.NAMES[kind]), price) for kind, price in said if kind is not service]
    plain = main is not None and all((price.free, price.because) == (main.free, main.because)
                                     for _name, price in others)  # fmt: skip
    return Prices(main, () if plain and main and main.free else tuple(others))


def review(policy: Policy, around: Around) -> tuple[str, ...]:
    """Who looks at what one writes, before writing; and what one is told of it."""
    facts = {"place": around.facility_name, "name": around.first_name}
    said = {
        Mode.HOLD: _("Staff at %(place)s read messages before %(name)s gets them."),
        Mode.SAMPLE: _("%(name)s gets it at once. Staff at %(place)s read some messages after."),
        Mode.FLAGGED: _(
            "A program looks for words, links and numbers. Staff at %(place)s read what it finds "
            "before it goes on; the rest goes on at once."
        ),
    }[policy.mode]
    told = [said % facts]
    if policy.mode is not Mode.SAMPLE:
        wait = {"time": clock.span(policy.target_minutes * 60)}
        told.append(_("They aim to do it within %(time)s.") % wait)
    told.append(_("If something is kept back, you are both told what, why and by which rule."))
    told.append(_("Which messages staff read, and what stood out to them, is not told."))
    return tuple(told)


def most(limits: Limits) -> str:
    """What may go along, for the foot of the composer: "Up to 5 photos of 10 MB, 5 eCards"."""
    said = []
    if limits.photos:
        size = {"photos": messages.photos(limits.photos), "mb": limits.photo_bytes // MEGABYTE}
        said.append(_("%(photos)s of %(mb)s MB each") % size)
    if limits.cards:
        said.append(messages.cards(limits.cards))
    if limits.films:
        said.append(_("a VideoGram of %(seconds)s seconds") % {"seconds": limits.film_seconds})
    return _("Up to: %(what)s") % {"what": ", ".join(said)} if said else ""
