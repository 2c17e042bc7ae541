"""What the desk tells the owner of an account: a link, a code, or that something changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.people import User


class AccountMessageKind(models.TextChoices):
    VERIFY_EMAIL = "verify_email", _("Confirm the e-mail")
    RESET_PASSWORD = "reset_password", _("Choose a new password")
    NAME_USERNAME = "name_username", _("Remind of the username")
    PHONE_CODE = "phone_code", _("Code to a phone")
    PASSWORD_CHANGED = "password_changed", _("The password changed")
    EMAIL_CHANGED = "email_changed", _("The e-mail changed")
    PHONE_CHANGED = "phone_changed", _("The phone changed")


class AccountMessageStatus(models.TextChoices):
    DUE = "due", _("To be sent")
    SENT = "sent", _("Sent")
    NOBODY = "nobody", _("Nobody to tell")
    FAILED = "failed", _("Not sent")


class AccountMessage(models.Model):
    """One message that was asked for, whoever asked and whether there is an account or not.

    The row is written for every name, e-mail and phone that is typed, and answered alike; the
    worker finds out whom it concerns. What is sent stands here as a hash only, and works once:
    ``used_at`` is set by the one update that found it empty. Deleted a week later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=AccountMessageKind)
    address = models.CharField(
        max_length=254, help_text=_("What was typed: a username, e-mail or phone (E.164)")
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE)
    status = models.CharField(
        max_length=6, choices=AccountMessageStatus, default=AccountMessageStatus.DUE
    )
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    secret_hash = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the token, keyed one of the code")
    )
    session_hash = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of what the right code was changed for")
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="due"), name="account_message_due"
            ),
            models.Index(
                fields=["secret_hash"], condition=~Q(secret_hash=""), name="account_message_secret"
            ),
            models.Index(
                fields=["session_hash"],
                condition=~Q(session_hash=""),
                name="account_message_session",
            ),
            models.Index(fields=["created_at"], name="account_message_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AccountMessageStatus.values),
                name="account_message_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
