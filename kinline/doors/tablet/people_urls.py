"""Addresses of the people one is linked with."""

from django.urls import path

from kinline.doors.tablet import people

urlpatterns = [
    path("people/", people.everyone, name="tablet-people"),
    path("people/ask/<uuid:allowed_id>", people.ask, name="tablet-people-ask"),
    path("people/<uuid:link_id>/", people.one, name="tablet-people-one"),
    path("people/<uuid:link_id>/end/", people.end, name="tablet-people-end"),
]
