"""What a shop sets about itself; one row, changed on its page in the admin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.manner import Manner, remember


class Currency(models.TextChoices):
    """What amounts are in; customers.manner knows their signs."""

    INR = "INR", _("Indian rupee (₹)")
    NPR = "NPR", _("Nepalese rupee (Rs)")
    BDT = "BDT", _("Bangladeshi taka (৳)")
    LKR = "LKR", _("Sri Lankan rupee (Rs)")
    AED = "AED", _("UAE dirham (AED)")
    USD = "USD", _("US dollar ($)")
    EUR = "EUR", _("Euro (€)")
    GBP = "GBP", _("Pound sterling (£)")


class Grouping(models.TextChoices):
    """Where the commas of a long number stand."""

    INDIAN = "indian", "1,25,000.50"
    WESTERN = "western", "125,000.50"


class ReaderChoice(models.TextChoices):
    """As DRAFT_READER in the environment, which an empty choice leaves in force."""

    OFFLINE = "offline", _("Built in: no network, no cost")
    HYBRID = "hybrid", _("Built in, and a model where it is unsure")
    OPENAI = "openai", _("A model reads everything")


class Shop(models.Model):
    """The one row of what a shop sets about itself."""

    name = models.CharField(
        _("shop name"),
        max_length=120,
        default="My shop",
        help_text=_("Customers read it in messages, on statements and where they track an order."),
    )
    address = models.TextField(
        _("address"), blank=True, help_text=_("Stands on statements and printed papers.")
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="shop/",
        blank=True,
        help_text=_("JPEG, PNG or WebP. Shown where customers track an order."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        choices=Currency,
        default=Currency.INR,
        help_text=_("The sign before every amount. Amounts are not converted."),
    )
    grouping = models.CharField(
        _("long numbers"), max_length=7, choices=Grouping, default=Grouping.INDIAN
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default=settings.TIME_ZONE,
        help_text=_("Says when a day begins and which times are shown."),
    )
    order_prefix = models.CharField(
        _("order prefix"),
        max_length=8,
        default="LEG",
        validators=[RegexValidator(r"^[A-Z0-9]+\Z", _("Only capital letters and digits."))],
        help_text=_("Begins the references of new orders: LEG-7K3M-Q0XW."),
    )
    language = models.CharField(
        _("customers' language"),
        max_length=5,
        default="en",
        help_text=_("For customers whose own language is not known."),
    )
    staff_language = models.CharField(
        _("staff's language"),
        max_length=5,
        default="en",
        help_text=_("In which the desk opens for staff."),
    )
    allowed_phones = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        verbose_name=_("phones that may write"),
        help_text=_("One number a line, or * for everybody. Messages of others are ignored."),
    )
    reader = models.CharField(
        _("who reads messages"),
        max_length=7,
        choices=ReaderChoice,
        blank=True,
        help_text=_("Empty: as the environment says (DRAFT_READER)."),
    )
    ask_below = models.DecimalField(
        _("ask the model below"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.90"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_(
            "0 to 1: how sure the built-in reader must be of a message, or the model is asked too."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shop")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="shop_is_one_row"),
            models.CheckConstraint(
                condition=Q(currency__in=Currency.values), name="shop_currency_known"
            ),
            models.CheckConstraint(
                condition=Q(grouping__in=Grouping.values), name="shop_grouping_known"
            ),
            models.CheckConstraint(
                condition=Q(reader__in=["", *ReaderChoice.values]), name="shop_reader_known"
            ),
            models.CheckConstraint(
                condition=Q(ask_below__gte=0, ask_below__lte=1), name="shop_ask_below_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        remember(Manner(self.time_zone, self.currency, self.grouping))

    @classmethod
    def current(cls) -> Shop:
        """The shop's row, made with defaults on first use."""
        return cls.objects.get_or_create(pk=1)[0]
