"""The shop's pages on a tablet: what one sees, buys, owns and plays, and what one does not."""

import re
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.people.models import Person
from kinline.apps.shop.actions import catalogue, keeping
from kinline.apps.shop.actions.paying_back import pay_back
from kinline.apps.shop.models import Item, Purchase
from kinline.core.shop.goods import Kind
from tests.apps import goods
from tests.cast import Town
from tests.doors import people

SHOP = "/tablet/shop/"
BOSTON = ZoneInfo("America/New_York")


def up(town: Town, *given: object, **facts: object) -> UUID:
    """An item for sale since yesterday: pages look at the real clock."""
    facts.setdefault("now", timezone.now() - timedelta(days=1))
    return goods.put_up(town, *given, **facts)  # type: ignore[arg-type]


def buys(browser: Client, item: UUID, *, cents: int | None = None) -> object:
    """Buy as the page does: its own key, the price it shows."""
    page = browser.get(reverse("tablet-shop-buy", args=[item])).text
    form = dict(re.findall(r'name="(key|cents)" value="([^"]*)"', page))
    if cents is not None:
        form["cents"] = str(cents)
    return browser.post(reverse("tablet-shop-buy", args=[item]), form)


def owns(town: Town, person: Person, item: UUID) -> UUID:
    """Somebody who has bought it already. The purchase."""
    now = timezone.now() - timedelta(hours=1)
    row = Purchase(key=uuid4().hex, item_id=item, person=person, cents=0, bought_at=now)
    row.save()
    return row.pk


def test_where_the_shop_is_off_there_is_nothing_to_see(town: Town) -> None:
    julian = people.inside(town, town.julian)
    assert SHOP not in julian.get("/tablet/").text
    item = up(town)
    assert SHOP in julian.get("/tablet/").text
    keeping.turn(staff=town.staff("ines"), place="ma-bristol", is_open=False, now=timezone.now())
    assert SHOP not in julian.get("/tablet/").text
    for page in (SHOP, reverse("tablet-library"), reverse("tablet-shop-item", args=[item]),
                 reverse("tablet-shop-buy", args=[item])):  # fmt: skip
        assert julian.get(page).status_code == 404


def test_the_shelf_shows_prices_the_balance_and_kinds_to_choose(town: Town) -> None:
    up(town, title="Lamps", cents=150)
    up(town, Kind.MUSIC, title="First Light", cents=99, maker="Kinline")
    up(town, title="A draft", published=False)
    goods.pay_in(town.julian, 1250)
    julian = people.inside(town, town.julian)
    page = julian.get(SHOP).text
    assert "$12.50 in your debit account" in page
    assert "Lamps" in page
    assert "$1.50" in page
    assert "First Light" in page
    assert "Kinline" in page
    assert "A draft" not in page
    music = julian.get(SHOP, {"kind": "music"}).text
    assert "First Light" in music
    assert "Lamps" not in music
    assert "Lamps" in julian.get(SHOP, {"kind": "nonsense"}).text


def test_an_empty_shop_and_an_empty_library_say_so(town: Town) -> None:
    up(town, published=False)
    julian = people.inside(town, town.julian)
    assert "Nothing is for sale now" in julian.get(SHOP).text
    assert "What you buy in the shop stays here." in julian.get(reverse("tablet-library")).text


def test_one_sees_what_is_left_before_one_buys_and_then_it_is_theirs(town: Town) -> None:
    item = up(town, cents=150)
    goods.pay_in(town.julian, 1250)
    julian = people.inside(town, town.julian)
    assert "Your debit account has $12.50." in julian.get(f"{SHOP}{item}/").text
    page = julian.get(reverse("tablet-shop-buy", args=[item])).text
    assert re.search(r"Left after it.*\$11\.00", page)
    answer = buys(julian, item)
    mine = Purchase.objects.get()
    assert answer["Location"] == reverse("tablet-player", args=[mine.pk])  # type: ignore[index]
    assert "Bought" in julian.get(answer["Location"]).text  # type: ignore[index]
    assert "It is yours" in julian.get(f"{SHOP}{item}/").text
    assert "Yours" in julian.get(SHOP).text
    again = julian.get(reverse("tablet-shop-buy", args=[item]))
    assert again["Location"] == reverse("tablet-player", args=[mine.pk])
    assert julian.get(SHOP).text.count("$11.00") == 1


