"""Uploads of contacts: photos and VideoGrams on their way to a draft."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kinline.darkroom.film import LIMITS
from kinline.doors import resumable
from kinline.doors.guards import ContactRequest, contact_only


@require_POST
@contact_only
def begin(request: ContactRequest) -> HttpResponse:
    """A new upload."""
    return resumable.begin(
        request,
        owner=resumable.of_contact(request),
        most_bytes=LIMITS.most_bytes,
        address=lambda upload: reverse("portal-upload", args=[upload]),
    )


@contact_only
def one(request: ContactRequest, upload: str) -> HttpResponse:
    """One upload of one's own."""
    return resumable.one(request, owner=resumable.of_contact(request), upload=upload)
