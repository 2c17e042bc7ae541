"""Does everything add up? Every way in which two truths of the database may differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import (
    CharField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from customers.imports.models import ImportJob, ImportStatus
from customers.models import PaymentTerms
from drafts.intake import UNREAD_KINDS
from drafts.models import Analysis, AnalysisStatus, DraftStatus, OrderDraft
from drafts.reading.types import Intent
from khata.backfilling import came_with_import
from khata.models import KhataUpload, LedgerTransaction, Source, UploadStatus
from khata.verifying import sum_faults
from orders.models import Order, OrderItem, OrderStatus, Payment, PaymentMethod, Product
from orders.payments import status_of_paid
from whatsapp.models import (
    Direction,
    EventStatus,
    InboundEvent,
    Media,
    MediaStatus,
    Message,
    MessageStatus,
    OrderNotice,
    OrderNoticeStatus,
)
from whatsapp.payloads import split

# What is due that long and has not been taken up was forgotten: the sweep runs every minute.
PATIENCE = timedelta(minutes=5)
_AMOUNT = DecimalField(max_digits=16, decimal_places=3)
_NOTHING = Value(Decimal(0), output_field=_AMOUNT)
_HOLDS_STOCK = (
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
    OrderStatus.RETURNED,
)


@dataclass(frozen=True)
class Fault:
    """One thing that does not add up: what kind, at which row, and how."""

    kind: str
    row: str
    detail: str


def find_faults() -> list[Fault]:
    """Every fault there is; an empty list when all is well. Reads, never writes."""
    forgotten = timezone.now() - PATIENCE
    return [
        *_stock_differs(),
        *_parents_with_movements(),
        *_items_hold_other_stock(),
        *_totals_differ(),
        *_payment_status_differs(),
        *_ledger_differs(),
        *_sales_not_in_ledger(),
        *_payments_not_in_ledger(),
        *_events_forgotten(forgotten),
        *_messages_missing(),
        *_messages_forgotten(forgotten),
        *_media_forgotten(forgotten),
        *_notices_forgotten(forgotten),
        *_pages_forgotten(forgotten),
        *_messages_unread(),
        *_analyses_forgotten(forgotten),
        *_readings_without_draft(),
        *_replies_forgotten(forgotten),
        *_conversions_without_order(),
        *_imports_forgotten(forgotten),
    ]


# Stock and money ----------------------------------------------------------------------


def _stock_differs() -> Iterator[Fault]:
    moved = Coalesce(Sum("movements__quantity"), _NOTHING)
    products = Product.objects.order_by("pk").annotate(moved=moved)
    for product in products.exclude(moved=F("stock_quantity")):
        detail = f"stock {product.stock_quantity}, movements add up to {product.moved}"
        yield Fault("stock_differs", f"product {product.sku}", detail)


def _parents_with_movements() -> Iterator[Fault]:
    parents = Product.objects.filter(has_variants=True, movements__isnull=False)
    for product in parents.order_by("pk").distinct():
        yield Fault("parent_has_movements", f"product {product.sku}", "its sizes hold the stock")


def _items_hold_other_stock() -> Iterator[Fault]:
    """A confirmed order's item holds what was not returned; any other item holds nothing."""
    moved = Coalesce(Sum("movements__quantity"), _NOTHING)
    items = OrderItem.objects.filter(product__isnull=False).annotate(moved=moved)
    kept = Q(order__status__in=_HOLDS_STOCK)
    taken = items.filter(kept).exclude(moved=F("returned_quantity") - F("quantity"))
    # What was sold before there was a desk took nothing from its stock.
    taken = taken.exclude(order__imported__isnull=False, moved=0)
    for item in (taken | items.exclude(kept).exclude(moved=0)).select_related("order"):
        detail = (
            f"order is {item.order.status}, quantity {item.quantity}, "
            f"returned {item.returned_quantity}, movements add up to {item.moved}"
        )
        yield Fault("item_stock_differs", f"order {item.order} item {item.position}", detail)


