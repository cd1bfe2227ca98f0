from django.apps import AppConfig


class ChargingConfig(AppConfig):
    name = "kinline.apps.charging"
    label = "charging"
    default_auto_field = "django.db.models.BigAutoField"
