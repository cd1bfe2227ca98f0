"""Addresses of becoming a visitor."""

from django.urls import path

from kinline.doors.portal import visitor, visitor_steps

urlpatterns = [
    path("", visitor.everything, name="portal-visitor"),
    path("ask/", visitor_steps.whom, name="portal-visitor-ask"),
    path("<uuid:access>/", visitor.one, name="portal-visitor-one"),
    path("<uuid:access>/pictures/<slug:kind>/", visitor_steps.photo, name="portal-visitor-photo"),
    path("<uuid:access>/children/", visitor_steps.children, name="portal-visitor-children"),
    path(
        "<uuid:access>/children/<uuid:child>/drop",
        visitor_steps.drop_child,
        name="portal-visitor-child-drop",
    ),
    path("<uuid:access>/check/", visitor_steps.check, name="portal-visitor-check"),
    path("<uuid:access>/file/<slug:kind>", visitor.picture, name="portal-visitor-picture"),
    path("<uuid:access>/appeal", visitor.appeal, name="portal-visitor-appeal"),
    path("<uuid:access>/renew", visitor.renew, name="portal-visitor-renew"),
    path("<uuid:access>/take-back/", visitor.take_back, name="portal-visitor-take-back"),
]
