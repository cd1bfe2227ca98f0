"""Recordings of non-private calls: wrapped keys here, sealed files in the recordings folder.

Triggers (made by the calls room, which knows what is private) refuse a row for a private call;
those of the visits room do so for a private visit.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility
from kinline.apps.facts import Fact, choices
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.terms import Seat


class Recording(Fact):
    """One recorded call. Destroying `wrapped_key` is deletion: the files cannot be read again."""

    call = models.UUIDField(unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="recordings")
    folder = models.CharField(max_length=80, unique=True)
    wrapped_key = models.CharField(max_length=200, blank=True)
    key_name = models.CharField(max_length=60)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # The engine did not live to tell what it wrote: the worker measures the files.
    to_measure = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(to_measure=True), name="recording_to_measure"),
            models.Index(
                fields=["keep_until"], condition=Q(deleted_at=None), name="recording_kept_until"
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(deleted_at=None) | Q(wrapped_key=""),
                name="a_deleted_recording_has_no_key",
            )
        ]


class Track(Fact):
    """One side's sealed file, as the engine reported it at the end."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="tracks")
    side = models.CharField(max_length=10)
    path = models.CharField(max_length=200)
    seconds = models.PositiveIntegerField()
    chunks = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [UniqueConstraint(fields=["recording", "path"], name="a_track_is_told_once")]


class Listening(Fact):
    """One member of staff listening to one recording, for a purpose they gave first."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="listenings")
    account = models.UUIDField()
    purpose = models.TextField()
    began_at = models.DateTimeField()
    heard_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=~Q(purpose=""), name="listening_has_a_purpose")]


class Quarantine(Fact):
    """A recording of a number that was private then: nobody plays it, and it is destroyed.

    Triggers refuse a Listening of it, and taking it back. `contact` is the attorney who is told.
    `proof` is what lay there when the key was destroyed: the SHA-256 of each sealed file.
    """

    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="quarantine")
    contact = models.UUIDField()
    found_by = models.CharField(max_length=64)  # an account, or "kinline"
    found_at = models.DateTimeField()
    why = models.CharField(max_length=300)
    destroyed_by = models.CharField(max_length=64, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-found_at"], name="quarantine_by_contact"),
            models.Index(
                fields=["found_at"], condition=Q(destroyed_at=None), name="quarantine_waiting"
            ),
        ]
        constraints = [
            CheckConstraint(condition=~Q(why=""), name="a_quarantine_has_a_reason"),
            CheckConstraint(
                condition=Q(destroyed_at=None, destroyed_by="")
                | Q(destroyed_at__isnull=False)
                & ~Q(destroyed_by="")
                # What somebody locked away, another destroys; what a sweep found, anybody may.
                & (Q(found_by="kinline") | ~Q(destroyed_by=models.F("found_by"))),
                name="another_destroys_what_was_locked_away",
            ),
        ]


class VisitRecording(Fact):
    """One recorded visit: a track of sound and one of pictures for each seat.

    Destroying `wrapped_key` is deletion: the files cannot be read again.
    """

    visit = models.UUIDField(unique=True)
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="visit_recordings"
    )
    folder = models.CharField(max_length=80, unique=True)
    wrapped_key = models.CharField(max_length=200, blank=True)
    key_name = models.CharField(max_length=60)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # An engine did not live to tell all that it wrote: the worker looks through the files.
    to_measure = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(to_measure=True), name="visit_recording_to_measure"
            ),
            models.Index(
                fields=["keep_until"],
                condition=Q(deleted_at=None),
                name="visit_recording_kept_until",
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(deleted_at=None) | Q(wrapped_key=""),
                name="a_deleted_visit_recording_has_no_key",
            )
        ]


class VisitTrack(Fact):
    """One seat's sound or pictures in one sealed file, as the engine reported it.

    `starts_ms` is where its first frame lies on the clock of its part, which all seats share.
    """

    recording = models.ForeignKey(VisitRecording, on_delete=models.PROTECT, related_name="tracks")
    seat = models.CharField(max_length=10, choices=choices(Seat))
    kind = models.CharField(max_length=10, choices=choices(MediaKind))
    path = models.CharField(max_length=200)
    seconds = models.PositiveIntegerField()
    chunks = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    starts_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["recording", "path"], name="a_visit_track_is_told_once")
        ]


class VisitPlaying(Fact):
    """One member of staff who plays one recorded visit, for a purpose they gave first."""

    recording = models.ForeignKey(VisitRecording, on_delete=models.PROTECT, related_name="playings")
    account = models.UUIDField()
    purpose = models.TextField()
    began_at = models.DateTimeField()
    played_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(purpose=""), name="playing_a_visit_has_a_purpose")
        ]
