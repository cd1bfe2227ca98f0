"""What stands in for Stripe in tests: localstripe, a program of its own (GPL; never imported)."""

import socket
from collections.abc import Iterator

import pytest

from tests.engine.baresip import free_port
from tests.plugins.programs import program


@pytest.fixture(scope="session")
def localstripe() -> Iterator[str]:
    """Its address, for settings.STRIPE_API. Started once a run, ended with it."""
    port = free_port(socket.SOCK_STREAM)
    address = f"http://127.0.0.1:{port}"
    words = ("--port", str(port), "--from-scratch")
    with program("localstripe", *words, answers_at=f"{address}/js.stripe.com/v3/"):
        yield address
