"""Who may open what: "not yours" and "not there" are one answer, on every route of the console."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kinline.apps import stored
from kinline.apps.calls.models import Watch
from kinline.apps.facilities.models import ClosedCountry, OpenLine, PhoneNetwork, Station, Trunk
from kinline.apps.messaging.models import Keep
from kinline.apps.people.actions import own_list
from kinline.apps.people.models import (
    Control,
    CourtesyGrant,
    Grant,
    OrderDocument,
    Person,
    VisitorAccess,
)
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import appeals
from kinline.apps.review.models import Appeal, Stop
from kinline.apps.review.models import Item as ReviewItem
from kinline.apps.review.models import Policy as ReviewPolicy
from kinline.apps.shop.models import Item, Purchase
from kinline.apps.visits.models import Closure as VisitClosure
from kinline.apps.visits.models import Separation, Visit, VisitStation
from kinline.doors import idle
from tests.apps import reviewing
from tests.doors import visitors
from tests.doors.console.conftest import Day

pytestmark = pytest.mark.once

Arguments = Callable[[Day], list[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route about something of Bristol: who there may use it, and how it is asked."""

    name: str
    own: Arguments
    by: str  # the member of Bristol's staff who may
    post: bool = False
    ok: tuple[int, ...] = (200,)


def place(_day: Day) -> list[object]:
    return ["ma-bristol"]


def call(day: Day) -> list[object]:
    return [day.call.pk]


def recording(day: Day) -> list[object]:
    return [day.recording.pk]


def person(day: Day) -> list[object]:
    return [day.julian.pk]


def number(day: Day) -> list[object]:
    return [day.julian.pk, day.mama.pk]


def asked_number(day: Day) -> list[object]:
    """A number that Julian asks for."""
    wish = {"number": "617-555-0151", "name": "Aunt Rosa", "relation": "family"}
    return [own_list.ask(person_id=day.julian.pk, now=day.now, **wish).request]


def station(day: Day) -> list[object]:
    return ["ma-bristol", day.town.tablet().pk]


def unit(day: Day) -> list[object]:
    return ["ma-bristol", day.julian.unit_id]


def rule(day: Day) -> list[object]:
    found = day.town.facility("ma-bristol").calling_rules.first()
    assert found is not None
    return ["ma-bristol", found.pk]


def line(day: Day) -> list[object]:
    """A line of Bristol; the demo gives real institutions none."""
    made, _ = OpenLine.objects.get_or_create(
        facility=day.town.facility("ma-bristol"),
        e164=day.town.numbers.unknown,
        defaults={
            "kind": "crisis",
            "names": {"en": "A line of the test"},
            "with_pin": False,
            "private": True,
            "anonymous": False,
            "direct": False,
            "from_on": day.now.date(),
            "set_by": "test",
            "set_at": day.now,
        },
    )
    return ["ma-bristol", made.pk]


def courtesy(day: Day) -> list[object]:
    made, _ = CourtesyGrant.objects.get_or_create(
        person=day.julian,
        defaults={
            "until": day.now + timedelta(hours=1),
            "max_call_seconds": 300,
            "reason": "first day here",
            "granted_by": "test",
            "granted_at": day.now,
        },
    )
    return [day.julian.pk, made.pk]


def which_control(_day: Day) -> list[object]:
    return ["ma-bristol", "calls", "facility", "closed"]


def control(day: Day) -> list[object]:
    """One that waits for a second person."""
    home = day.town.facility("ma-bristol")
    made, _ = Control.objects.get_or_create(
        agency=home.agency,
        facility=home,
        level="facility",
        subject=str(home.pk),
        kind="longest",
        amount=600,
        stricter=True,
        from_at=day.now,
        set_by="test",
        set_at=day.now,
    )
    return ["ma-bristol", made.pk]


def wall(day: Day) -> list[object]:
    made, _ = Station.objects.get_or_create(unit=day.julian.unit, name="Wall 1", kind="handset")
    return ["ma-bristol", made.pk]


def network(day: Day) -> list[object]:
    home = day.town.facility("ma-bristol")
    made, _ = PhoneNetwork.objects.get_or_create(facility=home, cidr="10.20.30.0/24")
    return ["ma-bristol", made.pk]


