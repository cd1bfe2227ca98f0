"""What this session has opened to be played, under the purpose that was typed for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.http import HttpResponse, JsonResponse

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.access import Staff
from kinline.doors.console import say
from kinline.doors.console.forms.calls import Purpose
from kinline.doors.console.gate import StaffRequest


class Open(Protocol):
    """The room's own act: a purpose first, then something that is played under it."""

    def __call__(
        self, *, staff: Staff, recording_id: UUID, purpose: str, now: datetime
    ) -> UUID: ...


class Opened:
    """Playings by recording, in the session under `name`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def begin(self, request: StaffRequest, recording: UUID, form: Purpose, act: Open) -> bool:
        """Open it, or put what the room refuses beside the fields; whether it is open."""
        try:
            opened = act(
                staff=request.staff,
                recording_id=recording,
                purpose=form.cleaned_data["purpose"],
                now=request.now,
            )
        except Refused as no:
            say.blame(form, no.refusals)
            return False
        request.session[self._name] = self._all(request) | {str(recording): str(opened)}
        return True

    def of(self, request: StaffRequest, recording: UUID) -> str | None:
        """The id of what is open of this recording."""
        return self._all(request).get(str(recording))

    def mine(self, request: StaffRequest, recording: UUID) -> UUID:
        """The same for whoever wants to hear or see. Raises NotFound."""
        opened = self.of(request, recording)
        if opened is None:
            raise NotFound
        return UUID(opened)

    def close(self, request: StaffRequest, recording: UUID) -> None:
        """The next time the purpose is asked again."""
        left = {key: one for key, one in self._all(request).items() if key != str(recording)}
        request.session[self._name] = left

    def _all(self, request: StaffRequest) -> dict[str, str]:
        return dict(request.session.get(self._name, {}))


def seconds_told(request: StaffRequest, most: int, tell: Callable[[int], None]) -> HttpResponse:
    """Seconds that were played since the page last told; 400 for a senseless figure."""
    word = request.POST.get("seconds", "")
    if not word.isdecimal() or not 0 < int(word[:6]) <= most:
        return JsonResponse({"code": "heard.seconds"}, status=400)
    tell(int(word))
    return JsonResponse({})
