"""Every code the rooms may answer with has words for staff."""

import re
from pathlib import Path

import kinline.apps
from kinline.apps.people.actions.own_sign_in import Changed
from kinline.apps.people.rights import ROLES, Right
from kinline.core.call.states import State
from kinline.core.control import Step
from kinline.core.policy.listing import Reason as ListReason
from kinline.core.policy.listing import Relation, Shown
from kinline.core.policy.listing import State as ListState
from kinline.core.policy.trunk import TrunkLimit
from kinline.core.refusal import Refusal, Whose
from kinline.core.visitor import Picture, Reason, VisitorKind
from kinline.core.visitor import State as Visitor
from kinline.doors.console import say, vetting
from kinline.doors.console.acts import ACTS
from kinline.doors.console.mistakes import MISTAKES
from kinline.doors.words import (
    attorneys,
    files,
    links,
    listing,
    meeting,
    money,
    notices,
    refusals,
    unbooked,
    unsent,
    visitors,
)

ROOMS = Path(kinline.apps.__file__).parent
SOURCE = "\n".join(path.read_text() for path in ROOMS.rglob("*.py"))
# What only those meet who write, upload, or choose how they are told; and one by SMS alone.
OTHERS = {*files.SENTENCES, *notices.AGAINST, *unsent.SAID, "text.nobody_to_answer"}
OTHERS |= {*visitors.WHY_NOT, *meeting.WHY_NOT, *attorneys.WHY_NOT}
OTHERS |= {*listing.WHY_NOT, *listing.FIELDS}


def test_every_mistake_in_a_form_is_worded() -> None:
    codes = set(re.findall(r'wrong\(\s*"([a-z_.]+)"', SOURCE)) - {"enrol.unknown_code"}
    known = {*MISTAKES, *unbooked.VISIT, *money.AGAINST, *links.WHY_NOT} | OTHERS
    assert codes <= known, codes - known


def test_every_refusal_staff_may_meet_is_worded() -> None:
    codes = set(re.findall(r'Refusal\(\s*"([a-z_.]+)"', SOURCE))
    known = {*MISTAKES, *unbooked.VISIT, *refusals.SAID, *money.AGAINST}
    known |= set(links.WHY_NOT) | set(links.LEAVING) | OTHERS
    assert codes <= known, codes - known


def test_every_refused_call_has_its_two_words_for_lists() -> None:
    assert set(refusals.CALL) <= set(say.REFUSED)


def test_every_act_in_the_audit_log_is_worded() -> None:
    acts = set(
        re.findall(r'(?:act=|tell\([a-z_.]+, |tell\(\s*staff,\s*)"([a-z]+\.[a-z_]+)"', SOURCE)
    )
    assert len(acts) > 15, "the search itself must find acts"
    assert acts | set(Changed) <= set(ACTS), acts - set(ACTS)


def test_every_right_role_step_state_and_owner_is_worded() -> None:
    assert set(Right) == set(say.RIGHTS)
    assert set(ROLES) == set(say.ROLES)
    assert set(Step) <= set(say.STEPS)
    assert set(Whose) == set(say.WHOSE)
    assert set(TrunkLimit) == set(say.TRUNK_LIMITS)
    assert {State.AUTHORIZED, State.RINGING, State.ANNOUNCING, State.TALKING} == set(
        say.SHORT_STATES
    )


def test_a_code_without_words_is_shown_rather_than_hidden() -> None:
    assert say.word("act", "newer.act") == "newer.act"
    assert say.refused(Refusal("call.newer", Whose.LAW)) == "call.newer"


def test_every_reason_state_and_kind_of_visitors_is_worded() -> None:
    assert set(Reason) == set(visitors.REASONS) == set(visitors.HELPS)
    assert set(Visitor) == set(visitors.STATES) == set(visitors.TONES)
    assert set(Visitor) - {Visitor.DRAFT} == set(vetting.STATES)
    assert set(VisitorKind) == set(visitors.KINDS)
    assert set(Picture) == set(visitors.PICTURES)


def test_every_relation_reason_and_state_of_lists_is_worded() -> None:
    assert set(Relation) == set(listing.RELATIONS)
    assert set(ListReason) == set(listing.REASONS)
    assert set(Shown) == set(listing.SHOWN) == set(listing.TONES) == set(listing.MEANS)
    assert set(ListState) == set(say.LIST_REQUESTS)
