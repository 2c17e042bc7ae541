"""What a shop sets about itself; one row, changed on its page in the admin."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
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


class DateStyle(models.TextChoices):
    """How a day is written; config/formats knows the patterns."""

    WORDS = "words", _("31 Dec 2026")
    SLASHES = "slashes", "31/12/2026"
    DASHES = "dashes", "31-12-2026"
    ISO = "iso", "2026-12-31"


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
    date_style = models.CharField(
        _("dates"), max_length=7, choices=DateStyle, default=DateStyle.WORDS
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
    away_message = models.TextField(
        _("away message"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Answers who writes while the shop is closed, once until it opens. {opens} becomes"
            " when that is. Empty: no answer."
        ),
    )
    alert_minutes = models.PositiveSmallIntegerField(
        _("minutes between messages to staff"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("What comes in between is told together, one message of a kind."),
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
                condition=Q(date_style__in=DateStyle.values), name="shop_date_style_known"
            ),
            models.CheckConstraint(
                condition=Q(reader__in=["", *ReaderChoice.values]), name="shop_reader_known"
            ),
            models.CheckConstraint(
                condition=Q(ask_below__gte=0, ask_below__lte=1), name="shop_ask_below_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(alert_minutes__gte=1, alert_minutes__lte=1440),
                name="shop_alert_minutes_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        remember(Manner(self.time_zone, self.currency, self.grouping, self.date_style))

    @classmethod
    def current(cls) -> Shop:
        """The shop's row, made with defaults on first use."""
        return cls.objects.get_or_create(pk=1)[0]


class Weekday(models.IntegerChoices):
    """As date.weekday() counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpeningTime(models.Model):
    """When the shop is open on a weekday; a day may have several. Without any it always is."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="opening_times")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"), help_text=_("00:00 is the end of the day."))
    history = HistoricalRecords()

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = _("opening time")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes=dt.time(0)),
                name="opens_before_it_closes",
                violation_error_message=_("It closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__in=Weekday.values), name="opening_weekday_known"
            ),
            models.UniqueConstraint(fields=["shop", "weekday", "opens"], name="opens_once_then"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ClosedDay(models.Model):
    """A day on which the shop stays closed whatever its weekday."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=80, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["day"]
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        constraints = [models.UniqueConstraint(fields=["shop", "day"], name="closed_day_once")]

    def __str__(self) -> str:
        return f"{date_format(self.day)} {self.why}".strip()
