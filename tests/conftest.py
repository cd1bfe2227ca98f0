"""What every test folder shares. Named people and the town stand in tests/cast.py."""

from tests.plugins.databases import database, postgres_url
from tests.plugins.marks import pytest_collection_modifyitems, pytest_sessionfinish

__all__ = ["database", "postgres_url", "pytest_collection_modifyitems", "pytest_sessionfinish"]
