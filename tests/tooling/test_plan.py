"""Ports, certificates and codes: what `kinline up` chooses before it starts anything."""

import socket
import ssl
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kinline.config import lan, totp, up_options
from kinline.config.certificate import certificate
from kinline.config.plan import LOOPBACK, Plan, choose_ports

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on, with a free one after it."""
    with socket.socket() as door:
        door.bind((LOOPBACK, 0))
        door.listen(1)
        yield door.getsockname()[1]


def test_a_taken_port_is_said_and_the_next_free_one_used(taken: int) -> None:
    told: list[tuple[int, int]] = []
    port, *_ = choose_ports(taken, 1, LOOPBACK, lambda *ports: told.append(ports))
    assert port > taken
    assert told == [(taken, port)]


def test_a_free_port_is_used_without_a_word(taken: int) -> None:
    told: list[tuple[int, int]] = []
    (free,) = choose_ports(taken + 1, 1, LOOPBACK, lambda *ports: told.append(ports))
    assert (free == taken + 1) is (not told)


def test_ports_of_one_run_differ() -> None:
    ports = choose_ports(0, 5, LOOPBACK, lambda *ports: None)
    assert len(set(ports)) == 5


def planned(data: Path, *words: str) -> Plan:
    parser = ArgumentParser()
    up_options.add_arguments(parser)
    return up_options.make_plan(parser.parse_args(["--port", "0", *words]), data)


def test_a_proxy_in_front_is_named_by_its_address_and_port(tmp_path: Path) -> None:
    telephones = ("--telephones", "127.0.0.1:5070", "--engines", "2")
    plan = planned(tmp_path, *telephones, "--sip-proxy", "127.0.0.1:5060")
    assert [sip.url for sip in plan.sip] == ["127.0.0.1:5070", "127.0.0.1:5071"]
    assert plan.sip_proxy == "127.0.0.1:5060"
    assert planned(tmp_path, *telephones).sip_proxy == ""
    for word in ("127.0.0.1", "proxy.example:5060", "127.0.0.1:sip"):
        with pytest.raises(up_options.CannotStart, match="--sip-proxy"):
            planned(tmp_path, "--sip-proxy", word)


def test_a_browser_that_trusts_the_authority_accepts_the_certificate(tmp_path: Path) -> None:
    made = certificate("192.0.2.7", tmp_path, datetime.now(UTC))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.chain, made.key)
    client = ssl.create_default_context(cafile=str(made.trust))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    assert _meet(client, server, "192.0.2.7")
    assert _meet(client, server, LOOPBACK)
    with pytest.raises(ssl.SSLCertVerificationError):
        _meet(client, server, "192.0.2.8")


def test_a_stranger_does_not_trust_it(tmp_path: Path) -> None:
    made = certificate("192.0.2.7", tmp_path, datetime.now(UTC))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.chain, made.key)
    with pytest.raises(ssl.SSLCertVerificationError):
        _meet(ssl.create_default_context(), server, "192.0.2.7")


def _meet(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> bool:
    """A TLS handshake in memory, without a socket."""
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(here, there, server_hostname=name)
    answers = server.wrap_bio(there, here, server_side=True)
    for _ in range(10):
        done = True
        for side in (asks, answers):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                done = False
        if done:
            return True
    return False


def test_a_certificate_is_kept_until_it_grows_old_or_the_address_changes(tmp_path: Path) -> None:
    first = certificate("192.0.2.7", tmp_path, NOW).chain.read_bytes()
    assert certificate("192.0.2.7", tmp_path, NOW + timedelta(days=30)).chain.read_bytes() == first
    assert certificate("192.0.2.7", tmp_path, NOW + timedelta(days=85)).chain.read_bytes() != first
    second = certificate("192.0.2.9", tmp_path, NOW).chain.read_bytes()
    assert certificate("192.0.2.9", tmp_path, NOW).chain.read_bytes() == second != first


def test_only_the_owner_reads_the_key(tmp_path: Path) -> None:
    made = certificate("192.0.2.7", tmp_path / "lan", NOW)
    assert made.key.stat().st_mode & 0o077 == 0
    assert made.key.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("seconds", "digits"),
    # RFC 6238, appendix B, the last six of eight digits; its secret is "12345678901234567890".
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, digits: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code(secret, at=datetime.fromtimestamp(seconds, UTC)) == digits


def test_the_picture_for_a_phone_is_a_square_of_blocks() -> None:
    drawn = lan.picture("https://192.0.2.7:8700/").splitlines()
    assert len(drawn) > 10
    assert len({len(line) for line in drawn}) == 1
