"""Money the whole way: Carmen adds some, wants it back, two of staff agree, her card has it."""

import pytest
from playwright.sync_api import expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]
FINN = "finn@nh.example"


def test_carmen_pays_in_by_card_and_gets_it_back(module_town: Town) -> None:
    town = module_town
    town.speaks(people.CARMEN, "en")
    carmen = town.waits(people.CARMEN)
    seen = Eyes(eyes.WIDTHS, "money")
    carmen.goto(f"{town.house.url}/portal/accounts/add/")
    seen.look(carmen, "add")
    carmen.get_by_label("How much?").fill("120")
    carmen.get_by_role("button", name="Go on to the card").click()
    expect(carmen.get_by_role("heading", name="Your card")).to_be_visible()
    seen.look(carmen, "card")
    carmen.get_by_role("button", name="Pay", exact=True).click()
    expect(carmen.get_by_text("$120.00 is on your account.")).to_be_visible()
    seen.look(carmen, "receipt")
    carmen.goto(f"{town.house.url}/portal/accounts/close/prepaid_collect/")
    seen.look(carmen, "close")
    carmen.get_by_text("I know that these calls cannot reach me then.").click()
    if carmen.get_by_label("Where to send it").count():
        carmen.get_by_label("Where to send it").fill("1 Invented Road")
    carmen.get_by_role("button", name="Get the money back").click()
    expect(carmen.get_by_role("heading", name="Your refund")).to_be_visible()
    followed = carmen.url
    finn, rae = town.staff(FINN), town.staff(people.RAE)
    finn.goto(f"{town.house.url}/console/money/")
    seen.look(finn, "console-money")
    finn.get_by_role("link", name="Carmen Rivera").click()
    seen.look(finn, "console-refund")
    refund = finn.url
    finn.get_by_role("button", name="Agree", exact=True).click()
    expect(finn.get_by_text("One more must agree.")).to_be_visible()
    rae.goto(refund)
    rae.get_by_role("button", name="Agree", exact=True).click()
    expect(rae.get_by_text("It is paid now.")).to_be_visible()

    def sent() -> bool:
        carmen.goto(followed)
        return carmen.get_by_text("Sent to your card").count() > 0

    eventually(sent, within=20)
    seen.look(carmen, "refund")
    rae.goto(f"{town.house.url}/console/money/payments/")
    seen.look(rae, "console-payments")
    rae.goto(f"{town.house.url}/console/money/set-up/nh-example/")
    seen.look(rae, "console-set-up")
    assert seen.said() == ""
