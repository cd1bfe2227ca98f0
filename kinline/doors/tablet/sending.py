"""Uploads from inside: photos and VideoGrams on their way to a draft."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kinline.darkroom.film import LIMITS
from kinline.doors import resumable
from kinline.doors.guards import InsideRequest, inside_only


@require_POST
@inside_only
def begin(request: InsideRequest) -> HttpResponse:
    """A new upload."""
    return resumable.begin(
        request,
        owner=resumable.of_inside(request),
        most_bytes=LIMITS.most_bytes,
        address=lambda upload: reverse("tablet-upload", args=[upload]),
    )


@inside_only
def one(request: InsideRequest, upload: str) -> HttpResponse:
    """One upload of one's own."""
    return resumable.one(request, owner=resumable.of_inside(request), upload=upload)
