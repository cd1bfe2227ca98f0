"""Where one is signed in, and signing out there: one place, or everywhere but here."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.people import sessions


@never_cache
@require_safe
@login_required
def everything(request: HttpRequest) -> HttpResponse:
    """Every browser that is signed in with this account."""
    found = sessions.sessions_of(
        account_id=_account(request), current=request.session.session_key or ""
    )
    return render(request, "account/devices.html", {"sessions": found})


@require_POST
@login_required
def end(request: HttpRequest, session: int) -> HttpResponse:
    """Sign one browser out."""
    sessions.end(account_id=_account(request), session_id=session)
    messages.success(request, _("Signed out there."))
    return redirect("devices")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    mine, before = _account(request), request.session.session_key or ""
    sessions.end_others(account_id=mine, current=before)
    user = cast(Any, request.user)
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    sessions.moved(account_id=mine, before=before, after=request.session.session_key or "")
    messages.success(request, _("Signed out everywhere else."))
    return redirect("devices")


def _account(request: HttpRequest) -> UUID:
    account = request.user.pk
    assert account is not None  # login_required
    return account
