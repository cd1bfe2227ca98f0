"""The letter to staff that a call they watch for was asked for: no name and no number in it."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from kinline.apps.notices.mail import Letter

KIND = "watch.alert"


def letter(facts: Mapping[str, str]) -> Letter:
    with translation.override(facts["language"]):
        said = gettext("A call you asked to be told of was just asked for. Sign in to see it:")
        subject = gettext("A watched call")
    return Letter(subject, f"{said} {settings.WEB_URL.rstrip('/')}/console/watches/")
