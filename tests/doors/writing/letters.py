"""What goes along with messages in tests: a photo as a telephone makes it, and forms as sent."""

from datetime import datetime
from io import BytesIO
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from kinline.apps.messaging.models import Attachment
from tests.apps.messaging.writing import thread
from tests.cast import Town


def picture(name: str = "swing.jpg", size: tuple[int, int] = (640, 480)) -> SimpleUploadedFile:
    """A small JPEG, named as the sender likes."""
    file = BytesIO()
    Image.new("RGB", size, (120, 180, 120)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def press(browser: Client, name: str, pk: object, **fields: object) -> HttpResponse:
    """Press a button of a composer as a browser without scripts does."""
    facts = {"do": "send", "key": uuid4(), "kept": "0", "revision": "0", "text": ""}
    answer = browser.post(reverse(name, args=[pk]), facts | fields)
    return answer  # type: ignore[return-value]


def with_photo(
    town: Town, browser: Client, now: datetime, door: str = "portal"
) -> tuple[UUID, Attachment]:
    """A thread of Odette and Julian with a photo in her draft, or his."""
    pk = thread(town.julian, town.odette, now)
    answer = press(browser, f"{door}-messages-thread", pk, do="photo", photo=picture(), text="See")
    assert answer.status_code == 302, answer.text
    return pk, Attachment.objects.get()
