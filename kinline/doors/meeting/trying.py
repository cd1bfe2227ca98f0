"""Trying the way ahead of a visit: what its page needs, at both doors."""

from datetime import datetime

from django.http import JsonResponse

from kinline.apps.tickets import Ticket
from kinline.apps.visits import private


def told(ticket: Ticket, now: datetime) -> JsonResponse:
    """The engine's address with a pass, and the TURN servers with a word for two minutes."""
    servers = [
        {"urls": list(one.urls), "username": one.username, "credential": one.credential}
        for one in private.to_try(now)
    ]
    return JsonResponse({"url": ticket.url, "pass": ticket.word, "servers": servers})
