from django.db import migrations, models

from kinline.apps.sql import guards


class Migration(migrations.Migration):
    replaces = [("audit", "0001_initial"), ("audit", "0002_guards")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor", models.CharField(blank=True, max_length=64)),
                ("act", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(max_length=20)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("facility", models.CharField(blank=True, max_length=40)),
                ("purpose", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("previous_hash", models.CharField(max_length=64, null=True)),
                ("hash", models.CharField(max_length=64, null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "-at"], name="audit_line_facilit_c0676e_idx"),
                    models.Index(
                        fields=["subject_kind", "subject"], name="audit_line_subject_15d003_idx"
                    ),
                    models.Index(
                        condition=models.Q(("position", None)),
                        fields=["id"],
                        name="line_waits_for_seal",
                    ),
                ],
            },
        ),
        guards("audit", "append_only"),
    ]
