"""Games' own files. No cookie comes here, and nothing that is here can speak to anybody.

A game's pages are a stranger's. They are shown in a frame without an origin, under a policy of
their own: scripts and pictures of their own bundle, no connections, no frames, no forms, no
way out of the frame. The session's cookie is for /tablet/ alone, so it does not come along even
with the first page.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from kinline.apps.errors import NotFound
from kinline.apps.shop import playing
from kinline.apps.shop.playing import GameFile

# Browsers do not count WebRTC as a connection: no policy they keep today closes it ("webrtc" is
# written there for those that will). So each script takes it away before its first own line, in
# whatever window it runs; and nothing but the bundle's script files runs, no code inside pages.
GUARD = b"""for (const one of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel",
"RTCIceTransport", "WebTransport", "WebSocket"]) try { Object.defineProperty(globalThis, one,
{ value: undefined, configurable: false, writable: false }); } catch {}
"""
STRICT = (b'"use strict"', b"'use strict'")
# What a page could ask of the device.
NOTHING = (
    "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), "
    "encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), web-share=(), "
    "xr-spatial-tracking=()"
)


@require_safe
def file(request: HttpRequest, word: str, name: str) -> HttpResponse:
    """One file of a game, for the pass in the address."""
    try:
        found = playing.game_file(word=word, name=name, now=timezone.now())
    except NotFound:
        # Not the house's own page: that one would stand in the game's frame.
        answer = HttpResponse("", status=404, content_type="text/plain; charset=utf-8")
    else:
        answer = HttpResponse(_guarded(found), content_type=found.media_type)
    answer["Content-Security-Policy"] = policy(request.build_absolute_uri(f"/play/{word}/"))
    answer["Permissions-Policy"] = NOTHING
    answer["X-Frame-Options"] = "SAMEORIGIN"  # older browsers; newer ones read frame-ancestors
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-DNS-Prefetch-Control"] = "off"
    # A frame without an origin is another site to its own scripts' modules and fonts.
    answer["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(answer, no_store=True, private=True)
    return answer


def _guarded(found: GameFile) -> bytes:
    """A script behind its guard; strict ones stay so. Other files as they are."""
    if not found.media_type.startswith("text/javascript"):
        return found.content
    strict = b'"use strict";' if found.content.lstrip().startswith(STRICT) else b""
    return strict + GUARD.replace(b"\n", b" ") + found.content


def policy(own: str) -> str:
    """What a game may do: use the files below `own`, and nothing that leaves this frame."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {own} 'wasm-unsafe-eval'",
            f"style-src {own} 'unsafe-inline'",
            f"img-src {own} data: blob:",
            f"media-src {own} data: blob:",
            f"font-src {own} data:",
            "connect-src 'none'",
            "frame-src 'none'",
            "worker-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "webrtc 'block'",
            "sandbox allow-scripts",
        )
    )
