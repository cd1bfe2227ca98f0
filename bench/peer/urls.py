"""Kinline's own addresses, and the peer's one beside them in the same server."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bench.peer.models import Row


@csrf_exempt
def write_row(request: HttpRequest) -> HttpResponse:
    Row.objects.create(word=request.body.decode()[:80], at=timezone.now())
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [path("peer", write_row), path("", include("kinline.config.urls"))]
