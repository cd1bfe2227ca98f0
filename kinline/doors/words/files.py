"""Why a photo or a VideoGram was not taken, in one sentence that says what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.darkroom.terms import Code

SENTENCES: dict[str, str | Promise] = {
    Code.EMPTY: _("The file is empty. Please choose it again."),
    Code.TOO_LARGE: _("The file is larger than %(most)s MB. Please choose a smaller one."),
    Code.WRONG_KIND: _(
        "We cannot take this kind of file. Send photos as JPEG, PNG, WebP or HEIC, and videos as "
        "MP4, MOV or WebM."
    ),
    Code.BROKEN: _("The file is damaged, so it cannot be shown. Please choose another one."),
    Code.TOO_HARD: _("This file takes too long to open. Please send a simpler or smaller one."),
    Code.TOO_MANY_PIXELS: _(
        "The photo has more than %(most)s million dots. Please make it smaller first."
    ),
    Code.MOVING: _("This picture moves. Send a photo that stands still, or record a VideoGram."),
    Code.TOO_LONG: _("The video is longer than %(most)s seconds. Please send a shorter one."),
    Code.TOO_WIDE: _("The video’s picture is too large. Please record it in a smaller size."),
    Code.NO_PICTURE: _("There is no picture in this video. Please record it again."),
    Code.TOO_MANY_TRACKS: _("This video has too many parts in it. Please record it again."),
    Code.INFECTED: _("A virus was found in this file, so it was not taken."),
    "file.busy": _("Many files are coming in right now. Please try again in a minute."),
    "file.no_room": _(
        "There is no room for files right now. That is our fault. Your words are safe. Please try "
        "again later."
    ),
    "file.no_scan": _(
        "Files cannot be checked right now. That is our fault. Your words are safe. Please try "
        "again later."
    ),
    "file.unable": _(
        "This kind of file cannot be made ready here. That is our fault. Your words are safe. "
        "Please tell the facility, and send the words alone."
    ),
    "upload.lost": _("The upload was too long ago. Please choose the file again."),
}


def sentence(code: str, facts: Mapping[str, str]) -> str:
    """Why, in the reader's language. A code that is not ours: that something is not right."""
    said = SENTENCES.get(code)
    return str(said) % facts if said else gettext("This file could not be taken.")
