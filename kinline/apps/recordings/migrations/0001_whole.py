import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("recordings", "0001_initial"),
        ("recordings", "0002_indexes"),
        ("recordings", "0003_visits"),
    ]

    initial = True

    dependencies = [
        ("facilities", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("call", models.UUIDField(unique=True)),
                ("folder", models.CharField(max_length=80, unique=True)),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("key_name", models.CharField(max_length=60)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("keep_until", models.DateField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("to_measure", models.BooleanField(default=False)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("to_measure", True)),
                        fields=["id"],
                        name="recording_to_measure",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["keep_until"],
                        name="recording_kept_until",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deleted_at", None), ("wrapped_key", ""), _connector="OR"
                        ),
                        name="a_deleted_recording_has_no_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitRecording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("visit", models.UUIDField(unique=True)),
                ("folder", models.CharField(max_length=80, unique=True)),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("key_name", models.CharField(max_length=60)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("keep_until", models.DateField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("to_measure", models.BooleanField(default=False)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_recordings",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("to_measure", True)),
                        fields=["id"],
                        name="visit_recording_to_measure",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["keep_until"],
                        name="visit_recording_kept_until",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deleted_at", None), ("wrapped_key", ""), _connector="OR"
                        ),
                        name="a_deleted_visit_recording_has_no_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Listening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.UUIDField()),
                ("purpose", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("heard_seconds", models.PositiveIntegerField(default=0)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listenings",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True),
                        name="listening_has_a_purpose",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Track",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("side", models.CharField(max_length=10)),
                ("path", models.CharField(max_length=200)),
                ("seconds", models.PositiveIntegerField()),
                ("chunks", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracks",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "path"), name="a_track_is_told_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitPlaying",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.UUIDField()),
                ("purpose", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("played_seconds", models.PositiveIntegerField(default=0)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playings",
                        to="recordings.visitrecording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True),
                        name="playing_a_visit_has_a_purpose",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitTrack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "seat",
                    models.CharField(
                        choices=[
                            ("inside", "inside"),
                            ("home-1", "home-1"),
                            ("home-2", "home-2"),
                            ("home-3", "home-3"),
                            ("home-4", "home-4"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("audio", "audio"), ("video", "video")], max_length=10
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("seconds", models.PositiveIntegerField()),
                ("chunks", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("starts_ms", models.PositiveIntegerField(default=0)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracks",
                        to="recordings.visitrecording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "path"), name="a_visit_track_is_told_once"
                    )
                ],
            },
        ),
    ]
