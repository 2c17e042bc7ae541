"""Orders, their line items, price overrides, and what happened to them."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Expression, F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import Customer, PaymentTerms, User
from customers.words import row_words
from orders.models.catalogue import Product, Unit


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    CONFIRMED = "confirmed", _("Confirmed")
    PROCESSING = "processing", _("Processing")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid", _("Unpaid")
    PART_PAID = "part_paid", _("Part paid")
    PAID = "paid", _("Paid")
    REFUNDED = "refunded", _("Refunded")


class Channel(models.TextChoices):
    STOREFRONT = "storefront", _("Storefront")
    WHATSAPP = "whatsapp", _("WhatsApp")
    COUNTER = "counter", _("Counter")


def order_words() -> Expression:
    """The words an order is found by, as its index holds them."""
    return row_words("order_reference", "customer_name", phone="customer_phone")


class OrderQuerySet(models.QuerySet["Order"]):
    def own(self, user: User | AnonymousUser) -> OrderQuerySet:
        """What the account placed while signed in, and what is proven to be its customer's.

        A phone number that a guest typed proves nothing, so an unverified order is
        in nobody's account.
        """
        if not isinstance(user, User):
            return self.none()
        # A key known beforehand lets both sides of the OR use their index; a join would not.
        customer = Customer.objects.filter(user=user).values("pk")[:1]
        return self.filter(Q(user=user) | Q(customer=customer, customer_verified=True))

    def visible_to(self, user: User | AnonymousUser) -> OrderQuerySet:
        """All for staff, their own for everybody else."""
        if isinstance(user, User) and user.is_staff:
            return self
        return self.own(user)

    def with_items(self) -> OrderQuerySet:
        """Each order's items in their order, each with its product's ``parent_id``."""
        items = OrderItem.objects.annotate(parent_id=F("product__parent")).order_by("position")
        return self.prefetch_related(models.Prefetch("items", queryset=items))


class Order(models.Model):
    """What a customer asked for, at the prices of the moment it was placed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order_reference = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    customer_verified = models.BooleanField(
        default=False, help_text=_("Off while only a typed phone number links the customer.")
    )
    customer_name = models.CharField(max_length=120)
    customer_phone = models.CharField(max_length=32, blank=True)
    customer_email = models.EmailField(blank=True)
    delivery_company = models.CharField(_("company"), max_length=120, blank=True)
    address_line1 = models.TextField(blank=True, verbose_name=_("address"))
    address_line2 = models.CharField(max_length=200, blank=True)
    address_city = models.CharField(max_length=80, blank=True, verbose_name=_("city"))
    address_state = models.CharField(max_length=80, blank=True, verbose_name=_("state"))
    address_pincode = models.CharField(max_length=12, blank=True, verbose_name=_("pincode"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
        help_text=_("The account that was signed in when it was placed."),
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Who of the staff entered or converted it; empty: the customer ordered."),
    )
    back_order_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="back_orders",
        help_text=_("The order that was sold without these lines, for want of stock."),
    )
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PENDING)
    payment_status = models.CharField(
        max_length=9, choices=PaymentStatus, default=PaymentStatus.UNPAID
    )
    payment_terms = models.CharField(max_length=6, choices=PaymentTerms, default=PaymentTerms.CASH)
    subtotal = models.DecimalField(max_digits=14, decimal_places=2)
    discount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    tax = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, help_text=_("The part contained in the prices")
    )
    delivery_fee = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    returned_total = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        default=0,
        help_text=_("What the goods that came back had cost, their part of the discount off."),
    )
    item_count = models.PositiveIntegerField()
    shipping_cost = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=0,
        help_text=_("Rupees that sending it cost the shop."),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Who of the staff looks after it."),
    )
    staff_notes = models.TextField(blank=True, help_text=_("For the shop's eyes only."))
    tracking_number = models.CharField(max_length=80, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)
    warnings = models.JSONField(
        default=list,
        blank=True,
        help_text=_("What the client sent that the desk did not take over."),
    )
    imported = models.ForeignKey(
        "customers.ImportJob",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,
        help_text=_("The file it came from: it took no stock here and told nobody."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="order_newest_first"),
            models.Index(fields=["status", "-created_at", "-id"], name="order_by_status_newest"),
            models.Index(fields=["customer_phone", "-created_at"], name="order_by_phone"),
            models.Index(fields=["payment_status", "-created_at"], name="order_by_payment_status"),
            models.Index(fields=["channel", "-created_at"], name="order_by_channel"),
            models.Index(fields=["taken_by", "-created_at", "-id"], name="order_by_staff_newest"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(payment_status__in=["unpaid", "part_paid"])
                & ~Q(status__in=["cancelled", "returned"]),
                name="order_to_be_paid_newest",
            ),
            models.Index(
                fields=["channel", "-created_at", "-id"],
                condition=Q(payment_status="unpaid"),
                name="order_unpaid_by_channel_newest",
            ),
            models.Index(
                fields=["assigned_to", "-created_at", "-id"],
                condition=Q(assigned_to__isnull=False),
                name="order_by_assigned_newest",
            ),
            models.Index(fields=["total", "id"], name="order_by_total_and_id"),
            GinIndex(order_words(), name="order_by_words"),
            models.Index(
                Lower("customer_email"),
                condition=Q(customer_verified=False, user__isnull=True) & ~Q(customer_email=""),
                name="order_of_guest_by_email",
            ),
            models.Index(
                fields=["imported"], condition=Q(imported__isnull=False), name="order_by_import"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("subtotal") - F("discount") + F("delivery_fee")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, delivery_fee__gte=0, tax__gte=0, total__gte=0),
                name="order_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(shipping_cost__gte=0), name="order_shipping_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(returned_total__gte=0, returned_total__lte=F("subtotal")),
                name="order_returns_within_subtotal",
            ),
            models.CheckConstraint(
                condition=Q(customer_verified=True) | Q(payment_terms="cash"),
                name="unverified_order_is_cash",
            ),
        ]

    def __str__(self) -> str:
        return self.order_reference

    @property
    def owed(self) -> Decimal:
        """Rupees it costs, without what came back."""
        return self.total - self.returned_total

    @property
    def customer_address(self) -> str:
        """The address in one line, as the storefront's seed shows it."""
        parts = (
            self.address_line1,
            self.address_line2,
            self.address_city,
            self.address_state,
            self.address_pincode,
        )
        return ", ".join(part for part in parts if part)


