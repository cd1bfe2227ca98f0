"""Stands between Playwright and Debian's Firefox, and answers what that Firefox does not know yet.

Playwright sets the colour scheme of every new context and takes no "I do not know" for an answer;
the ESR of Firefox learns that command later. Everything else goes through as it is. Started in
Firefox's place: `python -m tests.journeys.bidi FIREFOX ARGUMENTS...`
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

NOT_YET = frozenset({"emulation.setMediaFeaturesOverride"})
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
NO_LIMIT = 0  # a screenshot is one message
HOST = "127.0.0.1"

Socket = web.WebSocketResponse | ClientWebSocketResponse


def answered_here(message: str) -> str | None:
    """The answer to a command that Firefox would refuse; None for what is Firefox's to answer."""
    command = json.loads(message)
    if command.get("method") not in NOT_YET:
        return None
    return json.dumps({"type": "success", "id": command["id"], "result": {}})


async def main(command: Sequence[str]) -> int:
    """Run Firefox until it ends; returns its exit code."""
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode("utf-8", "replace").rstrip()
        if found := LISTENS.search(text):
            text = f"WebDriver BiDi listening on {await _between(found.group(1))}"
        print(text, file=sys.stderr, flush=True)
    return await process.wait()


async def _between(firefox: str) -> str:
    """Listen on a port of our own; returns its address."""

    async def carry(request: web.Request) -> web.WebSocketResponse:
        near = web.WebSocketResponse(max_msg_size=NO_LIMIT, compress=False)
        await near.prepare(request)
        async with (
            ClientSession() as session,
            session.ws_connect(firefox + request.path, max_msg_size=NO_LIMIT) as far,
        ):
            back = asyncio.create_task(_pass_on(far, near))
            async for message in near:
                if message.type is not WSMsgType.TEXT:
                    break
                answer = answered_here(message.data)
                await (far.send_str(message.data) if answer is None else near.send_str(answer))
            back.cancel()
        return near

    app = web.Application()
    app.router.add_get("/session", carry)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    return f"ws://{HOST}:{port}"


async def _pass_on(origin: Socket, to: Socket) -> None:
    async for message in origin:
        if message.type is not WSMsgType.TEXT:
            break
        await to.send_str(message.data)
    await to.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
