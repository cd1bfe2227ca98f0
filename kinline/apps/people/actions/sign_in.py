"""People inside sign in on a shared station with their ID and PIN.

Wrong tries are counted for a person's number at one station: whoever sits at another station
cannot lock a person out. An unknown number takes as long as a wrong PIN and gets its answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Replace

from kinline.apps import tokens
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Station
from kinline.apps.ids import as_uuid
from kinline.apps.notices.actions import mark_said
from kinline.apps.notices.kinds import LAW_BEGINS
from kinline.apps.notices.queries import to_say
from kinline.apps.people import pins
from kinline.apps.people.models import InsideSession, Person, PinTry
from kinline.apps.text import typed
from kinline.core.control import Ack, IdentifyReply, IdentifyRequest, NoticeSaid, RefusalFact
from kinline.core.ids import PersonId
from kinline.core.refusal import Refusal, Whose
from kinline.laws import spoken

MOST_TRIES = 5
WAIT = timedelta(minutes=10)
TOUCH_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Inside:
    """Who is signed in on which station, and until when without a touch."""

    session: UUID
    person: UUID
    number: str
    given_name: str
    family_name: str
    language: str
    has_name: bool
    station: UUID
    station_name: str
    unit: str
    facility: UUID
    place: str
    facility_name: str
    zone: str
    agency: UUID
    began_at: datetime
    idle_ends_at: datetime

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is for the browser's cookie; only its hash is kept."""

    token: str
    inside: Inside


def sign_in(*, station_id: UUID, number: str, pin: str, now: datetime) -> SignedIn:
    """Sign a person in; whoever was signed in on this station is signed out.

    Raises Refused: sign_in.wrong, sign_in.wait (with `until`), sign_in.closed.
    """
    station = _station(station_id)
    person = identify_person(station=station, number=number, pin=pin, now=now)
    token = tokens.new_token()
    with transaction.atomic():
        InsideSession.objects.filter(station=station, ended_at=None).update(ended_at=now)
        session = InsideSession.objects.create(
            person=person,
            station=station,
            token_hash=tokens.hashed(token),
            began_at=now,
            seen_at=now,
        )
        _tell("inside.signed_in", session, station.unit.facility.place, now)
    session.station = station
    return SignedIn(token, _inside(session))


def resume(*, token: str, station_id: UUID, now: datetime, touch: bool = True) -> Inside | None:
    """Who holds `token` on this station; None when nobody does or their time is up.

    `touch` False leaves the idle clock alone: a page that polls is not a person who is there.
    """
    rows = InsideSession.objects.select_related("person__unit", "station__unit__facility")
    session = rows.filter(
        token_hash=tokens.hashed(token),
        station=station_id,
        ended_at=None,
        person__active=True,
        station__active=True,
    ).first()
    if session is None or now >= _idle_end(session.seen_at):
        return None
    if touch and now - session.seen_at >= TOUCH_EVERY:
        InsideSession.objects.filter(pk=session.pk, ended_at=None).update(seen_at=now)
        session.seen_at = now
    return _inside(session)


@transaction.atomic
def sign_out(*, token: str, now: datetime) -> None:
    """End the session; signing out twice is signing out once."""
    rows = InsideSession.objects.select_related("station__unit__facility")
    session = rows.filter(token_hash=tokens.hashed(token), ended_at=None).first()
    if session is None:
        return  # already signed out, by the clock or in another tab: what was wanted is so
    InsideSession.objects.filter(pk=session.pk).update(ended_at=now)
    _tell("inside.signed_out", session, session.station.unit.facility.place, now)


@transaction.atomic
def set_language(*, session_id: UUID, language: str, now: datetime) -> None:
    """The person's own language, from now on. Raises NotFound when they are signed out."""
    session = InsideSession.objects.filter(pk=session_id, ended_at=None).first()
    if session is None:
        raise NotFound
    Person.objects.filter(pk=session.person_id).update(language=language)


