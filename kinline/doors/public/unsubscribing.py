"""The link at the foot of a letter: stop letters of one kind, without a sign-in (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kinline.apps.notices import mail
from kinline.doors.words.notices import GROUPS


@csrf_exempt  # a mail program posts it; what lets it in is in the address
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, word: str) -> HttpResponse:
    """Opening it changes nothing, for programs open every link in a letter; pressing does."""
    _owner, group = mail.read_token(word)
    done = request.method == "POST"
    if done:
        mail.unsubscribe(word=word, now=timezone.now())
    facts = {"group": GROUPS[group], "done": done}
    return render(request, "public/unsubscribe.html", facts)
