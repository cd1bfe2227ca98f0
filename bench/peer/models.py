from django.db import models


class Row(models.Model):
    """One row with a word and a moment, nothing guarded, nothing indexed but its id."""

    word = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "peer"
