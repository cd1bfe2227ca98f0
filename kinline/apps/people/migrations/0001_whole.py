import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_sessions_ended"),
        ("people", "0003_open_lines"),
        ("people", "0004_moves"),
        ("people", "0005_links"),
        ("people", "0006_own_sign_up"),
        ("people", "0007_visitors"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("facilities", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, null=True, unique=True)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("phone_proven", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=120)),
                ("language", models.CharField(default="en", max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("own", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                ("sessions_ended", models.PositiveIntegerField(default=0)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("phone_proven", True)),
                        fields=("phone",),
                        name="a_proven_phone_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phone_proven", False),
                            models.Q(("phone", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_proven_phone_is_there",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("given_name", models.CharField(max_length=60)),
                ("family_name", models.CharField(max_length=60)),
                ("language", models.CharField(default="en", max_length=10)),
                ("pin_hash", models.CharField(blank=True, max_length=200)),
                ("active", models.BooleanField(default=True)),
                ("do_not_record", models.BooleanField(default=False)),
                ("max_call_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("name_folder", models.CharField(blank=True, max_length=80)),
                ("name_key", models.CharField(blank=True, max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="facilities.facility",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="facilities.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "number"), name="one_person_per_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="PinTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="facilities.facility"
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="facilities.station"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["facility", "number", "station", "at"],
                        name="people_pint_facilit_549ec4_idx",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitorRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("offered", models.BooleanField(default=True)),
                ("keep_days", models.PositiveIntegerField(default=30)),
                ("good_days", models.PositiveIntegerField(default=365)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitor_rules",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "-set_at"], name="visitor_rule_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "account",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("right", models.CharField(max_length=40)),
                ("given_by", models.CharField(max_length=64)),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="facilities.agency",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency__isnull", False), ("facility", None)),
                            models.Q(("agency", None), ("facility__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_grant_has_one_scope",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NameTake",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("folder", models.CharField(max_length=80, unique=True)),
                ("wrapped_key", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("seconds_tenths", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_takes",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "from_facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="left_by",
                        to="facilities.facility",
                    ),
                ),
                (
                    "to_facility",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_by",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at"], name="move_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_facility", None),
                            models.Q(("to_facility", models.F("from_facility")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_move_leads_elsewhere",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InsideSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="facilities.station",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CourtesyGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("until", models.DateTimeField()),
                ("max_call_seconds", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("granted_by", models.CharField(max_length=64)),
                ("granted_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courtesies",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "until"], name="people_cour_person__af46c0_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("granted_at"))),
                        name="a_courtesy_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AttorneyVerification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bar_number", models.CharField(max_length=40)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("verified_by", models.CharField(max_length=64)),
                ("verified_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="facilities.agency"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="people.contact",
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
                        name="a_verification_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("contact", "agency"),
                        name="one_open_verification",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=20, unique=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="people.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LookUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="look_ups",
                        to="people.contact",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact", "at"], name="look_up_by_contact")],
            },
        ),
        migrations.CreateModel(
            name="NoContact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.CharField(blank=True, max_length=254)),
                ("e164", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(max_length=300)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("lifted_by", models.CharField(blank=True, max_length=64)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="no_contacts",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="no_contacts",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-made_at"], name="no_contact_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", False), ("e164", ""), ("email", "")),
                            models.Q(
                                ("contact", None),
                                models.Q(("email", ""), _negated=True),
                                ("e164", ""),
                            ),
                            models.Q(
                                ("contact", None),
                                ("email", ""),
                                models.Q(("e164", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_order_names_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="an_order_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at", None),
                            ("until_at__gt", models.F("from_at")),
                            _connector="OR",
                        ),
                        name="an_order_holds_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("contact", "contact"), ("person", "person"), ("staff", "staff")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.CharField(
                        blank=True,
                        choices=[("contact", "contact"), ("person", "person"), ("staff", "staff")],
                        max_length=10,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contact", "-asked_at"], name="link_by_contact"),
                    models.Index(fields=["person", "-asked_at"], name="link_by_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("declined_at", None), ("ended_at", None)),
                        fields=("person", "contact"),
                        name="one_open_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at", None), ("declined_at", None), _connector="OR"
                        ),
                        name="a_link_is_accepted_or_declined",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("declined_at", None), _connector="OR"
                        ),
                        name="a_declined_link_does_not_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="somebody_ends_a_link",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="facilities.facility",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("facility__isnull", False), ("person", None)),
                            models.Q(("facility", None), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_block_names_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None), ("person__isnull", False)),
                        fields=("contact", "person"),
                        name="a_person_is_blocked_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("facility__isnull", False), ("lifted_at", None)),
                        fields=("contact", "facility"),
                        name="a_facility_is_blocked_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unwanted",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unwanted_by",
                        to="people.contact",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unwanted",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("person", "contact"),
                        name="unwanted_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitorAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("pending", "pending"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("expired", "expired"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("attorney", "attorney"),
                            ("clergy", "clergy"),
                            ("other_verified", "other_verified"),
                        ],
                        default="ordinary",
                        max_length=20,
                    ),
                ),
                (
                    "asks_as",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("attorney", "attorney"),
                            ("clergy", "clergy"),
                            ("other_verified", "other_verified"),
                        ],
                        default="ordinary",
                        max_length=20,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("id_expires_on", models.DateField(blank=True, null=True)),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreadable", "unreadable"),
                            ("no_match", "no_match"),
                            ("expired", "expired"),
                            ("wrong_kind", "wrong_kind"),
                            ("name_differs", "name_differs"),
                            ("minor_unclear", "minor_unclear"),
                            ("not_wanted", "not_wanted"),
                            ("facility_rule", "facility_rule"),
                            ("broke_rules", "broke_rules"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=600)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("appeal_until", models.DateTimeField(blank=True, null=True)),
                ("appealed_at", models.DateTimeField(blank=True, null=True)),
                ("appeal_words", models.CharField(blank=True, max_length=2000)),
                ("appeal_decided_by", models.CharField(blank=True, max_length=64)),
                ("appeal_decided_at", models.DateTimeField(blank=True, null=True)),
                ("appeal_right", models.BooleanField(null=True)),
                ("appeal_note", models.CharField(blank=True, max_length=600)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitor_accesses",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitors",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitors",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contact", "-begun_at"], name="visitor_by_contact"),
                    models.Index(
                        fields=["facility", "state", "asked_at"], name="visitor_by_facility"
                    ),
                    models.Index(fields=["state", "until_at"], name="visitor_by_end"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("person__isnull", False), ("state__in", ["draft", "pending"])
                        ),
                        fields=("contact", "person"),
                        name="a_person_is_asked_for_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person", None), ("state__in", ["draft", "pending"])),
                        fields=("contact", "facility"),
                        name="a_facility_is_asked_for_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("state", "approved")),
                        fields=("contact", "facility", "person"),
                        name="approved_once_for_a_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person", None), ("state", "approved")),
                        fields=("contact", "facility"),
                        name="approved_once_for_a_facility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("asked_at__isnull", False), _connector="OR"
                        ),
                        name="a_request_was_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "refused"]), _negated=True),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="somebody_decides_a_visitor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("until_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_approval_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_refusal_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["withdrawn", "expired"]), _negated=True),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="somebody_ends_an_access",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_decided_by", ""),
                            models.Q(
                                ("appeal_decided_at__isnull", False),
                                ("appealed_at__isnull", False),
                                models.Q(
                                    ("appeal_decided_by", models.F("decided_by")), _negated=True
                                ),
                                models.Q(
                                    ("ended_at", None),
                                    ("ended_at__gt", models.F("appeal_decided_at")),
                                    models.Q(
                                        ("appeal_decided_by", models.F("ended_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="another_decides_the_appeal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllowedNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60)),
                ("max_call_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("added_by", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "number",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowed_by",
                        to="people.contactnumber",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowed",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("person", "number"),
                        name="listed_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="facilities.agency"
                    ),
                ),
                (
                    "number",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="people.contactnumber",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("number", "agency"),
                        name="marked_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Minor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("born_on", models.DateField()),
                ("allowed", models.BooleanField(default=False)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="minors",
                        to="people.visitoraccess",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a_minor_has_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitorPicture",
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
                        choices=[("document", "document"), ("selfie", "selfie")], max_length=10
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("blob", models.CharField(max_length=32, unique=True)),
                ("wrapped_key", models.CharField(blank=True, max_length=200)),
                ("size_bytes", models.PositiveIntegerField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to="people.visitoraccess",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("erased_at", None)),
                        fields=("access", "kind"),
                        name="one_picture_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at", None), models.Q(("wrapped_key", ""), _negated=True)
                            ),
                            models.Q(("erased_at__isnull", False), ("wrapped_key", "")),
                            _connector="OR",
                        ),
                        name="an_erased_picture_has_no_key",
                    ),
                ],
            },
        ),
        guards("people", "visitors"),
    ]
