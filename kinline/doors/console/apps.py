from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "kinline.doors.console"
    label = "doors_console"
