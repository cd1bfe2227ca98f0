import uuid

import django.db.models.deletion
from django.db import migrations, models

import kinline.core.call.caller
import kinline.core.call.states
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("calls", "0001_initial"),
        ("calls", "0002_guards"),
        ("calls", "0003_indexes"),
        ("calls", "0004_open_lines"),
        ("calls", "0005_ends_of_telephones"),
        ("calls", "0006_trunks"),
        ("calls", "0007_paying"),
    ]

    initial = True

    # Guards of this room also look at recordings' tables.
    dependencies = [
        ("facilities", "0001_whole"),
        ("people", "0001_whole"),
        ("recordings", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "caller",
                    models.CharField(
                        choices=[
                            ("person", "person"),
                            ("nobody", "nobody"),
                            ("intake", "intake"),
                            ("anonymous", "anonymous"),
                        ],
                        default=kinline.core.call.caller.Caller["PERSON"],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("abroad", models.BooleanField(default=False)),
                ("language", models.CharField(default="en", max_length=10)),
                ("announcement", models.JSONField(default=list)),
                ("engine", models.CharField(max_length=40)),
                ("boot", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("refused", "refused"),
                            ("authorized", "authorized"),
                            ("ringing", "ringing"),
                            ("announcing", "announcing"),
                            ("talking", "talking"),
                            ("ended", "ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("private", models.BooleanField()),
                ("private_because", models.CharField(blank=True, max_length=40)),
                ("refusals", models.JSONField(default=list)),
                ("limits", models.JSONField(default=list)),
                ("limit_seconds", models.PositiveIntegerField(null=True)),
                ("paying", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("rang_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hung_up_inside", "hung_up_inside"),
                            ("hung_up_outside", "hung_up_outside"),
                            ("time_up", "time_up"),
                            ("money_up", "money_up"),
                            ("declined", "declined"),
                            ("blocked", "blocked"),
                            ("no_answer", "no_answer"),
                            ("busy", "busy"),
                            ("not_connected", "not_connected"),
                            ("not_accepted", "not_accepted"),
                            ("line_lost_inside", "line_lost_inside"),
                            ("line_lost_outside", "line_lost_outside"),
                            ("page_closed_inside", "page_closed_inside"),
                            ("page_closed_outside", "page_closed_outside"),
                            ("staff", "staff"),
                            ("engine_lost", "engine_lost"),
                            ("fault", "fault"),
                        ],
                        max_length=30,
                    ),
                ),
                ("alive_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="people.contact",
                    ),
                ),
                (
                    "courtesy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="people.courtesygrant",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="facilities.facility",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="facilities.openline",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="people.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="facilities.station",
                    ),
                ),
                (
                    "trunk",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="facilities.trunk",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["facility", "-asked_at"], name="calls_call_facilit_075275_idx"
                    ),
                    models.Index(
                        fields=["person", "-asked_at"], name="calls_call_person__967903_idx"
                    ),
                    models.Index(
                        fields=["contact", "-asked_at"], name="calls_call_contact_0d9f51_idx"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["engine"],
                        name="call_live_by_engine",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["trunk"],
                        name="call_live_by_trunk",
                    ),
                    models.Index(
                        condition=models.Q(("trunk__isnull", False)),
                        fields=["trunk", "asked_at"],
                        name="call_by_trunk",
                    ),
                    models.Index(
                        condition=models.Q(("abroad", True)),
                        fields=["trunk", "asked_at"],
                        name="call_abroad_by_trunk",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("line", None),
                            (
                                "state__in",
                                [
                                    kinline.core.call.states.State["AUTHORIZED"],
                                    kinline.core.call.states.State["RINGING"],
                                    kinline.core.call.states.State["ANNOUNCING"],
                                    kinline.core.call.states.State["TALKING"],
                                ],
                            ),
                        ),
                        fields=("person",),
                        name="one_live_call_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("caller", kinline.core.call.caller.Caller["PERSON"]),
                                ("person__isnull", False),
                                ("station__isnull", False),
                            ),
                            models.Q(
                                ("caller", kinline.core.call.caller.Caller["NOBODY"]),
                                ("line__isnull", False),
                                ("person", None),
                                ("station__isnull", False),
                            ),
                            models.Q(
                                ("caller", kinline.core.call.caller.Caller["INTAKE"]),
                                ("line", None),
                                ("person", None),
                                ("station__isnull", False),
                            ),
                            models.Q(
                                ("caller", kinline.core.call.caller.Caller["ANONYMOUS"]),
                                ("line__isnull", False),
                                ("person", None),
                                ("station", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_call_has_the_caller_it_may",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", kinline.core.call.states.State["ENDED"]), _negated=True
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_ended_call_says_when_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Engine",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("boot", models.CharField(max_length=40)),
                ("seen_at", models.DateTimeField()),
                ("done", models.BigIntegerField(default=0)),
                ("last_command", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="TrunkLimitReached",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                (
                    "limit",
                    models.CharField(
                        choices=[
                            ("at_once", "at_once"),
                            ("a_minute", "a_minute"),
                            ("abroad", "abroad"),
                        ],
                        max_length=10,
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=0)),
                (
                    "trunk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="limits_reached",
                        to="facilities.trunk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trunk", "on", "limit"), name="a_limit_is_reached_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallRecord",
            fields=[
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="record",
                        serialize=False,
                        to="calls.call",
                    ),
                ),
                ("place", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=40)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField()),
                ("talk_seconds", models.PositiveIntegerField()),
                ("end_reason", models.CharField(max_length=30)),
                ("private", models.BooleanField()),
                ("charge", models.UUIDField(null=True)),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CallStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("boot", models.CharField(max_length=40)),
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("side", models.CharField(blank=True, max_length=10)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("talk_seconds", models.PositiveIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("obeyed", models.BooleanField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="calls.call",
                    ),
                ),
            ],
            options={
                "ordering": ["told_at", "seq"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "ended"), ("obeyed", False)),
                        fields=["told_at"],
                        name="step_late_end",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("call", "boot", "seq"), name="a_step_counts_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("order", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                (
                    "call",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="calls.call"),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="people.contact"
                    ),
                ),
                (
                    "engine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commands",
                        to="calls.engine",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engine", "number"), name="a_command_has_one_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="people.contact"
                    ),
                ),
                (
                    "engine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="calls.engine",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engine", "contact"), name="waits_once_an_engine"
                    )
                ],
            },
        ),
        guards("calls", "append_only"),
        guards("calls", "private"),
        guards("calls", "open_lines"),
    ]
