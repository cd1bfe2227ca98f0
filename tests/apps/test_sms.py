"""SMS: parts, orders, two proofs, silence after STOP, and one sending however often killed."""

import base64
import json
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinline.apps.errors import Refused
from kinline.apps.notices.models import Consent, Proof, Sms, SmsIn, SmsLine, Stop
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import consents, hearing, keywords, lines, proving, queue
from kinline.apps.notices.sms.keywords import Order
from kinline.apps.notices.sms.port import Received, Reported
from kinline.apps.notices.sms.segments import size
from tests.cast import NOW, Town
from tests.plugins.telephones import NOTICES, OURS, SEED, TEXTS, Telephones

# --- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wide", "segments"),
    [
        ("", False, 1),
        ("a" * 160, False, 1),
        ("a" * 161, False, 2),
        ("a" * 306, False, 2),
        ("a" * 307, False, 3),
        ("€" * 80, False, 1),
        ("€" * 81, False, 2),
        ("Mañana te llamo, ¿sí?", True, 1),  # í is in no GSM alphabet
        ("¡Feliz Año!", False, 1),
        ("ж" * 70, True, 1),
        ("ж" * 71, True, 2),
        ("😀" * 35, True, 1),
        ("😀" * 36, True, 2),
        ("a" * 152 + "€" + "a" * 152, False, 3),  # two septets are not cut in two
    ],
)
def test_parts_of_an_sms(text: str, wide: bool, segments: int) -> None:
    assert (size(text).wide, size(text).segments) == (wide, segments)


@given(st.text(max_size=400))
def test_more_text_is_never_fewer_parts(text: str) -> None:
    assert size(text).segments <= size(text + "a").segments


# --- orders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("STOP", Order.STOP),
        (" stop. ", Order.STOP),
        ("Stop All!", Order.STOP),
        ("unsubscribe", Order.STOP),
        ("Cancel", Order.STOP),
        ("end", Order.STOP),
        ("QUIT", Order.STOP),
        ("parar", Order.STOP),
        ("¡BASTA!", Order.STOP),
        ("help", Order.HELP),
        ("Ayuda", Order.HELP),
        ("información", Order.HELP),
        ("Start", Order.START),
        ("alta", Order.START),
        ("sí", Order.YES),
        ("Yes", Order.YES),
        ("stop by on Sunday", None),
        ("don't stop", None),
        ("the end", None),
        ("help me with the car", None),
        ("", None),
        ("😀", None),
    ],
)
def test_a_word_alone_is_an_order_and_in_a_sentence_it_is_not(
    text: str, order: Order | None
) -> None:
    found = keywords.read(text)
    assert (found[0] if found else None) == order


# --- a telephone writes --------------------------------------------------------------------------


def says(
    text: str, *, phone: str, now: datetime, to: str = NOTICES, media: int = 0, id: str = ""
) -> None:
    hearing.take(Received(id or str(uuid4()), phone, to, text, media, now), now=now)


def agree(town: Town, purpose: str = "notices", now: datetime = NOW) -> None:
    Consent.objects.create(
        e164=town.numbers.odette,
        owner=town.odette.pk,
        purpose=purpose,
        proof="page_and_code",
        agreed_at=now,
    )


def tell(town: Town, now: datetime, key: str = "", purpose: str = "notices") -> None:
    queue.add(
        key=key or str(uuid4()), e164=town.numbers.odette, text="Hello", purpose=purpose, now=now
    )


