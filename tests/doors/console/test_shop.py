"""The shop's counter: uploads good and bad, prices, publishing, purchases, paying back."""

import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import Right
from kinline.apps.shop import taking
from kinline.apps.shop.actions.buying import buy
from kinline.apps.shop.models import Item, Price, Purchase
from kinline.core.shop.goods import Kind
from tests.apps import goods
from tests.cast import Town
from tests.doors import people, visitors

HOME = "/console/shop/ma-bristol/"
WORDS = {"title": "Lamps", "rating": "everyone", "cents": "1.50"}


def add_at(kind: str, place: str = "ma-bristol") -> str:
    return reverse("console_shop_add", args=[place, kind])


def file(content: bytes, name: str = "game.zip") -> io.BytesIO:
    out = io.BytesIO(content)
    out.name = name
    return out


def put_up(town: Town, *given: object, **facts: object) -> UUID:
    facts.setdefault("now", timezone.now() - timedelta(days=1))
    return goods.put_up(town, *given, **facts)  # type: ignore[arg-type]


@pytest.fixture
def ines(town: Town) -> Client:
    return visitors.staff(town.account("ines"))


@pytest.fixture
def rae(town: Town) -> Client:
    return visitors.staff(town.account("rae"))


def test_ines_opens_a_shop_puts_a_game_up_publishes_it_and_takes_it_back(
    town: Town, ines: Client
) -> None:
    assert "Nobody here sees a shop." in ines.get(HOME).text
    opened = ines.post(reverse("console_shop_turn", args=["ma-bristol"]), {"on": "1"}, follow=True)
    assert "The shop is open." in opened.text
    added = ines.post(add_at("game"), WORDS | {"file": file(goods.bundle())}, follow=True)
    assert "Added as a draft." in added.text
    item = Item.objects.get()
    assert (item.state, item.media_type) == ("draft", "application/zip")
    assert Price.objects.get().cents == 150
    page = reverse("console_shop_item", args=["ma-bristol", item.pk])
    assert "$1.50" in ines.get(page).text
    offer = reverse("console_shop_offer", args=["ma-bristol", item.pk])
    assert "people can buy it" in ines.post(offer, {"on": "1"}, follow=True).text
    assert "Lamps" in people.inside(town, town.julian).get("/tablet/shop/").text
    assert "Withdrawn." in ines.post(offer, {"on": "0"}, follow=True).text
    acts = set(Line.objects.filter(act__startswith="shop.").values_list("act", flat=True))
    assert acts == {
        "shop.opened", "shop.item_added", "shop.item_published", "shop.item_withdrawn",
    }  # fmt: skip


def test_a_piece_of_music_is_looked_at_by_content(ines: Client) -> None:
    good = WORDS | {"file": file(goods.sound(), "anything.exe")}
    assert "Added as a draft." in ines.post(add_at("music"), good, follow=True).text
    assert Item.objects.get().media_type == "audio/ogg"
    page = b"<html><script>alert(1)</script>"
    bad = ines.post(add_at("music"), WORDS | {"file": file(page, "song.ogg")})
    assert "not of a kind named below" in bad.text
    assert 'value="Lamps"' in bad.text, "what was typed is kept"
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", "This is no ZIP"),
        (goods.bundle({"page.html": b"1"}), "There is no index.html"),
        (goods.bundle({"index.html": b"1", "../x.js": b"1"}), "plain names"),
        (goods.bundle({"index.html": b"1", "run.exe": b"1"}), "run.exe"),
        (b"", "This is no ZIP"),
    ],
)
def test_what_is_wrong_with_a_bundle_is_said(ines: Client, content: bytes, said: str) -> None:
    page = ines.post(add_at("game"), WORDS | {"file": file(content)}).text
    assert said in page
    assert not Item.objects.exists()


