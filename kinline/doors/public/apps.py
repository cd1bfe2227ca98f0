from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "kinline.doors.public"
    label = "doors_public"
