"""What rtpengine is told of telephones and pages, and what a page is told of it."""

import pytest

from kinline.engine.media.port import OfferRefused, PhoneMedia
from kinline.engine.media.rtpengine.descriptions import (
    for_page,
    formats,
    nobody,
    page,
    place,
    telephone,
    towards,
)
from kinline.sealed.codec import Codec

OFFER = """v=0
o=- 13 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 43414 UDP/TLS/RTP/SAVPF 111 0 8 126
c=IN IP4 192.0.2.2
a=candidate:1 1 udp 2122194687 192.0.2.2 43414 typ host generation 0
a=candidate:2 1 udp 2122265343 4f3e.local 53427 typ host
a=candidate:3 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active
a=ice-ufrag:pZQ6
a=ice-pwd:tauxOkofmoRfiwcqLxosnik
a=fingerprint:sha-256 58:BC
a=setup:actpass
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:somebody bd32238e
a=rtpmap:111 opus/48000/2
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
a=ice-ufrag:other
a=mid:1
a=recvonly
"""
ANSWER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 50618 UDP/TLS/RTP/SAVPF 0 96 101
a=mid:0
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
a=candidate:T75 1 UDP 2130706431 127.0.0.1 50618 typ host
"""
MEDIA = PhoneMedia("10.20.30.40", 4000, Codec.PCMA, 96)


def test_of_a_page_rtpengine_gets_its_first_line_and_nothing_it_does_not_need() -> None:
    told = page(OFFER, Codec.PCMU).text([101]).split("\r\n")
    assert [row for row in told if row.startswith("m=")] == [
        "m=audio 43414 UDP/TLS/RTP/SAVPF 0 101"
    ]
    assert [row for row in told if row.startswith("a=candidate")] == [
        "a=candidate:1 1 udp 2122194687 192.0.2.2 43414 typ host generation 0"
    ]
    assert "a=ice-ufrag:pZQ6" in told
    assert not [row for row in told if "extmap" in row or "msid" in row or "opus" in row]
    assert "a=setup:passive" in page(OFFER, Codec.PCMU).text([101], answers=True)


@pytest.mark.parametrize("lacking", ["a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup", "m="])
def test_a_page_that_lacks_something_is_refused(lacking: str) -> None:
    offer = "\n".join(row for row in OFFER.split("\n") if not row.startswith(lacking))
    with pytest.raises(OfferRefused):
        page(offer, Codec.PCMU)


def test_a_page_whose_addresses_are_all_names_is_found_by_its_own_checks() -> None:
    offer = "\n".join(row for row in OFFER.split("\n") if "192.0.2.2" not in row)
    seat = page(offer, Codec.PCMU)
    assert "candidate" not in seat.text([101])
    assert seat.page


def test_a_page_is_told_of_one_line_and_that_the_other_is_declined() -> None:
    told = for_page(ANSWER, OFFER).split("\r\n")
    assert [row for row in told if row.startswith("m=")] == [
        "m=audio 50618 UDP/TLS/RTP/SAVPF 0",
        "m=audio 0 UDP/TLS/RTP/SAVPF 0",
    ]
    assert "a=group:BUNDLE 0" in told, "the declined line shares nothing"
    assert [row for row in told if row.startswith("a=mid")] == ["a=mid:0", "a=mid:1"]
    assert not [row for row in told if "telephone-event" in row or "fmtp" in row]


def test_each_end_is_told_of_all_payload_types_for_keys() -> None:
    seat = telephone(MEDIA, nobody(Codec.PCMU))
    assert formats(seat.text([96, 101])) == (Codec.PCMA, [96, 101])
    assert place(seat.text([101])) == ("10.20.30.40", 4000)
    assert "c=IN IP6 2001:db8::1" in telephone(
        PhoneMedia("2001:db8::1", 4000, Codec.PCMU, 101), nobody(Codec.PCMU)
    ).text([101])
    for text in ("", "v=0", "c=IN IP4\r\nm=audio x"):
        with pytest.raises(ValueError, match=r"."):
            place(text)
    with pytest.raises(ValueError, match=r"G\.711"):
        formats("m=audio 9 RTP/AVP 111")


def test_a_hold_by_address_of_zeros_keeps_the_telephones_place() -> None:
    before = telephone(MEDIA, nobody(Codec.PCMU))
    held = telephone(PhoneMedia("0.0.0.0", 4000, Codec.PCMA, 96, hears=False), before)
    assert (held.address, held.held, before.held) == ("10.20.30.40", True, False)
    assert not held.moved_from(before), "of a hold rtpengine is not told"
    moved = telephone(PhoneMedia("10.20.30.41", 4000, Codec.PCMA, 96), before)
    assert moved.moved_from(before)


def test_only_two_laws_are_ever_translated() -> None:
    mu, a = nobody(Codec.PCMU), nobody(Codec.PCMA)
    assert "codec" not in towards(mu, mu)
    assert towards(a, mu)["codec"] == {"transcode": ["PCMA"]}
    assert towards(mu, mu)["ICE"] == "remove"
    assert towards(page(OFFER, Codec.PCMU), mu)["transport_protocol"] == "UDP/TLS/RTP/SAVPF"
