from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    # The calls room knows what is private, so it guards the recordings room's tables too.
    dependencies = [("calls", "0001_initial"), ("recordings", "0001_initial")]
    operations = [guards("calls", "append_only"), guards("calls", "private")]
