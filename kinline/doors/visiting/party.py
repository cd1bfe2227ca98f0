"""Who is to come to a visit, as an address or form carries it from step to step.

Ids alone travel; whether they may come is asked of the room each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid
from kinline.apps.visits.queries import whom
from kinline.apps.visits.queries.whom import Pair
from kinline.doors.visiting.desk import Desk


@dataclass(frozen=True, slots=True)
class Party:
    """One person inside and who visits them. `pair` is the asker with whom they mean to meet;
    `others` are more grown-up visitors, `minors` children of any of them."""

    pair: Pair
    others: tuple[Pair, ...]
    minors: tuple[UUID, ...]
    inside: bool

    @property
    def other_id(self) -> UUID:
        """Whom the asker chose: the person, or seen from inside the contact."""
        return self.pair.contact if self.inside else self.pair.person

    @property
    def other_name(self) -> str:
        return self.pair.contact_name if self.inside else self.pair.person_name

    @property
    def contacts(self) -> tuple[UUID, ...]:
        return (self.pair.contact, *(one.contact for one in self.others))

    @property
    def names(self) -> tuple[str, ...]:
        """Who comes, by name: grown-ups first."""
        adults = (self.pair, *self.others)
        children = [child for one in adults for child in one.minors if child.id in self.minors]
        return (*(one.contact_name for one in adults), *(one.name for one in children))

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What travels along in addresses and forms."""
        return [
            *(("with", str(one.contact)) for one in self.others),
            *(("minor", str(one)) for one in self.minors),
        ]

    def query(self, **more: str) -> str:
        """An address's query with who comes and `more`."""
        return urlencode([*self.carried, *more.items()])


def party(desk: Desk, other: UUID, asked: QueryDict) -> Party:
    """Who comes, from an address or form. Raises NotFound where the asker may not meet `other`."""
    pairs = [one for one in desk.pairs() if one.offered]
    mine = next((one for one in pairs if other in {one.person, one.contact}), None)
    if mine is None or other != (mine.contact if desk.is_inside else mine.person):
        raise NotFound
    others = _others(desk, mine, ids(asked, "with"), pairs)
    known = {child.id for one in (mine, *others) for child in one.minors}
    minors = tuple(one for one in ids(asked, "minor") if one in known)
    return Party(mine, others, minors, desk.is_inside)


def ids(asked: QueryDict, name: str) -> list[UUID]:
    """The ids of one name, each once; what is none is left out."""
    found = [as_uuid(one) for one in asked.getlist(name)]
    return list(dict.fromkeys(one for one in found if one is not None))


def _others(
    desk: Desk, mine: Pair, wanted: Sequence[UUID], pairs: Sequence[Pair]
) -> tuple[Pair, ...]:
    """More grown-ups; whoever may not come is left out, and stays nameless."""
    extra = [one for one in wanted if one != mine.contact]
    if not extra:
        return ()
    if not desk.is_inside:
        pairs = whom.of_person(person_id=mine.person, now=desk.now)
    return tuple(one for one in pairs if one.contact in extra)
