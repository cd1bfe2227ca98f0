"""A proxy in front: whence a request came, as the proxy noted it and not as anybody claims."""

import pytest
from sippy.SipRequest import SipRequest

from kinline.engine.signalling.sip.proxy import Proxy, sender

PROXY = Proxy("10.20.30.1", 5060)
OWN = "SIP/2.0/UDP 10.20.30.1;branch=z9hG4bKown"


def asked(*vias: str) -> SipRequest:
    lines = "".join(f"Via: {via}\r\n" for via in vias)
    text = (
        f"REGISTER sip:10.20.30.1 SIP/2.0\r\n{lines}From: <sip:wall1@x>;tag=1\r\n"
        "To: <sip:wall1@x>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n\r\n"
    )
    request = SipRequest(text)
    request.source = (("10.20.30.1", 5060), "udp")
    return request


@pytest.mark.parametrize(
    ("via", "whence"),
    [
        ("SIP/2.0/TLS 10.20.30.7:5061;received=10.20.30.7;rport=40123", ("10.20.30.7", 40123)),
        ("SIP/2.0/UDP 10.20.30.7:5062;branch=z9hG4bK1", ("10.20.30.7", 5062)),
        ("SIP/2.0/UDP phone.local;received=10.20.30.7;x=1;received=10.20.30.9", ("10.20.30.7", 0)),
        ("SIP/2.0/UDP 10.20.30.7:many;rport", ("10.20.30.7", 0)),
    ],
)
def test_behind_a_proxy_the_senders_own_via_counts(via: str, whence: tuple[str, int]) -> None:
    assert sender(asked(OWN, via), PROXY) == whence


def test_without_a_proxy_the_packets_source_counts() -> None:
    claimed = "SIP/2.0/UDP 10.20.30.7;received=10.20.30.9"
    assert sender(asked(OWN, claimed), None) == ("10.20.30.1", 5060)
    assert sender(asked(OWN), PROXY) == ("10.20.30.1", 5060)


@pytest.mark.parametrize("word", ["5060", "10.20.30.1", "10.20.30.1:", ":5060"])
def test_a_proxy_is_an_address_and_a_port(word: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Proxy.named(word)
