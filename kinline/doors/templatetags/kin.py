"""The small parts every door is drawn with: icons, faces, chips, prices, refusals, the line."""

from datetime import date, datetime
from itertools import pairwise
from math import hypot
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kinline.core.refusal import Refusal
from kinline.doors.words import clock as clocks
from kinline.doors.words import numbers, price, refusals

register = template.Library()

# Icons USWDS lacks are in our own sprite.
OURS = frozenset(
    {"video", "mic", "mic_off", "hangup", "dialpad", "backspace", "play", "pause", "speaker"}
    | {"rec", "ecard", "videogram", "back10"}
)
SHORT_UNIT = 3
TONES = ("", "is-b", "is-c", "is-d", "is-e")
# The arc of the line, as a Bezier curve: its two halves are drawn as one path.
ARC = ((10.0, 46.0), (90.0, 4.0), (230.0, 4.0), (310.0, 46.0))


@register.filter
def dollars(cents: int | None) -> str:
    """Cents as an amount: $23.50."""
    return "" if cents is None else price.dollars(cents)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture that always stands beside a word, so it is hidden from screen readers."""
    sprite = "kinline/img/kinline-icons.svg" if name in OURS else "uswds/img/sprite.svg"
    return format_html(
        '<svg class="usa-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static(sprite),
        name,
    )


@register.simple_tag
def face(name: str, tone: str | None = None, size: str = "") -> SafeString:
    """A person as initials on a coloured disc; the colour follows the name."""
    chosen = TONES[sum(map(ord, name)) % len(TONES)] if tone is None else tone
    return format_html(
        '<span class="k-face {} {}" aria-hidden="true">{}</span>', chosen, size, initials(name)
    )


@register.filter
def initials(name: str) -> str:
    """Two letters of a name: the first of its first and last word, or its first two."""
    words = name.split()
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


@register.filter
def tail(number: str) -> str:
    """The last four digits of a telephone number: enough to know it by, no more on a screen."""
    return number[-4:]


@register.filter
def unit(name: str) -> str:
    """A unit as one calls it: facilities that only give a letter or number mean "Unit C"."""
    return _("Unit %(name)s") % {"name": name} if 0 < len(name) <= SHORT_UNIT else name


@register.filter
def phone(number: str) -> str:
    """A telephone number as one reads it: 617-555-0142."""
    return numbers.shown(number)


@register.filter
def clock(moment: datetime | None, zone: ZoneInfo | str) -> str:
    """A moment as clock time on the facility's wall: 6:42 PM."""
    return "" if moment is None else clocks.clock(moment, zone)


@register.filter
def day(moment: datetime | None, zone: ZoneInfo | str) -> str:
    """A moment as a day in the facility's calendar: Mon, Nov 23."""
    return "" if moment is None else clocks.day(moment, zone)


@register.filter
def day_with_year(moment: datetime, zone: ZoneInfo | str) -> str:
    """A moment as a day in the facility's calendar, with its year: November 23, 2023."""
    wall = ZoneInfo(zone) if isinstance(zone, str) else zone
    return clocks.long_day(moment.astimezone(wall).date())


@register.filter
def milliseconds(moment: datetime | None) -> str:
    """A moment for a script, in Unix milliseconds."""
    return "" if moment is None else str(int(moment.timestamp() * 1000))


@register.filter
def lasting(seconds: int | None) -> str:
    """How long, in words: 12 minutes."""
    return "" if seconds is None else clocks.span(seconds)


@register.filter
def long_day(on: date | None) -> str:
    """A day with its year: November 23, 2031."""
    return "" if on is None else clocks.long_day(on)


@register.inclusion_tag("doors/parts/line.html")
def line(used: int | None = None, label: str = "", live: bool = False) -> dict[str, Any]:
    """Two dots and an arc; `used` percent of it lit. `live`: a script moves it on."""
    at = None if used is None else _point(used / 100)
    return {"used": used, "label": label, "live": live, "at": at}


@register.inclusion_tag("doors/parts/refusal.html")
def refusal(rows: Any, heading: str = "h2") -> dict[str, Any]:
    """One reason why not, in its five rows (doors.words.refusals.Rows)."""
    return {"rows": rows, "heading": heading}


@register.simple_tag
def title_of(refusal: Refusal) -> str:
    """What a refusal is called, for a chip: Calls to this country are closed."""
    return refusals.title(refusal)


@register.inclusion_tag("doors/parts/price_chip.html")
def price_chip(price: Any) -> dict[str, Any]:
    """The price of a minute as a chip (doors.words.price.Price)."""
    return {"price": price}


@register.inclusion_tag("doors/parts/price_why.html")
def price_why(price: Any) -> dict[str, Any]:
    """The price chip with its "Why?": which law or tariff, since when, who pays."""
    return {"price": price}


@register.inclusion_tag("doors/parts/kept_chip.html")
def kept_chip(private: bool) -> dict[str, Any]:
    """Recorded or private: shape, word and colour."""
    return {"private": private}


@register.inclusion_tag("doors/parts/kept_note.html")
def kept_note(private: bool) -> dict[str, Any]:
    """Recorded or private, as a sentence before a call."""
    return {"private": private}


@register.inclusion_tag("doors/parts/logo.html")
def logo() -> dict[str, Any]:
    """The wordmark; it takes the colour of the text around it."""
    return {}


def _point(share: float) -> tuple[float, float]:
    """Where the travelling dot stands after `share` of the arc's length, to a tenth."""
    steps = [_bezier(step / 100) for step in range(101)]
    lengths = [0.0]
    for (x0, y0), (x1, y1) in pairwise(steps):
        lengths.append(lengths[-1] + hypot(x1 - x0, y1 - y0))
    goal = max(0.0, min(1.0, share)) * lengths[-1]
    index = next(i for i, reached in enumerate(lengths) if reached >= goal)
    return round(steps[index][0], 1), round(steps[index][1], 1)


def _bezier(t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, ARC, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, ARC, strict=True))
    return x, y
