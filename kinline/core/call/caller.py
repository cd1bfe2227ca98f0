"""Who stands at the side inside, as far as it may be known."""

from enum import StrEnum


class Caller(StrEnum):
    """PERSON: signed in. NOBODY: a line without PIN, where nobody is asked. INTAKE: a station
    without sign-in. ANONYMOUS: by rule neither person nor station is kept.
    """

    PERSON = "person"
    NOBODY = "nobody"
    INTAKE = "intake"
    ANONYMOUS = "anonymous"
