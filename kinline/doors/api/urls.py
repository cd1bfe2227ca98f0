"""Addresses for other programs."""

from django.urls import include, path

from kinline.doors.api import sms, stripes

urlpatterns = [
    path("stripe/<slug:agency>/", stripes.hear, name="api-stripe"),
    path("sms/", sms.hear, name="api-sms"),
    # Each provider's own address below, as anymail names them: mail/mailgun/tracking/
    path("mail/", include("anymail.urls")),
]