class OrderItem(models.Model):
    """A line item: a sellable product (or something made to order) at its price then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="order_items"
    )
    product_name = models.CharField(max_length=200)
    product_barcode = models.CharField(max_length=64, blank=True)
    product_image = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    selected_size = models.CharField(max_length=40, blank=True)
    selected_color = models.CharField(max_length=40, blank=True)
    weight = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text=_("Grams per piece")
    )
    slip_number = models.CharField(max_length=24, unique=True, null=True, blank=True)
    is_custom = models.BooleanField(default=False, help_text=_("Made to order; takes no stock."))
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    tax = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    cost_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    subtotal = models.DecimalField(max_digits=14, decimal_places=2)
    returned_quantity = models.DecimalField(
        max_digits=12, decimal_places=3, default=0, help_text=_("How much of it came back.")
    )

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="item_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="item_quantity_positive"),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, subtotal__gte=0), name="item_money_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_custom=True, product__isnull=True)
                | Q(is_custom=False, product__isnull=False),
                name="item_is_product_or_custom",
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__gte=0, returned_quantity__lte=F("quantity")),
                name="item_returned_at_most_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.product_name}"


class PriceOverride(models.Model):
    """A price that staff typed instead of the catalogue's, with who and why."""

    item = models.OneToOneField(OrderItem, on_delete=models.CASCADE, related_name="override")
    old_price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    new_price = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)


class OrderEvent(models.Model):
    """One line of an order's timeline."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_status = models.CharField(max_length=10, choices=OrderStatus, blank=True)
    to_status = models.CharField(max_length=10, choices=OrderStatus, blank=True)
    note = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "id"], name="event_by_order")]

    def __str__(self) -> str:
        return self.kind
