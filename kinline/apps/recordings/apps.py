from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "kinline.apps.recordings"
    label = "recordings"
    default_auto_field = "django.db.models.BigAutoField"
