"""Slip numbers: unique over drafts and orders for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SlipCounter(models.Model):
    """The one counter; its row lock makes a block of numbers consecutive."""

    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="slip_counter_is_one_row"),
        ]


class SlipNumber(models.Model):
    """A number that was ever given, by the counter or by hand; never given again."""

    text = models.CharField(max_length=24, primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text
