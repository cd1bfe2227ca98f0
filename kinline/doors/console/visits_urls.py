"""Addresses of visits at the console. A facility's own pages carry its code."""

from django.urls import path

from kinline.doors.console.views.visits import closing, days, one, setting

urlpatterns = [
    path("at/<slug:place>/", days.day, name="console_visits"),
    path("at/<slug:place>/print/", days.on_paper, name="console_visits_print"),
    path("at/<slug:place>/requests/", days.requests, name="console_visits_requests"),
    path("at/<slug:place>/rules/", setting.rules, name="console_visits_rules"),
    path("at/<slug:place>/rules/plan/", setting.plan, name="console_visits_plan"),
    path("at/<slug:place>/stations/", setting.stations, name="console_visits_stations"),
    path(
        "at/<slug:place>/stations/<uuid:station>/close",
        setting.close_station,
        name="console_visits_station_close",
    ),
    path("at/<slug:place>/closures/", closing.closures, name="console_visits_closures"),
    path("at/<slug:place>/closures/<uuid:closure>/lift", closing.lift, name="console_visits_lift"),
    path("at/<slug:place>/lockdown/", closing.lockdown, name="console_visits_lockdown"),
    path("at/<slug:place>/apart/", setting.apart, name="console_visits_apart"),
    path(
        "at/<slug:place>/apart/<uuid:separation>/lift",
        setting.lift_apart,
        name="console_visits_apart_lift",
    ),
    path("<uuid:visit>/", one.one, name="console_visit"),
    path("<uuid:visit>/approve", one.approve, name="console_visit_approve"),
    path("<uuid:visit>/refuse/", one.refuse, name="console_visit_refuse"),
    path("<uuid:visit>/cancel/", one.cancel, name="console_visit_cancel"),
]