def test_too_little_money_is_an_answer_with_its_five_rows(town: Town) -> None:
    item = up(town, cents=150)
    goods.pay_in(town.julian, 120)
    julian = people.inside(town, town.julian)
    for page in (f"{SHOP}{item}/", reverse("tablet-shop-buy", args=[item])):
        shown = julian.get(page).text
        assert "It costs $1.50. Your debit account has $1.20." in shown
        assert 'name="key"' not in shown
    said = julian.post(
        reverse("tablet-shop-buy", args=[item]), {"key": uuid4().hex, "cents": "150"}
    )
    assert said.status_code == 409
    assert "It costs $1.50. Your debit account has $1.20." in said.text
    assert not Purchase.objects.exists()


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_taken(town: Town) -> None:
    item = up(town, cents=150)
    goods.pay_in(town.julian, 1250)
    said = buys(people.inside(town, town.julian), item, cents=100)
    assert said.status_code == 409  # type: ignore[attr-defined]
    assert "It was $1.00 and is $1.50 now." in said.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "form", [{}, {"key": "x", "cents": "150"}, {"key": uuid4().hex, "cents": "-1"},
             {"key": uuid4().hex, "cents": "1" * 50}, {"key": uuid4().hex, "cents": "²"}]
)  # fmt: skip
def test_a_form_that_is_none_buys_nothing(town: Town, form: dict[str, str]) -> None:
    item = up(town, cents=150)
    goods.pay_in(town.julian, 1250)
    url = reverse("tablet-shop-buy", args=[item])
    answer = people.inside(town, town.julian).post(url, form)
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert not Purchase.objects.exists()


def test_stamps_at_a_paid_facility_are_bought_and_told(town: Town) -> None:
    item = up(town, Kind.STAMPS, title="Ten stamps", place="nh-example", cents=400, pieces=10)
    goods.pay_in(town.tomas, 600)
    tomas = people.inside(town, town.tomas)
    answer = buys(tomas, item)
    page = tomas.get(answer["Location"]).text  # type: ignore[index]
    assert "Now in your account: 10 stamps." in page
    assert "$2.00" in page


def test_outside_its_hours_the_page_says_until_when_and_sends_no_file(town: Town) -> None:
    item = up(town)
    mine = owns(town, town.julian, item)
    julian = people.inside(town, town.julian)
    assert "<iframe" in julian.get(reverse("tablet-player", args=[mine])).text
    # An hour that is not now, wherever the clock stands in Boston.
    hour = (timezone.now().astimezone(BOSTON).hour + 12) % 24
    Item.objects.update(opens_at=f"{hour:02}:00", closes_at=f"{hour:02}:59")
    page = julian.get(reverse("tablet-player", args=[mine])).text
    assert "Not open now" in page
    assert "<iframe" not in page


def test_a_withdrawn_thing_is_gone_from_the_shelf_and_still_its_owners(town: Town) -> None:
    item = up(town)
    mine = owns(town, town.julian, item)
    now = timezone.now()
    catalogue.withdraw(staff=town.staff("ines"), place="ma-bristol", item_id=item, now=now)
    julian = people.inside(town, town.julian)
    assert "Lamps" not in julian.get(SHOP).text
    assert "Lamps" in julian.get(reverse("tablet-library")).text
    assert julian.get(reverse("tablet-player", args=[mine])).status_code == 200


