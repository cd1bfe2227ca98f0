"""Addresses of a facility's word lists, below those of review."""

from django.urls import path

from kinline.doors.console.views.review import words

urlpatterns = [
    path("<slug:place>/", words.everything, name="console_review_words"),
    path("<slug:place>/try/", words.attempt, name="console_review_words_try"),
    path("<slug:place>/<uuid:words>/", words.one, name="console_review_words_list"),
    path("<slug:place>/<uuid:words>/csv", words.carry_out, name="console_review_words_csv"),
    path("<slug:place>/<uuid:words>/file", words.bring_in, name="console_review_words_file"),
    path("<slug:place>/<uuid:words>/remove", words.remove, name="console_review_words_remove"),
    path("<slug:place>/<uuid:words>/end", words.end, name="console_review_words_end"),
]
