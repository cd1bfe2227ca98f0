"""Addresses of visits under way, and of recorded ones."""

from django.urls import path

from kinline.doors.console.views import meeting, visit_recordings

urlpatterns = [
    path("visits/live/", meeting.live, name="console_visits_live"),
    path("visits/live/part/", meeting.part, name="console_visits_live_part"),
    path("visits/live/<uuid:visit>/", meeting.one, name="console_visit_live"),
    path("visits/live/<uuid:visit>/pass", meeting.ticket, name="console_visit_pass"),
    path("visits/live/<uuid:visit>/say", meeting.say_to, name="console_visit_say"),
    path("visits/live/<uuid:visit>/end", meeting.end, name="console_visit_end"),
    path("visits/live/<uuid:visit>/done", meeting.done, name="console_visit_done"),
    path(
        "recordings/visits/<uuid:recording>/",
        visit_recordings.player,
        name="console_visit_recording",
    ),
    path(
        "recordings/visits/<uuid:recording>/<int:part>/<slug:seat>.webm",
        visit_recordings.film,
        name="console_visit_film",
    ),
    path(
        "recordings/visits/<uuid:recording>/heard",
        visit_recordings.heard,
        name="console_visit_heard",
    ),
    path(
        "recordings/visits/<uuid:recording>/close",
        visit_recordings.close,
        name="console_visit_recording_close",
    ),
]
