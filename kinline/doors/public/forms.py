"""Forms of signing up and of a forgotten password. What is known and what is not looks alike."""

from typing import Any

from allauth.account.forms import AddEmailForm, SignupForm
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kinline.apps.people import numbers
from kinline.apps.people.access import had_rights
from kinline.doors.public import resetting
from kinline.doors.public.adapters import SignIn


class Join(SignupForm):
    """Name, password, and one thing to prove: here an e-mail."""

    WAY, OTHER = "email", "phone"
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As people inside know you. They see it when you ask to be linked."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "phone", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields[self.OTHER]
        self.fields[self.WAY].required = True
        self.fields[self.WAY].widget.is_required = True
        self._has_phone_field = self.WAY == "phone"

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # As long as it takes where there is none: the answer's time must not tell.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class JoinByPhone(Join):
    """The same with a telephone number."""

    WAY, OTHER = "phone", "email"


class NewEmail(AddEmailForm):
    """Another e-mail for somebody who is signed in."""

    def save(self, request: HttpRequest) -> Any:
        """Send a code there. An address that signs in already gets a letter instead, and the page
        is the same: whose it is, is not told.
        """
        email = self.cleaned_data["email"]
        state = EmailVerificationProcess.initial_state(self.user, email)
        others = [one for one in filter_users_by_email(email) if one.pk != self.user.pk]
        state["account_already_exists"] = bool(others)
        process = EmailVerificationProcess(request, state, user=self.user)
        process.generate_code()
        process.send()
        process.persist()
        return process.email_address


class Forgot(forms.Form):
    """An e-mail or a number to which a code goes, if somebody outside signs in with it.

    Staff are not among them: a colleague gives them a new password, face to face.
    """

    email = forms.CharField(
        label=_("Email or phone number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        if "@" not in typed:
            found = numbers.e164(typed)
            if found is None:
                raise ValidationError(_("Type your email, or your number with its area code."))
            return found
        validate_email(typed)
        return typed.lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        word: str = self.cleaned_data["email"]
        by_phone = "@" not in word
        if by_phone:
            user = SignIn(request).get_user_by_phone(word)
        else:
            found = filter_users_by_email(
                word, is_active=True, prefer_verified=True, for_login=True
            )
            user = found[0] if found else None
        if user is not None and (not user.is_active or had_rights(account_id=user.pk)):
            user = None
        resetting.begin(request, user, word, by_phone=by_phone)
        return word
