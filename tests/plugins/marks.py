"""Which tests touch the database, and that nothing is left out unseen."""

import os
from collections.abc import Iterable

import pytest

# Whoever asks for one of these talks to the database, directly or through a program it starts.
# Those that ask for the town of tests/cast.py ask for "db" with it; the engine's has none.
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "live_server",
    "database",
    "committed_town",
}


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or asked & DATABASE_FIXTURES:
            item.add_marker(pytest.mark.db)
        if item.get_closest_marker("looks"):
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failed run: nobody reads the word "skipped"."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    left_out = len(reporter.stats.get("skipped", [])) if reporter else 0
    if os.environ.get("CI") == "true" and left_out and exitstatus == 0:
        reporter.write_line(f"\nCI=true: {left_out} tests were left out, so this run fails.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
