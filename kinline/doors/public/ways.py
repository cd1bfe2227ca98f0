"""How a code can reach somebody here: what no way is set up for is not offered on any page."""

from django.conf import settings
from django.http import HttpRequest

from kinline.apps.notices import sign_in


def by_mail() -> bool:
    """Whether letters go out; a demo shows the code on its page instead."""
    return sign_in.mail_is_set() or settings.DEMO


def by_phone() -> bool:
    """Whether text messages go out; as for `by_mail`."""
    return sign_in.sms_is_set() or settings.DEMO


def shown_code(request: HttpRequest, code: str, *, sms: bool = False) -> str:
    """The code, for the page of a demo from which nothing goes out; else nothing."""
    goes_out = sign_in.sms_is_set() if sms else sign_in.mail_goes_out()
    return code if settings.DEMO and not goes_out else ""


def passkeys(request: HttpRequest) -> bool:
    """Whether browsers offer passkeys here: a name, not an IP address, over HTTPS or on one's own
    machine (Web Authentication, section 5.4.2).
    """
    host = request.get_host().rpartition(":")[0] or request.get_host()
    named = not host.replace(".", "").isdigit() and not host.startswith("[")
    return named and (request.is_secure() or host == "localhost")
