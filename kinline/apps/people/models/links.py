"""Who may write to whom: links that both sides agreed to, and orders and wishes against them."""

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from kinline.apps.facts import Fact, choices
from kinline.apps.people.models.known import Contact, Person
from kinline.core.link import By
from kinline.core.order import OrderPaper


class Link(Fact):
    """A person inside and a contact, from the asking to the end; moments tell how far it is.

    Asked, then accepted or declined, then ended; each once, by compare-and-set. `ended_at` without
    `accepted_at`: taken back, or made void, before there was an answer.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="links")
    asked_by = models.CharField(max_length=10, choices=choices(By))
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=choices(By), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-asked_at"], name="link_by_contact"),
            models.Index(fields=["person", "-asked_at"], name="link_by_person"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["person", "contact"],
                condition=Q(declined_at=None, ended_at=None),
                name="one_open_link",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None),
                name="a_link_is_accepted_or_declined",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(declined_at=None),
                name="a_declined_link_does_not_end",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="somebody_ends_a_link",
            ),
        ]


class NoContact(Fact):
    """An order that a person inside and somebody outside shall not write or speak to each other.

    Against a contact, an e-mail (small letters) or a number (E.164): exactly one of them. In force
    in [from_at, until_at) until it is lifted.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="no_contacts")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="no_contacts"
    )
    email = models.CharField(max_length=254, blank=True)
    e164 = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-made_at"], name="no_contact_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, email="", e164="")
                | Q(contact=None) & ~Q(email="") & Q(e164="")
                | Q(contact=None, email="") & ~Q(e164=""),
                name="an_order_names_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_order_says_why"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
                name="an_order_holds_a_time",
            ),
        ]


class OrderDocument(Fact):
    """The paper behind an order: a photo or a PDF, a sealed file (apps.stored). Never changed.

    A photo was written anew as a JPEG; a PDF is what came, and is only ever downloaded.
    """

    order = models.ForeignKey(NoContact, on_delete=models.PROTECT, related_name="documents")
    media_type = models.CharField(max_length=20, choices=choices(OrderPaper))
    keyring = models.CharField(max_length=40)  # the agency's code
    blob = models.CharField(max_length=32, unique=True)
    wrapped_key = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "added_at"], name="document_by_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=[one.value for one in OrderPaper]),
                name="a_document_is_a_photo_or_a_pdf",
            ),
        ]


class Unwanted(Fact):
    """A person inside does not want to be asked by a contact; nobody else is told."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="unwanted")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="unwanted_by")
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person", "contact"], condition=Q(lifted_at=None), name="unwanted_once"
            )
        ]


class LookUp(Fact):
    """A contact looked for somebody inside. Counted, so that nobody tries numbers one by one."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="look_ups")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact", "at"], name="look_up_by_contact")]
