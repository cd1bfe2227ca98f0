from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]
    operations = [guards("review", "decisions")]
