"""Addresses anybody may open, and one's own sign-in. allauth's names, our addresses."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path

from kinline.doors.public import answers, security, statistics, views
from kinline.doors.public.join_urls import urlpatterns as join_urls
from kinline.doors.public.sign_in import SignInPage

urlpatterns = [
    path("", views.home, name="public_home"),
    path("facilities/", views.facilities_page, name="public_facilities"),
    path("facilities/<slug:place>/", views.facility, name="public_facility"),
    path("statistics/", statistics.page, name="public_statistics"),
    path("statistics/csv", statistics.file, name="public_statistics_csv"),
    path("laws/<slug:place>/", views.law, name="public_law"),
    path("help/", answers.everything, name="public_help"),
    path("help/<slug:slug>/", answers.one, name="public_question"),
    path("sign-in/", SignInPage.as_view(), name="account_login"),
    path("sign-in/code/", security.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("after-sign-in/", views.after_sign_in, name="after_sign_in"),
    path("security/", security.Overview.as_view(), name="mfa_index"),
    path("security/password/", security.ChangePassword.as_view(), name="account_change_password"),
    path("security/again/", account.reauthenticate, name="account_reauthenticate"),
    path("security/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("security/app/", security.SetUp.as_view(), name="mfa_activate_totp"),
    path("security/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "security/codes/new/",
        security.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    *join_urls,
]
