from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kinline.apps.reports"
    label = "reports"
