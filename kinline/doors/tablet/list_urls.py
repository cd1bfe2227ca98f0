"""Addresses of one's own list."""

from django.urls import path

from kinline.doors.tablet import own_list

urlpatterns = [
    path("list/", own_list.everything, name="tablet-list"),
    path("list/add/", own_list.add, name="tablet-list-add"),
    path("list/<uuid:entry>/off/", own_list.take_off, name="tablet-list-off"),
    path("list/asked/<uuid:asked>/back", own_list.take_back, name="tablet-list-back"),
]
