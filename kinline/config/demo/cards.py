"""Made-up cards for the jail that does not exist, against what stands in for Stripe."""

from datetime import datetime

AGENCY = "nh-example"
SIGNING = "whsec_made_up"


def hook(web: str) -> dict[str, str]:
    """Where messages go, and what signs them; needs no Django. `web` ends with a slash."""
    return {"url": f"{web}api/stripe/{AGENCY}/", "secret": SIGNING}


def load(*, now: datetime) -> None:
    """Set keys that are none, unless somebody has set others; nothing where Stripe is meant."""
    from django.conf import settings

    from kinline.apps.charging.cards import merchants

    if not settings.STRIPE_API or merchants.setting(agency=AGENCY).takes_cards:
        return
    merchants.set_up(
        agency=AGENCY,
        place=AGENCY,
        by="demo",
        now=now,
        public_key="pk_test_made_up",
        secret="sk_test_made_up",
        signing=SIGNING,
    )
