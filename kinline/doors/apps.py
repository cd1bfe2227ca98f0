from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "kinline.doors"
    label = "doors"

    def ready(self) -> None:
        from kinline.doors import letters
        from kinline.doors.api import mailed

        letters.register()
        mailed.listen()
