import uuid

import django.db.models.deletion
from django.db import migrations, models

import kinline.core.review.states
import kinline.core.review.terms
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("review", "0001_initial"),
        ("review", "0002_guards"),
        ("review", "0010_word_lists"),
    ]

    initial = True

    dependencies = [
        ("facilities", "0001_whole"),
        ("people", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordsVersion",
            fields=[
                (
                    "facility",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="words_version",
                        serialize=False,
                        to="facilities.facility",
                    ),
                ),
                ("mark", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=64, unique=True)),
                (
                    "service",
                    models.CharField(
                        choices=[("emessage", "emessage"), ("text", "text")], max_length=12
                    ),
                ),
                (
                    "direction",
                    models.CharField(choices=[("in", "in"), ("out", "out")], max_length=8),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("hold", "hold"), ("sample", "sample"), ("flagged", "flagged")],
                        max_length=10,
                    ),
                ),
                ("before_delivery", models.BooleanField()),
                ("parts", models.JSONField(default=list)),
                ("findings", models.JSONField(default=list)),
                ("marks", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "claimed"),
                            ("asked", "asked"),
                            ("decided", "decided"),
                            ("in_effect", "in_effect"),
                            ("closed", "closed"),
                        ],
                        default=kinline.core.review.states.State["WAITING"],
                        max_length=10,
                    ),
                ),
                ("claimed_by", models.UUIDField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("in_part", "in_part"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    kinline.core.review.states.State["ASKED"],
                                    kinline.core.review.states.State["CLAIMED"],
                                    kinline.core.review.states.State["WAITING"],
                                ],
                            )
                        ),
                        fields=["facility", "due_at", "id"],
                        name="review_waiting_here",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    kinline.core.review.states.State["ASKED"],
                                    kinline.core.review.states.State["CLAIMED"],
                                    kinline.core.review.states.State["WAITING"],
                                ],
                            )
                        ),
                        fields=["due_at", "id"],
                        name="review_waiting",
                    ),
                    models.Index(fields=["person", "contact"], name="review_of_two_people"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_by", None), ("claimed_until", None)),
                            models.Q(
                                ("claimed_by__isnull", False), ("claimed_until__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_claim_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", kinline.core.review.states.State["CLAIMED"]),
                                _negated=True,
                            ),
                            ("claimed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="what_is_claimed_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", kinline.core.review.states.State["IN_EFFECT"]),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(
                                    ("state", kinline.core.review.states.State["IN_EFFECT"]),
                                    _negated=True,
                                ),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="an_outcome_is_in_effect",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        blank=True,
                        choices=[("emessage", "emessage"), ("text", "text")],
                        max_length=12,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        blank=True, choices=[("in", "in"), ("out", "out")], max_length=8
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("hold", "hold"), ("sample", "sample"), ("flagged", "flagged")],
                        max_length=10,
                    ),
                ),
                ("sample_percent", models.PositiveIntegerField(null=True)),
                ("target_minutes", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["facility", "-set_at"],
                        name="policy_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", None), ("contact", None), _connector="OR"),
                        name="a_policy_is_about_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact", None), ("person", None)),
                            models.Q(
                                models.Q(("reason", ""), _negated=True), ("until_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="about_somebody_it_says_why_and_until_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("mode", kinline.core.review.terms.Mode["SAMPLE"]),
                                ("sample_percent__gte", 1),
                                ("sample_percent__lte", 100),
                            ),
                            models.Q(
                                models.Q(
                                    ("mode", kinline.core.review.terms.Mode["SAMPLE"]),
                                    _negated=True,
                                ),
                                ("sample_percent", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_sample_has_a_percentage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at", None),
                            ("until_at__gt", models.F("set_at")),
                            _connector="OR",
                        ),
                        name="a_policy_ends_after_it_begins",
                    ),
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
                (
                    "service",
                    models.CharField(
                        blank=True,
                        choices=[("emessage", "emessage"), ("text", "text")],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                ("why_ended", models.CharField(blank=True, max_length=300)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="people.contact",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["facility", "-set_at"],
                        name="stop_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False), ("contact__isnull", False), _connector="OR"
                        ),
                        name="a_stop_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_stop_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_at__gt", models.F("set_at"))),
                        name="a_stop_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("why_ended", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("why_ended", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="who_ends_a_stop_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(choices=[("look", "Look"), ("fine", "Fine")], max_length=6),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="word_lists",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("facility", "name"),
                        name="one_word_list_of_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("in_part", "in_part"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rejected", models.JSONField(default=list)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("weapons", "weapons"),
                            ("escape", "escape"),
                            ("drugs", "drugs"),
                            ("code", "code"),
                            ("violence", "violence"),
                            ("crime", "crime"),
                            ("sexual", "sexual"),
                            ("contraband", "contraband"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("in_bulk", models.BooleanField(default=False)),
                ("decided_by", models.UUIDField()),
                ("decided_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("taken_up_at", models.DateTimeField(null=True)),
                ("appeal_until", models.DateTimeField(null=True)),
                (
                    "appealed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="review.decision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="review.item",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_up_at", None), ("undone_at", None)),
                        fields=["effective_at"],
                        name="decision_to_take_up",
                    ),
                    models.Index(fields=["decided_by", "-decided_at"], name="decision_by_reviewer"),
                    models.Index(fields=["taken_up_at"], name="decision_taken_up"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("appealed", None), ("undone_at", None)),
                        fields=("item",),
                        name="one_decision_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("appealed__isnull", False), ("taken_up_at", None), ("undone_at", None)
                        ),
                        fields=("appealed",),
                        name="one_answer_to_appeals_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at", None), ("taken_up_at", None), _connector="OR"
                        ),
                        name="undone_or_taken_up_never_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at", None),
                            ("undone_at__lt", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="undone_before_it_takes_effect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_up_at", None),
                            ("taken_up_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="taken_up_when_it_takes_effect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effective_at__gt", models.F("decided_at"))),
                        name="there_is_time_to_undo",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", kinline.core.review.terms.Outcome["APPROVED"]),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_rejection_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question", models.CharField(max_length=600)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=600)),
                ("answered_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="review.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("item",),
                        name="one_open_question_an_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by", None),
                            models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_answers_their_own_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_by", None)),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("ended_at__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_opinion_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.CharField(max_length=100)),
                ("folded", models.CharField(max_length=400)),
                ("severity", models.PositiveSmallIntegerField(default=1)),
                ("added_by", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                ("removed_by", models.CharField(blank=True, max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="review.wordlist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("list", "folded"),
                        name="a_word_stands_once_in_a_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__gte", 1), ("severity__lte", 3)),
                        name="a_word_is_as_grave_as_1_to_3",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
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
                ("words", models.CharField(blank=True, max_length=2000)),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("decided", "decided"),
                            ("in_effect", "in_effect"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default=kinline.core.review.states.AppealState["OPEN"],
                        max_length=10,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="facilities.facility",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered",
                        to="review.decision",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="review.decision",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state", kinline.core.review.states.AppealState["OPEN"])
                        ),
                        fields=["facility", "made_at"],
                        name="appeal_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "side"), name="one_appeal_a_side"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", None),
                                (
                                    "state__in",
                                    [
                                        kinline.core.review.states.AppealState["OPEN"],
                                        kinline.core.review.states.AppealState["WITHDRAWN"],
                                    ],
                                ),
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                (
                                    "state__in",
                                    [
                                        kinline.core.review.states.AppealState["DECIDED"],
                                        kinline.core.review.states.AppealState["IN_EFFECT"],
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_appeal_has_an_answer",
                    ),
                ],
            },
        ),
        guards("review", "decisions"),
    ]
