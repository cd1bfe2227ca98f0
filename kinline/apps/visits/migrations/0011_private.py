from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    """A private visit is held by an engine, too: by its clock, and without a room."""

    dependencies = [
        ("recordings", "0003_visits"),
        ("visits", "0010_meetings"),
    ]

    operations = [guards("visits", "recorded")]
