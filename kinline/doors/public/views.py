"""Pages anybody may read, and where to go after signing in."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.lines import open_lines
from kinline.apps.messaging.queries.offer import offer_of
from kinline.apps.people.access import is_staff
from kinline.apps.visits.queries.terms import terms_of
from kinline.doors import idle
from kinline.doors.help import where
from kinline.doors.help.asked import known_place
from kinline.doors.public import demo, offers, rules
from kinline.doors.words import visit_rules
from kinline.doors.words.calls import PRIVATE_BECAUSE
from kinline.doors.words.contact import TOPICS
from kinline.doors.words.places import custody, jurisdiction


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who are you: family and friends, staff, or someone who tries the demo."""
    facts = {
        "facilities": facilities.public(now=timezone.now()),
        "cast": demo.cast() if settings.DEMO else None,
    }
    return render(request, "public/home.html", facts)


@require_safe
def facilities_page(request: HttpRequest) -> HttpResponse:
    """Every facility that is set up here, and every other place the law book knows."""
    here = facilities.public(now=timezone.now())
    known = {one.place for one in here}
    others = [
        (name, [(code, place) for code, place in found if code not in known])
        for name, found in where.by_jurisdiction()
    ]
    facts = {"facilities": here, "others": [one for one in others if one[1]]}
    return render(request, "public/facilities.html", facts)


@require_safe
def facility(request: HttpRequest, place: str) -> HttpResponse:
    """One institution: what it offers as far as we were told, what it costs and by which law."""
    now = timezone.now()
    known = facilities.public_one(place=place, now=now)
    found = known_place(place)
    priced = rules.priced(found, now) if found else []
    today = facilities.today(zone=known.zone, now=now)
    visits = terms_of(facility_id=known.id, on=today)
    facts = {
        "facility": known,
        "services": offers.services(known, offer_of(facility_id=known.id), visits, priced),
        "visits": visit_rules.lines(visits) if visits is not None else (),
        "visits_recorded": visits is not None and visits.recorded,
        "priced": priced,
        "caps": rules.caps(found, today) if found else [],
        "people": found.people(today) if found else None,
        "contact": [(TOPICS[one.topic], one.words) for one in known.contact],
        "private_because": PRIVATE_BECAUSE.values(),
        "today": today,
        "lines": open_lines(facility_id=known.id, today=today),
    }
    return render(request, "public/facility.html", facts)


@require_safe
def law(request: HttpRequest, place: str) -> HttpResponse:
    """One place of the law book on one day: every rule in force, with citations."""
    found = known_place(place)
    if found is None:
        raise NotFound
    asked = {"place": place, "on": request.GET.get("on", "")}
    chosen = where.chosen(asked, contact=None, now=timezone.now())
    on, at = chosen.asked.on, chosen.asked.at
    facts = {
        "place": found,
        "chosen": chosen,
        "custody": custody(found.custody),
        "jurisdiction": jurisdiction(found.jurisdiction),
        "laws": rules.laws(found, on),
        "coming": rules.coming(found, on),
        "tariffs": rules.tariffs(found, on),
        "caps": rules.caps(found, on),
        "people": found.people(on),
        "priced": rules.priced(found, at),
    }
    return render(request, "public/law.html", facts)


@never_cache
@login_required
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff to the console, everyone else to the portal."""
    account = request.user.pk
    if account is None or not is_staff(account_id=account, now=timezone.now()):
        return HttpResponseRedirect("/portal/")
    idle.begin(request)
    return HttpResponseRedirect("/console/")
