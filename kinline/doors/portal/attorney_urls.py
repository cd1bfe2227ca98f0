"""Addresses of an attorney's own pages."""

from django.urls import path

from kinline.doors.portal import attorney, attorney_contacts, attorney_numbers

urlpatterns = [
    path("", attorney.everything, name="portal-attorney"),
    path("ask/", attorney.ask, name="portal-attorney-ask"),
    path("requests/<uuid:asked>/card", attorney.card, name="portal-attorney-card"),
    path("requests/<uuid:asked>/appeal", attorney.appeal, name="portal-attorney-appeal"),
    path("requests/<uuid:asked>/take-back/", attorney.take_back, name="portal-attorney-take-back"),
    path("numbers/", attorney_numbers.add, name="portal-attorney-number-add"),
    path("numbers/<uuid:number>/text", attorney_numbers.text, name="portal-attorney-text"),
    path("numbers/<uuid:number>/call", attorney_numbers.call, name="portal-attorney-call"),
    path("numbers/<uuid:number>/test", attorney_numbers.test_call, name="portal-attorney-test"),
    path("numbers/<uuid:number>/code", attorney_numbers.code, name="portal-attorney-code"),
    path("numbers/<uuid:number>/drop", attorney_numbers.drop, name="portal-attorney-drop"),
    path("contacts/", attorney_contacts.everything, name="portal-attorney-contacts"),
    path("private/", attorney_numbers.private, name="portal-attorney-private"),
]
