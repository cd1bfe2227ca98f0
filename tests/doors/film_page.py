"""The site with one page more: the recorder alone, and what its form sends. For tests."""

from django.http import HttpResponse
from django.template import engines
from django.urls import include, path, reverse

from kinline.doors import resumable
from kinline.doors.guards import ContactRequest, contact_only

PAGE = """{% extends "portal/base.html" %}{% load i18n kin %}
{% block title %}VideoGram{% endblock %}
{% block main %}<h1>Record a VideoGram</h1><p>Up to {{ seconds }} seconds. Watch it first.</p>
<form method="post">{% csrf_token %}{% include "doors/parts/film.html" with choose=True %}</form>
{% endblock %}"""


@contact_only
def page(request: ContactRequest) -> HttpResponse:
    if request.method == "POST":
        owner = resumable.of_contact(request)
        with resumable.collected(owner=owner, upload=request.POST["upload"]) as path_:
            size = path_.stat().st_size
        return HttpResponse(f"<h1>Taken: {size} bytes</h1>")
    facts = {"uploads": reverse("portal-uploads"), "seconds": request.GET.get("seconds", "30")}
    return HttpResponse(engines["django"].from_string(PAGE).render(facts, request))


urlpatterns = [path("film/", page), path("", include("kinline.config.urls"))]
