"""What every room's models share: identifiers that cannot be guessed or counted."""

import uuid
from typing import Any

from django.db import models


class Fact(models.Model):
    """A row with a random identifier: no counting of other people's rows from outside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def choices(names: Any) -> list[tuple[str, str]]:
    """Model choices from a StrEnum of the core; the words for people live at the doors."""
    return [(member.value, member.value) for member in names]