def trunk(day: Day) -> list[object]:
    facts = {"host": "sip.carrier.example", "caller": "+15085550100"}
    agency = day.town.facility("ma-bristol").agency
    made, _ = Trunk.objects.get_or_create(agency=agency, name="Carrier", defaults=facts)
    return ["ma-bristol", made.pk]


def country(_day: Day) -> list[object]:
    return ["ma-bristol", "JM"]


def law(_day: Day) -> list[object]:
    return ["ma-bristol", "ma-87a"]


def closed(day: Day) -> list[object]:
    facts = {"why": "Fraud.", "closed_by": "test", "closed_at": day.now}
    home = day.town.facility("ma-bristol")
    ClosedCountry.objects.get_or_create(facility=home, country="DO", defaults=facts)
    return ["ma-bristol", "DO"]


def good(day: Day) -> list[object]:
    made, _ = Item.objects.get_or_create(
        facility=day.town.facility("ma-bristol"),
        kind="game",
        defaults={"title": "Lamps", "sha256": "0" * 64, "added_by": "test", "added_at": day.now},
    )
    return ["ma-bristol", made.pk]


def sale(day: Day) -> list[object]:
    item = good(day)[1]
    facts = {"key": "test", "cents": 0, "bought_at": day.now}
    made, _ = Purchase.objects.get_or_create(item_id=item, person=day.julian, defaults=facts)
    return ["ma-bristol", made.pk]


def granted(day: Day) -> list[object]:
    return ["ma-bristol", Grant.objects.filter(account=day.town.account("sam")).first().pk]  # type: ignore[union-attr]


def colleague(day: Day) -> list[object]:
    return ["ma-bristol", day.town.account("sam").pk]


def link(day: Day) -> list[object]:
    """Julian's link with his mother."""
    return [day.julian.pk, day.julian.links.get(contact=day.town.odette).pk]


def order(day: Day) -> list[object]:
    """An order about Julian, in force."""
    found = day.julian.no_contacts.first()
    if found is None:
        found = day.julian.no_contacts.create(
            email="x@example.org",
            reason="Probate court",
            from_at=day.now,
            made_by="test",
            made_at=day.now,
        )
    return [day.julian.pk, found.pk]


def paper(day: Day) -> list[object]:
    """A paper of that order, as a photo."""
    person, made = order(day)
    found = OrderDocument.objects.filter(order=made).first()
    if found is None:
        agency = day.julian.facility.agency.code
        kept = stored.keep(Path(__file__), agency=agency)
        found = OrderDocument.objects.create(
            order_id=made,
            media_type="image/jpeg",
            keyring=agency,
            blob=kept.blob,
            wrapped_key=kept.wrapped_key,
            size_bytes=kept.size,
            added_by="test",
            added_at=day.now,
        )
    return [person, found.pk]


def written(day: Day) -> list[object]:
    """A message of Odette to Julian that waits for review."""
    waits = ReviewItem.objects.filter(facility=day.julian.facility_id).first()
    return [waits.pk if waits else reviewing.sent(day.town, day.now - timedelta(hours=1))]


def appealed(day: Day) -> list[object]:
    """A rejection by somebody else, against which Julian appeals."""
    found = Appeal.objects.values_list("decision", flat=True).first()
    if found is None:
        then = day.now - timedelta(hours=1)
        reader = reviewing.reviewer(day.town, "mara", then)
        item = reviewing.sent(day.town, then, subject="appealed")
        found = reviewing.decided(reader, item, then).decision_id
        appeals.appeal(subject="appealed", side="person", words="", now=day.now)
    return [found]


def asks(day: Day) -> list[object]:
    """Nadia asks to visit Julian; a colleague of Sam’s has not answered yet."""
    return [_visitor(day, "pending").pk]


def may_visit(day: Day) -> list[object]:
    """Odette, whom the demo lets visit."""
    return [VisitorAccess.objects.get(contact=day.town.odette).pk]


def complains(day: Day) -> list[object]:
    """Somebody refused Nadia, and she appeals."""
    made = _visitor(day, "refused", decided_by="test", decided_at=day.now, reason="no_match")
    facts = {"appealed_at": day.now, "appeal_words": "It is me."}
    VisitorAccess.objects.filter(pk=made.pk).update(**facts)
    return [made.pk]


