"""Addresses under /portal/settings/notices/."""

from django.urls import path

from kinline.doors.portal import notices

urlpatterns = [
    path("", notices.page, name="portal-notices"),
    path("keep", notices.keep, name="portal-notices-keep"),
    path("quiet", notices.quiet, name="portal-notices-quiet"),
    path("mailbox", notices.mailbox, name="portal-notices-mailbox"),
    path("devices", notices.let_in, name="portal-devices-let-in"),
    path("devices/<uuid:device>/end", notices.end_device, name="portal-device-end"),
    path("sms/code", notices.ask_code, name="portal-sms-code"),
    path("sms/proof", notices.give_code, name="portal-sms-proof"),
    path("sms/end", notices.end_sms, name="portal-sms-end"),
]
