"""Addresses of signing up, of a forgotten password, of passkeys and devices. allauth's names."""

from allauth.account import views as account
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from kinline.doors.public import devices, join, security

urlpatterns = [
    path("join/", join.ByMail.as_view(), name="account_signup"),
    path("join/phone/", join.ByPhone.as_view(), name="join_phone"),
    path("join/email/code/", join.prove_email, name="account_email_verification_sent"),
    path("join/phone/code/", join.prove_phone, name="account_verify_phone"),
    path("sign-in/forgot/", join.Forgot.as_view(), name="account_reset_password"),
    path(
        "sign-in/forgot/code/",
        join.ForgotCode.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path(
        "sign-in/forgot/new/",
        account.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "sign-in/forgot/done/",
        account.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("security/phone/", security.ChangePhone.as_view(), name="account_change_phone"),
    path("security/email/", security.ChangeEmail.as_view(), name="account_email"),
    path("security/app/off/", security.TurnOff.as_view(), name="mfa_deactivate_totp"),
    path("security/passkeys/", security.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("security/passkeys/add/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "security/passkeys/again/",
        security.AgainByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("security/passkeys/<int:pk>/", security.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(
        "security/passkeys/<int:pk>/remove/",
        security.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("security/devices/", devices.everything, name="devices"),
    path("security/devices/end-all", devices.end_others, name="devices_end_others"),
    path("security/devices/<int:session>/end", devices.end, name="devices_end"),
]
