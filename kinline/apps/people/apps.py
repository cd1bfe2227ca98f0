from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kinline.apps.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kinline.apps.people import reaching

        reaching.register()