def identify(request: IdentifyRequest, *, now: datetime) -> IdentifyReply:
    """The same question asked by an engine for a handset: an answer, never an exception."""
    station_id = as_uuid(request.station)
    try:
        if station_id is None:
            raise NotFound
        station = _station(station_id)
        person = identify_person(station=station, number=request.number, pin=request.pin, now=now)
    except NotFound:
        return IdentifyReply(refusals=(RefusalFact("sign_in.closed", Whose.FACILITY),))
    except Refused as no:
        facts = (RefusalFact(r.code, r.whose, r.until, dict(r.facts)) for r in no.refusals)
        return IdentifyReply(refusals=tuple(facts))
    note = to_say(person=person.pk, kind=LAW_BEGINS)
    return IdentifyReply(
        person=PersonId(str(person.pk)),
        language=person.language,
        named=bool(person.name_folder),
        notice=str(note.id) if note else "",
        notice_prompts=spoken.prompts(note.facts["law"]) if note else (),
    )


def notice_said(said: NoticeSaid, *, now: datetime) -> Ack:
    """A wall phone has said a notice. Told twice is told once; somebody else's is not known."""
    person, note = as_uuid(said.person), as_uuid(said.notice)
    if person is None or note is None:
        return Ack(known=False)
    return Ack(known=mark_said(owner=person, note_id=note, now=now))


def _as_written(station: Station, keys: str) -> str:
    """The number these keys stand for: a keypad has no hyphen, and nobody should need one.

    Where two people's numbers differ in nothing else, the keys stand for neither.
    """
    people = Person.objects.filter(facility=station.unit.facility_id, active=True)
    bare = Replace(Replace(F("number"), Value("-"), Value("")), Value(" "), Value(""))
    wanted = keys.replace("-", "").replace(" ", "")
    found = list(
        people.annotate(bare=bare).filter(bare=wanted).values_list("number", flat=True)[:2]
    )
    return found[0] if len(found) == 1 else keys


def identify_person(*, station: Station, number: str, pin: str, now: datetime) -> Person:
    """The person with this number and PIN at the station's facility. Raises Refused.

    The try is written down before the PIN is looked at: many guesses sent at once do not
    overtake their own counting.
    """
    if not station.active:
        raise Refused(Refusal("sign_in.closed", Whose.FACILITY))
    facility_id = station.unit.facility_id
    number = _as_written(station, typed(number, 20).upper())
    tries = PinTry.objects.filter(facility=facility_id, number=number, station=station)
    _wait_if_tired(tries.order_by("-at")[:MOST_TRIES], now)
    tries.create(facility_id=facility_id, number=number, station=station, at=now)
    if tries.filter(at__gt=now - WAIT).count() > MOST_TRIES:
        raise _wait(now + WAIT)
    rows = Person.objects.select_related("unit")
    person = rows.filter(facility=facility_id, number=number, active=True).first()
    if not pins.fits(pin, person.pin_hash if person else "") or person is None:
        raise Refused(Refusal("sign_in.wrong", Whose.FACILITY))
    tries.delete()
    return person


def forget_tries(*, now: datetime) -> int:
    """Wrong tries that no longer count; returns how many."""
    return PinTry.objects.filter(at__lt=now - 2 * WAIT).delete()[0]


def _wait_if_tired(newest: Iterable[PinTry], now: datetime) -> None:
    moments = [row.at for row in newest]
    tired = len(moments) == MOST_TRIES and moments[0] - moments[-1] < WAIT
    if tired and now < moments[0] + WAIT:
        raise _wait(moments[0] + WAIT)


def _wait(until: datetime) -> Refused:
    return Refused(Refusal("sign_in.wait", Whose.FACILITY, until=until))


def _station(station_id: UUID) -> Station:
    row = Station.objects.select_related("unit__facility").filter(pk=station_id).first()
    if row is None:
        raise NotFound
    return row


def _idle_end(seen_at: datetime) -> datetime:
    return seen_at + timedelta(seconds=settings.TABLET_IDLE_SECONDS)


def _inside(session: InsideSession) -> Inside:
    person, station = session.person, session.station
    facility = station.unit.facility
    return Inside(
        session=session.pk,
        person=person.pk,
        number=person.number,
        given_name=person.given_name,
        family_name=person.family_name,
        language=person.language,
        has_name=bool(person.name_folder),
        station=station.pk,
        station_name=station.name,
        unit=station.unit.name,
        facility=facility.pk,
        place=facility.place,
        facility_name=facility.name,
        zone=facility.zone,
        agency=facility.agency_id,
        began_at=session.began_at,
        idle_ends_at=_idle_end(session.seen_at),
    )


def _tell(act: str, session: InsideSession, place: str, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("person", str(session.person_id)),
        act=act,
        subject=audit.Named("station", str(session.station_id)),
        facility=place,
    )
