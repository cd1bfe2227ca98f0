"""How to reach a facility: the names of what it may tell everyone."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.topics import Topic

TOPICS: dict[Topic, str | Promise] = {
    Topic.QUESTIONS: _("Questions"),
    Topic.TELEPHONE: _("Telephone"),
    Topic.EMAIL: _("Email"),
    Topic.ADDRESS: _("Address"),
    Topic.EMERGENCY: _("Emergency"),
}
