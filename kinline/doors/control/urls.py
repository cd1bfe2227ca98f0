"""/control/<verb>"""

from django.urls import path

from kinline.doors.control import views

urlpatterns = [path("<str:verb>", views.verb)]
