"""The page of hours without calls."""

from django.test import Client
from django.urls import reverse

from kinline.apps.people.quiet import quiet_of
from tests.cast import Town
from tests.doors import people, visitors

PAGE = reverse("portal-quiet-calls")
NIGHT = {"from_at": "22:00", "until_at": "07:00", "zone": "America/New_York"}


def test_odette_chooses_the_night_changes_it_and_takes_it_back(town: Town) -> None:
    odette = people.outside(town.odette)
    assert PAGE in odette.get(reverse("portal-blocks")).text
    assert "You have none now" in odette.get(PAGE).text
    kept = odette.post(PAGE, NIGHT, follow=True).text
    assert "Kept. In these hours no call reaches you." in kept
    assert "Now from 10 p.m. until 7 a.m., Eastern time." in kept
    odette.post(PAGE, NIGHT | {"zone": "America/Chicago"})
    quiet = quiet_of(contact_id=town.odette.pk)
    assert quiet is not None
    assert quiet.zone == "America/Chicago"
    ended = odette.post(PAGE, {"end": "1"}, follow=True).text
    assert "Calls can come at any time." in ended
    assert quiet_of(contact_id=town.odette.pk) is None


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(town: Town) -> None:
    odette = people.outside(town.odette)
    answer = odette.post(PAGE, NIGHT | {"until_at": "22:00"})
    assert answer.status_code == 400
    assert "Begin and end are the same." in answer.text
    assert 'value="22:00"' in answer.text
    assert odette.post(PAGE, NIGHT | {"zone": "Mars/Olympus"}).status_code == 400
    assert quiet_of(contact_id=town.odette.pk) is None


def test_a_stranger_signs_in_first_and_staff_are_nobodys_contact(town: Town) -> None:
    assert Client().get(PAGE).status_code == 302
    assert visitors.staff(town.account("sam")).get(PAGE).status_code == 404