ROUTES = ["tablet-player", "tablet-media"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_library_is_its_owners_alone(town: Town, route: str) -> None:
    film = up(town, Kind.FILM, title="Brighter", cents=0)
    mine = owns(town, town.julian, film)
    wendell = people.inside(town, town.wendell)
    for nothing in (mine, uuid4()):
        assert wendell.get(reverse(route, args=[nothing])).status_code == 404
        for stranger in (Client(), people.device(town)):
            answer = stranger.get(reverse(route, args=[nothing]))
            assert (answer.status_code, answer["Location"]) == (302, "/tablet/")
    assert people.inside(town, town.julian).get(reverse(route, args=[mine])).status_code == 200
    pay_back(
        staff=town.staff("ines"), place="ma-bristol", purchase_id=mine, why="x", now=timezone.now()
    )
    assert people.inside(town, town.julian).get(reverse(route, args=[mine])).status_code == 404


def test_a_film_comes_in_the_parts_the_player_asks_for(town: Town) -> None:
    film = up(town, Kind.FILM, title="Brighter", cents=0)
    url = reverse("tablet-media", args=[owns(town, town.julian, film)])
    julian, whole = people.inside(town, town.julian), goods.film()
    size = len(whole)

    def asked(ranges: str, **more: str) -> tuple[int, str, bytes]:
        answer = julian.get(url, headers={"Range": ranges, **more})
        return answer.status_code, answer.get("Content-Range", ""), answer.getvalue()

    assert asked("bytes=0-9") == (206, f"bytes 0-9/{size}", whole[:10])
    assert asked("bytes=10-") == (206, f"bytes 10-{size - 1}/{size}", whole[10:])
    assert asked("bytes=-5") == (206, f"bytes {size - 5}-{size - 1}/{size}", whole[-5:])
    assert asked(f"bytes=5-{size * 9}") == (206, f"bytes 5-{size - 1}/{size}", whole[5:])
    for nothing in (f"bytes={size}-", "bytes=-0"):
        assert asked(nothing) == (416, f"bytes */{size}", b"")
    for odd in ("bytes=9-5", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=²-"):
        assert asked(odd)[::2] == (200, whole)
    tag = julian.get(url)["ETag"]
    assert asked("bytes=0-9", **{"If-Range": tag})[0] == 206
    assert asked("bytes=0-9", **{"If-Range": '"other"'})[0] == 200


def test_a_long_film_comes_a_piece_at_a_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinline.doors.ranges.PIECE_BYTES", 100)
    film = up(town, Kind.FILM, title="Brighter", cents=0)
    url = reverse("tablet-media", args=[owns(town, town.julian, film)])
    julian, found = people.inside(town, town.julian), b""
    while len(found) < len(goods.film()):
        answer = julian.get(url, headers={"Range": f"bytes={len(found)}-"})
        found += answer.getvalue()
    assert found == goods.film()


def test_a_players_file_is_a_file_and_nothing_else(town: Town) -> None:
    film = up(town, Kind.FILM, title="Brighter", cents=0)
    url = reverse("tablet-media", args=[owns(town, town.julian, film)])
    answer = people.inside(town, town.julian).get(url)
    assert answer["Content-Type"] == "video/webm"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def frame(browser: Client, mine: UUID) -> tuple[str, str]:
    """The player's page of a game, and the address of its frame."""
    page = browser.get(reverse("tablet-player", args=[mine]))
    found = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert found
    return page.text, found.group(1)


def test_a_game_runs_in_a_frame_that_is_nobody_and_reaches_nothing(town: Town) -> None:
    mine = owns(town, town.julian, up(town))
    julian = people.inside(town, town.julian)
    page, address = frame(julian, mine)
    assert 'sandbox="allow-scripts"' in page
    assert "allow-same-origin" not in page
    policy = julian.get(reverse("tablet-player", args=[mine]))["Content-Security-Policy"]
    assert "frame-src http://testserver/play/" in policy
    assert "frame-ancestors 'none'" in policy, "the page itself is in nobody's frame"
    assert not address.startswith("/tablet/"), "the session's cookie is for /tablet/ alone"
    answer = Client().get(address)  # as the frame does it: without any cookie
    assert answer.status_code == 200
    assert answer.content == goods.PAGE
    rules = dict(one.split(" ", 1) for one in answer["Content-Security-Policy"].split("; "))
    for nothing in ("default-src", "connect-src", "frame-src", "form-action", "worker-src"):
        assert rules[nothing] == "'none'"
    assert rules["sandbox"] == "allow-scripts"
    own = f"http://testserver{address.rpartition('/')[0]}/"
    assert rules["script-src"].split()[0] == own, "scripts of its own bundle alone"
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in answer["Permissions-Policy"]
    assert not answer.cookies


def test_every_script_of_a_game_stands_behind_a_guard(town: Town) -> None:
    """WebRTC is no connection to browsers' policies: each script takes it away first."""
    files = {"index.html": goods.PAGE, "game.js": b"1;", "strict.mjs": b"'use strict'; 2;"}
    mine = owns(town, town.julian, up(town, file=goods.bundle(files)))
    _, address = frame(people.inside(town, town.julian), mine)
    start = address.rpartition("/")[0]
    loose, strict = (Client().get(f"{start}/{name}") for name in ("game.js", "strict.mjs"))
    for answer in (loose, strict):
        assert b"RTCPeerConnection" in answer.content
        assert "unsafe-inline" not in answer["Content-Security-Policy"].partition("style-src")[0]
    assert loose.content.startswith(b"for (")
    assert loose.content.endswith(b"1;")
    assert strict.content.startswith(b'"use strict";for (')
    assert Client().get(f"{start}/index.html").content == goods.PAGE


def test_a_games_pass_ends_with_the_session_and_opens_nothing_else(town: Town) -> None:
    mine = owns(town, town.julian, up(town))
    julian = people.inside(town, town.julian)
    _, address = frame(julian, mine)
    start = address.partition("?")[0]
    for wrong in (start.replace("index", "other"), start[:-10] + "..%2findex.html",
                  "/play/x/index.html", start.replace("/play/", "/play/x")):  # fmt: skip
        answer = Client().get(wrong)
        assert (answer.status_code, answer.content) == (404, b"")
        assert "sandbox allow-scripts" in answer["Content-Security-Policy"]
    assert Client().post(start).status_code == 405
    julian.post(reverse("tablet-sign-out"))
    assert Client().get(start).status_code == 404


def test_pages_of_the_shop_carry_no_inline_code(town: Town) -> None:
    item = up(town)
    goods.pay_in(town.julian, 1250)
    mine = owns(town, town.julian, up(town, Kind.MUSIC, title="First Light"))
    julian = people.inside(town, town.julian)
    for url in (SHOP, f"{SHOP}{item}/", f"{SHOP}{item}/buy/", reverse("tablet-library"),
                reverse("tablet-player", args=[mine])):  # fmt: skip
        assert people.inline_code(julian.get(url).text) == []


@pytest.mark.parametrize("route", ["tablet-shop", "tablet-library"])
def test_no_page_costs_more_with_more_goods(town: Town, route: str) -> None:
    julian = people.inside(town, town.julian)
    counts = []
    for many in (2, 12):
        for number in range(many):
            owns(town, town.julian, up(town, title=f"{many}-{number}", cents=0))
        julian.get(reverse(route))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert julian.get(reverse(route)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
