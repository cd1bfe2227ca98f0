"""The shop, one's library, and playing what one owns."""

from typing import Any
from uuid import UUID, uuid4

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.ids import as_uuid
from kinline.apps.shop import bundles, playing
from kinline.apps.shop.actions.buying import buy, not_enough
from kinline.apps.shop.queries import shelf
from kinline.apps.shop.queries.shelf import Offer
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import Kind
from kinline.doors import ranges
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.paging import page_number
from kinline.doors.tablet.show import show
from kinline.doors.words.refusals import Rows, rows

# A player's file is a file and nothing else, also where somebody opens its address by itself.
BARE = "default-src 'none'; sandbox"
# Nothing of a game's page tells web that somebody is there: after so long it is asked.
GAME_SECONDS = 30 * 60


@require_safe
@inside_only
def front(request: InsideRequest) -> HttpResponse:
    """What can be bought, and what one has. With the shop off: one's library, if there is one."""
    there = shelf.front(inside=request.inside)
    if not there.anything:
        raise NotFound
    if not there.is_open:
        return redirect("tablet-library")
    kind = _kind(request)
    found = shelf.shelf(
        inside=request.inside, kind=kind, page=page_number(request), now=timezone.now()
    )
    facts = {"shelf": found, "page": found.goods, "kind": kind, "owns": there.owns}
    return show(request, "tablet/shop.html", facts)


@require_safe
@inside_only
def one(request: InsideRequest, item_id: UUID) -> HttpResponse:
    """One item: what it is, what it costs, when it may be used."""
    offer = shelf.offer(inside=request.inside, item_id=item_id, now=timezone.now())
    return show(request, "tablet/shop_item.html", _facts(request, offer))


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def purchase(request: InsideRequest, item_id: UUID) -> HttpResponse:
    """Look once more at price and balance; then buy. A refusal says all its reasons."""
    now = timezone.now()
    if request.method != "POST":
        offer = shelf.offer(inside=request.inside, item_id=item_id, now=now)
        if offer.purchase is not None:
            return redirect("tablet-player", offer.purchase)
        return show(request, "tablet/shop_buy.html", _facts(request, offer) | {"key": uuid4().hex})
    key, word = as_uuid(request.POST.get("key", "")), request.POST.get("cents", "")
    if key is None or not (word.isascii() and word.isdigit() and len(word) < 9):
        return redirect("tablet-shop-buy", item_id)
    try:
        done = buy(inside=request.inside, item_id=item_id, cents=int(word), key=key, now=now)
    except Refused as no:
        facts = {"reasons": _said(request, no.refusals), "item_id": item_id}
        return show(request, "tablet/shop_refused.html", facts, status=409)
    if not done.kept:
        return redirect("tablet-shop-done", item_id)
    return redirect("tablet-player", done.purchase)


@require_safe
@inside_only
def done(request: InsideRequest, item_id: UUID) -> HttpResponse:
    """After stamps or texts were bought: there is nothing to play."""
    offer = shelf.offer(inside=request.inside, item_id=item_id, now=timezone.now())
    return show(request, "tablet/shop_done.html", _facts(request, offer))


@require_safe
@inside_only
def library(request: InsideRequest) -> HttpResponse:
    """What one owns. Nothing of a shop is seen where there is none and nothing was bought."""
    there = shelf.front(inside=request.inside)
    if not there.anything:
        raise NotFound
    page = shelf.library(inside=request.inside, page=page_number(request), now=timezone.now())
    return show(request, "tablet/library.html", {"page": page, "is_open": there.is_open})


@require_safe
@inside_only
def player(request: InsideRequest, purchase_id: UUID) -> HttpResponse:
    """Play one thing of one's own; outside its hours, why not and until when."""
    mine = shelf.owned(inside=request.inside, purchase_id=purchase_id, now=timezone.now())
    facts: dict[str, Any] = {"mine": mine, "good": mine.good, "game_seconds": GAME_SECONDS}
    if mine.closed is not None:
        facts["reasons"] = _said(request, (mine.closed,), mine.good.title)
    elif mine.good.kind is Kind.GAME:
        facts["game"] = _game(request, purchase_id)
    answer = show(request, "tablet/player.html", facts)
    if "game" in facts:
        # The frame may go nowhere but to games: also not by itself.
        answer["Content-Security-Policy"] = _player_policy(request)
    return answer


@require_safe
@inside_only
def media(request: InsideRequest, purchase_id: UUID) -> HttpResponseBase:
    """The sound or film itself, in the parts the player asks for."""
    found = playing.media(inside=request.inside, purchase_id=purchase_id, now=timezone.now())
    answer = ranges.send(
        request,
        found.path,
        media_type=found.media_type,
        size=found.size_bytes,
        etag=found.sha256,
    )
    answer["Content-Security-Policy"] = BARE
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _game(request: InsideRequest, purchase_id: UUID) -> str:
    """The address of a game's first page; it may read the language in it."""
    word = playing.pass_for(inside=request.inside, purchase_id=purchase_id)
    return f"{reverse('play', args=[word, bundles.START])}?lang={get_language() or 'en'}"


def _player_policy(request: HttpRequest) -> str:
    """The house's policy, with frames of games and nothing else in a frame."""
    frames = request.build_absolute_uri("/play/")
    policy: str = build_policy(update={"frame-src": [frames]})
    return policy


def _facts(request: InsideRequest, offer: Offer) -> dict[str, Any]:
    short = []
    if offer.purchase is None and offer.after_cents < 0:
        short.append(not_enough(offer.free_cents, offer.good.cents or 0))
    reasons = _said(request, (*offer.reasons, *short), offer.good.title)
    return {"offer": offer, "good": offer.good, "reasons": reasons}


def _said(request: InsideRequest, refusals: tuple[Refusal, ...], title: str = "") -> list[Rows]:
    now, zone = timezone.now(), request.inside.zone
    return [rows(one, what=title, outside="", zone=zone, now=now) for one in refusals]


def _kind(request: HttpRequest) -> Kind | None:
    try:
        return Kind(request.GET.get("kind", ""))
    except ValueError:
        return None
