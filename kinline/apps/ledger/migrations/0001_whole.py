import django.db.models.deletion
from django.db import migrations, models

import kinline.core.ledger.chart
import kinline.core.ledger.hold
from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [("ledger", "0001_initial"), ("ledger", "0002_books")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=160, unique=True)),
                ("commodity", models.CharField(max_length=60)),
                (
                    "grows",
                    models.CharField(
                        choices=[("debit", "debit"), ("credit", "credit")], max_length=10
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("holder", models.CharField(blank=True, max_length=60)),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("floor", models.BooleanField()),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "kind"], name="account_by_holder")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor", False),
                            ("grows", kinline.core.ledger.chart.Side["CREDIT"]),
                            _connector="OR",
                        ),
                        name="what_is_held_grows_by_credit",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=30)),
                ("about", models.CharField(blank=True, max_length=60)),
                ("why", models.CharField(blank=True, max_length=300)),
                ("by", models.CharField(blank=True, max_length=60)),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="entry_by_moment")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("posted", "posted"), ("released", "released")],
                        default=kinline.core.ledger.hold.HoldState["OPEN"],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", kinline.core.ledger.hold.HoldState["OPEN"])),
                        fields=["until"],
                        name="open_hold_by_end",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_hold_sets_something_aside"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None),
                                ("state", kinline.core.ledger.hold.HoldState["OPEN"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state", kinline.core.ledger.hold.HoldState["OPEN"]),
                                    _negated=True,
                                ),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_hold_is_open_or_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="ledger.account",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_posting_moves_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True),
                        name="a_posting_has_two_sides",
                    ),
                    models.UniqueConstraint(
                        fields=("entry", "position"), name="one_posting_per_position"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("posted", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0)), name="nothing_below_zero_is_set_aside"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("posted__gte", models.F("held"))),
                        name="no_balance_below_its_holds",
                    ),
                ],
            },
        ),
        guards("ledger", "books"),
    ]
