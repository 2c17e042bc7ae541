"""What a customer's orders say of the customer, worked out every night, and calls about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models.catalogue import Product


class Tier(models.TextChoices):
    """How a customer stands, by the chance that they still buy and how much they will."""

    TOP = "top", _("Top")
    REGULAR = "regular", _("Regular")
    OCCASIONAL = "occasional", _("Occasional")
    NEW = "new", _("New")
    AT_RISK = "at_risk", _("At risk")
    LOST = "lost", _("Lost")


class ScoreRun(models.Model):
    """One working out of all scores, with what it learned of the shop as a whole."""

    computed_at = models.DateTimeField(_("computed at"))
    customer_count = models.PositiveIntegerField(_("customers"))
    usual_interval_days = models.FloatField(
        _("usual interval"), null=True, help_text=_("Days between two orders, the median customer")
    )
    average_value = models.DecimalField(
        _("average value"), max_digits=14, decimal_places=2, help_text=_("Rupees a customer, ever")
    )
    parameters = models.JSONField(
        _("parameters"), null=True, help_text=_("r, alpha (days), a, b; empty: too little history")
    )

    class Meta:
        verbose_name = _("score run")
        verbose_name_plural = _("score runs")
        ordering = ["-computed_at", "-pk"]


class CustomerScore(models.Model):
    """A customer's buying so far and what is to be expected; replaced at every run."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="score")
    p_alive = models.FloatField(
        _("chance of buying again"), null=True, help_text=_("0 to 1; empty: too little history")
    )
    expected_orders_90d = models.FloatField(_("expected orders in 90 days"), null=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    order_count = models.PositiveIntegerField(_("orders"))
    first_order_on = models.DateField(_("first order"))
    last_order_on = models.DateField(_("last order"))
    usual_interval_days = models.FloatField(
        _("usual interval"), null=True, help_text=_("Median days between two days of buying")
    )
    lifetime_value = models.DecimalField(_("lifetime value"), max_digits=14, decimal_places=2)
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("customer score")
        verbose_name_plural = _("customer scores")
        ordering = [models.F("expected_orders_90d").desc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["last_order_on"], name="score_by_last_order"),
            models.Index(fields=["tier"], name="score_by_tier"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(p_alive__isnull=True) | Q(p_alive__gte=0, p_alive__lte=1),
                name="score_p_alive_is_a_chance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_tier_display()}"


class BoughtTogether(models.Model):
    """Two products that stood in the same orders; replaced at every run."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="bought_with")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    order_count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="bought_together_once"),
        ]


class CallOutcome(models.TextChoices):
    SALE_MADE = "sale_made", _("Ordered")
    INTERESTED_CALLBACK = "interested_callback", _("Interested, call back")
    BUSY_CALLBACK = "busy_callback", _("Busy, call back")
    NOT_INTERESTED = "not_interested", _("Not interested")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    DNC_REQUESTED = "dnc_requested", _("Asked not to be called")


CALLBACKS = (CallOutcome.INTERESTED_CALLBACK, CallOutcome.BUSY_CALLBACK)


class SalesCall(models.Model):
    """A call to a customer and how it went; the latest decides when the next is due."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="sales_calls")
    phone = models.CharField(_("phone"), max_length=16, help_text=_("E.164, as it was then"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=CallOutcome)
    callback_date = models.DateField(_("call back on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    items_discussed = models.CharField(_("items discussed"), max_length=300, blank=True)
    order = models.ForeignKey(
        "orders.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="sales_calls"
    )
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(_("called at"))

    class Meta:
        verbose_name = _("sales call")
        verbose_name_plural = _("sales calls")
        ordering = ["-called_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-called_at", "-id"], name="call_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(callback_date__isnull=True) | Q(outcome__in=CALLBACKS),
                name="call_back_after_callback_only",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
