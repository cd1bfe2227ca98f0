"""Kinds of notes and letters, by the names under which they are kept."""

CALL_MISSED = "call.missed"
UNUSED_MONEY = "money.idle"
PERSON_MOVED, PERSON_LEFT = "person.moved", "person.left"
CONTACT_MOVED, CONTACT_LEFT = "contact.person_moved", "contact.person_left"
LAW_BEGINS = "law.begins"
LINK_ASKED, LINK_ACCEPTED, LINK_DECLINED = "link.asked", "link.accepted", "link.declined"
LINK_ENDED = "link.ended"
