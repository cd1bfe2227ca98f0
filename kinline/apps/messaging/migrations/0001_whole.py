import uuid

import django.db.models.deletion
from django.db import migrations, models

import kinline.core.message.states
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("messaging", "0001_initial"),
        ("messaging", "0002_guards"),
        ("messaging", "0003_copy_wishes"),
    ]

    initial = True

    # Guards of this room also look at review's tables.
    dependencies = [
        ("facilities", "0001_whole"),
        ("people", "0001_whole"),
        ("review", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("privileged", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField()),
                ("person_last_at", models.DateTimeField(null=True)),
                ("contact_last_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-person_last_at"], name="threads_of_person"),
                    models.Index(fields=["contact", "-contact_last_at"], name="threads_of_contact"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "contact", "privileged"), name="one_thread_for_two_people"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CopyWish",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("given_by", models.CharField(blank=True, max_length=64)),
                ("given_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copy_wishes",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("given_at", None)),
                        fields=("person",),
                        name="one_open_copy_wish",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_at", None), ("given_by", "")),
                            ("given_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_copy_is_given_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Keep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("lifted_by", models.CharField(blank=True, max_length=64)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_keeps",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_keeps",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["person", "contact"],
                        name="message_keeps",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="who_keeps_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("emessages", models.BooleanField(default=False)),
                ("texts", models.BooleanField(default=False)),
                ("privileged", models.BooleanField(default=False)),
                ("longest_emessage", models.PositiveIntegerField(default=20000)),
                ("longest_text", models.PositiveIntegerField(default=1000)),
                ("photos", models.PositiveSmallIntegerField(default=5)),
                ("photo_bytes", models.PositiveIntegerField(default=10000000)),
                ("cards", models.PositiveSmallIntegerField(default=5)),
                ("films", models.PositiveSmallIntegerField(default=1)),
                ("film_seconds", models.PositiveSmallIntegerField(default=30)),
                ("keep_emessage_days", models.PositiveIntegerField(default=1095)),
                ("keep_text_days", models.PositiveIntegerField(default=1095)),
                ("keep_privileged_days", models.PositiveIntegerField(default=1095)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_rules",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "-set_at"], name="message_rule_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("visit", "visit"),
                            ("text", "text"),
                            ("emessage", "emessage"),
                            ("ecard", "ecard"),
                            ("photo", "photo"),
                            ("videogram", "videogram"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "direction",
                    models.CharField(choices=[("in", "in"), ("out", "out")], max_length=10),
                ),
                ("privileged", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True)),
                ("folded", models.TextField(blank=True)),
                ("sealed", models.BinaryField(default=b"")),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("size", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("in_part", "in_part"),
                            ("rejected", "rejected"),
                            ("taken_back", "taken_back"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("item", models.UUIDField(null=True)),
                ("sent_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("text_rejected", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("decided_at", models.DateTimeField(null=True)),
                ("appeal_until", models.DateTimeField(null=True)),
                ("paid", models.JSONField(default=list)),
                ("citation", models.CharField(blank=True, max_length=300)),
                (
                    "gives_back",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("each_part", "each_part"),
                            ("whole_only", "whole_only"),
                            ("nothing", "nothing"),
                        ],
                        max_length=20,
                    ),
                ),
                ("back", models.JSONField(default=list)),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("was_free", "was_free"),
                            ("was_delivered", "was_delivered"),
                            ("parts_rejected", "parts_rejected"),
                            ("whole_rejected", "whole_rejected"),
                            ("part_kept", "part_kept"),
                            ("tariff_keeps", "tariff_keeps"),
                        ],
                        max_length=20,
                    ),
                ),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="facilities.facility",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="messaging.thread",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["thread", "-sent_at"], name="messages_of_thread"),
                    models.Index(
                        condition=models.Q(
                            ("read_at", None),
                            (
                                "state__in",
                                [
                                    kinline.core.message.states.State["DELIVERED"],
                                    kinline.core.message.states.State["IN_PART"],
                                ],
                            ),
                        ),
                        fields=["thread", "direction"],
                        name="messages_not_read",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at", None)),
                        fields=["facility", "service", "sent_at"],
                        name="messages_to_keep",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("privileged", False), ("sealed", b""), ("wrapped_key", "")),
                            models.Q(
                                ("folded", ""),
                                ("item", None),
                                ("note", ""),
                                ("privileged", True),
                                ("reason", ""),
                                ("text", ""),
                            ),
                            _connector="OR",
                        ),
                        name="privileged_mail_is_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivered_at", None),
                            ("delivered_at__gte", models.F("sent_at")),
                            _connector="OR",
                        ),
                        name="delivered_after_it_was_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    [
                                        kinline.core.message.states.State["DELIVERED"],
                                        kinline.core.message.states.State["IN_PART"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("delivered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_is_delivered_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(("folded", ""), ("text", ""), ("wrapped_key", "")),
                            _connector="OR",
                        ),
                        name="what_is_erased_says_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("person", "person"), ("contact", "contact")], max_length=10
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("visit", "visit"),
                            ("text", "text"),
                            ("emessage", "emessage"),
                            ("ecard", "ecard"),
                            ("photo", "photo"),
                            ("videogram", "videogram"),
                        ],
                        max_length=10,
                    ),
                ),
                ("privileged", models.BooleanField(default=False)),
                ("key", models.UUIDField(unique=True)),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(default=b"")),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="messaging.thread",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("thread", "side", "service"), name="one_draft_for_each_writer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("privileged", False), ("sealed", b""), ("wrapped_key", "")),
                            models.Q(("privileged", True), ("text", "")),
                            _connector="OR",
                        ),
                        name="a_privileged_draft_is_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("privileged", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("photo", "photo"),
                            ("card", "card"),
                            ("film", "film"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("alt", models.CharField(blank=True, max_length=300)),
                ("card", models.CharField(blank=True, max_length=40)),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("sealed", models.BinaryField(default=b"")),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("blob", models.CharField(blank=True, max_length=80)),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("thumb", models.CharField(blank=True, max_length=80)),
                ("thumb_key", models.CharField(blank=True, max_length=200)),
                ("media_type", models.CharField(blank=True, max_length=40)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("added_at", models.DateTimeField()),
                ("rejected_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="messaging.draft",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("blob", ""), _negated=True),
                        fields=["blob"],
                        name="part_by_blob",
                    ),
                    models.Index(
                        condition=models.Q(("thumb", ""), _negated=True),
                        fields=["thumb"],
                        name="part_by_thumb",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("draft", None), ("message__isnull", False)),
                            models.Q(("draft__isnull", False), ("message", None)),
                            _connector="OR",
                        ),
                        name="a_part_has_one_home",
                    ),
                    models.UniqueConstraint(
                        fields=("draft", "place"), name="one_part_a_place_of_a_draft"
                    ),
                    models.UniqueConstraint(
                        fields=("message", "place"), name="one_part_a_place_of_a_message"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("privileged", False), ("sealed", b"")),
                            models.Q(("alt", ""), ("privileged", True), ("text", "")),
                            _connector="OR",
                        ),
                        name="privileged_parts_say_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(
                                ("alt", ""), ("text", ""), ("thumb_key", ""), ("wrapped_key", "")
                            ),
                            _connector="OR",
                        ),
                        name="an_erased_part_has_no_key",
                    ),
                ],
            },
        ),
        guards("messaging", "mail"),
        guards("messaging", "unreviewed"),
    ]
