"""One question to all the desk holds: orders, customers, products, slips, messages, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.navigation import sidebar
from config.wording import ago, goods_name, plain_number, rupees
from customers.errors import InvalidInput
from customers.finding import search_customers
from customers.models import Customer
from drafts.models import DraftEntry, DraftStatus
from khata.models import LedgerTransaction
from orders.catalogue import find_products
from orders.models import Order, OrderItem, Product
from orders.searching import search_orders
from orders.slips import normal_slip
from whatsapp.chats import messages_with
from whatsapp.models import Message

SHOWN = 5
FEWEST, LONGEST = 2, 100
# A conversation's page shows so many messages at once (whatsapp/admin/conversation_page.py).
A_PAGE_OF_MESSAGES = 100
AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, and where it is shown; ``note`` says what tells it from its like."""

    title: str
    note: str
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, and the list that shows all of it, where there is one."""

    title: str
    icon: str
    hits: list[Hit]
    more: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    title: Any
    icon: str
    permission: str
    find: Callable[[str], Iterator[Hit]]
    list_name: str = ""


def find_everywhere(request: HttpRequest, text: str) -> list[Group]:
    """What the text finds of each kind that the request's user may see, the newest first.

    Each kind is asked by index for a few rows, whatever the size of its table; fewer than
    two letters find nothing.
    """
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if len(text) < FEWEST:
        return []
    groups = [_pages(request, text)]
    for kind in _KINDS:
        if request.user.has_perm(kind.permission):
            groups.append(_group(kind, text))
    return [group for group in groups if group.hits]


def _group(kind: _Kind, text: str) -> Group:
    hits = list(islice(kind.find(text), SHOWN + 1))
    more = ""
    if len(hits) > SHOWN and kind.list_name:
        query = HttpRequest().GET.copy()
        query["q"] = text
        more = f"{reverse(kind.list_name)}?{query.urlencode()}"
    return Group(str(kind.title), kind.icon, hits[:SHOWN], more)


def _pages(request: HttpRequest, text: str) -> Group:
    """The sidebar's pages whose name holds the text; it lists what the user may see."""
    wanted = text.lower()
    hits = [
        Hit(str(item["title"]), "", item["link"])
        for part in sidebar(request)
        for item in part["items"]
        if wanted in str(item["title"]).lower()
    ]
    return Group(_("Pages"), "web_asset", hits[:SHOWN])


def _orders(text: str) -> Iterator[Hit]:
    found = search_orders(Order.objects.all(), text).order_by("-created_at", "-pk")
    for order in found[: SHOWN + 1]:
        facts = (order.customer_name, order.get_status_display(), rupees(order.total))
        note = " · ".join([*facts, ago(order.created_at)])
        yield Hit(order.order_reference, note, _page("orders_order_change", order.pk))


def _customers(text: str) -> Iterator[Hit]:
    for customer in search_customers(Customer.objects.all(), text).order_by("name", "pk")[
        : SHOWN + 1
    ]:
        note = " · ".join(filter(None, (customer.company, customer.phone)))
        yield Hit(customer.name, note, _page("customers_customer_change", customer.pk))


def _products(text: str) -> Iterator[Hit]:
    for product in find_products(Product.objects.on_sale(), text)[: SHOWN + 1]:
        parts = [product.sku]
        if not product.has_variants:
            parts.append(_("%(count)s left") % {"count": plain_number(product.stock_quantity)})
        if product.unit_price is not None:
            parts.append(rupees(product.unit_price))
        yield Hit(
            goods_name(product), " · ".join(parts), _page("orders_product_change", product.pk)
        )


def _slips(text: str) -> Iterator[Hit]:
    """Lines of orders, of drafts and of the ledger whose slip begins so."""
    try:
        slip = normal_slip(text)
    except InvalidInput:
        return
    numbered = Q(slip_number=slip) | Q(slip_number__startswith=text.upper())
    for item in OrderItem.objects.filter(numbered).select_related("order").order_by()[:SHOWN]:
        note = f"{item} · {item.order}"
        yield Hit(item.slip_number or "", note, _page("orders_order_change", item.order_id))
    entries = DraftEntry.objects.filter(numbered, draft__status=DraftStatus.OPEN).order_by()
    for entry in entries.select_related("draft")[:SHOWN]:
        link = _page("drafts_orderdraft_review", entry.draft_id)
        yield Hit(entry.slip_number, f"{entry.item_name} · {entry.draft}", link)
    posted = LedgerTransaction.objects.exclude(slip_number="").filter(numbered).order_by()
    for row in posted[:SHOWN]:
        link = _page("khata_ledgertransaction_change", row.pk)
        yield Hit(row.slip_number, f"{row.memo} · {date_format(row.date)}", link)


def _messages(text: str) -> Iterator[Hit]:
    later = Message.objects.filter(
        chat=OuterRef("chat"), happened_at__gt=OuterRef("happened_at")
    ).order_by("happened_at", "pk")
    pages_on = Subquery(later.values("pk")[A_PAGE_OF_MESSAGES - 1 : A_PAGE_OF_MESSAGES])
    found = messages_with(text).select_related("chat__identity__customer")
    for message in found.annotate(page_before=pages_on).order_by("-pk")[: SHOWN + 1]:
        page = f"?before={message.page_before}" if message.page_before else ""
        link = f"{_page('whatsapp_chat_change', message.chat_id)}{page}#m{message.pk}"
        who = message.chat.identity.customer.name
        yield Hit(_around(message.text, text), f"{who} · {ago(message.happened_at)}", link)


def _around(said: str, text: str) -> str:
    """The message's words around the first one that was looked for."""
    said = " ".join(said.split())
    at = said.lower().find(text.lower().split()[0])
    start = max(at - AROUND // 3, 0)
    cut = said[start : start + AROUND]
    return f"{'…' if start else ''}{cut}{'…' if start + AROUND < len(said) else ''}"


def _page(name: str, pk: Any) -> str:
    return reverse(f"admin:{name}", args=[pk])


_KINDS = (
    _Kind(
        gettext_lazy("Orders"),
        "shopping_bag",
        "orders.view_order",
        _orders,
        "admin:orders_order_changelist",
    ),
    _Kind(
        gettext_lazy("Customers"),
        "group",
        "customers.view_customer",
        _customers,
        "admin:customers_customer_changelist",
    ),
    _Kind(
        gettext_lazy("Products"),
        "inventory_2",
        "orders.view_product",
        _products,
        "admin:orders_product_changelist",
    ),
    _Kind(gettext_lazy("Slips"), "receipt", "orders.view_order", _slips),
    _Kind(
        gettext_lazy("Messages"),
        "chat",
        "whatsapp.view_chat",
        _messages,
        "admin:whatsapp_chat_changelist",
    ),
)


def counted(groups: list[Group]) -> str:
    """How much was found, for who hears the page instead of seeing it."""
    count = sum(len(group.hits) for group in groups)
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}
