"""Another e-mail or number to sign in with: proof of the new one, word to the old one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.notices.actions import KINDS
from kinline.apps.notices.models import Outgoing, Sms
from kinline.apps.people.actions import no_contact
from kinline.apps.people.models import Account, ContactNumber
from kinline.apps.people.queries import linked
from tests.cast import PASSWORD, Town
from tests.doors import people, visitors
from tests.doors.sign_in.test_joining import code_in, message, shape, ways_out
from tests.doors.sign_in.test_second_step import give_password

__all__ = ["ways_out"]

OLD, NEW = "odette@example.org", "odette.marrow@example.org"
CODE = "account_email_verification_sent"


def letters(to: str) -> list[str]:
    """What was written to an address about signing in, newest first."""
    found = Outgoing.objects.filter(kind="sign_in.letter").order_by("-pk")
    made = [KINDS[one.kind](one.facts) for one in found if one.facts["email"] == to]
    return [one.body for one in made if one is not None]


def asks_for(browser: Client, email: str) -> Any:
    typed = {"email": email, "action_add": "1"}
    return browser.post(reverse("account_email"), typed, follow=True)


@pytest.fixture
def odette(town: Town) -> Client:
    return people.outside(town.odette)


def test_odette_proves_a_new_address_and_the_old_one_is_told(town: Town, odette: Client) -> None:
    assert NEW not in odette.get(reverse("account_email")).content.decode()
    assert OLD in odette.get(reverse("account_email")).content.decode()
    answer = asks_for(odette, NEW)
    assert answer.redirect_chain[-1][0] == reverse(CODE)
    assert Account.objects.filter(email=OLD).exists(), "nothing changes before the code"
    assert letters(OLD) == []
    assert "does not fit" in odette.post(reverse(CODE), {"code": "00000000"}).content.decode()
    page = odette.post(reverse(CODE), {"code": code_in(letters(NEW)[0])}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_index")
    assert NEW in page.content.decode()
    assert "another email now" in letters(OLD)[0]
    assert NEW not in letters(OLD)[0], "whoever reads the old mailbox need not know it"
    assert odette.get("/portal/").status_code == 200, "the session goes on"
    assert Line.objects.filter(act="account.email_changed").count() == 1
    assert give_password(Client(), NEW, PASSWORD) == "/after-sign-in/"
    assert not Account.objects.filter(email=OLD).exists()


@pytest.mark.parametrize("taken", ["grace@example.org", "sam@bristol.example", "Grace@Example.org"])
def test_an_address_that_signs_in_already_gets_a_letter_and_the_page_does_not_tell(
    town: Town, odette: Client, taken: str
) -> None:
    fresh = shape(asks_for(people.outside(town.odette), NEW).content.decode())
    cache.clear()
    page = asks_for(odette, taken)
    assert shape(page.content.decode()).replace(taken.lower(), "") == fresh
    (letter,) = letters(taken.lower())
    assert "has a sign-in already" in letter
    for code in ("00000000", odette.session["account_email_verification_code"]["code"]):
        odette.post(reverse(CODE), {"code": code})
    assert Account.objects.filter(email=OLD).exists()


def test_ones_own_address_is_no_new_one(odette: Client) -> None:
    assert "your email already" in asks_for(odette, OLD).content.decode()


def test_an_address_that_somebody_else_proved_meanwhile_stays_theirs(
    town: Town, odette: Client
) -> None:
    asks_for(odette, NEW)
    Account.objects.filter(email="grace@example.org").update(email=NEW)
    odette.post(reverse(CODE), {"code": code_in(letters(NEW)[0])})
    assert town.odette.account is not None
    assert Account.objects.get(pk=town.odette.account.pk).email == OLD
    assert letters(OLD) == []


def test_after_a_while_the_password_is_asked_first(odette: Client) -> None:
    session = odette.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": (timezone.now() - timedelta(hours=1)).timestamp()}
    ]
    session.save()
    answer = asks_for(odette, NEW)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    assert letters(NEW) == []


def test_an_order_against_the_new_address_ends_the_link(town: Town, odette: Client) -> None:
    now = timezone.now()
    no_contact.make(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        against=NEW,
        reason="Probate court",
        until=None,
        now=now,
    )
    assert linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    asks_for(odette, NEW)
    odette.post(reverse(CODE), {"code": code_in(letters(NEW)[0])})
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)


def test_whoever_has_a_number_only_adds_an_address_and_the_number_is_told(town: Town) -> None:
    assert town.odette.account is not None
    Account.objects.filter(pk=town.odette.account.pk).update(
        email=None, phone="+16175550142", phone_proven=True
    )
    browser = people.outside(town.odette)
    asks_for(browser, NEW)
    browser.post(reverse(CODE), {"code": code_in(letters(NEW)[0])})
    assert Account.objects.get(pk=town.odette.account.pk).email == NEW
    assert "An email was added" in message()


def test_another_number_is_proven_and_the_old_one_is_told(town: Town, odette: Client) -> None:
    assert town.odette.account is not None
    Account.objects.filter(pk=town.odette.account.pk).update(
        phone="+16175550199", phone_proven=True
    )
    odette.post(reverse("account_change_phone"), {"phone": "(617) 555-0144"}, follow=True)
    code = code_in(Sms.objects.get(e164="+16175550144").text)
    odette.post(reverse("account_verify_phone"), {"code": code})
    told = Sms.objects.get(e164="+16175550199").text
    assert "another phone number now" in told
    assert "0144" not in told
    assert Account.objects.get(pk=town.odette.account.pk).phone == "+16175550144"
    assert odette.get("/portal/").status_code == 200
    assert ContactNumber.objects.filter(e164=town.numbers.odette, contact=town.odette).exists()


def test_a_first_number_is_told_to_the_address(town: Town, odette: Client) -> None:
    odette.post(reverse("account_change_phone"), {"phone": "(617) 555-0144"}, follow=True)
    code = code_in(Sms.objects.get(e164="+16175550144").text)
    odette.post(reverse("account_verify_phone"), {"code": code})
    assert "A phone number was added" in letters(OLD)[0]


def test_staff_and_strangers_have_no_such_page(town: Town) -> None:
    for name in ("account_email", "account_change_phone"):
        assert visitors.staff(town.account("ines")).get(reverse(name)).status_code == 404
        assert Client().get(reverse(name))["Location"].startswith("/sign-in/")
