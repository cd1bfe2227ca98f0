"""A proxy in front: what the shipped settings of nginx let through, and whose word web believes."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector, WSServerHandshakeError, web
from hypothesis import given
from hypothesis import strategies as st

from kinline.config import settings
from kinline.config.plan import choose_ports
from kinline.config.proxies import behind, proxies
from tests import nginxes
from tests.nginxes import Nginx

HOST = "127.0.0.1"
STRANGER, PROXY = "203.0.113.9", "127.0.0.1"


# --- nginx --------------------------------------------------------------------------------


async def echo(request: web.Request) -> web.Response:
    """What web would have been told: the way, who asks, and how much came."""
    told = {name: request.headers.get(name, "") for name in ("X-Forwarded-For", "Host")}
    told["X-Forwarded-Proto"] = request.headers.get("X-Forwarded-Proto", "")
    return web.json_response({"path": request.path, "bytes": len(await request.read()), **told})


async def socket(request: web.Request) -> web.WebSocketResponse:
    """An engine's: says with which pass it was opened, and answers."""
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    await ws.send_str(request.query["pass"])
    await ws.send_str((await ws.receive_str())[::-1])
    return ws


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[tuple[Nginx, ClientSession, str]]:
    """nginx before something that stands for web and an engine, and a client that trusts it."""
    secure, plain, behind_web, behind_engine = choose_ports(0, 4, HOST, lambda *_: None)
    large = 2_000 * 1024**2
    runners = []
    for port, way, answers in ((behind_web, "/{rest:.*}", echo), (behind_engine, "/ws", socket)):
        app = web.Application(client_max_size=large)
        app.router.add_route("*", way, answers)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        runners.append(runner)
    nginx = Nginx(tmp_path / "nginx", HOST, (secure, plain), web=behind_web, engine=behind_engine)
    trust = ssl.create_default_context(cafile=str(nginx.certificate.trust))
    with nginx:
        async with ClientSession(connector=TCPConnector(ssl=trust)) as client:
            yield nginx, client, f"{HOST}:{secure}"
    for runner in runners:
        await runner.cleanup()


@nginxes.needed
def test_what_is_shipped_for_nginx_is_taken_by_it(tmp_path: Path) -> None:
    assert Nginx(tmp_path / "nginx", HOST, (443, 80), web=8700, engine=8701).parses() == ""


@nginxes.needed
async def test_pages_come_through_with_who_asked_and_nobody_can_say_he_is_another(
    front: tuple[Nginx, ClientSession, str],
) -> None:
    _, client, at = front
    lie = {"X-Forwarded-For": STRANGER, "X-Forwarded-Proto": "http"}
    async with client.get(f"https://{at}/portal/", headers=lie) as answer:
        told = await answer.json()
        assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert (told["path"], told["Host"]) == ("/portal/", at)
    assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == (HOST, "https")


@nginxes.needed
@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        ("/portal/messages/", 10, 200),
        ("/portal/uploads/", 1, 200),
        ("/portal/", 14, 413),
        ("/console/shop/", 14, 200),
        ("/console/", 14, 413),
    ],
)
async def test_what_may_be_sent_is_let_through_and_no_more(
    front: tuple[Nginx, ClientSession, str], path: str, megabytes: int, status: int
) -> None:
    _, client, at = front
    content = bytes(megabytes * 1_000_000)
    async with client.post(f"https://{at}{path}", data=content) as answer:
        assert answer.status == status
        if status == 200:
            assert (await answer.json())["bytes"] == len(content)


@nginxes.needed
async def test_an_engines_socket_is_let_through_and_nothing_else_of_it(
    front: tuple[Nginx, ClientSession, str], tmp_path: Path
) -> None:
    _, client, at = front
    async with client.ws_connect(f"wss://{at}/engine/e1/ws?pass=a-pass") as ws:
        assert await ws.receive_str() == "a-pass"
        await ws.send_str("ring")
        assert await ws.receive_str() == "gnir"
    # Such an address carries a pass: it is in no log.
    logged = "".join(one.read_text() for one in (tmp_path / "nginx").glob("*.log"))
    assert "a-pass" not in logged
    # What is no socket of an engine is a page that web does not have.
    async with client.get(f"https://{at}/engine/e1/healthz") as answer:
        assert (await answer.json())["path"] == "/engine/e1/healthz"
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect(f"wss://{at}/engine/e2/ws?pass=a-pass")


@nginxes.needed
async def test_what_engines_tell_web_has_no_way_in_from_outside(
    front: tuple[Nginx, ClientSession, str],
) -> None:
    _, client, at = front
    for path in ("/control/", "/control/alive", "//control/alive", "/portal/../control/alive"):
        async with client.post(f"https://{at}{path}") as answer:
            assert answer.status == 404


# --- whose word web believes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("", []),
        ("127.0.0.1", ["127.0.0.1"]),
        ("10.1.0.0/24, fd00::7", ["10.1.0.0/24", "fd00::7"]),
    ],
    ids=["nobody", "one", "several"],
)
def test_proxies_are_named_by_address_or_network(told: str, found: list[str]) -> None:
    assert proxies({"KINLINE_PROXY": told}) == found


@pytest.mark.parametrize("told", ["proxy.example", "*", "0.0.0.0/0", "::/0", "10.1.0.7/24"])
def test_what_is_no_proxy_or_everybody_is_refused_at_the_start(told: str) -> None:
    with pytest.raises(ValueError, match="KINLINE_PROXY"):
        proxies({"KINLINE_PROXY": told})


def asked(named: list[str], sender: str, header: str | None) -> tuple[str, str]:
    """Who asks, and how, as the application behind these proxies is told it."""
    told: dict[str, Any] = {"REMOTE_ADDR": sender, "wsgi.url_scheme": "http"}
    if header is not None:
        told |= {"HTTP_X_FORWARDED_FOR": header, "HTTP_X_FORWARDED_PROTO": "https"}
    behind(named, lambda environ, _start: [])(told, None)
    return told["REMOTE_ADDR"], told["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("named", "sender", "header", "found"),
    [
        ([PROXY], PROXY, STRANGER, (STRANGER, "https")),
        ([PROXY], PROXY, f"{PROXY}, {STRANGER}", (STRANGER, "https")),
        ([PROXY], PROXY, None, (PROXY, "http")),
        ([PROXY], STRANGER, "198.51.100.1", (STRANGER, "http")),
        ([], PROXY, STRANGER, (PROXY, "http")),
    ],
    ids=["told by the proxy", "a lie before it", "an engine", "past the proxy", "none named"],
)
def test_only_a_proxy_is_believed_on_who_asks(
    named: list[str], sender: str, header: str | None, found: tuple[str, str]
) -> None:
    assert asked(named, sender, header) == found


@given(lies=st.lists(st.ip_addresses(v=4).map(str), max_size=4))
def test_whatever_a_stranger_writes_before_it_the_proxy_is_right(lies: list[str]) -> None:
    assert asked([PROXY], PROXY, ", ".join([*lies, STRANGER]))[0] == STRANGER


# --- engines behind a path -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("ws://127.0.0.1:8701", "ws://127.0.0.1:8701/"),
        ("wss://media.example.org/engine/e1", "wss://media.example.org/"),
    ],
)
def test_a_page_may_open_the_socket_of_an_engine_behind_a_path(url: str, allowed: str) -> None:
    assert settings.origins([{"id": "e1", "url": url}, {"id": "e2", "url": url}]) == [allowed]
