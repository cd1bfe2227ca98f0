"""Buying in the shop: once, from the debit account, never below zero; paying back; whose it is."""

import threading
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.db.utils import IntegrityError

from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger import queries as books
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.models import Entry
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.models import Person
from kinline.apps.shop.actions import catalogue, keeping
from kinline.apps.shop.actions.buying import Bought, buy, debit
from kinline.apps.shop.actions.catalogue import Details
from kinline.apps.shop.actions.paying_back import pay_back
from kinline.apps.shop.models import Item, Price, Purchase
from kinline.apps.shop.queries import counter, shelf
from kinline.core.ledger.chart import House, held_by, of_house
from kinline.core.ledger.entry import Entry as Wanted
from kinline.core.ledger.entry import Posting
from kinline.core.shop.goods import Kind
from kinline.core.transition.words import AccountKind
from kinline.laws import loader
from tests.apps import goods
from tests.cast import NOW, Town

SOON = NOW + timedelta(seconds=1)


def purchase(inside: Inside, item: UUID, cents: int = 199, key: UUID | None = None) -> Bought:
    return buy(inside=inside, item_id=item, cents=cents, key=key or uuid4(), now=SOON)


def has(person: Person) -> int:
    return books.balance(account=debit(person.pk)).posted


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


@pytest.fixture
def julian(town: Town) -> Inside:
    """Signed in at Bristol, with 5 dollars in his debit account."""
    goods.pay_in(town.julian, 500)
    return town.sign_in(town.julian).inside


def test_julian_buys_a_game_from_his_debit_account_and_has_it(town: Town, julian: Inside) -> None:
    item = goods.put_up(town)
    done = purchase(julian, item)
    assert has(town.julian) == 301
    (mine,) = shelf.library(inside=julian, page=1, now=NOW).items
    assert (mine.purchase, mine.good.title, mine.paid_cents) == (done.purchase, "Lamps", 199)
    (row,) = [one for one in books.lines() if one.about == str(done.purchase)]
    assert (row.credit, row.amount) == ("revenue:ma-bristol", 199)
    assert books.astray() == ()


def test_the_same_form_sent_twice_is_one_purchase(town: Town, julian: Inside) -> None:
    item, key = goods.put_up(town), uuid4()
    first, again = purchase(julian, item, key=key), purchase(julian, item, key=key)
    assert first.purchase == again.purchase
    assert (first.fresh, again.fresh) == (True, False)
    assert has(town.julian) == 301


def test_a_second_tab_with_a_form_of_its_own_buys_nothing_twice(town: Town, julian: Inside) -> None:
    item = goods.put_up(town)
    assert purchase(julian, item).purchase == purchase(julian, item).purchase
    assert has(town.julian) == 301
    assert Entry.objects.filter(what="shop").count() == 1


def test_a_key_of_somebody_elses_form_is_not_theirs(town: Town, julian: Inside) -> None:
    item, key = goods.put_up(town), uuid4()
    theirs = goods.put_up(town, title="Another", cents=100)
    purchase(julian, item, key=key)
    assert purchase(julian, theirs, cents=100, key=key).fresh
    assert has(town.julian) == 201


@pytest.mark.parametrize(("cents", "left"), [(500, 0), (501, 500)])
def test_an_account_goes_to_zero_and_not_below(
    town: Town, julian: Inside, cents: int, left: int
) -> None:
    item = goods.put_up(town, cents=cents)
    if left:
        with pytest.raises(Refused) as no:
            purchase(julian, item, cents=cents)
        assert codes(no) == ["shop.not_enough"]
        assert no.value.refusals[0].facts == {"free": "500", "cents": "501"}
        assert not Purchase.objects.exists()
    else:
        purchase(julian, item, cents=cents)
    assert has(town.julian) == left


