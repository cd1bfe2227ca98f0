"""Staff come in with a password and a code, and go out after quiet minutes."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.people.models import Account
from kinline.config import totp
from kinline.doors import idle
from tests.cast import PASSWORD, Town
from tests.doors import visitors

CONSOLE = "/console/"
SECRET = "KINLINETESTSKINLINETESTSKINLINET"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()  # tries of one test are not those of the next


@pytest.fixture
def sam(town: Town) -> Account:
    """Staff of Bristol whose phone shows codes of SECRET."""
    account = town.account("sam")
    Authenticator.objects.filter(user=account).delete()
    TOTP.activate(account, SECRET)
    return account


def right_code() -> str:
    return totp.code(SECRET, datetime.now(UTC))


def give_password(client: Client, email: str, password: str = PASSWORD) -> str:
    """Where the sign-in page leads; "" when it stays."""
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    return answer.headers.get("Location", "")


def test_staff_give_a_password_then_a_code_then_stand_in_the_console(sam: Account) -> None:
    client = Client()
    assert give_password(client, sam.email) == reverse("mfa_authenticate")
    assert client.get(CONSOLE)["Location"].startswith("/sign-in/"), "a password alone opens nothing"
    answer = client.post(reverse("mfa_authenticate"), {"code": right_code()})
    assert answer["Location"] == "/after-sign-in/"
    assert client.get("/after-sign-in/")["Location"] == CONSOLE
    assert client.get(CONSOLE).status_code == 200


def test_a_wrong_code_says_so_and_lets_nobody_in(sam: Account) -> None:
    client = Client()
    give_password(client, sam.email)
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "does not fit" in answer.content.decode()
    assert client.get(CONSOLE)["Location"].startswith("/sign-in/")


def test_codes_cannot_be_tried_for_long(sam: Account) -> None:
    client = Client()
    give_password(client, sam.email)
    for _try in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": right_code()})
    assert "too many" in answer.content.decode().lower()


def test_staff_without_a_code_app_reach_only_its_set_up(town: Town) -> None:
    account = town.account("ines")
    Authenticator.objects.filter(user=account).delete()
    client = Client()
    give_password(client, account.email)
    for address in (CONSOLE, "/console/people/", "/console/staff/ma-bristol/"):
        assert client.get(address)["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": totp.code(secret, datetime.now(UTC))})
    assert client.get(CONSOLE).status_code == 200
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    told = Line.objects.get(act="account.second_step_on")
    assert (told.actor, told.facility) == (str(account.pk), "ma-bristol")
    assert "****" in client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]


def test_a_recovery_code_works_once(town: Town) -> None:
    account = town.account("ines")
    Authenticator.objects.filter(user=account).delete()
    client = Client()
    give_password(client, account.email)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp.code(secret, datetime.now(UTC))})
    spare = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for try_, opens in ((1, True), (2, False)):
        other = Client()
        give_password(other, account.email)
        other.post(reverse("mfa_authenticate"), {"code": spare})
        assert (other.get(CONSOLE).status_code == 200) is opens, try_


def test_a_session_from_before_the_code_app_is_asked_for_a_code_first(sam: Account) -> None:
    old = visitors.signed_in(sam)
    assert old.get(CONSOLE)["Location"].startswith(reverse("mfa_reauthenticate"))
    old.post(reverse("mfa_reauthenticate") + "?next=/console/", {"code": right_code()})
    assert old.get(CONSOLE).status_code == 200


def test_the_secret_does_not_stand_in_the_database_in_clear(sam: Account) -> None:
    kept = Authenticator.objects.get(user=sam, type=Authenticator.Type.TOTP)
    assert SECRET not in str(kept.data)


def test_a_contact_signs_in_with_a_password_and_is_led_to_the_portal(town: Town) -> None:
    client = Client()
    assert give_password(client, "odette@example.org") == "/after-sign-in/"
    assert client.get("/after-sign-in/")["Location"] == "/portal/"


def test_a_wrong_password_and_an_unknown_email_read_the_same(town: Town) -> None:
    pages = []
    for email in ("odette@example.org", "nobody@example.org"):
        answer = Client().post("/sign-in/", {"login": email, "password": "not this one"})
        assert answer.status_code == 200
        pages.append(visitors.bare(answer.content.decode()).replace(email, ""))
    assert pages[0] == pages[1]
    assert "do not fit together" in pages[0]


def test_eight_wrong_passwords_from_one_place_close_that_place_only(town: Town) -> None:
    neighbour = Client(REMOTE_ADDR="192.0.2.7")
    for _try in range(7):
        answer = neighbour.post("/sign-in/", {"login": "odette@example.org", "password": "guess"})
        assert answer.status_code == 200
    locked = neighbour.post("/sign-in/", {"login": "odette@example.org", "password": "guess"})
    assert locked.status_code == 429
    assert "Too many tries" in locked.content.decode()
    right = {"login": "odette@example.org", "password": PASSWORD}
    assert neighbour.post("/sign-in/", right).status_code == 429, "also with the right one"
    at_home = Client(REMOTE_ADDR="192.0.2.99")
    assert at_home.post("/sign-in/", right)["Location"] == "/after-sign-in/"


def test_signing_in_never_leads_to_another_site(town: Town) -> None:
    right = {"login": "odette@example.org", "password": PASSWORD, "next": "https://example.com/"}
    assert Client().post("/sign-in/", right)["Location"] == "/after-sign-in/"


def test_nobody_makes_an_account_by_themselves(town: Town) -> None:
    for address in ("/sign-up/", "/accounts/signup/", "/signup/"):
        assert Client().get(address).status_code == 404


def test_ones_own_password_is_changed_with_the_one_before_and_the_audit_says_so(
    town: Town,
) -> None:
    client = Client()
    give_password(client, "odette@example.org")
    new = {"password1": "three words apart", "password2": "three words apart"}
    wrong = client.post(reverse("account_change_password"), new | {"oldpassword": "guess"})
    assert wrong.status_code == 200
    client.post(reverse("account_change_password"), new | {"oldpassword": PASSWORD})
    assert Line.objects.filter(act="account.password_changed").count() == 1
    assert give_password(Client(), "odette@example.org", "three words apart") != ""
    assert give_password(Client(), "odette@example.org") == ""


def test_staff_cannot_turn_their_second_step_off(sam: Account) -> None:
    off = reverse("mfa_deactivate_totp")
    assert Client().get(off)["Location"] == reverse("account_login")
    assert visitors.staff(sam).get(off).status_code == 404
    assert visitors.staff(sam).post(off).status_code == 404
    assert Authenticator.objects.filter(user=sam, type=Authenticator.Type.TOTP).exists()
    page = visitors.staff(sam).get(reverse("mfa_index")).content.decode()
    assert reverse("mfa_activate_totp") not in page


# --- quiet minutes --------------------------------------------------------------------


def quiet_for(client: Client, seconds: float) -> None:
    session = client.session
    session[idle.SEEN] = timezone.now().timestamp() - seconds
    session.save()


def test_after_fifteen_quiet_minutes_staff_are_signed_out_and_told_why(sam: Account) -> None:
    client = visitors.staff(sam)
    quiet_for(client, 15 * 60)
    assert client.get(CONSOLE)["Location"].startswith("/sign-in/")
    page = client.get("/sign-in/").content.decode()
    assert "15 quiet minutes" in page
    assert "15 quiet minutes" not in client.get("/sign-in/").content.decode(), "said once"


def test_just_before_that_a_click_keeps_them_signed_in(sam: Account) -> None:
    client = visitors.staff(sam)
    quiet_for(client, 15 * 60 - 5)
    assert client.get(CONSOLE).status_code == 200
    assert client.post(reverse("console_stay")).json()["left"] > 14 * 60


def test_a_page_that_refreshes_itself_does_not_keep_staff_signed_in(sam: Account) -> None:
    client = visitors.staff(sam)
    quiet_for(client, 14 * 60)
    background = {"X-Kinline-Background": "1"}
    assert client.get(reverse("console_live_part"), headers=background).status_code == 200
    left = client.post(reverse("console_stay"), headers=background).json()["left"]
    assert 55 <= left <= 60
    quiet_for(client, 15 * 60)
    assert client.get(reverse("console_live_part"), headers=background).status_code == 302


def test_a_contact_who_waits_for_a_call_is_not_signed_out(town: Town) -> None:
    client = visitors.signed_in(town.account("odette"))
    client.get("/after-sign-in/")
    assert idle.SEEN not in client.session
