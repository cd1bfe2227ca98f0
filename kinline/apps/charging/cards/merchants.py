"""How each agency takes cards: its keys, sealed, and the provider made of them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kinline.apps import keys
from kinline.apps.audit import actions as audit
from kinline.apps.charging.cards.port import CardProvider
from kinline.apps.charging.cards.stripes import StripeCards
from kinline.apps.charging.models import Merchant
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.core.refund.asking import TWO_ABOVE_CENTS
from kinline.sealed import keys as sealing

KEY = "money"
MOST_TWO_ABOVE = 10_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What staff may see of it: never a secret. `hook` is where Stripe shall tell us."""

    takes_cards: bool
    public_key: str
    two_above_cents: int
    hook: str


def setting(*, agency: str) -> Setting:
    """An agency's setting; the defaults where nothing was set."""
    row = Merchant.objects.filter(agency=agency).first()
    hook = f"{settings.WEB_URL.rstrip('/')}/api/stripe/{agency}/"
    if row is None:
        return Setting(False, "", TWO_ABOVE_CENTS, hook)
    return Setting(bool(row.sealed_secret), row.public_key, row.two_above_cents, hook)


def provider(*, agency: str) -> CardProvider | None:
    """The agency's card company; None where it takes no cards."""
    row = Merchant.objects.filter(agency=agency).exclude(sealed_secret="").first()
    if row is None:
        return None
    return StripeCards(_open(row.sealed_secret, agency), base=settings.STRIPE_API)


def takes_cards(*, agencies: frozenset[str]) -> frozenset[str]:
    """Those of these agencies that take cards."""
    rows = Merchant.objects.filter(agency__in=agencies).exclude(sealed_secret="")
    return frozenset(rows.values_list("agency", flat=True))


def signing_secret(*, agency: str) -> str | None:
    """What the agency's Stripe signs its messages with."""
    row = Merchant.objects.filter(agency=agency).exclude(sealed_signing="").first()
    return _open(row.sealed_signing, agency) if row else None


@transaction.atomic
def set_up(
    *,
    agency: str,
    place: str,
    by: str,
    now: datetime,
    public_key: str = "",
    secret: str = "",
    signing: str = "",
    two_above_cents: int = TWO_ABOVE_CENTS,
) -> None:
    """Set an agency's keys and limit. An empty secret leaves the one there is. Raises Refused."""
    mistakes = [
        wrong("merchant.key", field)
        for field, word, prefixes in (
            ("public_key", public_key, ("pk_",)),
            ("secret", secret, ("sk_", "rk_")),
            ("signing", signing, ("whsec_",)),
        )
        if word and not word.startswith(prefixes)
    ]
    if not 0 <= two_above_cents <= MOST_TWO_ABOVE:
        mistakes.append(wrong("merchant.limit", "two_above"))
    if mistakes:
        raise Refused(*mistakes)
    row, _ = Merchant.objects.get_or_create(agency=agency, defaults={"set_at": now})
    row.public_key, row.two_above_cents = public_key, two_above_cents
    row.set_by, row.set_at = by, now
    if secret:
        row.sealed_secret = _seal(secret, agency)
    if signing:
        row.sealed_signing = _seal(signing, agency)
    row.save()
    audit.write(
        now=now,
        actor=audit.Named("account", by),
        act="money.set_up",
        subject=audit.Named("agency", agency),
        facility=place,
        facts={
            "two_above_cents": two_above_cents,
            "new_secret": bool(secret),
            "new_signing": bool(signing),
        },
    )


def seal_payee(words: str, *, refund: str) -> str:
    """Name and address for a cheque, bound to its refund."""
    return sealing.seal_word(words, under=keys.key(KEY), bound_to=refund)


def open_payee(sealed: str, *, refund: str) -> str:
    """Raises kinline.sealed.keys.KeyRefused."""
    return sealing.open_word(sealed, under=keys.key(KEY), bound_to=refund)


def _seal(secret: str, agency: str) -> str:
    return sealing.seal_word(secret, under=keys.key(KEY), bound_to=f"merchant:{agency}")


def _open(sealed: str, agency: str) -> str:
    return sealing.open_word(sealed, under=keys.key(KEY), bound_to=f"merchant:{agency}")


def secret_for_test_cards(*, agency: str) -> str:
    """The key itself, for the form of cards that do not exist. Raises NotFound."""
    row = Merchant.objects.filter(agency=agency).exclude(sealed_secret="").first()
    if row is None:
        raise NotFound
    return _open(row.sealed_secret, agency)
