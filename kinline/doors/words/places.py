"""Names of what a law speaks of: jurisdictions and kinds of custody."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.core.place import Custody

JURISDICTIONS: dict[str, str | Promise] = {
    "us": gettext_lazy("United States"),
    "us-ca": gettext_lazy("California"),
    "us-ca-la": gettext_lazy("Los Angeles County"),
    "us-ca-sf": gettext_lazy("San Francisco"),
    "us-co": gettext_lazy("Colorado"),
    "us-ct": gettext_lazy("Connecticut"),
    "us-ma": gettext_lazy("Massachusetts"),
    "us-mn": gettext_lazy("Minnesota"),
    "us-nh": gettext_lazy("New Hampshire"),
    "us-ny": gettext_lazy("New York State"),
    "us-ny-nyc": gettext_lazy("New York City"),
}

CUSTODY: dict[Custody, str | Promise] = {
    Custody.STATE_PRISON: gettext_lazy("state prisons"),
    Custody.COUNTY_JAIL: gettext_lazy("county jails"),
    Custody.HOUSE_OF_CORRECTION: gettext_lazy("houses of correction"),
    Custody.CITY_JAIL: gettext_lazy("city jails"),
    Custody.UNIFIED_DOC: gettext_lazy("prisons and jails of the state"),
    Custody.YOUTH: gettext_lazy("state youth facilities"),
}


def jurisdiction(code: str) -> str:
    """Massachusetts for "us-ma"; the code itself where we have no name for it."""
    return str(JURISDICTIONS.get(code, code.upper()))


def custody(kinds: frozenset[Custody]) -> str:
    """The kinds of custody a law covers, in the order in which Custody lists them."""
    return _(", ").join(str(CUSTODY[kind]) for kind in Custody if kind in kinds)
