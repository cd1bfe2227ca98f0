"""Addresses of listening to calls under way, of watches and of hot numbers."""

from django.urls import path

from kinline.doors.console.views import hot, listening, watches

urlpatterns = [
    path("live/<uuid:call>/listen/", listening.one, name="console_listen"),
    path("live/<uuid:call>/listen/pass", listening.ticket, name="console_listen_pass"),
    path("live/<uuid:call>/listen/heard", listening.heard, name="console_listen_heard"),
    path("live/<uuid:call>/listen/done", listening.done, name="console_listen_done"),
    path("watches/", watches.everything, name="console_watches"),
    path("watches/part/", watches.part, name="console_watches_part"),
    path("watches/at/<slug:place>/add/", watches.add, name="console_watch_add"),
    path("watches/<uuid:watch>/", watches.one, name="console_watch"),
    path("watches/<uuid:watch>/end", watches.end, name="console_watch_end"),
    path("hot-numbers/", hot.numbers, name="console_hot"),
    path("hot-numbers/csv", hot.file, name="console_hot_csv"),
]
