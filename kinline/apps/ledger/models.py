"""The books: accounts, entries, holds. Written once, and balances follow what is written.

Balances and what is set aside are changed by the database itself as postings and holds are
written (sql/*/books.sql), so that no path of ours can forget it; CHECKs keep them above zero.
Rows are numbered in the order in which they were written; nobody outside ever sees a number.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facts import choices
from kinline.core.ledger.chart import Side
from kinline.core.ledger.entry import KEY_LENGTH
from kinline.core.ledger.hold import HoldState

CODE_LENGTH = 160


class Account(models.Model):
    """One account of the chart (core.ledger.chart). Accounts with a floor have a Balance."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    commodity = models.CharField(max_length=60)
    grows = models.CharField(max_length=10, choices=choices(Side))
    kind = models.CharField(max_length=30)
    holder = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=40, blank=True)
    floor = models.BooleanField()
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["holder", "kind"], name="account_by_holder")]
        constraints = [
            CheckConstraint(
                condition=Q(floor=False) | Q(grows=Side.CREDIT), name="what_is_held_grows_by_credit"
            )
        ]


class Balance(models.Model):
    """What an account with a floor has, and how much of it is set aside. Never written by us."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(held__gte=0), name="nothing_below_zero_is_set_aside"),
            CheckConstraint(condition=Q(posted__gte=F("held")), name="no_balance_below_its_holds"),
        ]


class Entry(models.Model):
    """One event in the books. `reverses` is the entry that it undoes, at most one for each."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    at = models.DateTimeField()
    what = models.CharField(max_length=30)
    about = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=60, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )

    class Meta:
        indexes = [models.Index(fields=["at"], name="entry_by_moment")]


class Posting(models.Model):
    """An amount from the account credited to the account debited, in cents or pieces."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    position = models.PositiveSmallIntegerField()
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            CheckConstraint(condition=Q(amount__gt=0), name="a_posting_moves_something"),
            CheckConstraint(condition=~Q(debit=F("credit")), name="a_posting_has_two_sides"),
            UniqueConstraint(fields=["entry", "position"], name="one_posting_per_position"),
        ]


class Hold(models.Model):
    """An amount set aside. `until` is when it is let go at the latest, if nothing came of it."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=choices(HoldState), default=HoldState.OPEN)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["until"], name="open_hold_by_end", condition=Q(state=HoldState.OPEN)
            )
        ]
        constraints = [
            CheckConstraint(condition=Q(amount__gt=0), name="a_hold_sets_something_aside"),
            CheckConstraint(
                condition=Q(state=HoldState.OPEN, closed_at=None)
                | (~Q(state=HoldState.OPEN) & Q(closed_at__isnull=False)),
                name="a_hold_is_open_or_closed",
            ),
        ]
