"""Which way a message went, and the index that a quarter's report reads alone.

On SQLite the table is rebuilt, which drops its triggers: the guards run again at the end.
"""

from django.db import migrations, models
from django.db.models import Q

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("charging", "0003_shares_and_allowances")]

    operations = [
        migrations.AddField(
            "charge", "direction", models.CharField(blank=True, default="", max_length=10)
        ),
        migrations.AddIndex(
            "charge",
            models.Index(
                fields=["place", "service", "began_at", "direction", "minutes", "units", "consumer_cents", "agency_cents"],
                name="charge_report",
            ),
        ),
        migrations.AddConstraint(
            "charge",
            models.CheckConstraint(
                condition=Q(service__in=["call", "visit"], direction="")
                | (~Q(service__in=["call", "visit"]) & Q(direction__in=["received", "sent"])),
                name="what_is_written_has_a_direction",
            ),
        ),
        guards("charging", "append_only"),
    ]