def _visitor(day: Day, state: str, **facts: object) -> VisitorAccess:
    made, _ = VisitorAccess.objects.get_or_create(
        contact=day.town.nadia,
        facility=day.julian.facility,
        person=day.julian,
        defaults={"state": state, "begun_at": day.now, "asked_at": day.now, **facts},
    )
    return made


def pictured(day: Day) -> list[object]:
    """The picture of an ID that waits to be looked at."""
    made = _visitor(day, "pending")
    if not made.pictures.exists():
        agency = made.facility.agency.code
        kept = stored.keep(Path(__file__), agency=agency)
        made.pictures.create(
            kind="document",
            agency=agency,
            blob=kept.blob,
            wrapped_key=kept.wrapped_key,
            size_bytes=kept.size,
            width=1,
            height=1,
            added_at=day.now,
        )
    return [made.pk, "document"]


def policy(day: Day) -> list[object]:
    facts = {"target_minutes": 60, "set_by": "test", "set_at": day.now}
    home = day.town.facility("ma-bristol")
    made, _ = ReviewPolicy.objects.get_or_create(facility=home, mode="hold", defaults=facts)
    return ["ma-bristol", made.pk]


def stop(day: Day) -> list[object]:
    facts = {"reason": "Threats.", "set_by": "test", "set_at": day.now}
    made, _ = Stop.objects.get_or_create(
        facility=day.town.facility("ma-bristol"),
        person=day.julian,
        defaults=facts | {"until_at": day.now + timedelta(days=1)},
    )
    return ["ma-bristol", made.pk]


def hold(day: Day) -> list[object]:
    facts = {"why": "A case", "set_by": "test", "set_at": day.now}
    made, _ = Keep.objects.get_or_create(person=day.julian, lifted_at=None, defaults=facts)
    return [day.julian.pk, made.pk]


def seen_visit(day: Day) -> list[object]:
    """A visit of Julian's that somebody asked for."""
    home = day.town.facility("ma-bristol")
    found = Visit.objects.filter(facility=home).first()
    if found is None:
        kiosk = UUID(str(visit_station(day)[1]))
        found = Visit.objects.create(
            key="test",
            facility=home,
            person=day.julian,
            booked_by=day.town.odette,
            asked_by="contact",
            kind="ordinary",
            state="requested",
            starts_at=day.now + timedelta(days=2),
            ends_at=day.now + timedelta(days=2, minutes=20),
            station_id=kiosk,
            booked_at=day.now,
            changed_at=day.now,
            cancel_minutes=60,
            buffer_minutes=0,
            recorded=True,
        )
        found.visitors.create(contact=day.town.odette, seat="home-1")
    return [found.pk]


def visit_station(day: Day) -> list[object]:
    home = day.town.facility("ma-bristol")
    facts = {"kind": "kiosk", "set_by": "test", "set_at": day.now}
    made, _ = VisitStation.objects.get_or_create(facility=home, name="Kiosk T", defaults=facts)
    return ["ma-bristol", made.pk]


def visit_closure(day: Day) -> list[object]:
    home = day.town.facility("ma-bristol")
    facts = {"why": "Test", "from_at": day.now, "set_by": "test", "set_at": day.now}
    made, _ = VisitClosure.objects.get_or_create(facility=home, kind="lockdown", defaults=facts)
    return ["ma-bristol", made.pk]


def separation(day: Day) -> list[object]:
    found = Separation.objects.first()
    if found is None:
        home = day.town.facility("ma-bristol")
        other = Person.objects.create(facility=home, number="T-1", given_name="A", family_name="B")
        one, two = sorted((day.julian.pk, other.pk))
        facts = {"why": "Test", "made_by": "test", "made_at": day.now}
        found = Separation.objects.create(person_id=one, other_id=two, **facts)
    return ["ma-bristol", found.pk]


def watched(day: Day) -> list[object]:
    """A watch on the number of Julian's mother."""
    made, _ = Watch.objects.get_or_create(
        facility=day.town.facility("ma-bristol"),
        number=day.town.numbers.odette,
        defaults={
            "reason": "Case",
            "set_by": day.town.account("sam").pk,
            "set_at": day.now,
            "until_at": day.now + timedelta(days=9),
        },
    )
    return [made.pk]


def heard(day: Day) -> list[object]:
    """The call that is on the line."""
    return [day.live.pk]


