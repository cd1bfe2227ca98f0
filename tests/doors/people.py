"""Browsers of the people on a call: contacts with an account, people inside on a tablet."""

import re

from django.test import Client
from django.utils import timezone

from kinline.apps import tokens
from kinline.apps.facilities.models import Station
from kinline.apps.people.models import Contact, Person
from tests.cast import PINS, Town
from tests.doors import visitors

SECRET = "the-secret-of-"
ASKED_BY_SCRIPT = {"HTTP_ACCEPT": "application/json"}


def outside(contact: Contact) -> Client:
    """The browser of someone outside, signed in."""
    assert contact.account is not None
    return visitors.signed_in(contact.account)


def device(town: Town, place: str = "ma-bristol") -> Client:
    """An enrolled tablet on which nobody is signed in."""
    tablet, secret = town.tablet(place), SECRET + place
    Station.objects.filter(pk=tablet.pk).update(
        secret_hash=tokens.hashed(secret), enrolled_at=timezone.now()
    )
    browser = Client()
    browser.cookies["kinline_device"] = secret
    return browser


def inside(town: Town, person: Person) -> Client:
    """The tablet of a person's facility, with the person signed in as on the page."""
    browser = device(town, person.facility.place)
    answer = browser.post("/tablet/sign-in/", {"number": person.number, "pin": PINS[person.number]})
    assert answer.status_code == 302
    return browser


def inline_code(page: str) -> list[str]:
    """What a strict content security policy would stop: styles and scripts inside the page."""
    return re.findall(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\bsrc=)', page)
