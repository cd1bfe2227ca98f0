"""Addresses of the attorneys' desk: what waits in the viewer's states, and each request."""

from django.urls import path

from kinline.doors.console.views import attorneys

urlpatterns = [
    path("", attorneys.waiting, name="console_attorneys"),
    path("appeals/", attorneys.appeals, name="console_attorneys_appeals"),
    path("verified/", attorneys.verified, name="console_attorneys_verified"),
    path("<uuid:asked>/", attorneys.one, name="console_attorney_case"),
    path("<uuid:asked>/approve", attorneys.approve, name="console_attorney_approve"),
    path("<uuid:asked>/refuse", attorneys.refuse, name="console_attorney_refuse"),
    path("<uuid:asked>/end", attorneys.end, name="console_attorney_end_state"),
    path("<uuid:asked>/end-here", attorneys.end_here, name="console_attorney_end_here"),
    path("<uuid:asked>/resume", attorneys.resume, name="console_attorney_resume"),
    path("<uuid:asked>/answer", attorneys.answer, name="console_attorney_answer"),
    path("<uuid:asked>/look", attorneys.look, name="console_attorney_look"),
    path("<uuid:asked>/card", attorneys.card, name="console_attorney_card"),
    path(
        "<uuid:asked>/numbers/<uuid:number>/call",
        attorneys.call_back,
        name="console_attorney_call_back",
    ),
]