ROUTES = [
    Route("console_listen", heard, "sam"),
    Route("console_listen", heard, "sam", post=True),
    Route("console_watch_add", place, "sam"),
    Route("console_watch_add", place, "sam", post=True),
    Route("console_watch", watched, "sam"),
    Route("console_watch", watched, "sam", post=True),
    Route("console_watch_end", watched, "sam", post=True, ok=(302,)),
    Route("console_holds_of", person, "ines"),
    Route("console_hold", person, "ines"),
    Route("console_hold", person, "ines", post=True),
    Route("console_hold_lift", hold, "ines"),
    Route("console_hold_lift", hold, "ines", post=True),
    Route("console_hand_out", person, "ines"),
    Route("console_hand_out", person, "ines", post=True),
    Route("console_private_mail", person, "ines"),
    Route("console_contacts", person, "sam"),
    Route("console_order", person, "ines"),
    Route("console_order", person, "ines", post=True),
    Route("console_order_link", link, "ines"),
    Route("console_order_link", link, "ines", post=True),
    Route("console_order_paper", order, "ines"),
    Route("console_order_paper", order, "ines", post=True, ok=(400,)),
    Route("console_order_document", paper, "ines"),
    Route("console_order_lift", order, "ines", post=True, ok=(302,)),
    Route("console_finding", place, "sam"),
    Route("console_writing", place, "ines"),
    Route("console_writing", place, "ines", post=True),
    Route("console_contact", place, "ines"),
    Route("console_contact", place, "ines", post=True),
    Route("console_call", call, "sam"),
    Route("console_end", lambda day: [day.live.pk], "sam"),
    Route("console_end", lambda day: [day.live.pk], "sam", post=True),
    Route("console_recording", recording, "sam"),
    Route("console_recording", recording, "sam", post=True),
    Route("console_close", recording, "sam", post=True, ok=(302,)),
    Route("console_person", person, "sam"),
    Route("console_person_change", person, "ines"),
    Route("console_person_change", person, "ines", post=True),
    Route("console_person_pin", person, "ines"),
    Route("console_person_pin", person, "ines", post=True),
    Route("console_transfer", person, "ines"),
    Route("console_transfer", person, "ines", post=True),
    Route("console_release", person, "ines"),
    Route("console_release", person, "ines", post=True),
    Route("console_number_add", person, "ines"),
    Route("console_number_add", person, "ines", post=True),
    Route("console_number", number, "ines"),
    Route("console_number_sign_in", number, "ines", post=True),
    Route("console_number_password", number, "ines", post=True),
    Route("console_number_remove", number, "ines", post=True, ok=(302,)),
    Route("console_number_recording", number, "ines", post=True, ok=(302,)),
    Route("console_attorney", number, "ines", post=True),
    Route("console_stations", place, "ines"),
    Route("console_unit_add", place, "ines", post=True),
    Route("console_station", station, "ines"),
    Route("console_code", station, "ines", post=True),
    Route("console_forget", station, "ines", post=True, ok=(302,)),
    Route("console_phones", place, "ines"),
    Route("console_phone_languages", place, "ines", post=True),
    Route("console_network_add", place, "ines", post=True),
    Route("console_network_drop", network, "ines", post=True, ok=(302,)),
    Route("console_trunk_add", place, "ines", post=True),
    Route("console_trunk", trunk, "ines"),
    Route("console_trunk", trunk, "ines", post=True),
    Route("console_trunk_test", trunk, "ines", post=True),
    Route("console_trunk_tests", trunk, "ines"),
    Route("console_trunk_turn", trunk, "ines", post=True, ok=(302,)),
    Route("console_phone_make", wall, "ines", post=True),
    Route("console_facility", place, "sam"),
    Route("console_plan", place, "ines"),
    Route("console_plan", place, "ines", post=True),
    Route("console_rule_drop", rule, "ines", post=True, ok=(302,)),
    Route("console_controls", place, "sam"),
    Route("console_control_add", which_control, "ines"),
    Route("console_control_add", which_control, "ines", post=True),
    Route("console_control_confirm", control, "ines"),
    Route("console_control_confirm", control, "ines", post=True),
    Route("console_control_end", control, "ines", post=True, ok=(302,)),
    Route("console_try_visit", place, "ines"),
    Route("console_try_message", place, "ines"),
    Route("console_baseline", place, "ines"),
    Route("console_baseline", place, "ines", post=True),
    Route("console_lines", place, "sam"),
    Route("console_line_add", place, "ines"),
    Route("console_line_add", place, "ines", post=True),
    Route("console_line_end", line, "ines"),
    Route("console_line_end", line, "ines", post=True),
    Route("console_intake", place, "ines", post=True),
    Route("console_list_one", asked_number, "ines"),
    Route("console_list_approve", asked_number, "ines", post=True, ok=(302,)),
    Route("console_list_refuse", asked_number, "ines", post=True, ok=(400,)),
    Route("console_list_rule", place, "ines"),
    Route("console_list_rule", place, "ines", post=True, ok=(200, 400)),
    Route("console_queues", place, "sam"),
    Route("console_queue", unit, "sam"),
    Route("console_queue_part", unit, "sam"),
    Route("console_queue_set", unit, "ines", post=True),
    Route("console_signs", place, "sam"),
    Route("console_signs_set", place, "ines", post=True, ok=(302,)),
    Route("console_countries", place, "sam"),
    Route("console_toll_free", place, "ines", post=True, ok=(302,)),
    Route("console_country_close", country, "ines"),
    Route("console_country_close", country, "ines", post=True),
    Route("console_country_open", closed, "ines", post=True, ok=(302,)),
    Route("console_tell", place, "ines"),
    Route("console_tell", place, "ines", post=True, ok=(302,)),
    Route("console_told", law, "ines"),
    Route("console_courtesy", person, "ines"),
    Route("console_courtesy", person, "ines", post=True),
    Route("console_courtesy_back", courtesy, "ines", post=True, ok=(302,)),
    Route("console_shop", place, "ines"),
    Route("console_shop_turn", place, "ines", post=True, ok=(302,)),
    Route("console_shop_item", good, "ines"),
    Route("console_shop_item", good, "ines", post=True),
    Route("console_shop_price", good, "ines", post=True),
    Route("console_shop_offer", good, "ines", post=True, ok=(302,)),
    Route("console_shop_sales", place, "ines"),
    Route("console_shop_pay_back", sale, "ines"),
    Route("console_shop_pay_back", sale, "ines", post=True),
    Route("console_staff", place, "ines"),
    Route("console_staff", place, "ines", post=True),
    Route("console_grant_end", granted, "ines", post=True, ok=(302,)),
    Route("console_second_step", colleague, "ines"),
    Route("console_second_step", colleague, "ines", post=True),
    Route("console_review_item", written, "sam"),
    Route("console_review_item", written, "sam", post=True),
    Route("console_review_hold", written, "sam", post=True, ok=(204,)),
    Route("console_review_release", written, "sam", post=True, ok=(302,)),
    Route("console_review_take_over", written, "sam", post=True, ok=(302,)),
    Route("console_review_ask", written, "sam", post=True),
    Route("console_review_answer", written, "sam", post=True),
    Route("console_review_take_back", written, "sam", post=True, ok=(302,)),
    Route("console_review_appeal", appealed, "ines"),
    Route("console_review_appeal", appealed, "ines", post=True),
    Route("console_review_figures", place, "ines"),
    Route("console_review_policies", place, "ines"),
    Route("console_review_policies", place, "ines", post=True),
    Route("console_review_policy_end", policy, "ines", post=True, ok=(302,)),
    Route("console_review_stops", place, "ines"),
    Route("console_review_stops", place, "ines", post=True),
    Route("console_review_stop_end", stop, "ines", post=True, ok=(302,)),
    Route("console_visitor", asks, "sam"),
    Route("console_visitor_approve", asks, "sam", post=True, ok=(400,)),
    Route("console_visitor_refuse", asks, "sam", post=True, ok=(400,)),
    Route("console_visitor_withdraw", may_visit, "sam", post=True, ok=(400,)),
    Route("console_visitor_mark", may_visit, "sam", post=True, ok=(400,)),
    Route("console_visitor_answer", complains, "ines", post=True, ok=(400,)),
    Route("console_visitor_look", may_visit, "sam", post=True, ok=(400,)),
    Route("console_visitor_picture", pictured, "sam"),
    Route("console_visitors_rule", place, "ines"),
    Route("console_visitors_rule", place, "ines", post=True, ok=(200, 400)),
    Route("console_visits", place, "sam"),
    Route("console_visits_print", place, "sam"),
    Route("console_visits_requests", place, "ines"),
    Route("console_visits_rules", place, "ines"),
    Route("console_visits_plan", place, "ines"),
    Route("console_visits_plan", place, "ines", post=True),
    Route("console_visits_stations", place, "ines"),
    Route("console_visits_stations", place, "ines", post=True),
    Route("console_visits_station_close", visit_station, "ines", post=True, ok=(302,)),
    Route("console_visits_closures", place, "ines"),
    Route("console_visits_closures", place, "ines", post=True),
    Route("console_visits_lift", visit_closure, "ines", post=True, ok=(302,)),
    Route("console_visits_lockdown", place, "ines"),
    Route("console_visits_lockdown", place, "ines", post=True),
    Route("console_visits_apart", place, "ines"),
    Route("console_visits_apart", place, "ines", post=True),
    Route("console_visits_apart_lift", separation, "ines", post=True, ok=(302,)),
    Route("console_visit", seen_visit, "sam"),
    Route("console_visit_approve", seen_visit, "ines", post=True, ok=(302,)),
    Route("console_visit_refuse", seen_visit, "ines"),
    Route("console_visit_refuse", seen_visit, "ines", post=True),
    Route("console_visit_cancel", seen_visit, "ines"),
    Route("console_visit_cancel", seen_visit, "ines", post=True),
    Route("console_report", place, "ines"),
    Route("console_report_csv", place, "ines"),
    Route("console_report_print", place, "ines"),
]
LISTS = [
    ("console_live_part", Right.SEE_CALLS),
    ("console_calls", Right.SEE_CALLS),
    ("console_hot", Right.SEE_CALLS),
    ("console_hot_csv", Right.SEE_CALLS),
    ("console_watches", Right.WATCH_CALLS),
    ("console_watches_part", Right.WATCH_CALLS),
    ("console_people", Right.SEE_PEOPLE),
    ("console_person_add", Right.CHANGE_PEOPLE),
    ("console_holds", Right.KEEP_MESSAGES),
    ("console_copies", Right.HAND_OUT),
    ("console_lists", Right.CHANGE_PEOPLE),
    ("console_audit", Right.SEE_AUDIT),
    ("console_review", Right.READ_MESSAGES),
    ("console_review_appeals", Right.DECIDE_APPEALS),
    ("console_visitors", Right.SEE_VISITORS),
    ("console_visitors_waiting", Right.DECIDE_VISITORS),
    ("console_visitors_appeals", Right.VISITOR_APPEALS),
    ("console_reports", Right.SEE_REPORTS),
    ("console_bill", Right.SEE_REPORTS),
    ("console_reports_csv", Right.SEE_REPORTS),
    ("console_reports_print", Right.SEE_REPORTS),
    ("console_find", None),
]

