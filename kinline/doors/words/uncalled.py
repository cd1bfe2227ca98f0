"""Why a call did not go out: the words of each code."""

from django.utils.translation import gettext_lazy as _

from kinline.doors.words.said import EVERYWHERE, NEVER, Said

NOT_OUT = _("This call did not go out")
NO_SUCH_CALLS = _("This number can’t be called")

CALL: dict[str, Said] = {
    "call.person_inactive": Said(
        title=NOT_OUT,
        rule=_("Calls are turned off for you here."),
        open_end=_("Until the facility turns them on again."),
        you_can=_("Ask an officer why."),
    ),
    "call.station_off": Said(
        title=NOT_OUT,
        rule=_("This tablet is turned off for calls."),
        open_end=_("Until staff turn it on again."),
        you_can=_("Use another tablet."),
    ),
    "call.already_on_a_call": Said(
        title=NOT_OUT,
        rule=_("One call at a time. You have a call on another tablet."),
        open_end=_("Until that call ends."),
        you_can=_("End the other call, then call again."),
    ),
    "call.phone_held": Said(
        title=_("This phone is held for somebody"),
        rule=_("It is held for number %(number)s, who waited in line for a phone."),
        open_end=_("Until that turn is over."),
        you_can=_(
            "Wait a moment, or get in line on a tablet. Calls to your attorney and the open lines"
            " work all the same."
        ),
    ),
    "call.number_not_valid": Said(
        title=_("This number does not work"),
        rule=_("A number needs its area code and seven digits, or + and a country code."),
        open_end=_("Until the number is typed in full."),
        you_can=_("Check the number and type it again."),
    ),
    "call.not_on_list": Said(
        title=NOT_OUT,
        rule=_("You can call the numbers on your allowed list. This one is not on it."),
        open_end=_("Until the number is added to your list."),
        you_can=_("Ask an officer to add it, or call someone on your list."),
    ),
    # For staff alone: nobody else is told more than "call.not_on_list" (core.policy.call.told).
    "call.no_contact": Said(
        title=NOT_OUT,
        rule=_("A no-contact order keeps the two apart."),
        open_end=_("Until the order ends or is lifted."),
        you_can=_("See the orders among the person’s links. Neither side is told of one here."),
    ),
    "call.number_emergency": Said(
        title=NO_SUCH_CALLS,
        rule=_("Emergency numbers, such as 911, can’t be called from here."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_(
            "If anybody is in danger, tell the nearest officer now. The open lines work too."
        ),
    ),
    "call.number_crisis": Said(
        title=_("988 can’t be typed here"),
        rule=_("A crisis line is an open line: it needs no number and no sign-in."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Choose the crisis line among the open lines, or tell an officer or nurse now."),
    ),
    "call.number_directory": Said(
        title=NO_SUCH_CALLS,
        rule=_("Directory assistance, such as 411, can’t be called from here."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Ask an officer or your family to look the number up."),
    ),
    "call.number_premium": Said(
        title=NO_SUCH_CALLS,
        rule=_("Numbers that charge extra, such as 900 numbers, can’t be called from here."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Ask for the ordinary number of the person or office."),
    ),
    "call.number_short": Said(
        title=NO_SUCH_CALLS,
        rule=_("Short numbers and the operator can’t be called from here."),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Type the whole number, with its area code."),
    ),
    "call.number_special": Said(
        title=NO_SUCH_CALLS,
        rule=_(
            "Pagers, voice mailboxes and numbers that follow a person can’t be called from here."
        ),
        whose=EVERYWHERE,
        open_end=NEVER,
        you_can=_("Ask for the ordinary number of the person or office."),
    ),
    "call.number_relay": Said(
        title=_("No relay line is set here yet"),
        rule=_("711 leads to the facility’s relay line, and none is set."),
        open_end=_("Until the facility sets one."),
        you_can=_("Ask an officer for the relay service. It is yours to use."),
    ),
    "call.number_toll_free": Said(
        title=NOT_OUT,
        rule=_("Toll-free numbers, such as 800 numbers, are closed here."),
        open_end=_("Until the facility opens them."),
        you_can=_("Ask for the ordinary number of the person or office. The open lines work."),
    ),
    "call.country_closed": Said(
        title=_("Calls to this country are closed"),
        rule=_("The facility closed calls to %(country)s. It says: %(why)s"),
        open_end=_("Until the facility opens the country again."),
        you_can=_("Ask an officer about it, or call someone else on your list."),
    ),
    "call.blocked": Said(
        title=NOT_OUT,
        rule=_("%(outside)s blocked calls from you."),
        open_end=_("Until %(outside)s takes it back."),
        you_can=_("Call someone else on your list."),
    ),
    "call.quiet_hours": Said(
        title=_("Quiet hours"),
        rule=_("%(outside)s takes no calls at this hour."),
        open_end=_("Until %(outside)s changes it."),
        you_can=_("Call later, when the quiet hours are over."),
    ),
    "call.not_offered": Said(
        title=_("No calls here today"),
        rule=_("The facility does not offer calls today."),
        open_end=_("Until the facility offers calls again."),
        you_can=_("Ask an officer when calls start again."),
    ),
    "call.outside_hours": Said(
        title=_("Phones are closed now"),
        rule=_("Calls are open from %(opens)s to %(closes)s."),
        open_end=_("The facility has not set the next opening."),
        you_can=_("Call when phones are open."),
    ),
    "call.line_ended": Said(
        title=NOT_OUT,
        rule=_("The facility ended this line."),
        open_end=_("It does not come back by itself."),
        you_can=_("Look at the list of open lines again, or ask an officer, nurse or chaplain."),
    ),
    "call.line_needs_sign_in": Said(
        title=_("Sign in for this line"),
        rule=_("This line must know who calls."),
        open_end=_("Until you sign in."),
        you_can=_("Sign in, then press the line."),
    ),
    "call.sign_in_first": Said(
        title=_("Sign in to call"),
        rule=_("Calls without sign-in go out from intake tablets only."),
        open_end=_("Until you sign in."),
        you_can=_("Sign in with your ID and PIN. The open lines need no sign-in."),
    ),
    "call.intake_not_offered": Said(
        title=_("No calls without sign-in"),
        rule=_("The facility does not offer calls without sign-in here."),
        open_end=_("Until the facility offers them."),
        you_can=_("Ask an officer for a call. The open lines work all the same."),
    ),
    "call.intake_too_many": Said(
        title=_("Too many calls from here"),
        rule=_("From this tablet %(calls)s calls can go out in one hour."),
        open_end=_("Until an hour has passed."),
        you_can=_("Wait, or ask an officer. The open lines work all the same."),
    ),
    "call.trunk_busy": Said(
        title=_("All lines are in use"),
        rule=_("Only so many calls go out at once, and all lines are in use."),
        open_end=_("Until a line is free. That can be a minute."),
        you_can=_("Try again soon. The open lines work all the same."),
    ),
    "call.trunk_abroad": Said(
        title=_("All lines are in use"),
        rule=_("The lines to other countries are used up for today."),
        open_end=_("Until tomorrow."),
        you_can=_("Try again tomorrow, or call someone in this country."),
    ),
    "call.no_money": Said(
        title=_("Not enough money for this call"),
        rule=_(
            "A call costs %(hundredths)s here. Your money and that of %(outside)s is not enough "
            "for one minute."
        ),
        whose=_("The facility’s: it sets the price."),
        open_end=_("Until there is more money."),
        you_can=_(
            "Ask your family to add money: %(outside)s to their own account, under Accounts on "
            "their page, or anybody to yours. The open lines cost nothing."
        ),
    ),
    "call.no_price": Said(
        title=NOT_OUT,
        rule=_("No rule says what a call costs here today, and we do not guess a price."),
        open_end=_("Until the rule is written down."),
        you_can=_("Tell an officer. It is our mistake, not yours."),
    ),
}
# The block of a whole facility is worded apart: it is not about this one caller.
BLOCKED_FACILITY = Said(
    title=NOT_OUT,
    rule=_("%(outside)s blocked all calls from this facility."),
    open_end=_("Until %(outside)s takes it back."),
    you_can=_("Call someone else on your list."),
)
