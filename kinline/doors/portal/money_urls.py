"""Addresses of adding money and of getting it back, under accounts/."""

from django.urls import path

from kinline.doors.portal import adding, closing

urlpatterns = [
    path("add/", adding.add, name="portal-add-money"),
    path("payments/", adding.payments_made, name="portal-payments"),
    path("payments/<uuid:payment>/", adding.receipt, name="portal-payment"),
    path("payments/<uuid:payment>/card", adding.card, name="portal-payment-card"),
    path("limits/", adding.own_limits, name="portal-own-limits"),
    path("close/<slug:kind>/", closing.close, name="portal-close-account"),
    path("refunds/<uuid:refund>/", closing.follow, name="portal-refund"),
    path("refunds/<uuid:refund>/withdraw", closing.withdraw, name="portal-refund-withdraw"),
]