def test_a_sign_in_and_a_code_are_two_proofs(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    mine, phone = town.odette.pk, town.numbers.odette
    with pytest.raises(Closed, match="nobody agreed"):
        tell(town, now)
    proving.ask_code(owner=mine, e164=phone, purpose="notices", own=(phone,), now=now)
    queue.send_due(now=now)
    (text,) = telephones.texts(phone)
    code = "".join(char for char in text if char.isdigit())
    with pytest.raises(Refused):
        proving.give_code(owner=town.grace.pk, e164=phone, code=code, now=now)
    proving.give_code(owner=mine, e164=phone, code=f" {code[:3]} {code[3:]}", now=now)
    tell(town, now)
    consent = Consent.objects.get()
    assert (consent.proof, consent.agreed_at, consent.ended_at) == ("page_and_code", now, None)
    with pytest.raises(Refused):
        proving.give_code(owner=mine, e164=phone, code=code, now=now)  # once


@pytest.mark.parametrize(
    ("wrong", "late"), [(5, timedelta(0)), (0, timedelta(minutes=10))], ids=["guessed", "late"]
)
def test_a_code_is_good_for_ten_minutes_and_five_tries(
    town: Town, now: datetime, telephones: Telephones, wrong: int, late: timedelta
) -> None:
    mine, phone = town.odette.pk, town.numbers.odette
    proving.ask_code(owner=mine, e164=phone, purpose="notices", own=(phone,), now=now)
    queue.send_due(now=now)
    code = "".join(char for char in telephones.texts(phone)[0] if char.isdigit())
    for _ in range(wrong):
        with pytest.raises(Refused):
            proving.give_code(
                owner=mine, e164=phone, code=f"{(int(code) + 1) % 10**6:06d}", now=now
            )
    with pytest.raises(Refused):
        proving.give_code(owner=mine, e164=phone, code=code, now=now + late)
    assert not Consent.objects.exists()


def test_codes_go_to_own_numbers_alone_and_not_too_many(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    mine, phone = town.odette.pk, town.numbers.odette
    with pytest.raises(Refused, match=r"sms\.not_yours"):
        proving.ask_code(
            owner=mine, e164=town.numbers.grace, purpose="notices", own=(phone,), now=now
        )
    for _ in range(3):
        proving.ask_code(owner=mine, e164=phone, purpose="notices", own=(phone,), now=now)
    with pytest.raises(Refused, match=r"sms\.too_many_codes"):
        proving.ask_code(owner=mine, e164=phone, purpose="notices", own=(phone,), now=now)


def test_start_and_then_yes_are_two_proofs_for_a_phone_without_the_portal(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    phone = town.numbers.denise
    says("YES", phone=phone, now=now)  # to nothing: a text like any other
    assert not Consent.objects.exists()
    says("start", phone=phone, now=now)
    queue.send_due(now=now)
    assert not Consent.objects.exists()
    says("yes", phone=phone, now=now + timedelta(hours=1))
    consent = Consent.objects.get()
    assert (consent.purpose, consent.proof) == ("texts", "start_and_yes")
    queue.send_due(now=now + timedelta(hours=1))
    asked, welcome = telephones.texts(phone)
    assert "reply YES" in asked
    for text in (asked, welcome):
        assert "Staff can read" in text
        assert "STOP" in text


def test_a_phone_nobody_knows_is_told_so_and_agrees_to_nothing(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    says("INICIAR", phone=town.numbers.unknown, now=now)
    says("SI", phone=town.numbers.unknown, now=now)
    queue.send_due(now=now)
    (text,) = telephones.texts(town.numbers.unknown)
    assert "lista" in text
    assert not Consent.objects.exists()


def test_after_stop_nothing_also_of_what_was_waiting(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town)
    tell(town, now, key="waiting")
    says("Stop", phone=town.numbers.odette, now=now)
    queue.send_due(now=now)
    assert telephones.texts(town.numbers.odette) == []
    assert (Sms.objects.get().state, Sms.objects.get().text) == ("stopped", "")
    consent = Consent.objects.get()
    assert (consent.ended_at, consent.ended_by) == (now, "STOP")
    with pytest.raises(Closed, match="said STOP"):
        tell(town, now)
    says("START", phone=town.numbers.odette, now=now)
    with pytest.raises(Closed, match="nobody agreed"):
        tell(town, now)  # silence is over, and consent needs its proofs anew


WORDS = ["STOP", "PARAR", "END", "START", "YES", "HELP", "AYUDA", "see you on Sunday"]
STEPS = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(["tell", "text", "send"])))


class Watched:
    """Takes everything, and looks whether it might have been sent: once, and not after STOP."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.stopped = False

    def send(self, *, key: str, sender: str, to: str, text: str) -> str:
        assert key not in self.sent
        assert key.startswith("answer:") or not self.stopped
        self.sent.append(key)
        return str(uuid4())

    def hear(self, *, headers: Any, body: bytes, now: datetime) -> list[Any]:
        return []

    def step(self, town: Town, step: str, now: datetime) -> None:
        if step == "send":
            queue.send_due(now=now, provider=self)
        elif step in ("tell", "text"):
            purpose = "notices" if step == "tell" else "texts"
            try:
                tell(town, now, purpose=purpose)
            except Closed:
                assert self.stopped or not consents.holds(e164=town.numbers.odette, purpose=purpose)
        else:
            says(step, phone=town.numbers.odette, now=now)
            if step in ("STOP", "PARAR", "END"):
                self.stopped = True
            elif step == "START":
                self.stopped = False


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_nothing_follows_stop_but_answers_to_own_words(
    town: Town, telephones: Telephones, steps: list[str]
) -> None:
    """Silence holds from STOP to START; a HELP in between is answered, and nothing else sent."""
    watched = Watched()
    with transaction.atomic():
        agree(town)
        agree(town, "texts")
        for number, step in enumerate(steps):
            watched.step(town, step, NOW + timedelta(minutes=number))
        assert consents.stopped(e164=town.numbers.odette) is watched.stopped
        transaction.set_rollback(True)


def test_the_same_webhook_twice_does_its_work_once(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    for _ in range(2):
        says("HELP", phone=town.numbers.odette, now=now, id="one")
    queue.send_due(now=now)
    assert len(telephones.texts(town.numbers.odette)) == 1


def test_two_programs_that_answer_each_other_come_to_an_end(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    for _ in range(40):
        says("HELP", phone=town.numbers.odette, now=now)
    queue.send_due(now=now, limit=100)
    assert Sms.objects.count() == queue.MOST_A_DAY[queue.ANSWER]


# --- sending -------------------------------------------------------------------------------------


def test_killed_between_sending_and_marking_it_is_sent_once(
    town: Town, now: datetime, telephones: Telephones, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(town)
    tell(town, now, key="once")
    with monkeypatch.context() as broken:

        def killed(*_: Any, **__: Any) -> None:
            raise SystemExit

        broken.setattr(queue, "_end", killed)
        with pytest.raises(SystemExit):
            queue.send_due(now=now)
    assert len(telephones.messages()) == 1
    assert queue.send_due(now=now) == 1
    assert len(telephones.messages()) == 1
    assert queue.send_due(now=now) == 0


@pytest.mark.parametrize("status", [429, 500, 503, 401])
def test_trouble_that_may_pass_waits_and_is_tried_again(
    town: Town, now: datetime, telephones: Telephones, status: int
) -> None:
    agree(town)
    tell(town, now)
    telephones.switch(fail=[status])
    assert queue.send_due(now=now) == 0
    row = Sms.objects.get()
    assert (row.tries, row.ended_at, row.next_try_at) == (1, None, now + timedelta(seconds=2))
    assert queue.send_due(now=now + timedelta(seconds=1)) == 0
    assert queue.send_due(now=now + timedelta(seconds=2)) == 1


def test_a_provider_that_was_told_stop_makes_us_silent_too(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town)
    tell(town, now)
    telephones.switch(fail=[409])
    queue.send_due(now=now)
    assert Stop.objects.get().word == "provider"
    assert consents.agreed(owner=town.odette.pk, purpose="notices") == []


def test_what_nobody_could_send_for_long_is_not_sent_late(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town)
    tell(town, now)
    assert queue.send_due(now=now + timedelta(hours=13)) == 0
    assert Sms.objects.get().state == "expired"


def test_no_number_of_ours_sends_faster_than_carriers_allow(
    town: Town, now: datetime, telephones: Telephones, settings: Any
) -> None:
    settings.SMS_PER_SECOND = 3
    agree(town)
    for _ in range(5):
        tell(town, now)
    assert [queue.send_due(now=now), queue.send_due(now=now)] == [3, 2]


def test_words_leave_the_database_when_they_leave_the_house(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town)
    tell(town, now)
    queue.send_due(now=now)
    assert Sms.objects.get().text == ""
    given = Sms.objects.get().provider_id
    for delivered in (True, False):
        hearing.take(Reported(given, delivered, ""), now=now)
    assert Sms.objects.get().state == "delivered"


# --- webhooks ------------------------------------------------------------------------------------


def signed(body: bytes, *, at: float | None = None, seed: str = SEED) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    word = base64.b64encode(key.sign(stamp.encode() + b"|" + body)).decode()
    return {"telnyx-timestamp": stamp, "telnyx-signature-ed25519": word}


def event(text: str = "STOP", phone: str = "+16175550142", id: str = "made-up") -> dict[str, Any]:
    payload = {
        "id": id,
        "from": {"phone_number": phone},
        "to": [{"phone_number": NOTICES}],
        "text": text,
        "media": [],
    }
    about = {"event_type": "message.received", "occurred_at": "2025-03-12T15:00:00.000Z"}
    return {"data": {**about, "payload": payload}}


def post(body: bytes, headers: dict[str, str]) -> int:
    sent = Client(enforce_csrf_checks=True)
    answer = sent.post("/api/sms/", body, content_type="application/json", headers=headers)
    return int(answer.status_code)


def test_a_signed_webhook_is_obeyed(town: Town, telephones: Telephones) -> None:
    body = json.dumps(event()).encode()
    assert [post(body, signed(body)), post(body, signed(body))] == [200, 200]
    assert Stop.objects.get().e164 == town.numbers.odette
    assert SmsIn.objects.count() == 1


def test_what_is_not_signed_so_or_long_ago_learns_nothing(
    town: Town, telephones: Telephones
) -> None:
    body, other = json.dumps(event()).encode(), json.dumps(event("HELP")).encode()
    good = signed(body)
    wrong = [
        {},
        signed(other),
        signed(body, seed="01" * 32),
        signed(body, at=time.time() - 301),
        signed(body, at=time.time() + 600),
        {**good, "telnyx-timestamp": str(int(good["telnyx-timestamp"]) - 1)},
        {**good, "telnyx-timestamp": "¹²"},
        {**good, "telnyx-signature-ed25519": "not base64 é"},
        {**good, "telnyx-signature-ed25519": ""},
    ]
    assert {post(body, headers) for headers in wrong} == {400}
    assert not SmsIn.objects.exists()


def test_without_a_provider_there_is_no_such_address(db: None, settings: Any) -> None:
    settings.SMS_KEY = ""
    assert post(b"{}", {}) == 404


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
hard = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@hard
@given(where=st.sampled_from(["id", "from", "to", "text", "media"]) | st.none(), odd=json_values)
def test_signed_nonsense_is_refused_or_taken_and_never_a_fault(
    town: Town, telephones: Telephones, where: str | None, odd: Any
) -> None:
    whole: Any = odd
    if where is not None:
        whole = event(id=str(uuid4()))
        whole["data"]["payload"][where] = odd
    body = json.dumps(whole).encode()
    assert post(body, signed(body)) in (200, 400)


@hard
@given(body=st.binary(max_size=300))
def test_signed_bytes_too(town: Town, telephones: Telephones, body: bytes) -> None:
    assert post(body, signed(body)) == 400


# --- texts carried to and from somebody inside ---------------------------------------------------


def carry(town: Town, now: datetime, key: str, person: Any = None, **more: Any) -> bool:
    person = person or town.julian
    facts: dict[str, Any] = {
        "key": key,
        "contact": town.odette.pk,
        "person": person.pk,
        "name": f"{person.given_name} {person.family_name}",
        "facility": person.facility.name,
        "text": f"Hi from {person.given_name}",
        "language": "en",
        "photos": 0,
    }
    return lines.carry(**(facts | more), now=now)


def test_the_first_says_who_runs_this_that_staff_read_it_and_how_to_stop(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    assert not carry(town, now, "before")  # nobody agreed
    agree(town, "texts")
    for key in ("one", "one", "two"):
        assert carry(town, now, key)
    queue.send_due(now=now)
    first, *texts = telephones.messages(town.numbers.odette)
    for said in ("Kinline", "Julian Marrow", "Bristol", "Staff there can read", "STOP", "HELP"):
        assert said in first["text"]
    assert [one["text"] for one in texts] == ["Hi from Julian", "Hi from Julian"]
    assert {one["ours"] for one in (first, *texts)} == {TEXTS[0]}


def test_each_person_inside_has_a_number_of_their_own_on_one_telephone(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town, "texts")
    for number, person in enumerate([town.julian, town.luis, town.julian, town.wendell]):
        assert carry(town, now, f"text:{number}", person)
    assert not carry(town, now, "one too many", town.desmond)  # three numbers carry texts here
    ours = dict(SmsLine.objects.values_list("person", "ours"))
    assert sorted(ours.values()) == sorted(TEXTS)
    taken: list[lines.Incoming] = []

    def receive(incoming: lines.Incoming) -> str:
        taken.append(incoming)
        return ""

    says("to Luis", phone=town.numbers.odette, now=now, to=ours[town.luis.pk])
    says("to Julian", phone=town.numbers.odette, now=now, to=ours[town.julian.pk])
    for _ in range(2):
        lines.take_in(receive=receive, language=lambda _: "en", now=now)
    assert {(one.text, one.person) for one in taken} == {
        ("to Luis", town.luis.pk),
        ("to Julian", town.julian.pk),
    }
    assert set(SmsIn.objects.values_list("text", flat=True)) == {""}


def test_a_reply_that_is_refused_says_why_and_one_to_no_line_goes_nowhere(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town, "texts")
    carry(town, now, "one")
    says("hello", phone=town.numbers.odette, now=now, to=TEXTS[0])
    says("hello", phone=town.numbers.odette, now=now, to=TEXTS[1])
    says("hello", phone=town.numbers.grace, now=now, to=TEXTS[0])
    says("hello", phone=town.numbers.odette, now=now, to="+12025550100")
    lines.take_in(receive=lambda _: "Texts are closed now.", language=lambda _: "en", now=now)
    outcomes = sorted(SmsIn.objects.values_list("outcome", flat=True))
    assert outcomes == ["no_line", "no_line", "not_our_number", "refused"]
    queue.send_due(now=now)
    assert telephones.texts(town.numbers.odette)[-1] == "Texts are closed now."


def test_photos_do_not_travel_and_that_is_said_once(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town, "texts")
    for number in range(3):
        carry(town, now, f"text:{number}", photos=1)
    queue.send_due(now=now)
    texts = telephones.texts(town.numbers.odette)
    assert sum("photos do not travel" in text for text in texts) == 1


def test_a_consent_ended_on_the_page_stops_what_waits(
    town: Town, now: datetime, telephones: Telephones
) -> None:
    agree(town)
    tell(town, now)
    consents.end(owner=town.odette.pk, e164=town.numbers.odette, purpose="notices", now=now)
    assert queue.send_due(now=now) == 0
    assert Consent.objects.get().ended_by == "page"
    assert not Proof.objects.exists()
    assert OURS[0] == NOTICES
