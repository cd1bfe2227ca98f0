"""Addresses of visitors: who may, who asks, appeals, and how a facility takes them."""

from django.urls import path

from kinline.doors.console.views import vetting, visitors

urlpatterns = [
    path("", visitors.everyone, name="console_visitors"),
    path("waiting/", visitors.waiting, name="console_visitors_waiting"),
    path("appeals/", visitors.appeals, name="console_visitors_appeals"),
    path("at/<slug:place>/rule/", visitors.rule, name="console_visitors_rule"),
    path("<uuid:access>/", vetting.one, name="console_visitor"),
    path("<uuid:access>/approve", vetting.approve, name="console_visitor_approve"),
    path("<uuid:access>/refuse", vetting.refuse, name="console_visitor_refuse"),
    path("<uuid:access>/withdraw", vetting.withdraw, name="console_visitor_withdraw"),
    path("<uuid:access>/mark", vetting.mark, name="console_visitor_mark"),
    path("<uuid:access>/answer", vetting.answer, name="console_visitor_answer"),
    path("<uuid:access>/look", vetting.look, name="console_visitor_look"),
    path("<uuid:access>/pictures/<slug:kind>", vetting.picture, name="console_visitor_picture"),
]