def test_what_costs_nothing_moves_nothing_and_is_theirs(town: Town) -> None:
    inside = town.sign_in(town.julian).inside
    item = goods.put_up(town, cents=0)
    assert purchase(inside, item, cents=0).fresh
    assert not Entry.objects.filter(what="shop").exists()
    assert len(shelf.library(inside=inside, page=1, now=NOW).items) == 1


def test_a_price_that_changed_meanwhile_is_told_and_not_taken(town: Town, julian: Inside) -> None:
    item = goods.put_up(town, cents=199)
    staff = town.staff("ines")
    catalogue.price(staff=staff, place="ma-bristol", item_id=item, cents=249, now=SOON)
    with pytest.raises(Refused) as no:
        purchase(julian, item, cents=199)
    assert codes(no) == ["shop.price_changed"]
    assert has(town.julian) == 500


def test_every_reason_is_said_not_the_first(town: Town, julian: Inside) -> None:
    item = goods.put_up(town, cents=600)
    staff = town.staff("ines")
    catalogue.withdraw(staff=staff, place="ma-bristol", item_id=item, now=NOW)
    with pytest.raises(Refused) as no:
        purchase(julian, item, cents=500)
    assert codes(no) == ["shop.withdrawn", "shop.price_changed", "shop.not_enough"]


def test_a_planned_price_begins_on_its_day_on_the_facilitys_wall(town: Town) -> None:
    item, staff = goods.put_up(town, cents=199), town.staff("ines")
    catalogue.price(
        staff=staff, place="ma-bristol", item_id=item, cents=99, from_on=date(2025, 4, 1), now=NOW
    )
    midnight = datetime.fromisoformat("2025-04-01T04:00:00+00:00")

    def cents(at: datetime) -> int | None:
        seen = counter.item(staff=staff, place="ma-bristol", item_id=item, now=at)
        return seen.good.cents

    assert (cents(midnight - timedelta(seconds=1)), cents(midnight)) == (199, 99)
    with pytest.raises(Refused) as no:
        catalogue.price(
            staff=staff,
            place="ma-bristol",
            item_id=item,
            cents=99,
            from_on=date(2025, 3, 11),
            now=NOW,
        )
    assert codes(no) == ["shop.price_in_the_past"]


def test_what_was_bought_keeps_its_price_when_it_is_paid_back(town: Town, julian: Inside) -> None:
    item, staff = goods.put_up(town), town.staff("ines")
    done = purchase(julian, item)
    catalogue.price(staff=staff, place="ma-bristol", item_id=item, cents=50, now=SOON)
    facts = {"staff": staff, "place": "ma-bristol", "purchase_id": done.purchase, "now": NOW}
    with pytest.raises(Refused) as no:
        pay_back(why="  ", **facts)  # type: ignore[arg-type]
    assert codes(no) == ["shop.why_needed"]
    for _again in range(2):
        pay_back(why="It stops in the middle.", **facts)  # type: ignore[arg-type]
    assert has(town.julian) == 500
    assert shelf.library(inside=julian, page=1, now=NOW).items == []
    undone = Entry.objects.get(what="reversal")
    assert (undone.why, undone.by) == ("It stops in the middle.", str(staff.account))
    assert purchase(julian, item, cents=50).fresh, "what was paid back can be bought again"


def test_stamps_are_sold_where_messages_cost_stamps_and_land_in_their_account(
    town: Town,
) -> None:
    goods.pay_in(town.tomas, 500)
    tomas = town.sign_in(town.tomas).inside
    item = goods.put_up(
        town, Kind.STAMPS, title="Ten stamps", place="nh-example", cents=400, pieces=10
    )
    done = purchase(tomas, item, cents=400)
    stamps = held_by(AccountKind.STAMPS, str(town.tomas.pk), agency="nh-example")
    assert books.balance(account=stamps).posted == 10
    assert has(town.tomas) == 100
    assert shelf.library(inside=tomas, page=1, now=NOW).items == [], "stamps are not played"
    rae = town.staff("rae")
    pay_back(staff=rae, place="nh-example", purchase_id=done.purchase, why="Asked.", now=NOW)
    assert books.balance(account=stamps).posted == 0
    assert has(town.tomas) == 500


