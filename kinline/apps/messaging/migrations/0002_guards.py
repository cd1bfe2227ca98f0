from django.db import migrations

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("review", "0001_initial")]
    operations = [guards("messaging", "mail"), guards("messaging", "unreviewed")]
