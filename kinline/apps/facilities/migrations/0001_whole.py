import uuid

import django.db.models.deletion
from django.db import migrations, models

import kinline.apps.facilities.models
import kinline.core.policy.lines
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("facilities", "0001_initial"),
        ("facilities", "0002_contact_lines"),
        ("facilities", "0003_open_lines"),
        ("facilities", "0004_telephones"),
        ("facilities", "0005_destinations"),
        ("facilities", "0006_trunk_limits"),
        ("facilities", "0007_trials"),
        ("facilities", "0008_links"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("search_by_name", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("zone", models.CharField(max_length=40)),
                ("fictional_limits", models.BooleanField(default=False)),
                ("keep_recordings_days", models.PositiveIntegerField(default=180)),
                (
                    "phone_languages",
                    models.JSONField(default=kinline.apps.facilities.models.two_languages),
                ),
                ("toll_free", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facilities",
                        to="facilities.agency",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Trunk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("host", models.CharField(max_length=120)),
                ("port", models.PositiveIntegerField(default=5060)),
                ("caller", models.CharField(max_length=20)),
                ("user", models.CharField(blank=True, max_length=60)),
                ("sealed_secret", models.CharField(blank=True, max_length=300)),
                ("active", models.BooleanField(default=True)),
                ("up", models.BooleanField(null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("most_at_once", models.PositiveIntegerField(default=240)),
                ("most_a_minute", models.PositiveIntegerField(default=120)),
                ("most_abroad_minutes", models.PositiveIntegerField(default=1200)),
                ("asked", models.PositiveBigIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trunks",
                        to="facilities.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "name"), name="one_trunk_per_name"),
                    models.CheckConstraint(
                        condition=models.Q(("most_a_minute__gt", 0), ("most_at_once__gt", 0)),
                        name="a_trunk_carries_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("port__gt", 0), ("port__lt", 65536)),
                        name="a_trunk_has_a_port",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user", ""),
                            models.Q(("sealed_secret", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_trunk_user_has_a_secret",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("engine", models.CharField(blank=True, max_length=40)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("code", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trunk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="facilities.trunk",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["trunk", "-asked_at"], name="facilities__trunk_i_71c018_idx"
                    ),
                    models.Index(
                        condition=models.Q(("taken_at", None)),
                        fields=["asked_at"],
                        name="trial_waits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "name"), name="one_unit_per_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("questions", "questions"),
                            ("telephone", "telephone"),
                            ("email", "email"),
                            ("address", "address"),
                            ("emergency", "emergency"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_lines",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "topic"), name="one_contact_line_per_topic"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="contact_line_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedCountry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("country", models.CharField(max_length=3)),
                ("why", models.CharField(max_length=200)),
                ("closed_by", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField()),
                ("opened_by", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_countries",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("opened_at", None)),
                        fields=("facility", "country"),
                        name="a_country_is_closed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True),
                        name="a_closed_country_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallingRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("offered", models.BooleanField(default=True)),
                ("opens_at", models.TimeField()),
                ("closes_at", models.TimeField()),
                ("max_call_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calling_rules",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="opens_before_closing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None),
                            ("until_on__gt", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="calling_rule_holds_a_day",
                    ),
                    models.UniqueConstraint(
                        fields=("facility", "from_on"), name="one_calling_rule_per_start"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("calls_an_hour", models.PositiveSmallIntegerField()),
                ("max_call_seconds", models.PositiveIntegerField()),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_rules",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["facility", "-set_at"], name="facilities__facilit_29cb24_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prea", "prea"),
                            ("crisis", "crisis"),
                            ("tip", "tip"),
                            ("consulate", "consulate"),
                            ("public_defender", "public_defender"),
                            ("legal_services", "legal_services"),
                            ("relay", "relay"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("names", models.JSONField()),
                ("e164", models.CharField(max_length=20)),
                ("digits", models.CharField(blank=True, max_length=6)),
                ("with_pin", models.BooleanField()),
                ("private", models.BooleanField()),
                ("anonymous", models.BooleanField()),
                ("direct", models.BooleanField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open_lines",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="a_line_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    [
                                        kinline.core.policy.lines.LineKind["PREA"],
                                        kinline.core.policy.lines.LineKind["TIP"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("anonymous", True),
                            _connector="OR",
                        ),
                        name="prea_and_tip_lines_are_anonymous",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    [
                                        kinline.core.policy.lines.LineKind["LEGAL_SERVICES"],
                                        kinline.core.policy.lines.LineKind["PREA"],
                                        kinline.core.policy.lines.LineKind["PUBLIC_DEFENDER"],
                                        kinline.core.policy.lines.LineKind["TIP"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("private", True),
                            _connector="OR",
                        ),
                        name="such_lines_are_private",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", [kinline.core.policy.lines.LineKind["RELAY"]]),
                                _negated=True,
                            ),
                            ("with_pin", True),
                            _connector="OR",
                        ),
                        name="a_relay_line_asks_who_calls",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("anonymous", False),
                            models.Q(("private", True), ("with_pin", False)),
                            _connector="OR",
                        ),
                        name="an_anonymous_line_asks_and_keeps_nothing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("facility", "e164"),
                        name="one_line_per_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("until_on", None), models.Q(("digits", ""), _negated=True)
                        ),
                        fields=("facility", "digits"),
                        name="one_line_per_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneNetwork",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cidr", models.CharField(max_length=50)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phone_networks",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "cidr"), name="a_network_is_named_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("tablet", "tablet"), ("handset", "handset")], max_length=20
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("do_not_record", models.BooleanField(default=False)),
                ("intake", models.BooleanField(default=False)),
                ("secret_hash", models.CharField(blank=True, max_length=64)),
                ("enrolled_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stations",
                        to="facilities.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "name"), name="one_station_per_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Handset",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user", models.CharField(max_length=40, unique=True)),
                ("sealed_secret", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("address", models.CharField(blank=True, max_length=60)),
                ("registered_until", models.DateTimeField(blank=True, null=True)),
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handset",
                        to="facilities.station",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EnrolmentCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="facilities.station",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        guards("facilities", "lines"),
    ]
