"""Addresses of games' files: outside /tablet/, where no session's cookie goes."""

from django.urls import path

from kinline.doors.tablet import games

urlpatterns = [path("<str:word>/<path:name>", games.file, name="play")]
