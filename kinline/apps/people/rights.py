"""What a member of staff may do. Rights are stored one by one; roles are bundles to give."""

from enum import StrEnum


class Right(StrEnum):
    SEE_CALLS = "calls.see"
    END_CALLS = "calls.end"
    LISTEN_LIVE = "calls.listen"
    WATCH_CALLS = "calls.watch"
    LISTEN = "recordings.listen"
    SEE_PEOPLE = "people.see"
    CHANGE_PEOPLE = "people.change"
    NO_CONTACT = "people.no_contact"
    SEE_FACILITY = "facility.see"
    CHANGE_FACILITY = "facility.change"
    CHANGE_STATIONS = "stations.change"
    SET_CONTROLS = "controls.set"
    CHANGE_STAFF = "staff.change"
    SEE_AUDIT = "audit.see"
    SEE_REPORTS = "reports.see"
    KEEP_SHOP = "shop.keep"
    PAY_BACK = "shop.pay_back"
    SEE_MONEY = "money.see"
    CHANGE_MONEY = "money.change"
    SET_UP_MONEY = "money.set_up"
    READ_MESSAGES = "review.read"
    DECIDE_MESSAGES = "review.decide"
    DECIDE_APPEALS = "review.appeals"
    SET_REVIEW = "review.set"
    SEE_REVIEW = "review.figures"
    KEEP_MESSAGES = "messages.keep"
    HAND_OUT = "messages.hand_out"
    SEE_PRIVATE_MAIL = "messages.private"
    SEE_VISITS = "visits.see"
    WATCH_VISITS = "visits.watch"
    DECIDE_VISITS = "visits.decide"
    SET_VISITS = "visits.set"
    SEE_VISITORS = "visitors.see"
    DECIDE_VISITORS = "visitors.decide"
    VISITOR_APPEALS = "visitors.appeals"
    VERIFY_ATTORNEYS = "attorneys.verify"
    ATTORNEY_APPEALS = "attorneys.appeals"
    QUARANTINE = "recordings.quarantine"


OFFICER = frozenset(
    {
        Right.SEE_CALLS,
        Right.END_CALLS,
        Right.SEE_PEOPLE,
        Right.SEE_FACILITY,
        Right.SEE_VISITS,
        Right.SEE_VISITORS,
    }
)
INVESTIGATOR = frozenset(
    {
        Right.SEE_CALLS,
        Right.LISTEN,
        Right.LISTEN_LIVE,
        Right.WATCH_CALLS,
        Right.SEE_PEOPLE,
        Right.SEE_VISITS,
        Right.WATCH_VISITS,
    }
)
REVIEWER = frozenset({Right.READ_MESSAGES, Right.DECIDE_MESSAGES})
# Holds by law, copies for their owners, and that private mail took place: not every officer's.
MESSAGE_DESK = frozenset({Right.KEEP_MESSAGES, Right.HAND_OUT, Right.SEE_PRIVATE_MAIL})
# Looks at IDs and faces, and decides who may visit.
VISITOR_DESK = frozenset({Right.SEE_VISITORS, Right.DECIDE_VISITORS})
# Looks up bar numbers and decides for the whole state who is an attorney.
ATTORNEY_DESK = frozenset({Right.SEE_PEOPLE, Right.VERIFY_ATTORNEYS})
SUPERVISOR = (
    OFFICER
    | INVESTIGATOR
    | REVIEWER
    | MESSAGE_DESK
    | VISITOR_DESK
    | {Right.CHANGE_PEOPLE, Right.NO_CONTACT, Right.SEE_AUDIT, Right.SET_CONTROLS}
    | {Right.DECIDE_APPEALS, Right.SEE_REVIEW, Right.DECIDE_VISITS, Right.VISITOR_APPEALS}
)
FACILITY_ADMIN = (OFFICER | MESSAGE_DESK) | {
    Right.CHANGE_PEOPLE,
    Right.NO_CONTACT,
    Right.CHANGE_FACILITY,
    Right.CHANGE_STATIONS,
    Right.SET_CONTROLS,
    Right.CHANGE_STAFF,
    Right.SEE_AUDIT,
    Right.SEE_REPORTS,
    Right.KEEP_SHOP,
    Right.PAY_BACK,
    Right.SET_REVIEW,
    Right.SEE_REVIEW,
    Right.DECIDE_VISITS,
    Right.SET_VISITS,
}

ROLES: dict[str, frozenset[Right]] = {
    "officer": OFFICER,
    "investigator": INVESTIGATOR,
    "reviewer": REVIEWER,
    "supervisor": SUPERVISOR,
    "facility_admin": FACILITY_ADMIN,
    # Who decides appeals, as a superintendent does: never what they decided themselves.
    "appeals": frozenset(
        {
            Right.READ_MESSAGES,
            Right.DECIDE_APPEALS,
            Right.SEE_REVIEW,
            Right.SEE_VISITORS,
            Right.VISITOR_APPEALS,
        }
    ),
    "visitor_desk": VISITOR_DESK,
    # Sets what stops or limits calls, and confirms what a colleague set.
    "captain": frozenset({Right.SEE_FACILITY, Right.SEE_PEOPLE, Right.SET_CONTROLS}),
    # Meant to be given for a whole agency: what it decides holds in the whole state.
    "attorney_desk": ATTORNEY_DESK,
    # Takes recordings of private numbers away from everybody, itself too: never who may listen.
    "privilege_officer": frozenset({Right.SEE_CALLS, Right.QUARANTINE, Right.ATTORNEY_APPEALS}),
    # Meant to be given for a whole agency: its keys with the card company are everybody's there.
    "agency_admin": FACILITY_ADMIN
    | {Right.SEE_MONEY, Right.SET_UP_MONEY, Right.VERIFY_ATTORNEYS, Right.ATTORNEY_APPEALS}
    | {Right.QUARANTINE},
    # Money and minutes, and no person's call.
    "finance": frozenset(
        {Right.SEE_FACILITY, Right.SEE_REPORTS, Right.SEE_MONEY, Right.CHANGE_MONEY}
    ),
    # Reads figures and the log of who read what, and no message.
    "auditor": frozenset(
        {
            Right.SEE_CALLS,
            Right.SEE_FACILITY,
            Right.SEE_AUDIT,
            Right.SEE_REPORTS,
            Right.SEE_REVIEW,
        }
    ),
}
