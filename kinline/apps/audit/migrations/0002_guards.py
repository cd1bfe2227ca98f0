from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [guards("audit", "append_only")]
