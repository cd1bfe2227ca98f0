"""Stripe's messages: taken in if signed, whatever they say; anything else learns nothing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kinline.apps.charging import hooks


@csrf_exempt  # a program sends it, with a signature of its own
@require_POST
def hear(request: HttpRequest, agency: str) -> HttpResponse:
    """Take one message in. 200 also for what we do not know: else it would be told for days."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        hooks.hear(agency=agency, body=request.body, signature=signature, now=timezone.now())
    except hooks.Unsigned:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
