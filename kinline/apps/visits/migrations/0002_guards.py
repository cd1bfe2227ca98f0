from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]
    operations = [guards("visits", "visits")]
