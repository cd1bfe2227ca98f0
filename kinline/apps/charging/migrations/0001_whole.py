import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models

import kinline.core.rating.terms
import kinline.core.refund.states
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [
        ("charging", "0001_initial"),
        ("charging", "0002_guards"),
        ("charging", "0003_shares_and_allowances"),
        ("charging", "0004_direction_and_reports"),
        ("charging", "0005_money"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Merchant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency", models.CharField(max_length=40, unique=True)),
                ("public_key", models.CharField(blank=True, max_length=200)),
                ("sealed_secret", models.CharField(blank=True, max_length=400)),
                ("sealed_signing", models.CharField(blank=True, max_length=400)),
                ("two_above_cents", models.PositiveIntegerField(default=10000)),
                ("set_by", models.CharField(blank=True, max_length=64)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("place", models.CharField(max_length=40)),
                ("service", models.CharField(max_length=20)),
                ("direction", models.CharField(blank=True, default="", max_length=10)),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("person", models.CharField(blank=True, max_length=40)),
                ("began_at", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("units", models.PositiveIntegerField(default=0)),
                ("consumer_cents", models.PositiveIntegerField()),
                ("agency_cents", models.PositiveIntegerField()),
                ("stamps", models.PositiveIntegerField(default=0)),
                ("credits", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=[
                            "place",
                            "service",
                            "began_at",
                            "direction",
                            "minutes",
                            "units",
                            "consumer_cents",
                            "agency_cents",
                        ],
                        name="charge_report",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("direction", ""),
                                (
                                    "service__in",
                                    [
                                        kinline.core.rating.terms.Service["CALL"],
                                        kinline.core.rating.terms.Service["VISIT"],
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "service__in",
                                        [
                                            kinline.core.rating.terms.Service["CALL"],
                                            kinline.core.rating.terms.Service["VISIT"],
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                (
                                    "direction__in",
                                    [
                                        kinline.core.rating.terms.Direction["RECEIVED"],
                                        kinline.core.rating.terms.Direction["SENT"],
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="what_is_written_has_a_direction",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=80)),
                ("about", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField()),
                ("obeyed", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "reference"), name="a_message_is_heard_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdleTold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("place", models.CharField(blank=True, max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prepaid_collect", "prepaid_collect"),
                            ("debit", "debit"),
                            ("stamps", "stamps"),
                            ("text_package", "text_package"),
                            ("calling_card", "calling_card"),
                        ],
                        max_length=20,
                    ),
                ),
                ("holder", models.CharField(max_length=60)),
                ("ends_on", models.DateField()),
                (
                    "told",
                    models.CharField(
                        choices=[("first", "first"), ("second", "second"), ("over", "over")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=64)),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "holder", "ends_on", "told"), name="told_once_a_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prepaid_collect", "prepaid_collect"),
                            ("debit", "debit"),
                            ("stamps", "stamps"),
                            ("text_package", "text_package"),
                            ("calling_card", "calling_card"),
                        ],
                        max_length=20,
                    ),
                ),
                ("holder", models.CharField(max_length=60)),
                ("paused", models.BooleanField(default=False)),
                ("monthly_cents", models.PositiveIntegerField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "holder"), name="one_wish_per_account")
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("agency", models.CharField(max_length=40)),
                ("place", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prepaid_collect", "prepaid_collect"),
                            ("debit", "debit"),
                            ("stamps", "stamps"),
                            ("text_package", "text_package"),
                            ("calling_card", "calling_card"),
                        ],
                        max_length=20,
                    ),
                ),
                ("holder", models.CharField(max_length=60)),
                ("cents", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("succeeded", "succeeded"),
                            ("failed", "failed"),
                        ],
                        default=kinline.core.refund.states.PaymentState["OPEN"],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("last_four", models.CharField(blank=True, max_length=4)),
                ("trouble", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("look_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "holder", "-made_at"], name="payment_by_holder"),
                    models.Index(fields=["agency", "-made_at"], name="payment_by_agency"),
                    models.Index(
                        condition=models.Q(
                            ("state", kinline.core.refund.states.PaymentState["OPEN"])
                        ),
                        fields=["look_at"],
                        name="payment_to_look_at",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__gt", 0)), name="a_payment_pays_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("agency", "reference"),
                        name="one_payment_per_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("place", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prepaid_collect", "prepaid_collect"),
                            ("debit", "debit"),
                            ("stamps", "stamps"),
                            ("text_package", "text_package"),
                            ("calling_card", "calling_card"),
                        ],
                        max_length=20,
                    ),
                ),
                ("holder", models.CharField(max_length=60)),
                ("cents", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("paying", "paying"),
                            ("paid", "paid"),
                            ("failed", "failed"),
                            ("withdrawn", "withdrawn"),
                            ("refused", "refused"),
                        ],
                        default=kinline.core.refund.states.State["REQUESTED"],
                        max_length=10,
                    ),
                ),
                ("approvals", models.PositiveSmallIntegerField()),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_by_staff", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=300)),
                ("sealed_payee", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "state"], name="refund_by_agency"),
                    models.Index(fields=["kind", "holder"], name="refund_by_holder"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__gt", 0)), name="a_refund_pays_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    kinline.core.refund.states.State["REQUESTED"],
                                    kinline.core.refund.states.State["APPROVED"],
                                    kinline.core.refund.states.State["PAYING"],
                                ],
                            )
                        ),
                        fields=("kind", "holder"),
                        name="one_open_refund_per_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("paying", "paying"),
                            ("paid", "paid"),
                            ("failed", "failed"),
                            ("withdrawn", "withdrawn"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=64)),
                ("why", models.CharField(blank=True, max_length=300)),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="charging.refund",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TakenBack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=100, unique=True)),
                ("what", models.CharField(max_length=20)),
                ("cents", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("over", models.BooleanField(default=False)),
                ("given_again", models.BooleanField(default=False)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="charging.payment",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AllowanceDraw",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("person", models.CharField(max_length=40)),
                ("week_on", models.DateField()),
                ("minutes", models.PositiveIntegerField()),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="charging.charge",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "person", "week_on"], name="draw_by_week")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("charge", "week_on"), name="a_charge_draws_once_a_week"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChargeLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField()),
                ("units", models.PositiveBigIntegerField()),
                ("unit", models.CharField(default="minute", max_length=20)),
                ("price_hundredths", models.PositiveIntegerField()),
                ("cents", models.PositiveIntegerField()),
                ("payer", models.CharField(max_length=20)),
                ("rule", models.CharField(max_length=80)),
                ("citation", models.CharField(max_length=300)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("status", models.CharField(blank=True, max_length=20)),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="charging.charge",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("charge", "position"), name="one_charge_line_per_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThan(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cents"), "*", models.Value(100)
                                ),
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("units"), "*", models.F("price_hundredths")
                                    ),
                                    "-",
                                    models.Value(100),
                                ),
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cents"), "*", models.Value(100)
                                ),
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("units"), "*", models.F("price_hundredths")
                                    ),
                                    "+",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("position"), "*", models.Value(100)
                                    ),
                                ),
                            ),
                        ),
                        name="a_line_is_units_times_price",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="charging.refund",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("refund", "by"), name="nobody_agrees_twice")
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "way",
                    models.CharField(
                        choices=[("card", "card"), ("cheque", "cheque")], max_length=10
                    ),
                ),
                ("cents", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("sent", "sent"),
                            ("paid", "paid"),
                            ("failed", "failed"),
                        ],
                        default=kinline.core.refund.states.PartState["DUE"],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("trouble", models.CharField(blank=True, max_length=60)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_back",
                        to="charging.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="charging.refund",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    kinline.core.refund.states.PartState["DUE"],
                                    kinline.core.refund.states.PartState["SENT"],
                                ],
                            ),
                            ("way", kinline.core.refund.states.Way["CARD"]),
                        ),
                        fields=["next_try_at"],
                        name="card_part_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__gt", 0)), name="a_part_pays_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("payment__isnull", False),
                                ("way", kinline.core.refund.states.Way["CARD"]),
                            ),
                            models.Q(
                                ("payment__isnull", True),
                                ("way", kinline.core.refund.states.Way["CHEQUE"]),
                            ),
                            _connector="OR",
                        ),
                        name="a_card_part_has_its_payment",
                    ),
                    models.UniqueConstraint(
                        fields=("refund", "position"), name="one_part_per_position"
                    ),
                ],
            },
        ),
        guards("charging", "draws"),
        guards("charging", "append_only"),
    ]