def test_spent_stamps_are_not_paid_back(town: Town) -> None:
    goods.pay_in(town.tomas, 500)
    item = goods.put_up(
        town, Kind.STAMPS, title="Ten stamps", place="nh-example", cents=400, pieces=10
    )
    done = purchase(town.sign_in(town.tomas).inside, item, cents=400)
    stamps = held_by(AccountKind.STAMPS, str(town.tomas.pk), agency="nh-example")
    used = of_house(House.SOLD, agency="nh-example", commodity=stamps.commodity)
    post(entry=Wanted("used", NOW, "message", (Posting(stamps, used, 1),)), now=NOW)
    with pytest.raises(Refused) as no:
        pay_back(
            staff=town.staff("rae"),
            place="nh-example",
            purchase_id=done.purchase,
            why="Asked.",
            now=NOW,
        )
    assert codes(no) == ["shop.pieces_spent"]
    assert has(town.tomas) == 100
    assert Purchase.objects.get().paid_back_at is None


@pytest.mark.parametrize("kind", [Kind.STAMPS, Kind.TEXTS])
def test_in_massachusetts_staff_cannot_put_up_what_is_free_and_read_the_law(
    town: Town, kind: Kind
) -> None:
    with pytest.raises(Refused) as no:
        goods.put_up(town, kind, title="Ten stamps", cents=0, pieces=10)
    assert codes(no) == ["shop.free_by_law"]
    assert "87A" in no.value.refusals[0].facts["law"]
    assert not Item.objects.exists()