def _totals_differ() -> Iterator[Fault]:
    orders = Order.objects.order_by("pk").annotate(
        of_items=Coalesce(Sum("items__subtotal"), _NOTHING),
        tax_of_items=Coalesce(Sum("items__tax"), _NOTHING),
    )
    for order in orders.exclude(subtotal=F("of_items"), tax=F("tax_of_items")):
        detail = (
            f"subtotal {order.subtotal} of items {order.of_items}, "
            f"tax {order.tax} of items {order.tax_of_items}"
        )
        yield Fault("order_total_differs", f"order {order}", detail)


def _payment_status_differs() -> Iterator[Fault]:
    orders = Order.objects.order_by("pk").annotate(paid=Sum("payments__amount"))
    for order in orders.iterator():
        expected = status_of_paid(order.paid, order)
        if order.payment_status != expected:
            detail = f"says {order.payment_status}, its payments make it {expected}"
            yield Fault("payment_status_differs", f"order {order}", detail)


# The ledger ---------------------------------------------------------------------------


def _ledger_differs() -> Iterator[Fault]:
    """The sums; the hash chain is verify_ledger's."""
    for fault in sum_faults():
        yield Fault(f"ledger_{fault.kind}", fault.row, fault.detail)


def _sales_not_in_ledger() -> Iterator[Fault]:
    """An order on credit is in the ledger from its confirmation to its cancellation."""
    sales = LedgerTransaction.objects.filter(order=OuterRef("pk"), source=Source.ORDER)
    orders = Order.objects.order_by("pk")
    owed = orders.filter(payment_terms=PaymentTerms.CREDIT, customer__isnull=False, total__gt=0)
    owed = owed.exclude(imported__to_ledger=False)
    for order in owed.filter(~Exists(sales), status__in=_HOLDS_STOCK):
        detail = "sold on credit, but not in the ledger (backfill_ledger posts it)"
        yield Fault("sale_not_in_ledger", f"order {order}", detail)
    standing = Exists(sales.filter(reversed_by=None))
    for order in orders.filter(standing, status__in=(OrderStatus.PENDING, OrderStatus.CANCELLED)):
        yield Fault("sale_not_reversed", f"order {order}", f"{order.status}, but in the ledger")


def _payments_not_in_ledger() -> Iterator[Fault]:
    """Every payment is posted once, and what was given back stands no more."""
    key = Concat(Value("payment:"), Cast(OuterRef("pk"), CharField()))
    posted = LedgerTransaction.objects.filter(key=key)
    payments = Payment.objects.filter(reverses=None).order_by("pk").select_related("order")
    # Store credit for an order on the account stays where it is.
    on_account = Q(method=PaymentMethod.STORE_CREDIT, order__payment_terms=PaymentTerms.CREDIT)
    payments = payments.exclude(on_account)
    for payment in payments.filter(~Exists(posted), reversed_by=None).exclude(came_with_import()):
        detail = "not in the ledger (backfill_ledger posts it)"
        yield Fault("payment_not_in_ledger", f"order {payment.order} payment {payment.pk}", detail)
    standing = Exists(posted.filter(reversed_by=None))
    for payment in payments.filter(standing, reversed_by__isnull=False):
        detail = "given back, but it stands in the ledger"
        yield Fault("payment_not_reversed", f"order {payment.order} payment {payment.pk}", detail)


# WhatsApp -------------------------------------------------------------------------------


def _overdue(forgotten: datetime) -> Q:
    return Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lt=forgotten)


def _events_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = InboundEvent.objects.filter(
        _overdue(forgotten), status=EventStatus.RECEIVED, received_at__lt=forgotten
    )
    for event in waiting.order_by("pk"):
        detail = f"{event.attempt_count} attempts, due {event.next_attempt_at}"
        yield Fault("event_forgotten", f"event {event.key}", detail)
    for event in InboundEvent.objects.filter(status=EventStatus.FAILED, last_error=""):
        yield Fault("event_failed_silently", f"event {event.key}", "no reason is noted")


def _messages_missing() -> Iterator[Fault]:
    """A processed message event made a message; receipts change another message instead."""
    bare = InboundEvent.objects.filter(status=EventStatus.PROCESSED, message__isnull=True)
    for event in bare.order_by("pk").iterator():
        if split(bytes(event.raw))[0].is_message:
            yield Fault("message_missing", f"event {event.key}", "processed, but no message")


