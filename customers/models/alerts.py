"""What staff want to hear of, how far they were told, and each message about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.shop import Shop
from customers.roles import STAFF_ROLES


class AlertKind(models.TextChoices):
    DRAFTS = "drafts", _("A new draft waits")
    FAILED = "failed", _("A message could not be sent")
    SHORT = "short", _("A product falls to its reorder level")
    PAGES = "pages", _("A khata page is read")
    AWAY = "away", _("Somebody wrote while the shop is closed")


class AlertWay(models.TextChoices):
    MAIL = "mail", _("E-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")


class AlertStatus(models.TextChoices):
    DUE = "due", _("To be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")


class AlertWish(models.Model):
    """One of the staff hears of one kind of thing, by e-mail, WhatsApp or both."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="alert_wishes")
    kind = models.CharField(_("of what"), max_length=8, choices=AlertKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="alert_wishes",
        limit_choices_to={"role__in": sorted(STAFF_ROLES), "is_active": True},
        verbose_name=_("who"),
    )
    by_mail = models.BooleanField(_("by e-mail"), default=True)
    by_whatsapp = models.BooleanField(_("by WhatsApp"), default=False)
    history = HistoricalRecords()

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("person who hears of it")
        verbose_name_plural = _("who hears of what")
        constraints = [
            models.UniqueConstraint(fields=["kind", "user"], name="alert_wished_once"),
            models.CheckConstraint(
                condition=Q(by_mail=True) | Q(by_whatsapp=True), name="alert_goes_some_way"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AlertKind.values), name="alert_wish_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class AlertClock(models.Model):
    """How far staff were told of a kind; one update of ``told_until`` claims the next bundle."""

    kind = models.CharField(primary_key=True, max_length=8, choices=AlertKind)
    told_until = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.get_kind_display()


class StaffAlert(models.Model):
    """A message to one of the staff about all that came between two moments (law 1)."""

    kind = models.CharField(_("of what"), max_length=8, choices=AlertKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="staff_alerts",
        verbose_name=_("to whom"),
    )
    way = models.CharField(_("way"), max_length=8, choices=AlertWay)
    count = models.PositiveIntegerField(_("how many"))
    since = models.DateTimeField()
    until = models.DateTimeField()
    status = models.CharField(
        _("state"), max_length=6, choices=AlertStatus, default=AlertStatus.DUE
    )
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("why"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("message to staff")
        verbose_name_plural = _("messages to staff")
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="due"), name="staff_alert_due"
            ),
            models.Index(fields=["created_at"], name="staff_alert_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "user", "way", "until"], name="staff_alert_once"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="staff_alert_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"
