"""Addresses of the people one is linked with, and of leaving with one's data."""

from django.urls import path

from kinline.doors.portal import leaving, people

urlpatterns = [
    path("people/", people.everyone, name="portal-people"),
    path("people/ask/", people.ask, name="portal-people-ask"),
    path("people/<uuid:link_id>/accept", people.accept, name="portal-people-accept"),
    path("people/<uuid:link_id>/decline", people.decline, name="portal-people-decline"),
    path("people/<uuid:link_id>/end/", people.end, name="portal-people-end"),
    path("account/data/", leaving.data, name="portal-data"),
    path("account/close/", leaving.close, name="portal-close"),
]
