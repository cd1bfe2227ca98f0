"""Page numbers from addresses."""

from django.http import HttpRequest

LAST = 10_000


def page_number(request: HttpRequest) -> int:
    """The page asked for; anything odd in the address means the first."""
    word = request.GET.get("page", "")
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 1
    return min(max(number, 1), LAST)
