"""What staff typed wrongly, and how to put it right; what a room says against an act."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.doors.console import attorney_words, vetting

Text = str | Promise

MISTAKES: dict[str, Text] = {
    "attorney.bar_number_missing": _("Type the bar number you checked."),
    "attorney.ends_before_it_begins": _("This day must be after the first day."),
    "attorney.verified_already": _("This contact is verified already for these days."),
    "call.engine_silent": _("The engine that carries this call does not answer. Try once more."),
    "call.over_already": _("The call was over already."),
    "contact.too_long": _("Use at most 200 letters."),
    "call.line_stays_open": _("A line that is always open is not ended by staff."),
    "contact.email_taken": _("This email belongs to another account."),
    "contact.has_account": _("This contact can sign in already."),
    "contact.is_staff": _("Staff sign in with this account too. Its password can’t be set here."),
    "contact.known_elsewhere": _(
        "Another facility knows this contact too, so their sign-in can’t be changed from here. "
        "Whoever runs Kinline can do it."
    ),
    "contact.no_account": _("This contact has no sign-in yet. Open one first."),
    "contact.password_too_weak": _("Use at least 10 characters that are hard to guess."),
    "country.closed_already": _("This country is closed already."),
    "country.unknown": _("Choose a country of the list."),
    "country.why_needed": _("Say why: whoever is refused reads it."),
    "country.why_too_long": _("Use at most 200 letters."),
    "courtesy.over": _("Choose a later moment: this one is over, or the call was used."),
    "courtesy.reason_needed": _("Say why."),
    "courtesy.too_long": _("Choose a moment within %(days)s days."),
    "visit.over": _("The visit is over."),
    "visit.say_what": _("Write what you want to say."),
    "visit.say_shorter": _("Say it shorter: at most 200 letters."),
    "end.reason_needed": _("Say why you end the call."),
    "languages.one_to_four": _("Choose one to four languages."),
    "law.not_here": _("No such law makes anything free here."),
    "limit.too_short": _("Give at least 1 minute, or leave it empty."),
    "intake.too_many": _("Give at most %(most)s calls an hour."),
    "line.anonymous_has_no_pin": _("An anonymous line can’t ask for a sign-in."),
    "line.anonymous_is_private": _("An anonymous line must be private: a voice can be known."),
    "line.digits_only": _("Use digits only."),
    "line.digits_taken": _("Another open line has these digits. End it first."),
    "line.digits_too_many": _("Use at most %(digits)s digits."),
    "line.ended_already": _("An end is set for this line already."),
    "line.ends_in_the_past": _("Choose today or a later day, and not one before the line began."),
    "line.must_be_anonymous": _("Lines for abuse reports and tips are anonymous by rule."),
    "line.must_be_private": _("Such a line is private by rule."),
    "line.must_be_signed_in": _("A relay service needs to know who calls: ask for a sign-in."),
    "line.no_such_number": _("A line needs an ordinary or a toll-free number, not one like this."),
    "line.number_taken": _("This number is an open line here already. End it first."),
    "listen.purpose_needed": _("Say why you listen."),
    "watch.purpose_needed": _("Say why you watch."),
    "export.why_needed": _("Say for what the messages are handed out."),
    "keep.why_needed": _("Say why the messages are kept, or no longer kept."),
    "rule.limit_wrong": _("Type a number from %(least)s to %(most)s."),
    "name.missing": _("Type a name."),
    "name.taken": _("This name is taken here. Choose another."),
    "name.too_long": _("Use at most 60 letters."),
    "network.too_wide": _("This network is too large. Name the network of the wall phones alone."),
    "network.unknown": _("Type a network such as 10.20.30.0/24."),
    "number.listed_already": _("This number is on the list already."),
    "number.not_a_number": _("This is not a full number. Type the area code and seven digits."),
    "person.left_already": _("They were released already."),
    "person.place_unknown": _("Choose a facility of the list."),
    "person.there_already": _("They are at this facility now. Choose another one."),
    "person.number_missing": _("Type the ID number."),
    "person.number_taken": _("Someone here has this ID number already."),
    "person.number_too_long": _("Use at most 20 letters and digits."),
    "person.pin_not_digits": _("Use digits only."),
    "person.pin_too_long": _("Use at most %(digits)s digits."),
    "person.pin_too_short": _("Use at least %(digits)s digits."),
    "person.pin_too_simple": _("Not the same digit over and over: it is guessed first."),
    "recording.deleted": _("This recording was deleted."),
    "policy.end_in_the_past": _("Choose a later moment."),
    "policy.end_needed": _("Say until when."),
    "policy.percent_wrong": _("Give a number from 1 to 100."),
    "policy.reason_needed": _("Say why."),
    "policy.target_wrong": _("Give a goal from 1 minute to 14 days."),
    "review.answer_needed": _("Write your answer."),
    "review.asked": _("A second opinion is awaited. It is decided after that."),
    "review.claimed": _("A colleague has this one open now. What you typed is still here."),
    "review.decided": _("This one is decided, or its sender took it back."),
    "review.free": _("Nobody has it any more. Open it to have it."),
    "review.no_open_appeal": _("A colleague has just answered this appeal."),
    "review.no_question": _("This question was answered or taken back."),
    "review.note_needed": _("Say what exactly you saw. Both people read it."),
    "review.own_decision": _("You took part in this before. Somebody else must look at it."),
    "review.part_unknown": _("Mark only parts that are there."),
    "review.question_needed": _("Write your question."),
    "review.reason_needed": _("Choose the rule."),
    "review.reason_not_here": _("This facility has no such rule. Choose another one."),
    "review.too_late": _("The 30 seconds are over. It has taken effect."),
    "rule.in_the_past": _("This day is over. Choose today or a later day."),
    "rule.limit_too_short": _("Give at least 1 minute, or leave it empty."),
    "rule.note_too_long": _("Use at most 200 letters."),
    "rule.opens_after_closing": _("Phones must close later than they open."),
    "shop.bundle_broken": _("This is no ZIP, or it is damaged."),
    "shop.bundle_kind": _(
        "The file “%(name)s” in it is not what its name says, or is of a kind that is not taken."
    ),
    "shop.bundle_name": _(
        "The file “%(name)s” in it can’t be taken. Use plain names of letters, digits, - and _, "
        "each once, without links and passwords."
    ),
    "shop.bundle_no_start": _("There is no index.html at the top of this ZIP."),
    "shop.bundle_too_large": _("Unpacked it is too large, or has too many files."),
    "shop.file_codec": _("Tablets can’t play this file. Convert it to a kind named below."),
    "shop.file_too_large": _("This file is too large: at most %(most)s MB."),
    "shop.file_unknown": _("This file is not of a kind named below, whatever its name says."),
    "shop.half_of_the_hours": _("Give both hours, or leave both empty."),
    "shop.opens_after_closing": _("The end must be later than the beginning."),
    "shop.pieces_spent": _("Some of the stamps or texts were used, so it can’t be paid back."),
    "shop.pieces_wrong": _("Give a number from 1 to %(most)s."),
    "shop.price_in_the_past": _("This day is over. Choose today or a later day."),
    "shop.price_wrong": _("Give a price from 0 to %(most)s dollars."),
    "shop.too_long": _("Use at most %(most)s letters."),
    "shop.why_needed": _("Say why."),
    "order.against": _("Type an email, or a telephone number with its area code."),
    "order.over": _("This day is over already."),
    "order.reason_needed": _("Say why."),
    "contact.own_sign_in": _(
        "They signed up themselves. They get a code at “Password forgotten?” on the sign-in page."
    ),
    "staff.account_outside": _(
        "Somebody outside signed up with this email. Give staff another one."
    ),
    "staff.account_unknown": _(
        "No account has this email yet. Give a name and a first password of 10 characters, "
        "and one is made."
    ),
    "staff.agency_needs_agency": _(
        "Only someone with this right for the whole agency may do that."
    ),
    "staff.no_second_step": _(
        "They have no second step. They set one up when they sign in the next time."
    ),
    "staff.not_oneself": _("Nobody changes their own rights. Ask someone else who may."),
    "staff.not_own_second_step": _(
        "Nobody resets their own second step. Ask someone else who may."
    ),
    "staff.reason_needed": _("Say why."),
    "staff.rights_elsewhere": _(
        "They also have rights where you may not change staff. Ask someone who may do so in "
        "every place where they have rights."
    ),
    "staff.role_unknown": _("Choose a role of the list."),
    "stop.end_in_the_past": _("Choose a later moment."),
    "stop.end_needed": _("Say until when."),
    "stop.reason_needed": _("Say why."),
    "stop.whom_needed": _("Begin from a message or a person: say who is stopped."),
    "trial.at_home": _("Test with an ordinary number in this country."),
    "trial.goes_on": _("A test call goes on. Wait for its end."),
    "trial.off": _("This phone company is turned off. Turn it on first."),
    "trial.too_many": _("At most %(most)s test calls an hour. Wait a while."),
    "trunk.caller": _("Type a full number with a plus sign, such as +15085550100."),
    "trunk.host": _("Type a name or an address, without http:// or sip:."),
    "trunk.limit": _("Give a number from %(least)s to %(most)s."),
    "trunk.port": _("Type a number from 1 to 65535; most use 5060."),
    "trunk.secret": _("Give both a user name and a password, or neither."),
    "visit.buffer_wrong": _("Type minutes in steps of %(grid)s."),
    "visit.capacity_wrong": _("Type a number from 1 to %(most)s, or leave it empty."),
    "visit.device_taken": _("Another station stands at this device already."),
    "visit.horizon_wrong": _("Type a number from 1 to %(most)s."),
    "visit.length_wrong": _("Type minutes in steps of %(grid)s, no longer than a visit may be."),
    "visit.no_length": _("Type at least one length."),
    "visit.rules_hold_no_day": _("The end must be after the first day."),
    "visit.rules_in_the_past": _("Choose today or a later day: what was, stays."),
    "visit.visitors_wrong": _("Type a number from 1 to %(most)s."),
    "visit.closure_has_no_time": _("The end must be later than the beginning."),
    "visit.not_waiting": _("It was decided or canceled in the meantime."),
    "visit.note_needed": _("Say in your own words why: both sides read it."),
    "visit.same_person": _("These are one person. Type two ID numbers."),
    "visit.station_name_taken": _("This name is taken here. Choose another."),
    "visit.why_needed": _("Say why."),
    "words.file_wrong": _("This is no CSV file with a column “words”, or it is larger than 1 MB."),
    "words.line_wrong": _(
        "Line %(line)s can’t be looked for: %(words)s. A word needs a letter, a phrase has at most "
        "12 words."
    ),
    "words.name_needed": _("Give the list a name."),
    "words.name_taken": _("Another list here has this name."),
    "words.none": _("Write at least one word."),
    "words.severity_wrong": _("Line %(line)s: say 1, 2 or 3."),
    "words.too_many": _("A facility can have %(most)s words in all its lists."),
    **vetting.MISTAKES,
    **attorney_words.MISTAKES,
}
