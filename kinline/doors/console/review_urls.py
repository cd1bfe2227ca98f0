"""Addresses of review. What belongs to one facility carries its code."""

from django.urls import include, path

from kinline.doors.console.views.review import appeals, figures, item, queue, settings

urlpatterns = [
    path("", queue.everything, name="console_review"),
    path("words/", include("kinline.doors.console.words_urls")),
    path("next", queue.on, name="console_review_next"),
    path("bulk", queue.in_bulk, name="console_review_bulk"),
    path("<uuid:item>/", item.one, name="console_review_item"),
    path("<uuid:item>/hold", item.hold, name="console_review_hold"),
    path("<uuid:item>/release", item.release, name="console_review_release"),
    path("<uuid:item>/take-over", item.take_over, name="console_review_take_over"),
    path("<uuid:item>/ask", item.ask, name="console_review_ask"),
    path("<uuid:item>/answer", item.answer, name="console_review_answer"),
    path("<uuid:item>/take-back", item.take_back, name="console_review_take_back"),
    path("<uuid:item>/parts/<uuid:part>/", item.file, name="console_review_file"),
    path("decisions/<uuid:decision>/undo", item.undo, name="console_review_undo"),
    path("appeals/", appeals.everything, name="console_review_appeals"),
    path("appeals/<uuid:decision>/", appeals.one, name="console_review_appeal"),
    path("at/<slug:place>/figures/", figures.everything, name="console_review_figures"),
    path("at/<slug:place>/policies/", settings.policies, name="console_review_policies"),
    path(
        "at/<slug:place>/policies/<uuid:policy>/end",
        settings.end_policy,
        name="console_review_policy_end",
    ),
    path("at/<slug:place>/stops/", settings.stops, name="console_review_stops"),
    path(
        "at/<slug:place>/stops/<uuid:stop>/end", settings.end_stop, name="console_review_stop_end"
    ),
]
