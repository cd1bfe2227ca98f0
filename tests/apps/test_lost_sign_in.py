"""A contact's forgotten password and a colleague's lost phone: who may help, and whom."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.actions import contacts, lists, second_step
from kinline.apps.people.models import Account, Contact, Grant
from kinline.apps.people.rights import Right
from tests.cast import PASSWORD, Town

NEW = "three words apart"


def refused(act: Callable[[], object]) -> list[str]:
    """The codes of every reason why not."""
    with pytest.raises(Refused) as no:
        act()
    return [refusal.code for refusal in no.value.refusals]


# --- a contact's forgotten password ---------------------------------------------------


def set_password(
    town: Town, now: datetime, *, by: str = "ines", whose: str = "odette", password: str = NEW
) -> None:
    """Staff `by` help Odette or Priya (on Julian's list) or Grace (on Wendell's)."""
    person = town.wendell if whose == "grace" else town.julian
    entry = town.list_entry(person, getattr(town.numbers, whose))
    contacts.set_password(staff=town.staff(by), allowed_id=entry.pk, password=password, now=now)


def make_staff(town: Town, account: Account, now: datetime, **changed: datetime) -> Grant:
    """Give an account one right at Suffolk."""
    return Grant.objects.create(
        account=account,
        right=Right.SEE_CALLS,
        facility=town.facility("ma-suffolk"),
        given_by="test",
        **{"given_at": now - timedelta(days=1), **changed},
    )


def test_ines_sets_a_new_password_for_odette_and_the_audit_says_so_without_it(
    town: Town, now: datetime
) -> None:
    set_password(town, now)
    assert town.account("odette").check_password(NEW)
    assert not town.account("odette").check_password(PASSWORD)
    told = Line.objects.get(act="contact.password_set")
    assert told.actor == str(town.account("ines").pk)
    assert (told.subject, told.facility) == (str(town.odette.pk), "ma-bristol")
    assert NEW not in str([*Line.objects.values_list("facts", "purpose")])


@pytest.mark.parametrize(
    ("by", "whose"), [("theo", "odette"), ("ines", "grace"), ("sam", "odette")]
)
def test_another_countys_contact_is_not_there_and_an_officer_without_the_right_finds_nobody(
    town: Town, now: datetime, by: str, whose: str
) -> None:
    with pytest.raises(NotFound):
        set_password(town, now, by=by, whose=whose)
    assert town.account(whose).check_password(PASSWORD)


def test_a_number_taken_off_the_list_opens_nothing_more(town: Town, now: datetime) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    lists.remove(staff=town.staff("ines"), allowed_id=entry.pk, now=now)
    with pytest.raises(NotFound):
        contacts.set_password(staff=town.staff("ines"), allowed_id=entry.pk, password=NEW, now=now)


def test_a_contact_of_another_county_put_on_ones_own_list_is_still_not_ones_to_help(
    town: Town, now: datetime
) -> None:
    """Theo may list Odette's number; her sign-in would show him Bristol's calls."""
    lists.allow(
        staff=town.staff("theo"),
        person_id=town.wendell.pk,
        number=town.numbers.odette,
        name="Odette",
        now=now,
    )
    entry = town.list_entry(town.wendell, town.numbers.odette)
    act = contacts.set_password
    theo = town.staff("theo")
    assert refused(lambda: act(staff=theo, allowed_id=entry.pk, password=NEW, now=now)) == [
        "contact.known_elsewhere"
    ]
    Contact.objects.filter(numbers__e164=town.numbers.odette).update(account=None)
    opens = contacts.open_account
    assert refused(
        lambda: opens(staff=theo, allowed_id=entry.pk, email="t@example.org", password=NEW, now=now)
    ) == ["contact.known_elsewhere"]


@pytest.mark.parametrize("password", ["short", "password123", "9" * 9])
def test_the_rules_for_a_first_password_hold_for_a_new_one(
    town: Town, now: datetime, password: str
) -> None:
    codes = refused(lambda: set_password(town, now, password=password))
    assert codes == ["contact.password_too_weak"]
    assert town.account("odette").check_password(PASSWORD)
    assert not Line.objects.filter(act="contact.password_set").exists()


def test_a_contact_without_a_sign_in_has_no_password_to_forget(town: Town, now: datetime) -> None:
    Contact.objects.filter(pk=town.odette.pk).update(account=None)
    assert refused(lambda: set_password(town, now)) == ["contact.no_account"]


def test_whoever_is_also_staff_anywhere_is_refused_and_every_reason_told(
    town: Town, now: datetime
) -> None:
    grant = make_staff(town, town.account("odette"), now)
    assert refused(lambda: set_password(town, now)) == ["contact.is_staff"]
    codes = refused(lambda: set_password(town, now, password="short"))
    assert codes == ["contact.is_staff", "contact.password_too_weak"]
    assert town.account("odette").check_password(PASSWORD)
    Grant.objects.filter(pk=grant.pk).update(ended_at=now)
    set_password(town, now)
    assert town.account("odette").check_password(NEW), "no longer staff: a contact as any other"


def test_rights_that_begin_tomorrow_or_end_tomorrow_count(town: Town, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    for whose, period in (("odette", {"given_at": tomorrow}), ("priya", {"ended_at": tomorrow})):
        make_staff(town, town.account(whose), now, **period)
        assert refused(lambda whose=whose: set_password(town, now, whose=whose)) == [  # type: ignore[misc]
            "contact.is_staff"
        ]


def test_staff_do_not_set_their_own_password_by_being_on_a_list(town: Town, now: datetime) -> None:
    Contact.objects.filter(pk=town.odette.pk).update(account=town.account("ines"))
    assert refused(lambda: set_password(town, now)) == ["contact.is_staff"]
    assert town.account("ines").check_password(PASSWORD)


# --- a colleague's lost phone ---------------------------------------------------------


def reset(
    town: Town,
    now: datetime,
    *,
    by: str = "ines",
    whose: str = "sam",
    place: str = "ma-bristol",
    reason: str = "Phone lost, came to my desk",
) -> None:
    account = town.account(whose).pk
    second_step.reset(staff=town.staff(by), account_id=account, place=place, reason=reason, now=now)


def has_second_step(town: Town, whose: str) -> bool:
    return Authenticator.objects.filter(user=town.account(whose)).exists()


def test_ines_resets_sams_second_step_and_the_audit_keeps_why(town: Town, now: datetime) -> None:
    RecoveryCodes.activate(town.account("sam"))
    reset(town, now)
    assert not has_second_step(town, "sam"), "code app and recovery codes are gone"
    assert has_second_step(town, "ines")
    told = Line.objects.get(act="account.second_step_reset")
    assert told.actor == str(town.account("ines").pk)
    assert (told.subject, told.facility) == (str(town.account("sam").pk), "ma-bristol")
    assert told.purpose == "Phone lost, came to my desk"


@pytest.mark.parametrize("reason", ["", "  \n ", "\x00\x07"])
def test_without_a_reason_nothing_is_reset(town: Town, now: datetime, reason: str) -> None:
    assert refused(lambda: reset(town, now, reason=reason)) == ["staff.reason_needed"]
    assert has_second_step(town, "sam")


def test_nobody_resets_their_own(town: Town, now: datetime) -> None:
    assert refused(lambda: reset(town, now, whose="ines")) == ["staff.not_own_second_step"]
    assert has_second_step(town, "ines")


@pytest.mark.parametrize(
    ("by", "whose", "place"),
    [
        ("theo", "sam", "ma-bristol"),  # another county's administrator
        ("ines", "theo", "ma-suffolk"),
        ("ines", "theo", "ma-bristol"),  # someone who holds nothing here
        ("ines", "odette", "ma-bristol"),  # a contact
        ("sam", "ines", "ma-bristol"),  # an officer may not change staff
        ("ines", "sam", "no-such-place"),
    ],
)
def test_whoever_is_not_of_ones_own_staff_is_not_there(
    town: Town, now: datetime, by: str, whose: str, place: str
) -> None:
    before = Authenticator.objects.count()
    with pytest.raises(NotFound):
        reset(town, now, by=by, whose=whose, place=place)
    assert Authenticator.objects.count() == before


def test_a_colleague_with_rights_in_another_county_too_is_reset_by_neither_alone(
    town: Town, now: datetime
) -> None:
    grant = make_staff(town, town.account("sam"), now)
    assert refused(lambda: reset(town, now)) == ["staff.rights_elsewhere"]
    codes = refused(lambda: reset(town, now, by="theo", place="ma-suffolk"))
    assert codes == ["staff.rights_elsewhere"]
    assert has_second_step(town, "sam")
    Grant.objects.filter(pk=grant.pk).update(ended_at=now)
    reset(town, now)
    assert not has_second_step(town, "sam"), "a right that ended counts no more"


def test_who_may_change_staff_in_both_counties_resets_and_both_audits_tell(
    town: Town, now: datetime
) -> None:
    make_staff(town, town.account("sam"), now)
    Grant.objects.create(
        account=town.account("ines"),
        right=Right.CHANGE_STAFF,
        facility=town.facility("ma-suffolk"),
        given_by="test",
        given_at=now,
    )
    reset(town, now)
    told = Line.objects.filter(act="account.second_step_reset")
    assert {line.facility for line in told} == {"ma-bristol", "ma-suffolk"}


def test_rights_over_a_whole_agency_are_reset_by_someone_with_this_right_over_it_all(
    town: Town, now: datetime
) -> None:
    bristol = town.facility("ma-bristol")
    wide = {"agency": bristol.agency, "given_by": "test", "given_at": now}
    Grant.objects.create(account=town.account("sam"), right=Right.SEE_AUDIT, **wide)
    assert refused(lambda: reset(town, now)) == ["staff.rights_elsewhere"]
    Grant.objects.create(account=town.account("ines"), right=Right.CHANGE_STAFF, **wide)
    reset(town, now)
    assert not has_second_step(town, "sam")


def test_what_is_not_set_up_cannot_be_reset_and_every_reason_is_told(
    town: Town, now: datetime
) -> None:
    Authenticator.objects.filter(user=town.account("sam")).delete()
    make_staff(town, town.account("sam"), now)
    assert refused(lambda: reset(town, now, reason="")) == [
        "staff.rights_elsewhere",
        "staff.no_second_step",
        "staff.reason_needed",
    ]
    assert town.account("sam").sessions_ended == 0