each_route = pytest.mark.parametrize(
    "route", ROUTES, ids=lambda route: f"{route.name}{'-post' if route.post else ''}"
)


def ask(client: Client, route: Route, arguments: list[object]) -> HttpResponse:
    url = reverse(route.name, args=arguments)
    return client.post(url) if route.post else client.get(url)  # type: ignore[return-value]


def nowhere(route: Route, day: Day) -> list[object]:
    """The same address with an id, or a place, that is nobody's."""
    return [
        uuid4() if not isinstance(one, str) else one if one == "document" else "no-such-place"
        for one in route.own(day)
    ]


@each_route
def test_bristols_own_staff_with_the_right_come_in(route: Route, day: Day) -> None:
    answer = ask(day.browser(route.by), route, route.own(day))
    assert answer.status_code in route.ok
    assert answer["Cache-Control"].count("no-store") == 1


@each_route
def test_another_countys_officer_cannot_tell_not_yours_from_not_there(
    route: Route, day: Day, theo: Client
) -> None:
    theirs, nobodys = (ask(theo, route, args) for args in (route.own(day), nowhere(route, day)))
    assert theirs.status_code == nobodys.status_code == 404
    assert visitors.bare(theirs.content.decode()) == visitors.bare(nobodys.content.decode())


@each_route
def test_a_contact_finds_nothing_here(route: Route, day: Day) -> None:
    odette = visitors.signed_in(day.town.account("odette"))
    theirs, nobodys = (ask(odette, route, args) for args in (route.own(day), nowhere(route, day)))
    assert theirs.status_code == nobodys.status_code == 404
    assert visitors.bare(theirs.content.decode()) == visitors.bare(nobodys.content.decode())


