import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notices", "0001_initial"),
        ("notices", "0002_occasions"),
        ("notices", "0003_channels"),
        ("notices", "0004_visits"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.UUIDField()),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("calls", "calls"),
                            ("messages", "messages"),
                            ("visits", "visits"),
                            ("people", "people"),
                            ("money", "money"),
                            ("law", "law"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "email"), ("push", "push"), ("sms", "sms")],
                        max_length=10,
                    ),
                ),
                ("wanted", models.BooleanField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "group", "channel"), name="chosen_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=20)),
                ("owner", models.UUIDField()),
                ("purpose", models.CharField(max_length=10)),
                ("proof", models.CharField(max_length=20)),
                ("agreed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "indexes": [models.Index(fields=["owner"], name="consent_by_owner")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("e164", "purpose"),
                        name="agreed_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadMailbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("because", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("email",),
                        name="a_mailbox_is_dead_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.UUIDField()),
                ("endpoint_hash", models.CharField(max_length=64)),
                ("endpoint", models.CharField(max_length=1000)),
                ("key", models.CharField(max_length=100)),
                ("secret", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField()),
                ("reached_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["owner"],
                        name="device_by_owner",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("endpoint_hash",),
                        name="a_browser_has_one_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("owner_kind", models.CharField(max_length=10)),
                ("owner", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("about", models.CharField(blank=True, default="", max_length=120)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("said_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["owner_kind", "owner", "-at"], name="notices_not_owner_k_21916e_idx"
                    ),
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about", "owner_kind", "id"],
                        name="note_by_about",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)),
                        fields=["next_try_at"],
                        name="outgoing_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=20)),
                ("owner", models.UUIDField()),
                ("purpose", models.CharField(max_length=10)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["e164", "made_at"], name="proof_by_number")],
            },
        ),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.UUIDField(unique=True)),
                ("from_at", models.TimeField()),
                ("until_at", models.TimeField()),
                ("zone", models.CharField(max_length=60)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_at", models.F("until_at")), _negated=True),
                        name="quiet_hours_have_a_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("e164", models.CharField(max_length=20)),
                ("sender", models.CharField(max_length=20)),
                ("purpose", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("segments", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="waiting", max_length=12)),
                ("provider_id", models.CharField(blank=True, max_length=80)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["next_try_at"],
                        name="sms_due",
                    ),
                    models.Index(fields=["provider_id"], name="sms_by_provider_id"),
                    models.Index(fields=["e164", "created_at"], name="sms_by_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider_id", models.CharField(max_length=80, unique=True)),
                ("e164", models.CharField(max_length=20)),
                ("sent_to", models.CharField(max_length=20)),
                ("text", models.TextField(blank=True)),
                ("media", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_at", None)), fields=["at"], name="sms_in_to_take"
                    ),
                    models.Index(fields=["e164", "at"], name="sms_in_by_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=20)),
                ("ours", models.CharField(max_length=20)),
                ("person", models.UUIDField()),
                ("contact", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("introduced_at", models.DateTimeField(null=True)),
                ("told_no_photo_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("e164", "ours"), name="a_line_leads_to_one"),
                    models.UniqueConstraint(fields=("e164", "person"), name="one_line_per_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=20)),
                ("word", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("e164",),
                        name="stopped_once",
                    )
                ],
            },
        ),
    ]
