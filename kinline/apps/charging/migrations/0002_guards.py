from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("charging", "0001_initial")]
    operations = [guards("charging", "append_only")]
