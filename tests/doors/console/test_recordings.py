"""Listening: the purpose before any sound, every second on record, private calls not at all."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.calls.models import Call
from kinline.apps.recordings.models import Listening
from tests.apps.story import Story, dial, permit, talked
from tests.doors.console.conftest import Day

WHY = {"purpose": "Case 26-0441, asked by Sgt. Okoro"}


def page_of(day: Day) -> str:
    return reverse("console_recording", args=[day.recording.pk])


def sound_of(day: Day) -> str:
    return reverse("console_audio", args=[day.recording.pk])


def test_without_a_purpose_there_is_no_player_and_no_sound(day: Day, sam: Client) -> None:
    assert "data-player" not in sam.get(page_of(day)).content.decode()
    assert sam.get(sound_of(day)).status_code == 404
    refused = sam.post(page_of(day), {"purpose": "  "})
    assert refused.status_code == 200
    assert sam.get(sound_of(day)).status_code == 404
    assert not Listening.objects.exists()


def test_with_a_purpose_the_sound_plays_and_the_audit_says_so(day: Day, sam: Client) -> None:
    assert sam.post(page_of(day), WHY).status_code == 302
    assert "data-player" in sam.get(page_of(day)).content.decode()
    answer = sam.get(sound_of(day))
    assert answer["Content-Type"] == "audio/webm"
    assert b"".join(answer.streaming_content).startswith(b"\x1aE\xdf\xa3"), "EBML, as WebM begins"
    opened = Line.objects.get(act="recording.opened")
    assert (opened.purpose, opened.actor) == (WHY["purpose"], str(day.town.account("sam").pk))


def test_the_seconds_played_are_added_up_and_audited(day: Day, sam: Client) -> None:
    sam.post(page_of(day), WHY)
    heard = reverse("console_heard", args=[day.recording.pk])
    for seconds in ("10", "4"):
        assert sam.post(heard, {"seconds": seconds}).status_code == 200
    assert Listening.objects.get().heard_seconds == 14
    assert Line.objects.filter(act="recording.heard").count() == 2


def test_senseless_seconds_are_refused(day: Day, sam: Client) -> None:
    sam.post(page_of(day), WHY)
    heard = reverse("console_heard", args=[day.recording.pk])
    for senseless in ("", "-5", "0", "3601", "many", "9" * 10_000):
        assert sam.post(heard, {"seconds": senseless}).status_code == 400
    assert Listening.objects.get().heard_seconds == 0


def test_a_listening_is_of_the_session_that_opened_it(day: Day, sam: Client) -> None:
    sam.post(page_of(day), WHY)
    another_browser = day.browser("sam")
    assert another_browser.get(sound_of(day)).status_code == 404


def test_done_listening_means_asking_again_next_time(day: Day, sam: Client) -> None:
    sam.post(page_of(day), WHY)
    sam.post(reverse("console_close", args=[day.recording.pk]))
    assert sam.get(sound_of(day)).status_code == 404


def test_ines_may_see_the_call_but_not_listen(day: Day, ines: Client) -> None:
    page = ines.get(reverse("console_call", args=[day.call.pk])).content.decode()
    assert "no right to listen" in page
    assert page_of(day) not in page
    assert ines.get(page_of(day)).status_code == 404


def test_of_a_private_call_staff_see_that_it_was_and_nothing_to_play(day: Day, sam: Client) -> None:
    Call.objects.filter(pk=day.live.pk).update(state="ended", ended_at=day.now, end_reason="fault")
    story = talked(day.julian, day.town.numbers.priya, day.town.tablet(), timezone.now(), 60)
    page = sam.get(reverse("console_call", args=[story.pk])).content.decode()
    assert "Private: nothing was recorded." in page
    assert "/console/recordings/" not in page


def test_a_private_call_on_the_line_has_no_listen_control(day: Day, sam: Client) -> None:
    Call.objects.filter(pk=day.live.pk).update(state="ended", ended_at=day.now, end_reason="fault")
    at = timezone.now()
    story = Story(permit(dial(day.julian, day.town.numbers.priya, day.town.tablet(), at)).call)
    story.talk_from(at)
    board = sam.get(reverse("console_live_part")).content.decode()
    assert "No listening" in board
    assert "Private number" in board
    assert "Priya" not in board.split('data-part="side"')[0]
