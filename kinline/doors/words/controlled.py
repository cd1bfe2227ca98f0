"""Why a visit can't be booked, or a message was not sent, by a control of the facility.

Both sides read them; `%(level)s` is in words for whoever reads.
"""

from django.utils.translation import gettext_lazy as _

from kinline.doors.words.said import Said

_WHOSE = _("The facility’s: it set this %(level)s on %(since)s. Only its staff can change it.")
_CHANGES = _("Until the facility changes it.")
_OPENS = _("Until the facility opens them again.")
_NO_VISIT = _("No visits then")
_OTHER_DAY = _("Choose another day. Visits with an attorney are not counted.")

VISIT: dict[str, Said] = {
    "control.closed": Said(
        title=_NO_VISIT,
        rule=_("Visits are closed %(level)s. The facility says: %(why)s"),
        whose=_WHOSE,
        open_end=_OPENS,
        you_can=_("Choose a time after that, or ask the facility about it."),
    ),
    "control.hours": Said(
        title=_NO_VISIT,
        rule=_("Visits are open %(level)s at these hours: %(week)s."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_("Choose a time within these hours."),
    ),
    "control.longest": Said(
        title=_("This visit is too long"),
        rule=_("Set %(level)s: a visit lasts at most %(length)s."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_("Choose a shorter visit."),
    ),
    "control.visits_day": Said(
        title=_("No more visits on this day"),
        rule=_("Visits a day, set %(level)s: at most %(visits)s. All of them are taken."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_OTHER_DAY,
    ),
    "control.visits_week": Said(
        title=_("No more visits in this week"),
        rule=_("Visits a week, set %(level)s: at most %(visits)s. All of them are taken."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_OTHER_DAY,
    ),
    "control.gap": Said(
        title=_("Too close to another visit"),
        rule=_("Set %(level)s: %(length)s between two visits."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_("Choose another time. Visits with an attorney are not counted."),
    ),
}

_NOT_SENT = _("Your message was not sent")
_COUNSEL = _("Send it then. It is kept as a draft. Private mail with an attorney is not counted.")

MESSAGE: dict[str, Said] = {
    "control.closed": Said(
        title=_NOT_SENT,
        rule=_("Messages are closed %(level)s. The facility says: %(why)s"),
        whose=_WHOSE,
        open_end=_OPENS,
        you_can=_("What you wrote is kept as a draft. Private mail with an attorney still goes."),
    ),
    "control.hours": Said(
        title=_NOT_SENT,
        rule=_("Messages can be sent %(level)s at these hours: %(week)s."),
        whose=_WHOSE,
        open_end=_("No more hours are set."),
        you_can=_("Send it then. What you wrote is kept as a draft."),
    ),
    "control.messages_day": Said(
        title=_NOT_SENT,
        rule=_("Messages a day, set %(level)s: at most %(messages)s. You have sent them."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_COUNSEL,
    ),
    "control.messages_week": Said(
        title=_NOT_SENT,
        rule=_("Messages a week, set %(level)s: at most %(messages)s. You have sent them."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_COUNSEL,
    ),
    "control.gap": Said(
        title=_NOT_SENT,
        rule=_("Set %(level)s: %(length)s between two messages."),
        whose=_WHOSE,
        open_end=_CHANGES,
        you_can=_COUNSEL,
    ),
}
