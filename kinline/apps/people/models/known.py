"""People: those inside, those outside, staff; numbers, lists, blocks, attorneys, rights."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q, UniqueConstraint

from kinline.apps.facilities.models import Agency, Facility, Station, Unit
from kinline.apps.facts import Fact


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "Account":
        account = self.model(email=self.normalize_email(email), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)


class Account(AbstractBaseUser, PermissionsMixin, Fact):
    """A sign-in of someone outside or of staff. People inside sign in with ID and PIN instead."""

    # Empty for whoever signed up by telephone. One of the two is proven before anyone gets in.
    email = models.EmailField(unique=True, null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    phone_proven = models.BooleanField(default=False)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    own = models.BooleanField(default=False)  # they signed up themselves; staff made all others
    joined_at = models.DateTimeField(auto_now_add=True)
    # One more ends every session there is, as a new password does.
    sessions_ended = models.PositiveIntegerField(default=0)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["phone"], condition=Q(phone_proven=True), name="a_proven_phone_is_one"
            ),
            models.CheckConstraint(
                condition=Q(phone_proven=False) | ~Q(phone=""), name="a_proven_phone_is_there"
            ),
        ]

    def get_session_auth_hash(self) -> str:
        """What a session was begun with and must still find: the password, and the count above."""
        return f"{super().get_session_auth_hash()}.{self.sessions_ended}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under keys of before, while they are still taken."""
        for earlier in super().get_session_auth_fallback_hash():
            yield f"{earlier}.{self.sessions_ended}"


class Grant(Fact):
    """One right of one member of staff, at one facility or at every facility of an agency."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=40)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True)
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(facility=None, agency__isnull=False)
                | Q(facility__isnull=False, agency=None),
                name="a_grant_has_one_scope",
            )
        ]


class Person(Fact):
    """An incarcerated person. `number` is the ID the agency gave; the PIN is only a hash."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="people")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="people")
    number = models.CharField(max_length=20)
    given_name = models.CharField(max_length=60)
    family_name = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    pin_hash = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    do_not_record = models.BooleanField(default=False)
    max_call_seconds = models.PositiveIntegerField(null=True, blank=True)
    name_folder = models.CharField(max_length=80, blank=True)
    name_key = models.CharField(max_length=200, blank=True)  # wrapped with the agency key

    class Meta:
        constraints = [UniqueConstraint(fields=["facility", "number"], name="one_person_per_id")]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Contact(Fact):
    """Someone outside. With an account, their browser can be rung."""

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="contact"
    )
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")


class ContactNumber(Fact):
    """A telephone number of a contact, in E.164. One number belongs to one contact."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="numbers")
    e164 = models.CharField(max_length=20, unique=True)


class PrivacyMark(Fact):
    """An agency's word that a number is not to be recorded, in force while `lifted_at` is empty.

    One mark of any agency makes every call to the number private; an agency lifts its own only.
    """

    number = models.ForeignKey(ContactNumber, on_delete=models.PROTECT, related_name="marks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["number", "agency"], condition=Q(lifted_at=None), name="marked_once"
            )
        ]


class AttorneyVerification(Fact):
    """A contact is an attorney for an agency: calls, visits and letters with them are private.

    `request` empty: the agency's own staff verified whoever they listed, and every number of theirs
    is private. With one it is the agency's part of a decision for the whole state, and a number is
    private once it is proven; `ended_*` say that this agency ended it for itself, and why.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="verifications")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    bar_number = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    verified_by = models.CharField(max_length=64)
    verified_at = models.DateTimeField()
    request = models.ForeignKey(
        "AttorneyRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="verifications",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_because = models.CharField(max_length=20, blank=True)
    ended_note = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="a_verification_ends_after_it_begins",
            ),
            UniqueConstraint(
                fields=["request", "agency"],
                condition=Q(request__isnull=False),
                name="one_verification_of_a_request",
            ),
            UniqueConstraint(
                fields=["contact", "agency"],
                condition=Q(until_on=None),
                name="one_open_verification",
            ),
        ]


class AllowedNumber(Fact):
    """A number on a person's allowed list (PAN), in force while `removed_at` is empty.

    `verified_at`: whoever answers there first accepted a call of this person. `key_needed`: until
    then it opens calls, which ask for the key, and nothing else.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="allowed")
    number = models.ForeignKey(ContactNumber, on_delete=models.PROTECT, related_name="allowed_by")
    label = models.CharField(max_length=60, blank=True)  # what the person calls them: "Mama"
    max_call_seconds = models.PositiveIntegerField(null=True, blank=True)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    key_needed = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person", "number"], condition=Q(removed_at=None), name="listed_once"
            )
        ]


class Block(Fact):
    """A contact's own wish not to be called, by one person or by a whole facility."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="blocks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, facility__isnull=False)
                | Q(person__isnull=False, facility=None),
                name="a_block_names_one_thing",
            ),
            UniqueConstraint(
                fields=["contact", "person"],
                condition=Q(lifted_at=None, person__isnull=False),
                name="a_person_is_blocked_once",
            ),
            UniqueConstraint(
                fields=["contact", "facility"],
                condition=Q(lifted_at=None, facility__isnull=False),
                name="a_facility_is_blocked_once",
            ),
        ]


class PinTry(Fact):
    """A wrong PIN. Throttled by person and station together: a neighbour cannot lock one out."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE)
    number = models.CharField(max_length=20)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "number", "station", "at"])]


class NameTake(Fact):
    """One spoken take of a person's own name. `kept_at` is set when it becomes the name played."""

    key = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_takes")
    folder = models.CharField(max_length=80, unique=True)
    wrapped_key = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    seconds_tenths = models.PositiveIntegerField(null=True, blank=True)


class InsideSession(Fact):
    """A person's signed-in time on one shared tablet."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class CourtesyGrant(Fact):
    """One call that staff granted, to any number that is not blocked, begun before `until`.

    It is used once a call under it was accepted (`used_at`); `taken_back_at` ends it before.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="courtesies")
    until = models.DateTimeField()
    max_call_seconds = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    granted_by = models.CharField(max_length=64)
    granted_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("granted_at")), name="a_courtesy_has_a_time"
            )
        ]


class Move(Fact):
    """A person left a facility: for another one, or released. `key` makes it once only."""

    key = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="moves")
    from_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="left_by")
    # Empty: released.
    to_facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, related_name="entered_by"
    )
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="move_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_facility=None) | ~Q(to_facility=models.F("from_facility")),
                name="a_move_leads_elsewhere",
            )
        ]
