"""Addresses of numbers that people inside asked for, and of a facility's rule for lists."""

from django.urls import path

from kinline.doors.console.views import listing

urlpatterns = [
    path("people/lists/", listing.waiting, name="console_lists"),
    path("people/lists/<uuid:asked>/", listing.one, name="console_list_one"),
    path("people/lists/<uuid:asked>/approve", listing.approve, name="console_list_approve"),
    path("people/lists/<uuid:asked>/refuse", listing.refuse, name="console_list_refuse"),
    path("facility/<slug:place>/lists/", listing.rule, name="console_list_rule"),
]