@each_route
def test_a_stranger_is_sent_to_sign_in_wherever_they_knock(route: Route, day: Day) -> None:
    for arguments in (route.own(day), nowhere(route, day)):
        answer = ask(Client(), route, arguments)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/?next=")


@each_route
def test_a_session_that_was_quiet_too_long_is_a_strangers(route: Route, day: Day) -> None:
    browser = day.browser(route.by)
    session = browser.session
    session[idle.SEEN] = day.now.timestamp() - 3600
    session.save()
    for arguments in (route.own(day), nowhere(route, day)):
        assert ask(browser, route, arguments)["Location"].startswith("/sign-in/?next=")


@each_route
def test_bristols_staff_without_the_right_find_nothing(route: Route, day: Day) -> None:
    account = day.town.account(route.by)
    Grant.objects.filter(account=account).exclude(right=Right.SEE_AUDIT).delete()
    if not Grant.objects.filter(account=account).exists():
        Grant.objects.create(
            account=account,
            right=Right.SEE_AUDIT,
            facility=day.town.facility("ma-bristol"),
            given_by="test",
            given_at=day.now,
        )
    browser = day.browser(route.by)
    theirs, nobodys = (ask(browser, route, args) for args in (route.own(day), nowhere(route, day)))
    assert theirs.status_code == nobodys.status_code == 404
    assert visitors.bare(theirs.content.decode()) == visitors.bare(nobodys.content.decode())


