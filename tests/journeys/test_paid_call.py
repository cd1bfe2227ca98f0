"""A call from the made-up jail, paid from Carmen's account until her money is used up.

Afterwards the same Carmen is called from Bristol, where nothing is set aside or posted.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.eyes import Eyes
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.db]

# Of what the demo gives them, all but this is set aside for something else.
LEAVE = """
from datetime import UTC, datetime
from kinline.apps.ledger.actions.holds import set_aside
from kinline.apps.ledger.models import Balance
from kinline.core.ledger.chart import held_by
from kinline.core.transition.words import AccountKind
left = {"debit": 0, "prepaid_collect": %d}
for row in Balance.objects.filter(account__kind__in=left, posted__gt=100):
    account = held_by(AccountKind(row.account.kind), row.account.holder)
    amount = row.posted - left[account.kind]
    set_aside(key=f"other:{account.code}", account=account, amount=amount, now=datetime.now(UTC))
"""
LIST_AT_BRISTOL = """
from django.utils import timezone
from kinline.apps.people.models import AllowedNumber, ContactNumber, Person
AllowedNumber.objects.create(
    person=Person.objects.get(number="40-2719"),
    number=ContactNumber.objects.get(e164="+16035550117"),
    label="Carmen", added_by="demo", added_at=timezone.now())
"""
TWO_MINUTES = 2 * 12 + 5


def prepaid(town: Town) -> tuple[int, int]:
    """What Carmen's account has, and how much of it is set aside."""
    ((posted, held),) = town.house.rows(
        "SELECT b.posted, b.held FROM ledger_balance b JOIN ledger_account a"
        " ON a.id = b.account_id WHERE a.kind = 'prepaid_collect'"
    )
    return posted, held


@pytest.mark.long  # two minutes of money are talked to their end
def test_the_money_of_carmen_pays_warns_ends_and_says_so_and_bristol_costs_her_nothing(
    city: Town,
) -> None:
    city.house.arrange(LEAVE % TWO_MINUTES)
    city.house.arrange(LIST_AT_BRISTOL)
    city.speaks(people.CARMEN, "en")
    posted, held = prepaid(city)
    inside, outside = Eyes({"lying": (1280, 800)}, "paid"), Eyes({"phone": (390, 844)}, "paid")

    tomas = city.signed_in_inside(people.TOMAS, "nh-example")
    tomas.goto(f"{city.house.url}/tablet/call/")
    expect(tomas.locator("main")).to_contain_text(
        "You have $0.00 for calls. The account of whoever you call may pay."
    )
    inside.look(tomas, "dialler")

    # It rings: both are told what it costs and whose money it is; hers is set aside.
    carmen = city.waits(people.CARMEN)
    call = city.calls(tomas, "Carmen")
    people.state(carmen, "ringing")
    ringing = carmen.locator("section.k-call[data-state=ringing]")
    expect(ringing).to_contain_text("12 cents a minute")
    expect(ringing).to_contain_text("It is paid from your account. Your account has $0.29.")
    expect(tomas.locator("main")).to_contain_text(
        "The account of Carmen pays. The money is enough for 2 minutes."
    )
    outside.look(carmen, "ringing")
    inside.look(tomas, "ringing")
    assert prepaid(city) == (posted, held + 24)
    people.answers(carmen)
    people.state(carmen, "announcement")
    outside.look(carmen, "announcement")
    carmen.keyboard.press("1")
    people.state(tomas, "talking")
    expect(tomas.locator("section[data-state=talking]")).to_contain_text(
        "left of 2 minutes, as long as the money for it lasts"
    )
    inside.look(tomas, "talking")

    # A minute before the end of the money both are warned, and then it ends and says why.
    for page in (tomas, carmen):
        expect(page.locator("[data-minute]")).to_be_visible(timeout=75_000)
        expect(page.locator("[data-minute]")).to_contain_text("Then the money for this call is")
    outside.look(carmen, "minute")
    expect(tomas.locator("section[data-state=ended]")).to_be_visible(timeout=75_000)
    people.ended(tomas, "The money for this call was used up.")
    people.ended(carmen, "The money for this call was used up. Add money to your account")
    expect(tomas.locator("section[data-state=ended]")).to_contain_text("Ask your family to add")
    assert people.booked(city, call) == ("money_up", 120)
    assert prepaid(city) == (posted - 24, held)
    inside.look(tomas, "ended")
    outside.look(carmen, "ended")
    carmen.goto(f"{city.house.url}/portal/calls/{call}/")
    expect(carmen.locator("main")).to_contain_text("Paid from your account: $0.24.")
    outside.look(carmen, "bill")

    # Five cents are left: not enough for another minute, and the tablet says what can be done.
    city.calls(tomas, "Carmen")
    expect(tomas.locator("main")).to_contain_text("Not enough money for this call")
    expect(tomas.locator("main")).to_contain_text("Carmen to their own account")
    inside.look(tomas, "refused")

    # From Bristol she is called for nothing: her account is not even looked at.
    carmen.goto(f"{city.house.url}/portal/")
    expect(carmen.locator("#waiting[data-status=waiting]")).to_be_attached()
    julian = city.signed_in_inside()
    free = city.calls(julian, "Carmen")
    people.state(carmen, "ringing")
    expect(ringing).not_to_contain_text("account")
    people.answers(carmen)
    people.state(carmen, "announcement")
    carmen.keyboard.press("1")
    people.state(julian, "talking")
    julian.wait_for_timeout(1500)
    julian.get_by_role("button", name="End call").click()
    people.ended(julian, "You ended the call.")
    assert people.booked(city, free)[0] == "hung_up_inside"
    assert prepaid(city) == (posted - 24, held)
    entries = eventually(
        lambda: city.house.rows(
            "SELECT a.kind FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id"
            " JOIN ledger_account a ON a.id = p.debit_id WHERE e.key = %s",
            f"charge:call:{free}",
        )
    )
    assert entries == [("agency_due",)]
    holds = city.house.one("SELECT count(*) FROM ledger_hold WHERE key LIKE %s", f"call:{free}%")
    assert holds == 0
    checked = city.house.command("kinline", "books", "check")
    assert json.loads(checked)["even"]
    assert inside.said() + outside.said() == ""
