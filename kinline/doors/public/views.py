"""Pages anybody may read, and where to go after signing in."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kinline.apps.charging import queries as charging
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.lines import open_lines
from kinline.apps.people.access import is_staff
from kinline.doors import idle
from kinline.doors.public import demo, offers, prices
from kinline.doors.words.price import words_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who are you: family and friends, staff, or someone who tries the demo."""
    facts = {
        "facilities": facilities.public(now=timezone.now()),
        "cast": demo.cast() if settings.DEMO else None,
    }
    return render(request, "public/home.html", facts)


@require_safe
def facility(request: HttpRequest, place: str) -> HttpResponse:
    """One institution: what it offers as far as we were told, what it costs and by which law."""
    now = timezone.now()
    known = facilities.public_one(place=place, now=now)
    today = facilities.today(zone=known.zone, now=now)
    price = charging.price(place=place, at=now)
    facts = {
        "facility": known,
        "services": offers.services(known),
        "prices": prices.by_date(place, today),
        "price": words_of(price) if price else None,
        "today": today,
        "lines": open_lines(facility_id=known.id, today=today),
    }
    return render(request, "public/facility.html", facts)


@never_cache
@login_required
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff to the console, everyone else to the portal."""
    account = request.user.pk
    if account is None or not is_staff(account_id=account, now=timezone.now()):
        return HttpResponseRedirect("/portal/")
    idle.begin(request)
    return HttpResponseRedirect("/console/")
