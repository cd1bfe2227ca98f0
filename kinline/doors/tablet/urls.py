"""Addresses of the tablet."""

from django.urls import path

from kinline.doors.tablet import accounts, answers, calls, names, nobody, passes, views

urlpatterns = [
    path("", views.first, name="tablet"),
    path("enrol/", views.enrol, name="tablet-enrol"),
    path("sign-in/", views.enter, name="tablet-sign-in"),
    path("sign-out/", views.leave, name="tablet-sign-out"),
    path("stay", views.stay, name="tablet-stay"),
    path("language", views.speak, name="tablet-language"),
    path("help/", views.help_page, name="tablet-help"),
    path("help/answers/", answers.everything, name="tablet-answers"),
    path("help/answers/<slug:slug>/", answers.one, name="tablet-answer"),
    path("notes/<uuid:note_id>/read", views.read_note, name="tablet-note-read"),
    path("accounts/", accounts.everything, name="tablet-accounts"),
    path("accounts/of/<slug:kind>/", accounts.one, name="tablet-account-of"),
    path("accounts/of/<slug:kind>/<slug:agency>/", accounts.one, name="tablet-account-pieces"),
    path("name/", names.name, name="tablet-name"),
    path("call/", calls.dialler, name="tablet-dialler"),
    path("call/new", calls.new, name="tablet-new"),
    path("calls/", calls.history, name="tablet-calls"),
    path("calls/<uuid:call_id>/", calls.one, name="tablet-call"),
    path("calls/<uuid:call_id>/screen/", calls.screen, name="tablet-screen"),
    path("calls/<uuid:call_id>/pass", passes.join, name="tablet-join"),
    path("lines/", nobody.lines, name="tablet-lines"),
    path("lines/<uuid:line_id>/", nobody.line, name="tablet-line"),
    path("lines/<uuid:line_id>/pass", nobody.line_pass, name="tablet-line-pass"),
    path("lines/calls/<uuid:call_id>/", nobody.one, name="tablet-nobodys-call"),
    path("lines/calls/<uuid:call_id>/screen/", nobody.screen, name="tablet-nobodys-screen"),
    path("lines/calls/<uuid:call_id>/pass", nobody.join, name="tablet-nobodys-join"),
    path("intake/", nobody.intake, name="tablet-intake"),
    path("intake/pass", nobody.intake_pass, name="tablet-intake-pass"),
    path("pass/dial", passes.dial, name="tablet-dial"),
    path("pass/name", passes.name, name="tablet-name-pass"),
]