def _messages_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = Message.objects.filter(
        _overdue(forgotten),
        direction=Direction.OUT,
        status__in=(MessageStatus.QUEUED, MessageStatus.SENDING),
    )
    for message in waiting.order_by("pk"):
        detail = f"{message.status}, due {message.next_attempt_at}"
        yield Fault("message_forgotten", f"message {message.pk}", detail)


def _notices_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = OrderNotice.objects.filter(_overdue(forgotten), status=OrderNoticeStatus.DUE)
    for notice in waiting.order_by("pk"):
        detail = f"{notice.event}, due {notice.next_attempt_at}"
        yield Fault("notice_forgotten", f"notice {notice.pk}", detail)


# Reading --------------------------------------------------------------------------------


def _media_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = Media.objects.filter(
        _overdue(forgotten), status__in=(MediaStatus.DUE, MediaStatus.FETCHING)
    )
    for medium in waiting.order_by("pk"):
        detail = f"{medium.status}, due {medium.next_attempt_at}"
        yield Fault("media_forgotten", f"media {medium.pk}", detail)


def _pages_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = KhataUpload.objects.filter(
        _overdue(forgotten), status__in=(UploadStatus.QUEUED, UploadStatus.READING)
    )
    for upload in waiting.order_by("pk"):
        detail = f"{upload.status}, due {upload.next_attempt_at}"
        yield Fault("page_forgotten", f"khata upload {upload.pk}", detail)


def _messages_unread() -> Iterator[Fault]:
    # What an export brought is read on wish only.
    ours = Message.objects.filter(direction=Direction.IN, imported=None)
    bare = ours.filter(analysis__isnull=True)
    settled = Q(media__status__in=(MediaStatus.FETCHED, MediaStatus.FAILED))
    told = Q(kind="text") | (settled & ~Q(kind__in=UNREAD_KINDS))
    for message in bare.filter(told).order_by("pk"):
        yield Fault("message_unread", f"message {message.pk}", "it has no analysis")


def _analyses_forgotten(forgotten: datetime) -> Iterator[Fault]:
    waiting = Analysis.objects.filter(
        _overdue(forgotten),
        status__in=(AnalysisStatus.PENDING, AnalysisStatus.RUNNING),
        created_at__lt=forgotten,
    )
    for analysis in waiting.order_by("pk"):
        detail = f"{analysis.status}, due {analysis.next_attempt_at}"
        yield Fault("analysis_forgotten", f"analysis {analysis.pk}", detail)


def _readings_without_draft() -> Iterator[Fault]:
    """An order that was read has its draft, and so has a message nobody could read."""
    is_order = Q(status=AnalysisStatus.COMPLETED, intent=Intent.ORDER.value)
    bare = Analysis.objects.filter(is_order | Q(status=AnalysisStatus.FAILED))
    for analysis in bare.filter(message__draft_message__isnull=True).order_by("pk"):
        detail = f"message {analysis.message_id} is in no draft"
        yield Fault("draft_missing", f"analysis {analysis.pk}", detail)


def _replies_forgotten(forgotten: datetime) -> Iterator[Fault]:
    for draft in OrderDraft.objects.filter(reply_due_at__lt=forgotten):
        yield Fault("reply_forgotten", f"draft {draft.pk}", f"due {draft.reply_due_at}")


def _conversions_without_order() -> Iterator[Fault]:
    converted: QuerySet[OrderDraft] = OrderDraft.objects.filter(status=DraftStatus.CONVERTED)
    for draft in converted.filter(draft_orders__isnull=True):
        yield Fault("orders_missing", f"draft {draft.pk}", "converted, but into no order")


# Imports --------------------------------------------------------------------------------


def _imports_forgotten(forgotten: datetime) -> Iterator[Fault]:
    """A file left half way: the sweep should have gone on with it, or whoever ran the command."""
    waiting = ImportJob.objects.filter(
        _overdue(forgotten),
        status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING),
        created_at__lt=forgotten,
    )
    for job in waiting.order_by("pk"):
        then = "" if job.file else "; run the command again with the same file"
        detail = f"{job.status}, {job.rows_done} of {job.row_count} rows done{then}"
        yield Fault("import_forgotten", f"import {job.pk}", detail)
