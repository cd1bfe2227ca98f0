"""The house's settings with the peer added."""

from kinline.config.settings import *  # noqa: F403
from kinline.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.peer"]
ROOT_URLCONF = "bench.peer.urls"
