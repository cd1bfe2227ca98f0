"""Addresses of the console. A facility's own pages carry its code, so that each can be tried."""

from django.urls import path

from kinline.doors.console.views import (
    audit,
    calls,
    facility,
    live,
    numbers,
    people,
    phones,
    recordings,
    session,
    staff,
    stations,
)

urlpatterns = [
    path("", live.board, name="console_live"),
    path("live/", live.part, name="console_live_part"),
    path("at/", session.look_at, name="console_at"),
    path("stay/", session.stay, name="console_stay"),
    path("find/", session.find, name="console_find"),
    path("calls/", calls.finished, name="console_calls"),
    path("calls/<uuid:call>/", calls.one, name="console_call"),
    path("calls/<uuid:call>/end", live.end, name="console_end"),
    path("recordings/<uuid:recording>/", recordings.player, name="console_recording"),
    path("recordings/<uuid:recording>/audio", recordings.audio, name="console_audio"),
    path("recordings/<uuid:recording>/heard", recordings.heard, name="console_heard"),
    path("recordings/<uuid:recording>/close", recordings.close, name="console_close"),
    path("people/", people.everyone, name="console_people"),
    path("people/add/", people.add, name="console_person_add"),
    path("people/<uuid:person>/", people.one, name="console_person"),
    path("people/<uuid:person>/change/", people.change, name="console_person_change"),
    path("people/<uuid:person>/pin/", people.pin, name="console_person_pin"),
    path("people/<uuid:person>/numbers/add/", numbers.add, name="console_number_add"),
    path("people/<uuid:person>/numbers/<uuid:allowed>/", numbers.one, name="console_number"),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/remove",
        numbers.remove,
        name="console_number_remove",
    ),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/recording",
        numbers.recording,
        name="console_number_recording",
    ),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/sign-in",
        numbers.sign_in,
        name="console_number_sign_in",
    ),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/password",
        numbers.password,
        name="console_number_password",
    ),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/attorney",
        numbers.attorney,
        name="console_attorney",
    ),
    path(
        "people/<uuid:person>/numbers/<uuid:allowed>/attorney/end",
        numbers.end_attorney,
        name="console_attorney_end",
    ),
    path("stations/<slug:place>/", stations.everything, name="console_stations"),
    path("stations/<slug:place>/units/add", stations.add_unit, name="console_unit_add"),
    path("stations/<slug:place>/<uuid:station>/", stations.one, name="console_station"),
    path("stations/<slug:place>/<uuid:station>/code", stations.make_code, name="console_code"),
    path("stations/<slug:place>/<uuid:station>/forget", stations.forget, name="console_forget"),
    path("phones/<slug:place>/", phones.everything, name="console_phones"),
    path("phones/<slug:place>/networks/add", phones.add_network, name="console_network_add"),
    path(
        "phones/<slug:place>/networks/<uuid:network>/drop",
        phones.drop_network,
        name="console_network_drop",
    ),
    path("phones/<slug:place>/trunks/add", phones.add_trunk, name="console_trunk_add"),
    path(
        "phones/<slug:place>/trunks/<uuid:trunk>/turn", phones.turn_trunk, name="console_trunk_turn"
    ),
    path("phones/<slug:place>/languages", phones.set_languages, name="console_phone_languages"),
    path("phones/<slug:place>/<uuid:station>/make", phones.make, name="console_phone_make"),
    path("facility/<slug:place>/", facility.controls, name="console_facility"),
    path("facility/<slug:place>/plan/", facility.plan, name="console_plan"),
    path("facility/<slug:place>/rules/<uuid:rule>/drop", facility.drop, name="console_rule_drop"),
    path("staff/<slug:place>/", staff.everyone, name="console_staff"),
    path("staff/<slug:place>/grants/<uuid:grant>/end", staff.end, name="console_grant_end"),
    path(
        "staff/<slug:place>/<uuid:account>/second-step/",
        staff.reset_second_step,
        name="console_second_step",
    ),
    path("audit/", audit.log, name="console_audit"),
    path("audit/check", audit.check, name="console_audit_check"),
]
