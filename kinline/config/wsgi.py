"""The web process's application."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from kinline.config.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kinline.config.settings")
application = behind(settings.PROXIES, get_wsgi_application())
