import uuid

import django.db.models.deletion
from django.db import migrations, models

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("visits", "0001_initial"),
        ("visits", "0002_guards"),
        ("visits", "0010_meetings"),
        ("visits", "0011_private"),
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
            name="VisitStation",
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
                        choices=[("kiosk", "kiosk"), ("tablet", "tablet"), ("room", "room")],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "device",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_station",
                        to="facilities.station",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_stations",
                        to="facilities.facility",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_stations",
                        to="facilities.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "name"), name="one_visit_station_per_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
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
                            ("closed", "Closed"),
                            ("holiday", "Holiday"),
                            ("lockdown", "Lockdown"),
                        ],
                        max_length=10,
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("lifted_by", models.CharField(blank=True, max_length=64)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_closures",
                        to="facilities.facility",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_closures",
                        to="facilities.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["facility", "from_at"],
                        name="visit_closures_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at", None),
                            ("until_at__gt", models.F("from_at")),
                            _connector="OR",
                        ),
                        name="a_closure_holds_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at__isnull", False), ("kind", "lockdown"), _connector="OR"
                        ),
                        name="only_a_lockdown_has_no_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="a_closure_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Separation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("lifted_by", models.CharField(blank=True, max_length=64)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="separated_from",
                        to="people.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="separations",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("person", "other"),
                        name="separated_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("other")), _negated=True),
                        name="nobody_is_apart_from_themselves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True),
                        name="who_separates_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitRules",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("template", models.JSONField()),
                ("lengths", models.JSONField()),
                ("notice_minutes", models.PositiveIntegerField(default=1440)),
                ("horizon_days", models.PositiveSmallIntegerField(default=14)),
                ("per_person_week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("per_visitor_week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("week_starts", models.PositiveSmallIntegerField(default=0)),
                ("buffer_minutes", models.PositiveSmallIntegerField(default=10)),
                ("every_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("capacity", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("max_visitors", models.PositiveSmallIntegerField(default=4)),
                ("approval", models.BooleanField(default=False)),
                ("recorded", models.BooleanField(default=True)),
                ("private_kinds", models.JSONField(default=list)),
                ("from_inside", models.BooleanField(default=True)),
                ("cancel_minutes", models.PositiveIntegerField(default=1440)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_rules",
                        to="facilities.facility",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_rules",
                        to="facilities.unit",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "visit rules",
                "indexes": [
                    models.Index(fields=["facility", "unit", "-from_on"], name="visit_rules_dated")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None),
                            ("until_on__gt", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="visit_rules_hold_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_visitors__gte", 1), ("max_visitors__lte", 4)),
                        name="a_visit_has_one_to_four_visitors",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit", None)),
                        fields=("facility", "from_on"),
                        name="one_visit_rule_per_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("unit", "from_on"),
                        name="one_unit_visit_rule_per_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("contact", "contact"), ("person", "person"), ("staff", "staff")],
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
                        max_length=20,
                    ),
                ),
                ("private", models.BooleanField(default=False)),
                ("recorded", models.BooleanField(default=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("booked", "booked"),
                            ("held", "held"),
                            ("refused", "refused"),
                            ("lapsed", "lapsed"),
                            ("cancelled", "cancelled"),
                            ("missed", "missed"),
                            ("failed", "failed"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("buffer_minutes", models.PositiveSmallIntegerField()),
                ("cancel_minutes", models.PositiveIntegerField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("booked_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "cancelled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("visitor", "visitor"),
                            ("person", "person"),
                            ("facility", "facility"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("late", models.BooleanField(default=False)),
                ("reminded", models.PositiveSmallIntegerField(default=0)),
                (
                    "missing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("inside", "inside"),
                            ("outside", "outside"),
                            ("both", "both"),
                            ("each_other", "each_other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("price_cents", models.PositiveIntegerField(default=0)),
                ("citation", models.CharField(blank=True, max_length=300)),
                ("paid", models.JSONField(default=list)),
                ("returned_cents", models.PositiveIntegerField(default=0)),
                ("returned_because", models.CharField(blank=True, max_length=40)),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_booked",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="people.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="visits.visitstation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "starts_at"], name="visits_of_a_day"),
                    models.Index(fields=["person", "-starts_at"], name="visits_of_person"),
                    models.Index(fields=["state", "starts_at"], name="visits_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("private", False), ("recorded", False), _connector="OR"
                        ),
                        name="a_private_visit_is_not_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="a_visit_has_a_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned_cents__lte", models.F("price_cents"))),
                        name="no_more_comes_back_than_was_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("side", models.CharField(blank=True, max_length=10)),
                ("by", models.CharField(blank=True, max_length=64)),
                ("facts", models.JSONField(default=dict)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VisitVisitor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("minor", models.UUIDField(blank=True, null=True)),
                ("minor_name", models.CharField(blank=True, max_length=120)),
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
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_places",
                        to="people.contact",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitors",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact", "visit"], name="visits_of_contact")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("minor", None)),
                        fields=("visit", "contact"),
                        name="a_visitor_comes_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("minor__isnull", False)),
                        fields=("visit", "minor"),
                        name="a_minor_comes_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingPlace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("contact", "contact"), ("person", "person"), ("staff", "staff")],
                        max_length=10,
                    ),
                ),
                ("private", models.BooleanField(default=False)),
                ("contacts", models.JSONField()),
                ("minors", models.JSONField(default=list)),
                ("length_minutes", models.PositiveSmallIntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("from_time", models.TimeField(blank=True, null=True)),
                ("until_time", models.TimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("offered", "Offered"),
                            ("taken", "Taken"),
                            ("left", "Left"),
                            ("over", "Over"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("passed", models.PositiveSmallIntegerField(default=0)),
                ("offered_starts_at", models.DateTimeField(blank=True, null=True)),
                ("offer_until", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_waited",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_waited",
                        to="facilities.facility",
                    ),
                ),
                (
                    "offered_station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="visits.visitstation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_waited",
                        to="people.person",
                    ),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waited",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "offered"])),
                        fields=["facility", "since"],
                        name="who_waits_for_a_visit",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="waits_for_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            models.Q(
                                ("offer_until__isnull", False),
                                ("offered_starts_at__isnull", False),
                                ("offered_station__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_offer_says_what_until_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("visit__isnull", False),
                            _connector="OR",
                        ),
                        name="who_took_an_offer_has_a_visit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="meeting",
                        serialize=False,
                        to="visits.visit",
                    ),
                ),
                ("engine", models.CharField(max_length=40)),
                ("boot", models.CharField(max_length=40)),
                ("lives", models.PositiveIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("life_began_at", models.DateTimeField()),
                ("alive_at", models.DateTimeField()),
                ("met_at", models.DateTimeField(null=True)),
                ("earlier_seconds", models.PositiveIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("time_up", "time_up"),
                            ("left", "left"),
                            ("staff", "staff"),
                            ("lockdown", "lockdown"),
                            ("engine_lost", "engine_lost"),
                            ("fault", "fault"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "end_seat",
                    models.CharField(
                        blank=True,
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["engine"],
                        name="meeting_live_by_engine",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None)),
                            models.Q(
                                models.Q(("ended_at", None), _negated=True),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_meeting_ends_for_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("engine", models.CharField(max_length=40)),
                (
                    "order",
                    models.CharField(choices=[("end", "end"), ("say", "say")], max_length=10),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("time_up", "time_up"),
                            ("left", "left"),
                            ("staff", "staff"),
                            ("lockdown", "lockdown"),
                            ("engine_lost", "engine_lost"),
                            ("fault", "fault"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_orders",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["engine", "made_at"],
                        name="meeting_orders_to_do",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("boot", models.CharField(max_length=40)),
                ("seq", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("came", "came"),
                            ("began", "began"),
                            ("met", "met"),
                            ("lost", "lost"),
                            ("back", "back"),
                            ("left", "left"),
                            ("warned", "warned"),
                            ("told", "told"),
                            ("recording_failed", "recording_failed"),
                            ("ended", "ended"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "seat",
                    models.CharField(
                        blank=True,
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
                ("minutes", models.PositiveSmallIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("obeyed", models.BooleanField()),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_steps",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "boot", "seq"), name="a_meeting_step_is_told_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.CharField(max_length=60)),
                ("week_on", models.DateField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_quotas",
                        to="facilities.facility",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "holder", "week_on", "number"),
                        name="a_place_of_the_week_is_taken_once",
                    ),
                    models.UniqueConstraint(fields=("visit", "holder"), name="a_visit_counts_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlotClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("resource", models.CharField(max_length=100)),
                ("slot_at", models.DateTimeField()),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="visits.visit",
                    ),
                ),
                (
                    "waiting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="visits.waitingplace",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["slot_at"], name="claims_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("resource", "slot_at"), name="a_slot_is_claimed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("visit", None), ("waiting__isnull", False)),
                            models.Q(("visit__isnull", False), ("waiting", None)),
                            _connector="OR",
                        ),
                        name="a_claim_is_of_one_thing",
                    ),
                ],
            },
        ),
        guards("visits", "visits"),
        guards("visits", "recorded"),
    ]
