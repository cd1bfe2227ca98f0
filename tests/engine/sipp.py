"""SIPp, an independent program that sets up calls by the hundred: handsets, and a carrier.

Scenarios are written here, after the program's documentation; its statistics say how many calls
went as the scenario wants them.
"""

import asyncio
import csv
import os
import signal
from dataclasses import dataclass
from pathlib import Path

HEADERS = """\
      Max-Forwards: 70
      Content-Length: [len]
"""
_SDP = """\
      v=0
      o=- 1 1 IN IP4 {address}
      s=-
      c=IN IP4 {address}
      t=0 0
      m=audio {port} RTP/AVP 0 101
      a=rtpmap:101 telephone-event/8000
"""


def scenario(*steps: str) -> str:
    return '<?xml version="1.0"?>\n<scenario name="kinline">\n' + "\n".join(steps) + "\n</scenario>"


def receive(*, response: int = 0, request: str = "", more: str = "", inner: str = "") -> str:
    what = f'response="{response}"' if response else f'request="{request}"'
    return f"<recv {what} {more}>{inner}</recv>"


def send(text: str, more: str = "") -> str:
    return f"<send {more}><![CDATA[\n\n{text}\n]]></send>"


def pause(ms: int) -> str:
    return f'<pause milliseconds="{ms}"/>'


def described(address: str = "127.0.0.1", port: str = "[media_port]") -> str:
    return _SDP.format(address=address, port=port)


def _of_handset(method: str, cseq: int, body: str = "", *, to: str = "", auth: str = "") -> str:
    number = f"{cseq} {method}"
    kind = "      Content-Type: application/sdp\n" if body else ""
    return (
        f"      {method} sip:call@[remote_ip]:[remote_port] SIP/2.0\n"
        "      Via: SIP/2.0/UDP [field0]:[local_port];branch=[branch]\n"
        "      From: <sip:[field1]@[field0]>;tag=[pid]-[call_number]\n"
        f"      To: <sip:call@[remote_ip]:[remote_port]>{to}\n"
        "      Call-ID: [call_id]\n"
        f"      CSeq: {number}\n"
        "      Contact: <sip:[field1]@[field0]:[local_port]>\n"
        f"{auth}{kind}{HEADERS}\n{body}"
    )


def handset(*, talk_ms: int, media_port: str = "[media_port]") -> str:
    """A handset that calls, proves itself, and hangs up after a while.

    Fields of its file: its address, its user, its "[authentication ...]", more as wanted.
    """
    body = described("[field0]", media_port)
    tagged = "[peer_tag_param]"
    return scenario(
        send(_of_handset("INVITE", 1, body), 'retrans="500"'),
        receive(response=100, more='optional="true"'),
        receive(response=401, more='auth="true"'),
        send(_of_handset("ACK", 1, to=tagged)),
        send(_of_handset("INVITE", 2, body, auth="      [field2]\n"), 'retrans="500"'),
        receive(response=100, more='optional="true"'),
        receive(response=180, more='optional="true"'),
        receive(response=200, more='rtd="true"'),
        send(_of_handset("ACK", 2, to=tagged)),
        pause(talk_ms),
        send(_of_handset("BYE", 3, to=tagged), 'retrans="500"'),
        receive(response=200),
    )


def _answer(status: str, body: str = "", *, tagged: bool = True, more: str = "") -> str:
    kind = "      Content-Type: application/sdp\n" if body else ""
    tag = ";tag=carrier[pid]-[call_number]" if tagged else ""
    return (
        f"      SIP/2.0 {status}\n"
        "      [last_Via:]\n      [last_From:]\n"
        f"      [last_To:]{tag}\n"
        "      [last_Call-ID:]\n      [last_CSeq:]\n"
        "      Contact: <sip:carrier@[local_ip]:[local_port]>\n"
        f"{more}{kind}      Content-Length: [len]\n\n{body}"
    )