def test_a_law_that_comes_later_stops_the_sale_of_what_was_put_up_before(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stamps on offer in New Hampshire, on the day Massachusetts' law reaches there."""
    goods.pay_in(town.tomas, 500)
    tomas = town.sign_in(town.tomas).inside
    item = goods.put_up(town, Kind.STAMPS, title="Ten", place="nh-example", cents=400, pieces=10)
    freed = loader.places()[loader.PlaceCode("ma-bristol")]
    monkeypatch.setattr("kinline.apps.shop.access.places", lambda: {"nh-example": freed})
    assert shelf.shelf(inside=tomas, kind=None, page=1, now=NOW).goods.items == []
    assert shelf.offer(inside=tomas, item_id=item, now=NOW).reasons
    with pytest.raises(Refused) as no:
        purchase(tomas, item, cents=400)
    assert codes(no) == ["shop.free_by_law"]
    with pytest.raises(Refused):
        catalogue.publish(staff=town.staff("rae"), place="nh-example", item_id=item, now=NOW)
    assert has(town.tomas) == 500


def test_another_facilitys_shop_is_not_there(town: Town, julian: Inside) -> None:
    item = goods.put_up(town)
    goods.pay_in(town.wendell, 500)
    wendell = town.sign_in(town.wendell).inside
    keeping.turn(staff=town.staff("theo"), place="ma-suffolk", is_open=True, now=NOW)
    for nothing in (item, uuid4()):
        with pytest.raises(NotFound):
            purchase(wendell, nothing)
        with pytest.raises(NotFound):
            shelf.offer(inside=wendell, item_id=nothing, now=NOW)
    done = purchase(julian, item)
    for nothing in (done.purchase, uuid4()):
        with pytest.raises(NotFound):
            shelf.owned(inside=wendell, purchase_id=nothing, now=NOW)


def test_staff_of_another_county_find_nothing(town: Town, julian: Inside) -> None:
    item = goods.put_up(town)
    done, theo = purchase(julian, item), town.staff("theo")
    with pytest.raises(NotFound):
        catalogue.withdraw(staff=theo, place="ma-bristol", item_id=item, now=NOW)
    with pytest.raises(NotFound):
        catalogue.withdraw(staff=theo, place="ma-suffolk", item_id=item, now=NOW)
    with pytest.raises(NotFound):
        pay_back(staff=theo, place="ma-suffolk", purchase_id=done.purchase, why="x", now=NOW)
    with pytest.raises(NotFound):
        counter.sales(staff=theo, place="ma-bristol", page=1, now=NOW)
    with pytest.raises(NotFound):
        keeping.turn(staff=town.staff("sam"), place="ma-bristol", is_open=True, now=NOW)


def test_off_is_how_a_shop_begins_and_what_one_bought_stays_when_it_ends(
    town: Town, julian: Inside
) -> None:
    assert not shelf.front(inside=julian).anything
    with pytest.raises(NotFound):
        shelf.shelf(inside=julian, kind=None, page=1, now=NOW)
    item = goods.put_up(town)
    done = purchase(julian, item)
    keeping.turn(staff=town.staff("ines"), place="ma-bristol", is_open=False, now=SOON)
    with pytest.raises(NotFound):
        purchase(julian, item)
    assert shelf.front(inside=julian).anything
    assert shelf.owned(inside=julian, purchase_id=done.purchase, now=NOW).good.title


def test_a_draft_is_nobodys_to_see(town: Town, julian: Inside) -> None:
    item = goods.put_up(town, published=False)
    assert shelf.shelf(inside=julian, kind=None, page=1, now=NOW).goods.items == []
    with pytest.raises(NotFound):
        purchase(julian, item)


@pytest.mark.parametrize(
    ("details", "cents", "code"),
    [
        ({"title": " "}, 1, "name.missing"),
        ({"title": "x" * 81}, 1, "shop.too_long"),
        ({"title": "x"}, 10_001, "shop.price_wrong"),
        ({"title": "x"}, -1, "shop.price_wrong"),
        ({"title": "x", "opens_at": "08:00"}, 1, "shop.half_of_the_hours"),
        ({"title": "x", "opens_at": "08:00", "closes_at": "08:00"}, 1, "shop.opens_after_closing"),
    ],
)
def test_mistakes_of_staff_are_named(
    town: Town, details: dict[str, str], cents: int, code: str
) -> None:
    told = {
        name: time.fromisoformat(word) if name.endswith("_at") else word
        for name, word in details.items()
    }
    with pytest.raises(Refused) as no:
        catalogue.add(
            staff=town.staff("ines"),
            place="ma-bristol",
            kind=Kind.GAME,
            details=Details(**told),  # type: ignore[arg-type]
            cents=cents,
            chunks=[goods.bundle()],
            now=NOW,
        )
    assert codes(no) == [code]


def test_the_database_itself_refuses_a_second_purchase_of_a_kept_thing(
    town: Town, julian: Inside
) -> None:
    item = goods.put_up(town)
    purchase(julian, item)
    row = Purchase.objects.get()
    row.pk, row.key = uuid4(), "another"
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_eight_tabs_at_once_buy_once_and_nobody_goes_below_zero(committed_town: Town) -> None:
    town = committed_town
    goods.pay_in(town.julian, 500)
    inside = town.sign_in(town.julian).inside
    same = goods.put_up(town, cents=300)
    others = [goods.put_up(town, title=f"Piece {n}", cents=150) for n in range(4)]
    seen: list[Bought | Refused] = []

    def tab(item: UUID, cents: int) -> None:
        try:
            seen.append(purchase(inside, item, cents))
        except Refused as no:
            seen.append(no)
        finally:
            connections.close_all()

    wanted = [(same, 300)] * 4 + [(one, 150) for one in others]
    tabs = [threading.Thread(target=tab, args=one) for one in wanted]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert len(seen) == 8
    spent = sum(Purchase.objects.values_list("cents", flat=True))
    assert has(town.julian) == 500 - spent >= 0
    assert Purchase.objects.filter(item=same).count() <= 1
    assert books.astray() == ()
    assert Price.objects.count() == 5
