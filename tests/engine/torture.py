"""Messages that tear at a SIP parser, made after RFC 4475: what each is about stands in its name.

The wording is ours, the ideas are the RFC's. `GOOD` must be understood, `BAD` must let nobody in.
"""

import random


def message(
    first: str = "OPTIONS sip:kinline@127.0.0.1 SIP/2.0",
    *,
    method: str = "OPTIONS",
    cseq: str = "",
    body: str = "",
    length: str | None = None,
    more: str = "",
    call: str = "torture",
    drop: str = "",
) -> bytes:
    """One message; `drop` leaves a header out, `more` adds some, `length` lies about the body."""
    size = len(body.encode()) if length is None else length
    rows = [
        "Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-" + call,
        "Max-Forwards: 70",
        "From: <sip:caller@127.0.0.1>;tag=1918181833n",
        "To: <sip:kinline@127.0.0.1>",
        f"Call-ID: {call}@127.0.0.1",
        f"CSeq: {cseq or '9 ' + method}",
        "Contact: <sip:caller@127.0.0.1:{port}>",
        *([more] if more else []),
        f"Content-Length: {size}",
    ]
    kept = [row for row in rows if not drop or not row.lower().startswith(drop)]
    return "\r\n".join([first, *kept, "", body]).encode()


GOOD = {
    "compact headers": message(call="short", drop="contact").replace(b"Call-ID:", b"i:"),
    "folded header": message(more="Subject: first line\r\n  second line", call="fold"),
    "unknown header": message(more="NewFangledHeader: newfangled; value=1", call="unknown"),
    "odd spacing": message(call="space").replace(b"Max-Forwards: 70", b"Max-Forwards  :   70"),
    "escaped name": message("OPTIONS sip:sips%3Auser@127.0.0.1 SIP/2.0", call="escaped"),
}

BAD = {
    "another protocol's version": message("OPTIONS sip:kinline@127.0.0.1 SIP/7.0", call="v7"),
    "no version": message("OPTIONS sip:kinline@127.0.0.1", call="nov"),
    "two spaces in the first line": message("OPTIONS  sip:kinline@127.0.0.1 SIP/2.0", call="sp"),
    "address in brackets": message("OPTIONS <sip:kinline@127.0.0.1> SIP/2.0", call="br"),
    "method and CSeq differ": message(cseq="9 INVITE", call="differ"),
    "CSeq above 2**31": message(cseq="36893488147419103232 OPTIONS", call="cseq"),
    "CSeq that is none": message(cseq="nine OPTIONS", call="nine"),
    "no From": message(drop="from", call="nofrom"),
    "no To": message(drop="to", call="noto"),
    "no Call-ID": message(drop="call-id", call="noid"),
    "no Via": message(drop="via", call="novia"),
    "two Froms": message(more="From: <sip:other@127.0.0.1>;tag=2", call="twofrom"),
    "two CSeqs": message(more="CSeq: 8 OPTIONS", call="twocseq"),
    "length longer than the body": message(body="v=0\r\n", length="9999", call="long"),
    "length that is negative": message(length="-999", call="negative"),
    "length that is a word": message(length="four", call="word"),
    "a zero byte in a header": message(more="Subject: a\0b", call="zero"),
    "bytes that are no text": message(call="bytes").replace(b"caller", b"\xff\xfe"),
    "a header without a colon": message(more="NoColonHere", call="colon"),
    "a response with no code": message("SIP/2.0 9999999 Weird", call="code"),
    "a From that is no address": message(call="noaddr").replace(
        b"From: <sip:caller@127.0.0.1>", b"From: The Author"
    ),
    "nothing but spaces": b" " * 400,
    "half a message": message(call="half")[:60],
    "another protocol": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + b" " * 40,
}

STRANGE_METHODS = {
    method: message(f"{method} sip:kinline@127.0.0.1 SIP/2.0", method=method, call=f"m-{method}")
    for method in ("REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "UPDATE", "PRACK")
}


def invite(call: str, more: str = "") -> bytes:
    """An INVITE with a description, from somebody who has no password."""
    body = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=audio 40000 RTP/AVP 0\r\n"
    )
    first = "INVITE sip:call@127.0.0.1 SIP/2.0"
    kind = "Content-Type: application/sdp" + (f"\r\n{more}" if more else "")
    return message(first, method="INVITE", body=body, call=call, more=kind)


def mutated(seed: int) -> bytes:
    """A good message with a few bytes changed, doubled, cut out or put elsewhere."""
    dice = random.Random(seed)
    data = bytearray(dice.choice([*GOOD.values(), invite(f"i{seed}"), *STRANGE_METHODS.values()]))
    for _ in range(dice.randrange(1, 8)):
        at, size = dice.randrange(len(data)), dice.randrange(1, 12)
        match dice.randrange(4):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                data[at:at] = data[at : at + size] * dice.randrange(1, 30)
            case 2:
                del data[at : at + size]
            case _:
                data[at : at + size] = dice.randbytes(size)
        data = data or bytearray(b" ")
    return bytes(data)
