"""What the SMS provider tells: taken in if signed; anything else learns nothing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kinline.apps.notices.sms import hearing, setup
from kinline.apps.notices.sms.port import Unsigned


@csrf_exempt  # a program sends it, with a signature of its own
@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """Take one message in. 200 once it is stored, and also for what we do not know."""
    if not setup.is_set():
        return HttpResponse(status=404)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        hearing.hear(headers=headers, body=request.body, now=timezone.now())
    except Unsigned:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
