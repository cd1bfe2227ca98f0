"""Questions about old money: stamps, texts, calling cards, prepaid accounts, debit.

The facts are the provider's word and the federal rule in laws/old_money; see core.transition.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.core.place import Place
from kinline.core.rating.book import Law
from kinline.core.transition.decide import PAYS_FOR
from kinline.core.transition.words import (
    AccountKind,
    FundsRule,
    Outcome,
    ProviderWord,
    Reach,
)
from kinline.doors.help import say
from kinline.doors.help.answer import Answer, Case, Cited, Verdict
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import Standing, State, standing
from kinline.doors.words import balance, marks, places
from kinline.doors.words.clock import long_day
from kinline.laws.loader import book
from kinline.laws.transition import old_money

NAMES: dict[AccountKind, str | Promise] = {
    AccountKind.STAMPS: gettext_lazy("unused stamps"),
    AccountKind.TEXT_PACKAGE: gettext_lazy("unused texts"),
    AccountKind.CALLING_CARD: gettext_lazy("prepaid calling cards"),
    AccountKind.PREPAID_COLLECT: gettext_lazy("a prepaid phone account"),
    AccountKind.DEBIT: gettext_lazy("the debit account of a person inside"),
}

VERDICTS = {
    Outcome.NOT_REFUNDABLE: Verdict.NO,
    Outcome.REFUND_IN_FULL: Verdict.YES,
    Outcome.STAYS_USABLE: Verdict.SAYS,
    Outcome.KEEP_OPEN: Verdict.SAYS,
}


def unused_stamps(asked: Asked) -> Answer:
    """Stamps that are left over."""
    return _answer(asked, AccountKind.STAMPS)


def unused_texts(asked: Asked) -> Answer:
    """Texts that are left over in a package."""
    return _answer(asked, AccountKind.TEXT_PACKAGE)


def calling_cards(asked: Asked) -> Answer:
    """Calling cards that a person inside bought."""
    return _answer(asked, AccountKind.CALLING_CARD)


def prepaid_account(asked: Asked) -> Answer:
    """An account for calls that reach a family: by which places it still pays for."""
    return _answer(asked, AccountKind.PREPAID_COLLECT)


def debit_account(asked: Asked) -> Answer:
    """What belongs to the person inside stays with them."""
    return _answer(asked, AccountKind.DEBIT)


def _answer(asked: Asked, kind: AccountKind) -> Answer:
    if asked.place is None:
        return _anywhere(asked, kind)
    one = standing(asked.place, PAYS_FOR[kind][0], asked.at)
    word = old_money().word(kind, asked.place)
    rule = old_money().rule(asked.place, asked.on)
    if word is None:
        return _nothing_known(asked, kind, one, rule)
    return Answer(
        verdict=VERDICTS[word.outcome] if word.elsewhere is None else Verdict.DEPENDS,
        chip=_("It depends on your calls") if word.elsewhere else "",
        sentences=_sentences(word, one),
        cases=_cases(word, asked.place),
        cited=_cited(word, rule, kind),
        unsure=_unsure(kind, rule),
    )


def _anywhere(asked: Asked, kind: AccountKind) -> Answer:
    """Without a facility: for which jurisdictions an answer is known at all."""
    known = [one for one in old_money().words if one.kind is kind]
    where = ", ".join(places.jurisdiction(one.published.jurisdiction) for one in known)
    said = _(
        "It depends on where the person is held. We know what the provider answered for: "
        "%(where)s. Choose the facility above."
    )
    return Answer(
        verdict=Verdict.DEPENDS,
        sentences=(said % {"where": where},),
        cited=tuple(_word_cited(one) for one in known),
    )


def _nothing_known(
    asked: Asked, kind: AccountKind, one: Standing, rule: FundsRule | None
) -> Answer:
    facts = {"place": asked.name, "money": NAMES[kind]}
    said = _("We know of no published answer on %(money)s for %(place)s. Ask who sold it.") % facts
    if one.state is State.PAID:
        needed = _("No law made free what it pays for here, so it is still of use.")
    else:
        needed = " ".join(say.by_state([one]))
    return Answer(
        verdict=Verdict.NOT_TOLD,
        sentences=(needed, said),
        cited=(*say.cited([one]), *_rule_cited(rule, kind)),
        unsure=_unsure(kind, rule),
    )


def _sentences(word: ProviderWord, one: Standing) -> tuple[str, ...]:
    day = long_day(_law(word).period.from_on)
    facts = {"day": day, "sold_as": word.sold_as}
    sold_as = _("It was sold as %(sold_as)s.") % facts if word.sold_as else ""
    before = one.state is State.COMING
    said = {
        Outcome.NOT_REFUNDABLE: _not_refundable(word.kind, facts, before=before),
        Outcome.STAYS_USABLE: _usable(word),
        Outcome.REFUND_IN_FULL: _("It depends on which calls the account pays for."),
        Outcome.KEEP_OPEN: _("Keep it open."),
    }[word.outcome]
    whose = _("This is the provider’s answer. It is not the law’s and not Kinline’s.")
    return tuple(one for one in (said, sold_as, whose) if one)


def _not_refundable(kind: AccountKind, facts: dict[str, str], *, before: bool) -> str:
    money = {"money": NAMES[kind], **facts}
    if before:
        said = _(
            "The provider gives no refund for %(money)s. Use up what there is before %(day)s: "
            "from then on it is not needed."
        )
    else:
        said = _(
            "The provider gives no refund for %(money)s. It asked people to use up what they had "
            "before %(day)s."
        )
    return said % money


def _usable(word: ProviderWord) -> str:
    bought = ", ".join(str(balance.THINGS[one]) for one in word.buys)
    said = _("Nothing happens to it. It stays the person’s, and buys at the facility: %(things)s.")
    return said % {"things": bought}


def _law(word: ProviderWord) -> Law:
    return next(law for law in book().laws if law.id == word.published.law)


def _cases(word: ProviderWord, place: Place) -> tuple[Case, ...]:
    if word.elsewhere is None:
        return ()
    where = {"where": places.jurisdiction(word.published.jurisdiction)}
    return (
        Case(
            when=_("It pays for calls from %(where)s only") % where,
            outcome=word.outcome,
            short=_("Close it, refund in full"),
            sentence=_("You may close it and ask for all of the unused balance back."),
        ),
        Case(
            when=_("It also pays for calls from outside %(where)s") % where,
            outcome=word.elsewhere,
            short=_("Keep it open"),
            sentence=_(
                "Do not close it. Without it you could not be called from those places, or pay "
                "for their calls."
            ),
        ),
    )


def _cited(word: ProviderWord, rule: FundsRule | None, kind: AccountKind) -> tuple[Cited, ...]:
    return (_word_cited(word), *_rule_cited(rule, kind))


def _word_cited(word: ProviderWord) -> Cited:
    return Cited(
        id=f"{word.published.jurisdiction}:{word.kind}",
        citation=word.published.citation,
        source=word.published.source,
        mark=marks.mark(word.published.status, word.published.verify),
        verify=word.published.verify,
        what=_("The provider’s word"),
    )


def _rule_cited(rule: FundsRule | None, kind: AccountKind) -> tuple[Cited, ...]:
    if rule is None or kind not in rule.reach:
        return ()
    said = _(
        "Federal rule: money that was not used stays yours. Nothing may be taken before %(days)s "
        "days without any use."
    )
    return (
        Cited(
            id=rule.id,
            citation=rule.citation,
            source=rule.source,
            since=rule.period.from_on,
            mark=marks.mark(rule.status, rule.verify),
            verify=rule.verify,
            what=said % {"days": rule.inactive_days},
        ),
    )


def _unsure(kind: AccountKind, rule: FundsRule | None) -> tuple[str, ...]:
    reach = rule.reach.get(kind) if rule else None
    if reach is None:
        return ()
    said = {
        Reach.PROBABLY: _("Whether the federal rule reaches this kind of money: it probably does."),
        Reach.DOUBTFUL: _("Whether the federal rule reaches this kind of money: we doubt it."),
    }
    return (said[reach],) if reach in said else ()