@pytest.mark.parametrize(("name", "right"), LISTS, ids=[name for name, _right in LISTS])
def test_lists_open_by_right_and_show_nothing_of_other_counties(
    name: str, right: Right | None, day: Day, theo: Client
) -> None:
    url = reverse(name)
    assert Client().get(url)["Location"].startswith("/sign-in/")
    assert visitors.signed_in(day.town.account("odette")).get(url).status_code == 404
    query = {"q": "Marrow", "person": "Marrow", "text": "Marrow"}
    seen = theo.get(url, query)
    assert seen.status_code == 200
    assert day.julian.number not in seen.content.decode()
    if right is not None:
        Grant.objects.filter(account=day.town.account("theo"), right=right).delete()
        assert theo.get(url).status_code == 404


def test_a_number_is_only_found_on_its_own_persons_list(day: Day, ines: Client) -> None:
    other = day.town.list_entry(day.town.wendell, day.town.numbers.grace)
    url = reverse("console_number", args=[day.julian.pk, other.pk])
    assert ines.get(url).status_code == 404


def test_a_right_that_ended_opens_nothing_more(day: Day, sam: Client) -> None:
    url = reverse("console_call", args=[day.call.pk])
    assert sam.get(url).status_code == 200
    Grant.objects.filter(account=day.town.account("sam")).update(ended_at=day.now)
    assert sam.get(url).status_code == 404


def test_the_rail_shows_only_what_opens(day: Day, sam: Client, ines: Client) -> None:
    officers = sam.get(reverse("console_live")).content.decode()
    assert reverse("console_calls") in officers
    assert reverse("console_audit") not in officers
    assert reverse("console_staff", args=["ma-bristol"]) not in officers
    assert reverse("console_audit") in ines.get(reverse("console_live")).content.decode()


def test_polling_after_the_session_ended_leads_the_page_to_sign_in_not_into_a_table(
    day: Day,
) -> None:
    answer = Client().get(reverse("console_live_part"), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/")


def test_staff_who_see_no_calls_begin_at_the_first_page_of_theirs(day: Day, theo: Client) -> None:
    """A finance clerk signs in to the reports; nobody is led to a page that is not there."""
    url = reverse("console_live")
    assert theo.get(url).status_code == 200
    theirs = Grant.objects.filter(account=day.town.account("theo"))
    theirs.exclude(right=Right.SEE_REPORTS).delete()
    answer = theo.get(url)
    assert (answer.status_code, answer["Location"]) == (302, reverse("console_reports"))
    assert day.julian.number not in theo.get(url, follow=True).content.decode()
    assert visitors.signed_in(day.town.account("odette")).get(url).status_code == 404
