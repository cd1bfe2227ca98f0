"""Where in a long list one is, as the address says it."""

from kinline.doors.console.gate import StaffRequest

LAST = 10_000


def number_of(request: StaffRequest) -> int:
    """The page asked for, 1 when the address makes no sense."""
    word = request.GET.get("page", "1")
    return min(int(word), LAST) if word.isdecimal() and len(word) < 9 else 1


def rest_of(request: StaffRequest) -> str:
    """The rest of the question, to be kept while turning pages."""
    asked = request.GET.copy()
    for name in ("page", "entry"):
        asked.pop(name, None)
    return asked.urlencode()
