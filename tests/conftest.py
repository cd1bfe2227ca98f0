"""What every test folder shares. Named people and the town stand in tests/cast.py."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.cast import committed_town, django_db_setup, now, town
from tests.plugins.databases import database, module_database, postgres_url
from tests.plugins.marks import pytest_collection_modifyitems, pytest_sessionfinish
from tests.plugins.push_service import push_service
from tests.plugins.stripes import localstripe
from tests.plugins.telephones import _telephones, telephones

__all__ = [
    "_telephones",
    "committed_town",
    "database",
    "django_db_setup",
    "localstripe",
    "module_database",
    "now",
    "postgres_url",
    "push_service",
    "pytest_collection_modifyitems",
    "pytest_sessionfinish",
    "telephones",
    "town",
]

# A busy machine is slow at everything; how long a rule takes is measured by ./dev bench.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_language_is_left() -> Iterator[None]:
    """A page leaves its language to the thread that made it; the next test begins without."""
    yield
    translation.deactivate()
