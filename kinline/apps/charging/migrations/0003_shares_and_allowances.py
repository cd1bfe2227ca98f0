"""Lines for two payers in hundredths of a cent, usage on the charge, weekly allowances."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F
from django.db.models.lookups import GreaterThan, LessThanOrEqual
import uuid

from kinline.apps.sql import guards

LIFTED = {
    "sqlite": ("no_update", "no_delete"),
    "postgresql": ("never", "never_emptied"),
}


def lift(apps, editor):
    """Books are never edited; a change of their form is the one time that they must be."""
    vendor = editor.connection.vendor
    for table in ("charging_charge", "charging_chargeline"):
        for name in LIFTED[vendor]:
            on = f" ON {table}" if vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def fill(apps, editor):
    """What the old form knew: the total held both parts, prices were whole cents."""
    charge, line = apps.get_model("charging", "Charge"), apps.get_model("charging", "ChargeLine")
    charge.objects.update(agency_cents=F("agency_cents") - F("consumer_cents"))
    line.objects.update(price_hundredths=F("price_hundredths") * 100)
    line.objects.exclude(payer="agency").update(payer="consumer")
    for row in charge.objects.filter(began_at=None).iterator():
        first = line.objects.filter(charge=row.pk).order_by("position").first()
        minutes = sum(line.objects.filter(charge=row.pk).values_list("units", flat=True))
        charge.objects.filter(pk=row.pk).update(
            began_at=first.began_at if first else row.made_at, minutes=minutes, seconds=minutes * 60
        )
    if editor.connection.vendor == "postgresql":
        # A row updated twice waits for its foreign keys' check, and no table may change till then.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


EXACT = F("units") * F("price_hundredths")


class Migration(migrations.Migration):
    dependencies = [("charging", "0002_guards")]

    operations = [
        migrations.RunPython(lift, migrations.RunPython.noop, elidable=False),
        migrations.RemoveConstraint("chargeline", "a_line_is_units_times_price"),
        migrations.RenameField("charge", "due_cents", "consumer_cents"),
        migrations.RenameField("charge", "total_cents", "agency_cents"),
        migrations.RenameField("chargeline", "unit_price_cents", "price_hundredths"),
        migrations.AlterField("chargeline", "units", models.PositiveBigIntegerField()),
        migrations.AddField("chargeline", "status", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField("charge", "agency", models.CharField(blank=True, default="", max_length=40), preserve_default=False),
        migrations.AddField("charge", "person", models.CharField(blank=True, default="", max_length=40), preserve_default=False),
        migrations.AddField("charge", "began_at", models.DateTimeField(null=True)),
        migrations.AddField("charge", "seconds", models.PositiveIntegerField(default=0)),
        migrations.AddField("charge", "minutes", models.PositiveIntegerField(default=0)),
        migrations.AddField("charge", "units", models.PositiveIntegerField(default=0)),
        migrations.AddField("charge", "stamps", models.PositiveIntegerField(default=0)),
        migrations.AddField("charge", "credits", models.PositiveIntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.AlterField("charge", "began_at", models.DateTimeField()),
        migrations.AddConstraint(
            "chargeline",
            models.CheckConstraint(
                condition=models.Q(GreaterThan(F("cents") * 100, EXACT - 100))
                & models.Q(LessThanOrEqual(F("cents") * 100, EXACT + F("position") * 100)),
                name="a_line_is_units_times_price",
            ),
        ),
        migrations.CreateModel(
            name="AllowanceDraw",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("agency", models.CharField(max_length=40)),
                ("person", models.CharField(max_length=40)),
                ("week_on", models.DateField()),
                ("minutes", models.PositiveIntegerField()),
                ("charge", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="charging.charge")),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "person", "week_on"], name="draw_by_week")],
                "constraints": [models.UniqueConstraint(fields=("charge", "week_on"), name="a_charge_draws_once_a_week")],
            },
        ),
        guards("charging", "append_only"),
        guards("charging", "draws"),
    ]
