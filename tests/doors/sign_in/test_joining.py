"""People outside sign up by mail or telephone, forget a password, and see where they are signed in.

A known address and an unknown one are answered alike.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.errors import Refused
from kinline.apps.notices.actions import KINDS
from kinline.apps.notices.models import Outgoing, Sms
from kinline.apps.people.actions import joining, staff_rights
from kinline.apps.people.models import Account, Contact, ContactNumber, Grant
from kinline.config import totp
from tests.cast import PASSWORD, Town
from tests.doors import visitors
from tests.doors.sign_in.test_second_step import CONSOLE, give_password

WORDS = "three words apart"
MIRA = {"name": "Mira Lund", "email": "mira@example.org", "password1": WORDS}
PHONE = "(617) 555-0144"
BY_PHONE = {"name": "Mira Lund", "phone": PHONE, "password1": WORDS}


@pytest.fixture(autouse=True)
def ways_out(settings: Any) -> None:
    """A mail server and an SMS provider are set up; nothing is sent, the outbox is read."""
    cache.clear()  # tries of one test are not those of the next
    settings.DEMO = False
    settings.EMAIL_HOST = "mail.example"
    settings.SMS_KEY, settings.SMS_NUMBERS = "key", ["+16175550100"]


def letter() -> str:
    """The body of the newest letter about signing in."""
    item = Outgoing.objects.filter(kind="sign_in.letter").order_by("-pk").first()
    assert item is not None
    made = KINDS["sign_in.letter"](item.facts)
    assert made is not None
    return made.body


def message() -> str:
    """The newest text message."""
    return Sms.objects.order_by("-created_at")[0].text


def code_in(text: str) -> str:
    found = re.search(r"\b\d{8}\b", text)
    assert found, text
    return found[0]


def shape(page: str) -> str:
    """A page without tokens and without what the visitor typed themselves."""
    page = visitors.bare(page)
    return re.sub(r"[\w.]+@example\.org|\+?[\d() -]{10,}", "", page)


def sign_up(typed: dict[str, str], address: str = "account_signup") -> tuple[Client, Any]:
    browser = Client()
    answer = browser.post(reverse(address), typed, follow=True)
    return browser, answer


# --- by mail -----------------------------------------------------------------------------


def test_mira_signs_up_by_mail_and_stands_in_the_portal(town: Town) -> None:
    browser, answer = sign_up(MIRA)
    assert answer.redirect_chain[-1][0] == reverse("account_email_verification_sent")
    assert browser.get("/portal/").status_code == 302, "nothing is open before the code"
    assert not Contact.objects.filter(account__email=MIRA["email"]).exists()
    wrong = browser.post(reverse("account_email_verification_sent"), {"code": "00000000"})
    assert "does not fit" in wrong.content.decode()
    page = browser.post(
        reverse("account_email_verification_sent"), {"code": code_in(letter())}, follow=True
    )
    assert page.redirect_chain[-1][0] == "/portal/"
    contact = Contact.objects.get(account__email=MIRA["email"])
    assert (contact.name, contact.account.own) == ("Mira Lund", True)  # type: ignore[union-attr]
    assert give_password(Client(), MIRA["email"], WORDS) == "/after-sign-in/"


def test_a_taken_address_gets_the_same_page_and_a_letter_instead_of_a_code(town: Town) -> None:
    _browser, fresh = sign_up(MIRA)
    before = Account.objects.count()
    for taken in ("odette@example.org", "sam@bristol.example", "Odette@Example.org"):
        browser, answer = sign_up({**MIRA, "email": taken})
        assert answer.redirect_chain == fresh.redirect_chain
        assert shape(answer.content.decode()).replace(taken.lower(), "") == shape(
            fresh.content.decode()
        ), taken
        assert not re.search(r"\b\d{8}\b", letter())
        assert "sign-in already" in letter()
        tried = browser.post(reverse("account_email_verification_sent"), {"code": "12345678"})
        assert "does not fit" in tried.content.decode()
        cache.clear()
    assert Account.objects.count() == before


def test_three_wrong_codes_and_one_starts_over(town: Town) -> None:
    browser, _ = sign_up(MIRA)
    right = code_in(letter())
    for _try in range(3):
        browser.post(reverse("account_email_verification_sent"), {"code": "00000000"})
    browser.post(reverse("account_email_verification_sent"), {"code": right})
    assert browser.get("/portal/").status_code == 302
    assert not EmailAddress.objects.filter(email=MIRA["email"], verified=True).exists()


def test_an_address_nobody_proved_is_free_again_after_a_day(town: Town) -> None:
    sign_up(MIRA)
    accounts = Account.objects.filter(email=MIRA["email"])
    assert joining.forget_unproven(now=timezone.now()) == 0
    assert joining.forget_unproven(now=timezone.now() + timedelta(days=2)) > 0
    assert not accounts.exists()
    for name in ("odette", "sam"):
        assert town.account(name).is_active, "accounts that staff made stay"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password1": "short"}, "at least 10"),
        ({"password1": "password123"}, "too common"),
        ({"name": ""}, "required"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_the_field(
    town: Town, typed: dict[str, str], said: str
) -> None:
    page = Client().post(reverse("account_signup"), MIRA | typed).content.decode()
    assert said in page.lower()
    assert not Account.objects.filter(name="Mira Lund").exists()


# --- by telephone -------------------------------------------------------------------------


def test_whoever_proves_a_listed_number_becomes_that_contact(town: Town) -> None:
    """Denise has no sign-in any more; staff listed her number for Marcus."""
    Contact.objects.filter(name="Denise Bell").update(account=None)
    listed = ContactNumber.objects.get(e164=town.numbers.denise).contact
    browser, answer = sign_up({**BY_PHONE, "phone": town.numbers.denise}, "join_phone")
    assert answer.redirect_chain[-1][0] == reverse("account_verify_phone")
    page = browser.post(reverse("account_verify_phone"), {"code": code_in(message())}, follow=True)
    assert page.redirect_chain[-1][0] == "/portal/"
    listed.refresh_from_db()
    assert listed.account is not None
    assert (listed.account.phone, listed.account.email) == (town.numbers.denise, None)
    assert "Marcus" in page.content.decode()
    assert give_password(Client(), "603-555-0119", WORDS) == "/after-sign-in/"


def test_a_new_number_comes_along_and_a_number_of_another_sign_in_does_not(town: Town) -> None:
    browser, _ = sign_up(BY_PHONE, "join_phone")
    browser.post(reverse("account_verify_phone"), {"code": code_in(message())})
    assert ContactNumber.objects.get(e164="+16175550144").contact.name == "Mira Lund"
    cache.clear()
    other, _ = sign_up({**BY_PHONE, "phone": town.numbers.odette}, "join_phone")
    other.post(reverse("account_verify_phone"), {"code": code_in(message())})
    assert ContactNumber.objects.get(e164=town.numbers.odette).contact == town.odette


def test_a_taken_number_gets_the_same_page(town: Town) -> None:
    first, _ = sign_up(BY_PHONE, "join_phone")
    first.post(reverse("account_verify_phone"), {"code": code_in(message())})
    cache.clear()
    _browser, fresh = sign_up({**BY_PHONE, "phone": "617-555-0145"}, "join_phone")
    cache.clear()
    again, taken = sign_up(BY_PHONE, "join_phone")
    assert shape(taken.content.decode()) == shape(fresh.content.decode())
    assert taken.redirect_chain == fresh.redirect_chain
    assert "can sign in already" in message()
    again.post(reverse("account_verify_phone"), {"code": "12345678"})
    assert again.get("/portal/").status_code == 302


# --- a forgotten password ------------------------------------------------------------------


def test_odette_chooses_a_new_password_with_a_code(town: Town) -> None:
    at_home = visitors.signed_in(town.account("odette"))
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": "odette@example.org"})
    to = reverse("account_confirm_password_reset_code")
    browser.post(to, {"code": code_in(letter())})
    new = {"password1": WORDS, "password2": WORDS}
    browser.post(reverse("account_complete_password_reset"), new)
    assert give_password(Client(), "odette@example.org", WORDS) == "/after-sign-in/"
    assert at_home.get("/portal/").status_code == 302, "signed out everywhere"


def test_a_code_by_text_message_where_one_signs_in_with_a_number(town: Town) -> None:
    first, _ = sign_up(BY_PHONE, "join_phone")
    first.post(reverse("account_verify_phone"), {"code": code_in(message())})
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": PHONE})
    to = reverse("account_confirm_password_reset_code")
    browser.post(to, {"code": code_in(message())})
    new = {"password1": "other words apart", "password2": "other words apart"}
    browser.post(reverse("account_complete_password_reset"), new)
    assert give_password(Client(), PHONE, "other words apart") == "/after-sign-in/"


@pytest.mark.parametrize("asked", ["nobody@example.org", "sam@bristol.example", "+16175550199"])
def test_an_unknown_address_and_staff_get_the_same_page_and_no_code(town: Town, asked: str) -> None:
    known, unknown = Client(), Client()
    way = {"email": "odette@example.org"}
    one = known.post(reverse("account_reset_password"), way, follow=True)
    sent = Outgoing.objects.count(), Sms.objects.count()
    other = unknown.post(reverse("account_reset_password"), {"email": asked}, follow=True)
    assert one.redirect_chain == other.redirect_chain
    assert shape(one.content.decode()) == shape(other.content.decode()).replace(asked, "")
    assert (Outgoing.objects.count(), Sms.objects.count()) == sent
    to = reverse("account_confirm_password_reset_code")
    assert "does not fit" in unknown.post(to, {"code": "12345678"}).content.decode()


# --- staff and people outside stay apart -----------------------------------------------------


def test_nobody_becomes_staff_with_an_account_they_made(town: Town) -> None:
    browser, _ = sign_up({**MIRA, "email": "new@bristol.example"})
    browser.post(reverse("account_email_verification_sent"), {"code": code_in(letter())})
    with pytest.raises(Refused) as no:
        staff_rights.give_role(
            staff=town.staff("ines", timezone.now()),
            place="ma-bristol",
            email="new@bristol.example",
            role="officer",
            now=timezone.now(),
        )
    assert [one.code for one in no.value.refusals] == ["staff.account_outside"]
    assert browser.get(CONSOLE).status_code == 404


def test_staff_who_sign_in_get_no_contact(town: Town) -> None:
    for name in ("sam", "ines"):
        joining.arrive(account_id=town.account(name).pk, now=timezone.now())
        assert not Contact.objects.filter(account=town.account(name)).exists()
    Grant.objects.filter(account=town.account("sam")).update(ended_at=timezone.now())
    joining.arrive(account_id=town.account("sam").pk, now=timezone.now())
    assert not Contact.objects.filter(account=town.account("sam")).exists()


def test_where_nothing_carries_codes_nobody_can_sign_up(town: Town, settings: Any) -> None:
    settings.EMAIL_HOST, settings.SMS_KEY = "", ""
    page = Client().get(reverse("account_signup"))
    assert "Nobody can sign up here now" in page.content.decode()
    assert Client().get(reverse("join_phone")).status_code == 404
    assert Client().get(reverse("account_reset_password")).status_code == 404
    entry = Client().get(reverse("account_login")).content.decode()
    assert reverse("account_signup") not in entry


# --- second step, passkeys, devices ----------------------------------------------------------


def test_a_contact_turns_the_second_step_on_and_off(town: Town) -> None:
    account = town.account("odette")
    odette = visitors.signed_in(account)
    secret = odette.get(reverse("mfa_activate_totp")).context["form"].secret
    odette.post(reverse("mfa_activate_totp"), {"code": totp.code(secret, datetime.now(UTC))})
    assert give_password(Client(), account.email or "") == reverse("mfa_authenticate")
    assert odette.get(reverse("mfa_deactivate_totp")).status_code == 200
    odette.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=account).exists()
    assert give_password(Client(), account.email or "") == "/after-sign-in/"


def test_passkeys_are_offered_where_browsers_have_them_and_never_to_staff(town: Town) -> None:
    odette, sam = visitors.signed_in(town.account("odette")), visitors.staff(town.account("sam"))
    add = reverse("mfa_add_webauthn")
    page = odette.get(add, headers={"host": "localhost:8700"})
    assert "creation_options" in page.content.decode()
    assert (
        add
        in odette.get(
            reverse("mfa_list_webauthn"), headers={"host": "localhost:8700"}
        ).content.decode()
    )
    assert (
        add
        not in odette.get(
            reverse("mfa_list_webauthn"), headers={"host": "127.0.0.1:8700"}
        ).content.decode()
    )
    for name in ("mfa_list_webauthn", "mfa_add_webauthn", "account_change_phone"):
        assert sam.get(reverse(name)).status_code == 404, name
        assert Client().get(reverse(name))["Location"] == reverse("account_login"), name


def test_odette_sees_where_she_is_signed_in_and_signs_out_there(town: Town) -> None:
    here, there = Client(HTTP_USER_AGENT="Firefox on Linux"), Client()
    for browser in (here, there):
        give_password(browser, "odette@example.org", PASSWORD)
    page = here.get(reverse("devices"))
    assert "Firefox on Linux" in page.content.decode()
    seen = page.context["sessions"]
    assert [one.current for one in seen] == [True, False]
    nadia = visitors.signed_in(town.account("nadia"))
    assert nadia.post(reverse("devices_end", args=[seen[1].id])).status_code == 404
    here.post(reverse("devices_end", args=[seen[1].id]))
    assert there.get("/portal/").status_code == 302
    assert here.get("/portal/").status_code == 200


def test_signing_out_everywhere_else_leaves_this_browser(town: Town) -> None:
    browsers = [Client() for _ in "abc"]
    for browser in browsers:
        give_password(browser, "odette@example.org", PASSWORD)
    browsers.append(visitors.signed_in(town.account("odette")))  # written down nowhere
    browsers[0].post(reverse("devices_end_others"))
    assert [one.get("/portal/").status_code for one in browsers] == [200, 302, 302, 302]
    (here,) = browsers[0].get(reverse("devices")).context["sessions"]
    assert here.current


def test_a_number_added_later_brings_its_calls_along(town: Town) -> None:
    """Mira signed up by mail; then she proves a number that staff listed."""
    Contact.objects.filter(name="Denise Bell").update(account=None)
    browser, _ = sign_up(MIRA)
    browser.post(reverse("account_email_verification_sent"), {"code": code_in(letter())})
    browser = visitors.signed_in(Account.objects.get(email=MIRA["email"]))
    browser.post(reverse("account_change_phone"), {"phone": town.numbers.denise})
    browser.post(reverse("account_verify_phone"), {"code": code_in(message())})
    known = ContactNumber.objects.get(e164=town.numbers.denise).contact
    assert known.account == Account.objects.get(email=MIRA["email"])
    assert "Marcus" in browser.get("/portal/").content.decode()
