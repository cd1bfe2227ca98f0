"""Addresses for other programs."""

from django.urls import path

from kinline.doors.api import stripes

urlpatterns = [path("stripe/<slug:agency>/", stripes.hear, name="api-stripe")]