def test_a_file_that_is_too_large_is_not_read_and_the_words_stay(
    ines: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(taking.LARGEST_BYTES, Kind.GAME, 1_000_000)
    page = ines.post(add_at("game"), WORDS | {"file": file(b"x" * 1_150_000)}).text
    assert "This file is too large: at most 1 MB." in page
    assert 'value="Lamps"' in page
    monkeypatch.setattr("kinline.doors.uploads.REST_BYTES", 10_000_000)
    lied = ines.post(add_at("game"), WORDS | {"file": file(b"x" * 1_150_000)}).text
    assert "This file is too large: at most 1 MB." in lied, "counted as it comes, too"
    both = WORDS | {"file": file(goods.bundle()), "more": file(goods.bundle())}
    assert "too large" in ines.post(add_at("game"), both).text, "one file, not two"
    assert not Item.objects.exists()


def test_a_form_without_a_file_says_so(ines: Client) -> None:
    page = ines.post(add_at("game"), WORDS).text
    assert "usa-error-message" in page
    assert not Item.objects.exists()


def test_a_form_from_elsewhere_is_not_taken(town: Town) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = visitors.staff(town.account("ines")).cookies
    answer = browser.post(add_at("game"), WORDS | {"file": file(goods.bundle())})
    assert answer.status_code == 403
    assert not Item.objects.exists()


def test_strangers_upload_nothing_and_other_counties_neither(town: Town, ines: Client) -> None:
    sent = WORDS | {"file": file(goods.bundle())}
    assert Client().post(add_at("game"), sent)["Location"].startswith("/sign-in/")
    theo = visitors.staff(town.account("theo"))
    for place in ("ma-bristol", "no-such-place"):
        assert theo.post(add_at("game", place), sent).status_code == 404
    assert ines.get(add_at("minutes")).status_code == 404, "call minutes are no kind"
    Grant.objects.filter(account=town.account("ines"), right=Right.KEEP_SHOP).delete()
    assert ines.get(add_at("game")).status_code == 404


def test_stamps_and_texts_show_the_law_instead_of_a_form(ines: Client, rae: Client) -> None:
    for kind in ("stamps", "texts"):
        page = ines.get(add_at(kind)).text
        assert "by law" in page
        assert "87A" in page
        assert "<textarea" not in page
        tried = {"title": "Ten", "cents": "4.00", "pieces": "10"}
        assert ines.post(add_at(kind), tried).status_code == 200
        assert not Item.objects.exists()
    assert "Not for sale here" in ines.get(HOME).text
    added = rae.post(add_at("stamps", "nh-example"), tried, follow=True)
    assert "Added as a draft." in added.text
    assert Item.objects.get().pieces == 10


def test_words_hours_and_prices_are_changed_and_old_prices_stay(town: Town, ines: Client) -> None:
    item = put_up(town, cents=150)
    page = reverse("console_shop_item", args=["ma-bristol", item])
    told = {"title": "Lamps II", "rating": "teens", "opens_at": "18:00", "closes_at": "21:00"}
    assert "Lamps II" in ines.post(page, told, follow=True).text
    half = ines.post(page, told | {"closes_at": ""}).text
    assert "Give both hours" in half
    price = reverse("console_shop_price", args=["ma-bristol", item])
    assert "The price is set." in ines.post(price, {"cents": "0.99"}, follow=True).text
    planned = (timezone.now() + timedelta(days=40)).date().isoformat()
    coming = ines.post(price, {"cents": "2", "from_on": planned}, follow=True).text
    assert "coming" in coming
    assert [one.cents for one in Price.objects.order_by("set_at")] == [150, 99, 200]
    for bad in ({"cents": "-1"}, {"cents": "100.01"}, {"cents": "1.005"}, {"cents": "x"},
                {"cents": "1", "from_on": "2020-01-01"}):  # fmt: skip
        assert "usa-error-message" in ines.post(price, bad).text
    assert Price.objects.count() == 3


def test_a_purchase_is_paid_back_with_a_reason(town: Town, ines: Client) -> None:
    item = put_up(town, cents=150)
    now = timezone.now()
    goods.pay_in(town.julian, 500)
    inside = town.sign_in(town.julian, now).inside
    bought = buy(inside=inside, item_id=item, cents=150, key=uuid4(), now=now).purchase
    listed = ines.get(reverse("console_shop_sales", args=["ma-bristol"])).text
    assert "Marrow, J." in listed
    page = reverse("console_shop_pay_back", args=["ma-bristol", bought])
    assert "Pay back $1.50 for Lamps" in ines.get(page).text
    assert "usa-error-message" in ines.post(page, {"why": " "}).text
    done = ines.post(page, {"why": "It stops in the middle."}, follow=True).text
    assert "Paid back." in done
    assert "It stops in the middle." in done
    assert Purchase.objects.get().paid_back_at is not None
    assert "$5.00" in people.inside(town, town.julian).get("/tablet/shop/").text
    again = ines.post(page, {"why": "Again."}, follow=True)
    assert again.status_code == 200


def test_paying_back_is_a_right_of_its_own(town: Town, ines: Client) -> None:
    Grant.objects.filter(account=town.account("ines"), right=Right.PAY_BACK).delete()
    sales = reverse("console_shop_sales", args=["ma-bristol"])
    assert ines.get(sales).status_code == 404
    assert sales not in ines.get(HOME).text


def test_no_list_costs_more_with_more_rows(town: Town, ines: Client) -> None:
    counts = []
    for many in (2, 10):
        for number in range(many):
            item = put_up(town, title=f"{many}-{number}", cents=0)
            row = {"key": uuid4().hex, "item_id": item, "person": town.julian, "cents": 0}
            Purchase.objects.create(bought_at=timezone.now(), **row)
        found = []
        for url in (HOME, reverse("console_shop_sales", args=["ma-bristol"])):
            ines.get(url)  # the first one begins the session
            with CaptureQueriesContext(connection) as asked:
                assert ines.get(url).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
