"""What contacts change about themselves."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.errors import NotFound
from kinline.apps.people.models import Account, Contact


@transaction.atomic
def set_language(*, contact_id: UUID, language: str, now: datetime) -> None:
    """The language of pages, announcements and mail from `now` on. Raises NotFound."""
    if Contact.objects.filter(pk=contact_id).update(language=language) != 1:
        raise NotFound
    Account.objects.filter(contact=contact_id).update(language=language)
