"""Browsers that are signed in with an account. The sign-in library writes them down; here they are
read and ended.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db.models import F

from kinline.apps.errors import NotFound
from kinline.apps.people.models import Account

# What browsers call themselves, the more special first; only for the eye.
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "CrOS", "Linux")
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser. `system` and `browser` are guesses from what it says of itself; may be empty."""

    id: int
    system: str
    browser: str
    address: str
    began_at: datetime
    current: bool


def sessions_of(*, account_id: UUID, current: str) -> list[SessionView]:
    """Browsers signed in now, newest first. `current`: the key of the one that asks."""
    account = Account.objects.get(pk=account_id)
    rows = UserSession.objects.purge_and_list(account)
    found = [
        SessionView(
            id=row.pk,
            system=next((one for one in SYSTEMS if one in row.user_agent), ""),
            browser=next((name for word, name in BROWSERS if word in row.user_agent), ""),
            address=row.ip,
            began_at=row.created_at,
            current=row.session_key == current,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.current, -one.began_at.timestamp()))


def end(*, account_id: UUID, session_id: int) -> None:
    """Sign one browser of this account out. Raises NotFound."""
    row = UserSession.objects.filter(pk=session_id, user=account_id).first()
    if row is None:
        raise NotFound
    row.end()


def end_others(*, account_id: UUID, current: str) -> int:
    """Sign every browser of this account out but the one that asks; returns how many were known.

    Also those nobody wrote down: whatever began before does not fit any more. The caller lets the
    browser that asks begin anew, and says so with `moved`.
    """
    rows = list(UserSession.objects.filter(user=account_id).exclude(session_key=current))
    for row in rows:
        row.end()
    Account.objects.filter(pk=account_id).update(sessions_ended=F("sessions_ended") + 1)
    return len(rows)


def moved(*, account_id: UUID, before: str, after: str) -> None:
    """The browser that asks has another session now."""
    UserSession.objects.filter(user=account_id, session_key=before).update(session_key=after)
