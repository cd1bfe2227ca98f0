"""A forgotten password and a lost phone, from the page where staff help to the next sign-in."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kinline.apps.people.models import Account, Contact
from kinline.config import totp
from tests.cast import PASSWORD, Town
from tests.doors import visitors
from tests.doors.sign_in.test_second_step import CONSOLE, SECRET, give_password

NEW = "three words apart"
WHY = {"reason": "Phone lost, came to my desk"}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()  # tries of one test are not those of the next


@pytest.fixture
def ines(town: Town) -> Client:
    """Administrator of Bristol, at work."""
    return visitors.staff(town.account("ines"))


@pytest.fixture
def sam(town: Town) -> Account:
    """Staff of Bristol whose phone shows codes of SECRET."""
    account = town.account("sam")
    Authenticator.objects.filter(user=account).delete()
    TOTP.activate(account, SECRET)
    return account


def odettes(town: Town, name: str) -> str:
    """An address about Odette's number on Julian's list."""
    entry = town.list_entry(town.julian, town.numbers.odette)
    return reverse(name, args=[town.julian.pk, entry.pk])


def step_of(account: Account) -> str:
    return reverse("console_second_step", args=["ma-bristol", account.pk])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


# --- a contact's forgotten password ---------------------------------------------------


def test_odette_is_signed_out_everywhere_and_signs_in_with_the_new_password(
    town: Town, ines: Client
) -> None:
    at_home, on_the_way = (visitors.signed_in(town.account("odette")) for _browser in "ab")
    assert at_home.get("/portal/").status_code == 200
    answer = ines.post(odettes(town, "console_number_password"), {"password": NEW}, follow=True)
    assert "The new password works now." in text(answer)
    for browser in (at_home, on_the_way):
        assert browser.get("/portal/")["Location"].startswith("/sign-in/")
        assert browser.post("/portal/pass/wait").status_code == 302, "it waits for no call"
    assert give_password(Client(), "odette@example.org") == "", "the old one is over"
    assert give_password(Client(), "odette@example.org", NEW) == "/after-sign-in/"
    assert ines.get(CONSOLE).status_code == 200


def test_other_contacts_stay_signed_in(town: Town, ines: Client) -> None:
    priya = visitors.signed_in(town.account("priya"))
    ines.post(odettes(town, "console_number_password"), {"password": NEW})
    assert priya.get("/portal/").status_code == 200


def test_a_weak_password_says_so_beside_the_field_and_never_comes_back(
    town: Town, ines: Client
) -> None:
    page = text(ines.post(odettes(town, "console_number_password"), {"password": "password123"}))
    assert "hard to guess" in page
    assert "password123" not in page
    assert town.account("odette").check_password(PASSWORD)


def test_the_page_offers_a_new_password_only_to_whom_has_a_sign_in(
    town: Town, ines: Client
) -> None:
    known = text(ines.get(odettes(town, "console_number")))
    assert "Set a new password" in known
    assert "Open it" not in known
    Contact.objects.filter(pk=town.odette.pk).update(account=None)
    unknown = text(ines.get(odettes(town, "console_number")))
    assert "Set a new password" not in unknown
    assert "Open it" in unknown
    answer = ines.post(odettes(town, "console_number_password"), {"password": NEW})
    assert "has no sign-in yet" in text(answer)


def test_staff_do_not_change_a_colleagues_password_by_putting_them_on_a_list(
    town: Town, ines: Client
) -> None:
    Contact.objects.filter(pk=town.odette.pk).update(account=town.account("sam"))
    answer = ines.post(odettes(town, "console_number_password"), {"password": NEW})
    assert "Staff sign in with this account too." in text(answer)
    assert town.account("sam").check_password(PASSWORD)


# --- a colleague's lost phone ---------------------------------------------------------


def test_sam_is_signed_out_and_sets_a_new_second_step_up_before_anything_else(
    town: Town, ines: Client, sam: Account
) -> None:
    at_the_desk = visitors.staff(sam)
    assert at_the_desk.get(CONSOLE).status_code == 200
    assert "They are signed out" in text(ines.post(step_of(sam), WHY, follow=True))
    assert at_the_desk.get(CONSOLE)["Location"].startswith("/sign-in/")
    again = Client()
    assert give_password(again, sam.email) == "/after-sign-in/", "the password is asked as before"
    assert again.get(CONSOLE)["Location"] == reverse("mfa_activate_totp")
    secret = again.get(reverse("mfa_activate_totp")).context["form"].secret
    assert secret != SECRET
    again.post(reverse("mfa_activate_totp"), {"code": totp.code(secret, datetime.now(UTC))})
    assert again.get(CONSOLE).status_code == 200


def test_neither_the_old_app_nor_an_old_recovery_code_opens_a_sign_in_half_done(
    town: Town, ines: Client, sam: Account
) -> None:
    half = Client()
    assert give_password(half, sam.email) == reverse("mfa_authenticate")
    ines.post(step_of(sam), WHY)
    for code in (totp.code(SECRET, datetime.now(UTC)), "12345678"):
        assert half.post(reverse("mfa_authenticate"), {"code": code}).status_code in (200, 302)
        assert half.get(CONSOLE)["Location"].startswith("/sign-in/")


def test_without_a_reason_the_page_asks_for_one(town: Town, ines: Client, sam: Account) -> None:
    at_the_desk = visitors.staff(sam)
    for typed in ({"reason": ""}, {"reason": "   "}):
        assert ines.post(step_of(sam), typed).status_code == 200
    assert at_the_desk.get(CONSOLE).status_code == 200


def test_ones_own_is_not_offered_and_not_done(town: Town, ines: Client, sam: Account) -> None:
    page = text(ines.get(reverse("console_staff", args=["ma-bristol"])))
    me = town.account("ines")
    assert step_of(sam) in page
    assert step_of(me) not in page
    assert "Nobody resets their own second step." in text(ines.post(step_of(me), WHY))
    assert Authenticator.objects.filter(user=me).exists()


def test_looking_at_the_page_resets_nothing(town: Town, ines: Client, sam: Account) -> None:
    assert "Reset the second step of Sam Duarte?" in text(ines.get(step_of(sam)))
    assert Authenticator.objects.filter(user=sam).exists()


def test_a_second_time_says_that_there_is_none(town: Town, ines: Client, sam: Account) -> None:
    ines.post(step_of(sam), WHY)
    assert "They have no second step." in text(ines.post(step_of(sam), WHY))
    page = text(ines.get(reverse("console_staff", args=["ma-bristol"])))
    assert "No second step yet" in page
