"""Databases for programs that a test starts as processes of their own."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database: a SQLite file, or in the PostgreSQL run one there.

    For KINLINE_DATABASE_URL of a subprocess.
    """
    server = os.environ.get("KINLINE_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        return
    yield from _own_database(server)


@pytest.fixture(scope="module")
def module_database() -> Iterator[str]:
    """For a program that a whole module shares: a fresh database in the PostgreSQL run, else ""
    (the program's own default, a SQLite file in its data folder)."""
    server = os.environ.get("KINLINE_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    yield from _own_database(server)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of a fresh PostgreSQL database, whichever database the run is about."""
    server = os.environ.get("KINLINE_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("no PostgreSQL: run ./dev test, which starts one")
    yield from _own_database(server)


def _own_database(server: str) -> Iterator[str]:
    name = f"kinline_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
