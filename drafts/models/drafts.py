"""Order drafts with their entries, what became of them, and what later messages ask of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import Customer, User
from orders.models import Order, OrderItem, Product
from whatsapp.models import Chat, Message


class DraftStatus(models.TextChoices):
    OPEN = "open", _("To review")
    CONVERTED = "converted", _("Converted")
    DISCARDED = "discarded", _("Discarded")


class ClosedBecause(models.TextChoices):
    """Why a draft became no order."""

    NOT_ORDER = "not_order", _("Not an order")
    TAKEN_BACK = "taken_back", _("The customer took it back")
    DUPLICATE = "duplicate", _("Ordered twice")
    MISTAKE = "mistake", _("A mistake or a test")
    MERGED = "merged", _("Merged with another draft")


class OrderDraftQuerySet(models.QuerySet["OrderDraft"]):
    def open(self) -> OrderDraftQuerySet:
        """What waits for a person: neither converted nor discarded."""
        return self.filter(status=DraftStatus.OPEN)

    def with_lines(self) -> OrderDraftQuerySet:
        """All that shows a draft, in a fixed number of queries."""
        entries = DraftEntry.objects.select_related("product", "client")
        related = ("chat__identity", "customer", "split_from")
        return self.select_related(*related).prefetch_related(
            models.Prefetch("entries", queryset=entries),
            "draft_messages__message__analysis",
            "split_from__draft_messages__message__analysis",
            models.Prefetch("later_messages", queryset=MessageAbout.objects.with_changes()),
        )


class OrderDraft(models.Model):
    """A proposal read from a customer's messages, for a person to decide on."""

    chat = models.ForeignKey(Chat, on_delete=models.PROTECT, related_name="drafts")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="drafts", help_text=_("The sender")
    )
    status = models.CharField(max_length=9, choices=DraftStatus, default=DraftStatus.OPEN)
    reader = models.CharField(max_length=20, blank=True)
    confidence = models.FloatField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    split_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_("The draft that it was split off, whose messages it shows"),
    )
    reply_due_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("End of the quiet window; empty once the reply is queued"),
    )
    converted_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=10, choices=ClosedBecause, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    objects = OrderDraftQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["status", "id"], name="draft_by_status"),
            models.Index(
                fields=["reply_due_at"],
                condition=Q(reply_due_at__isnull=False),
                name="draft_reply_due",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Draft #%(pk)s") % {"pk": self.pk}

    @property
    def source(self) -> OrderDraft:
        """Whose messages its lines were read from: its own, or the draft's it was split off."""
        return self.split_from or self

    @property
    def asked_changes(self) -> list[DraftChange]:
        """What later messages ask to change of it, decided ones too, in their order."""
        return [change for about in self.later_messages.all() for change in about.changes.all()]


class DraftMessage(models.Model):
    """A message that a draft was read from; raw_message is their texts in order."""

    draft = models.ForeignKey(OrderDraft, on_delete=models.CASCADE, related_name="draft_messages")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="draft_message")
    repeats = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The message that this one says again; its lines are in the draft once"),
    )

    class Meta:
        ordering = ["pk"]


class DraftEntry(models.Model):
    """One line of a draft, with what it was read from and how sure the reader was."""

    draft = models.ForeignKey(OrderDraft, on_delete=models.CASCADE, related_name="entries")
    message = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What it was read from; empty where staff added it"),
    )
    position = models.PositiveIntegerField()
    item_name = models.CharField(max_length=200, blank=True)
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    weight = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text=_("Grams per piece")
    )
    size = models.CharField(max_length=40, blank=True)
    color = models.CharField(max_length=40, blank=True)
    unit_price = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only where staff set it"),
    )
    client_name = models.CharField(max_length=120, blank=True)
    client = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    slip_number = models.CharField(max_length=24, unique=True)
    is_custom = models.BooleanField(default=False, help_text=_("Made to order; takes no stock."))
    match_confidence = models.FloatField(default=0)
    alternatives = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    said = models.CharField(
        max_length=120,
        blank=True,
        editable=False,
        help_text=_("The sender's words for the product"),
    )
    said_client = models.CharField(
        max_length=120, blank=True, editable=False, help_text=_("The client's name in the message")
    )
    source_start = models.PositiveIntegerField(null=True, blank=True)
    source_end = models.PositiveIntegerField(null=True, blank=True)
    from_order = models.ForeignKey(
        Order,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The sender's earlier order that the line is taken from: the usual"),
    )
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        ordering = ["draft", "position", "pk"]
        verbose_name_plural = _("draft entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="draft_entry_quantity_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.item_name


class DraftOrder(models.Model):
    """An order that a draft was converted into."""

    draft = models.ForeignKey(OrderDraft, on_delete=models.PROTECT, related_name="draft_orders")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="draft_order")

    class Meta:
        ordering = ["pk"]


class MessageOrder(models.Model):
    """An order that staff made straight from a message."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="message_orders")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="message_order")
    allow_duplicate = models.BooleanField(
        default=False, help_text=_("Asked for although the message had an order.")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]


class MessageAboutQuerySet(models.QuerySet["MessageAbout"]):
    def with_changes(self) -> MessageAboutQuerySet:
        """Each with its message and its changes, which lead back to it without a query."""
        changes = DraftChange.objects.select_related("decided_by", "entry", "item")
        messages = self.select_related("message__analysis")
        return messages.prefetch_related(models.Prefetch("changes", queryset=changes))


class MessageAbout(models.Model):
    """The open draft or order that a later message cancels, changes or adds to."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="about")
    draft = models.ForeignKey(
        OrderDraft, null=True, blank=True, on_delete=models.CASCADE, related_name="later_messages"
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.CASCADE, related_name="later_messages"
    )
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When staff dealt with it by hand")
    )
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MessageAboutQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _("messages about drafts and orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, order__isnull=False)
                | Q(draft__isnull=False, order__isnull=True),
                name="message_about_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.message} · {self.draft or self.order}"


class ChangeKind(models.TextChoices):
    QUANTITY = "quantity", _("Quantity")
    REMOVE = "remove", _("Take out")
    ADD = "add", _("Add")
    ATTRIBUTE = "attribute", _("Size, colour or weight")


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class DraftChange(models.Model):
    """A change of one line that a message asked for, until a person decides.

    ``before`` and ``after`` hold the line's fields that differ, numbers as text. ``entry``
    is the draft's line, ``item`` the order's; of a line to add both are empty.
    """

    about = models.ForeignKey(MessageAbout, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=9, choices=ChangeKind)
    entry = models.ForeignKey(
        DraftEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="changes"
    )
    item = models.ForeignKey(
        OrderItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="changes"
    )
    item_name = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    source_start = models.PositiveIntegerField(null=True, blank=True)
    source_end = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=ChangeState, default=ChangeState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="draft_change_decided_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.item_name}"
