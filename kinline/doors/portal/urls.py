"""Addresses of the portal."""

from django.urls import include, path

from kinline.doors.portal import accounts, answers, installed, passes, quiet, sending, views

urlpatterns = [
    path("", views.home, name="portal"),
    path("calls/", views.calls, name="portal-calls"),
    path("calls/<uuid:call_id>/", views.call, name="portal-call"),
    path("calls/<uuid:call_id>/screen/", views.screen, name="portal-screen"),
    path("calls/<uuid:call_id>/block", views.block, name="portal-block"),
    path("calls/<uuid:call_id>/pass", passes.join, name="portal-join"),
    path("blocks/", views.blocks, name="portal-blocks"),
    path("quiet/", quiet.hours, name="portal-quiet-calls"),
    path("blocks/<uuid:block_id>/lift", views.lift, name="portal-lift"),
    path("notes/<uuid:note_id>/read", views.read_note, name="portal-note-read"),
    path("messages/", include("kinline.doors.portal.messages")),
    path("visits/", include("kinline.doors.portal.meeting")),
    path("visits/", include("kinline.doors.portal.visits")),
    path("pass/wait", passes.wait, name="portal-wait"),
    path("account/", views.account, name="portal-account"),
    path("settings/notices/", include("kinline.doors.portal.notices_urls")),
    path("manifest.webmanifest", installed.manifest, name="portal-manifest"),
    path("worker.js", installed.worker, name="portal-worker"),
    path("offline/", installed.offline, name="portal-offline"),
    path("accounts/", accounts.everything, name="portal-accounts"),
    path("accounts/", include("kinline.doors.portal.money_urls")),
    path("accounts/of/<slug:kind>/", accounts.one, name="portal-account-of"),
    path("accounts/of/<slug:kind>/<slug:agency>/", accounts.one, name="portal-account-pieces"),
    path("", include("kinline.doors.portal.people_urls")),
    path("visitor/", include("kinline.doors.portal.visitor_urls")),
    path("attorney/", include("kinline.doors.portal.attorney_urls")),
    path("help/answers/", answers.everything, name="portal-answers"),
    path("help/answers/<slug:slug>/", answers.one, name="portal-answer"),
    path("help/", views.help_page, name="portal-help"),
    path("uploads/", sending.begin, name="portal-uploads"),
    path("uploads/<slug:upload>/", sending.one, name="portal-upload"),
]
