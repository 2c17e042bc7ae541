"""One row of each table that the admin shows, so that its pages have something to open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from customers.imports.models import ImportJob
from customers.models import Shop, StaffAlert
from drafts.models import LearnedName, OrderDraft
from khata.accounts import customer_account, shop_account
from khata.models import AccountKind, PeriodClosing
from khata.posting import NewLine, post_transaction
from orders.models import CustomerScore, MetalRate, StockMovement, Tier
from tests.factories import (
    CategoryFactory,
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    KhataPageFactory,
    KhataRowFactory,
    KhataUploadFactory,
    ProductFactory,
    UserFactory,
)
from tests.orders.desk import placed
from whatsapp.models import (
    InboundEvent,
    Notice,
    OrderNotice,
    OutboxMessage,
    QuickReply,
    Template,
)


def admin_rows() -> dict[str, Any]:
    """``app/model`` → the primary key of one row of it."""
    chat = ChatFactory(identity=IdentityFactory(customer=CustomerFactory(name="Nanda Kolhe")))
    rows = [chat, *_people(), *_catalogue(), *_messages(chat), *_books(chat.identity.customer)]
    return {f"{row._meta.app_label}/{row._meta.model_name}": row.pk for row in rows}


def _people() -> list[Any]:
    return [
        user := UserFactory(username="prakash"),
        StaffAlert.objects.create(
            kind="drafts",
            user=user,
            way="mail",
            count=1,
            since=timezone.now() - dt.timedelta(minutes=1),
            until=timezone.now(),
        ),
        CustomerFactory(name="Ujwala Sathe"),
        Shop.current(),
        ImportJob.objects.create(
            kind="products", file_name="stock.csv", sha256="5" * 64, byte_count=3
        ),
    ]


def _catalogue() -> list[Any]:
    product = ProductFactory(stock=5)
    order = placed((product, 1))
    return [
        order,
        product,
        CategoryFactory(),
        StockMovement.objects.get(product=product),
        MetalRate.objects.create(metal="silver", date=dt.date(2026, 11, 2), rate=Decimal("91.50")),
        OrderNotice.objects.create(order=order, event="confirmed"),
    ]


def _messages(chat: Any) -> list[Any]:
    message = OutboxMessage.objects.create(
        chat=chat, direction="out", status="failed", text="Namaste", happened_at=timezone.now()
    )
    return [
        message,
        InboundEvent.objects.create(key="gs-1", raw=b"{}"),
        Notice.objects.get_or_create(event="confirmed")[0],
        QuickReply.objects.create(title="Thanks", text="Thank you!"),
        Template.objects.create(
            gupshup_id="t-1", name="ready", language="en", category="UTILITY", body="Ready"
        ),
        OrderDraft.objects.create(chat=chat, customer=chat.identity.customer),
        LearnedName.objects.create(words="payal", key="payal", product=ProductFactory()),
        CustomerScore.objects.create(
            customer=chat.identity.customer,
            tier=Tier.NEW,
            order_count=1,
            first_order_on=dt.date(2026, 10, 3),
            last_order_on=dt.date(2026, 10, 3),
            lifetime_value=Decimal(450),
            computed_at=timezone.now(),
        ),
    ]


def _books(customer: Any) -> list[Any]:
    account = customer_account(customer, "INR")
    row = KhataRowFactory(page=KhataPageFactory(upload=KhataUploadFactory()))
    lines = [
        NewLine(account, debit=Decimal(900)),
        NewLine(shop_account(AccountKind.SALES, "INR"), credit=Decimal(900)),
    ]
    posted = post_transaction(
        date=dt.date(2026, 11, 3), lines=lines, source="manual", key="walk", memo="Saree", by=None
    )
    closing = PeriodClosing.objects.create(through=dt.date(2026, 9, 30))
    return [account, row, row.page.upload, posted, closing]