def carrier(*, media_port: str = "[media_port]", rings_ms: int = 0, hangs_up_ms: int = 0) -> str:
    """A carrier that rings and answers; with `hangs_up_ms` the called person puts down first."""
    end = [receive(request="BYE"), send(_answer("200 OK", tagged=False))]
    if hangs_up_ms:
        bye = (
            "      BYE [$theirs] SIP/2.0\n"
            "      Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
            "      From: [$me]\n      To: [$they]\n"
            "      Call-ID: [call_id]\n      CSeq: 1 BYE\n" + HEADERS + "\n"
        )
        end = [pause(hangs_up_ms), send(bye, 'retrans="500"'), receive(response=200)]
    return scenario(
        receive(request="INVITE", inner=_kept(theirs=("Contact", "sip:[^&gt;]*"))),
        send(_answer("180 Ringing")),
        *([pause(rings_ms)] if rings_ms else []),
        send(_answer("200 OK", described(port=media_port)), 'retrans="500"'),
        receive(request="ACK", inner=_kept(they=("From", ".*"), me=("To", ".*"))),
        '<nop><action><log message="[$theirs] [$they] [$me]"/></action></nop>',
        *end,
    )


def forwarding() -> str:
    """A carrier that says a call was forwarded, answers it, and then wants it transferred."""
    cousin = "<sip:+15085550177@carrier.example>"
    refer = (
        "      REFER [$theirs] SIP/2.0\n"
        "      Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
        "      From: [$me]\n      To: [$they]\n"
        "      Call-ID: [call_id]\n      CSeq: 1 REFER\n"
        f"      Refer-To: {cousin}\n" + HEADERS + "\n"
    )
    return scenario(
        receive(request="INVITE", inner=_kept(theirs=("Contact", "sip:[^&gt;]*"))),
        send(_answer("180 Ringing", more=f"      Diversion: {cousin};reason=unconditional\n")),
        send(_answer("200 OK", described()), 'retrans="500"'),
        receive(request="ACK", inner=_kept(they=("From", ".*"), me=("To", ".*"))),
        '<nop><action><log message="[$theirs] [$they] [$me]"/></action></nop>',
        send(refer, 'retrans="500"'),
        receive(response=405),
        receive(request="BYE"),
        send(_answer("200 OK", tagged=False)),
    )


def _kept(**wanted: tuple[str, str]) -> str:
    """Keep for later what stands in these headers."""
    rows = [
        f'<ereg regexp="{what}" search_in="hdr" header="{header}:" assign_to="{name}"/>'
        for name, (header, what) in wanted.items()
    ]
    return f"<action>{''.join(rows)}</action>"


@dataclass(frozen=True, slots=True)
class Result:
    """What the program counted."""

    good: int
    failed: int
    repeated: int
    unexpected: int


class Sipp:
    """One run of the program: `async with Sipp(...) as sipp`, then `ends` or `result`."""

    def __init__(
        self,
        folder: Path,
        name: str,
        text: str,
        *words: str,
        fields: list[tuple[str, ...]] | None = None,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.folder, self.name, self.port, self.address = folder, name, port, address
        (folder / f"{name}.xml").write_text(text)
        self._words = [
            *("sipp", "-sf", str(folder / f"{name}.xml"), "-nostdin", "-skip_rlimit"),
            *("-i", address, "-mi", address),
            *("-trace_stat", "-stf", str(folder / f"{name}.csv"), "-fd", "1"),
            *("-trace_err", "-error_file", str(folder / f"{name}.errors")),
            *(("-p", str(port)) if port else ()),
            *words,
        ]
        if fields is not None:
            rows = ["SEQUENTIAL", *(";".join(row) for row in fields)]
            (folder / f"{name}.fields").write_text("\n".join(rows) + "\n")
            self._words += ["-inf", str(folder / f"{name}.fields")]
        self._process: asyncio.subprocess.Process

    async def __aenter__(self) -> "Sipp":
        with (self.folder / f"{self.name}.out").open("wb") as out:
            self._process = await asyncio.create_subprocess_exec(
                *self._words, stdout=out, stderr=out, cwd=self.folder
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stops()

    async def ends(self, patience: float) -> Result:
        """By itself, when all its calls are over."""
        async with asyncio.timeout(patience):
            await self._process.wait()
        return self.result()

    async def stops(self) -> Result:
        """Told to: no new call, then out."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                os.kill(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        return self.result()

    def result(self) -> Result:
        rows = list(csv.DictReader((self.folder / f"{self.name}.csv").open(), delimiter=";"))
        last = rows[-1] if rows else {}

        def count(name: str) -> int:
            return int(last.get(f"{name}(C)") or 0)

        return Result(
            good=count("SuccessfulCall"),
            failed=count("FailedCall"),
            repeated=count("Retransmissions"),
            unexpected=count("FailedUnexpectedMessage"),
        )

    def errors(self) -> str:
        path = self.folder / f"{self.name}.errors"
        return path.read_text(errors="replace")[:3000] if path.exists() else ""
