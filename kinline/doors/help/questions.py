"""Every question of the published answers on free communications, in its order and groups."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.doors.help import calls, general, messages, money, visits
from kinline.doors.help.answer import Answer
from kinline.doors.help.asked import Asked


@dataclass(frozen=True, slots=True)
class Question:
    """`slug` is its address, and stays. `answer` computes."""

    slug: str
    words: str | Promise
    answer: Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    name: str | Promise
    questions: tuple[Question, ...]


GROUPS = (
    Group(
        "general",
        _("Free communications"),
        (
            Question("why-free", _("Why does it cost nothing?"), general.why_free),
            Question("free-here", _("Is it free at this facility?"), general.free_here),
            Question("which-services", _("Which services are free?"), general.which_services),
            Question(
                "service-not-offered",
                _("What if the facility does not have one of the services?"),
                general.service_not_offered,
            ),
            Question("who-is-eligible", _("Who gets it free?"), general.who_is_eligible),
            Question("what-must-i-do", _("What do I have to do for it?"), general.what_must_i_do),
            Question(
                "how-will-they-know",
                _("How do people inside learn that it is free?"),
                general.how_will_they_know,
            ),
            Question("whom-to-ask", _("Whom can I ask?"), general.whom_to_ask),
        ),
    ),
    Group(
        "calls",
        _("Phone calls"),
        (
            Question("how-calls-work", _("How does a free call work?"), calls.how_calls_work),
            Question("restrictions", _("Are there limits on free calls?"), calls.restrictions),
            Question("long-distance", _("Are long-distance calls free?"), calls.long_distance),
            Question("international", _("Are calls to other countries free?"), calls.international),
            Question(
                "calls-monitored",
                _("Are calls still recorded, and can staff listen?"),
                calls.calls_monitored,
            ),
        ),
    ),
    Group(
        "messages",
        _("eMessages"),
        (
            Question("how-messages-work", _("How do eMessages work?"), messages.how_messages_work),
            Question("add-ons", _("Are photos, eCards and VideoGrams free too?"), messages.add_ons),
            Question(
                "messages-reviewed",
                _("Are eMessages still kept and read by staff?"),
                messages.messages_reviewed,
            ),
            Question(
                "unused-stamps",
                _("What becomes of stamps I have left? Is there a refund?"),
                money.unused_stamps,
            ),
        ),
    ),
    Group(
        "visits",
        _("Video visits"),
        (
            Question("how-visits-work", _("How do video visits work?"), visits.how_visits_work),
            Question(
                "visits-monitored",
                _("Are video visits still recorded and watched?"),
                visits.visits_monitored,
            ),
        ),
    ),
    Group(
        "texts",
        _("Text messages"),
        (
            Question(
                "unused-texts",
                _("I have texts left in a package. Is there a refund?"),
                money.unused_texts,
            ),
        ),
    ),
    Group(
        "cards",
        _("Prepaid calling cards"),
        (
            Question(
                "calling-cards",
                _("A person inside bought prepaid calling cards. Is there a refund?"),
                money.calling_cards,
            ),
        ),
    ),
    Group(
        "prepaid",
        _("Prepaid phone accounts"),
        (
            Question(
                "prepaid-account",
                _("What becomes of the money in a prepaid phone account (sold as AdvanceConnect)?"),
                money.prepaid_account,
            ),
        ),
    ),
    Group(
        "debit",
        _("Debit accounts inside"),
        (
            Question(
                "debit-account",
                _("What becomes of the money in the debit account of a person inside?"),
                money.debit_account,
            ),
        ),
    ),
)

QUESTIONS = {one.slug: one for group in GROUPS for one in group.questions}
