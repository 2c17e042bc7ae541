"""The sidebar by the day's work, and the tabs over the lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse

from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload, UploadStatus
from orders.models import Order, OrderStatus
from whatsapp.models import Chat

Link = dict[str, Any]

# Title, icon, URL name, the permission that shows it.
_DESK = (
    ("Drafts", "rate_review", "drafts_orderdraft", "drafts.view_orderdraft"),
    ("Chats", "chat", "whatsapp_chat", "whatsapp.view_chat"),
    ("Orders", "shopping_bag", "orders_order", "orders.view_order"),
    ("Khata", "menu_book", "khata_account", "khata.view_account"),
    ("Khata pages", "document_scanner", "khata_khataupload", "khata.view_khataupload"),
    ("Outbox", "outbox", "whatsapp_outboxmessage", "whatsapp.view_outboxmessage"),
    ("Order notices", "notifications", "whatsapp_ordernotice", "whatsapp.view_ordernotice"),
)
_SHOP = (
    ("Products", "inventory_2", "orders_product", "orders.view_product"),
    ("Stock movements", "swap_vert", "orders_stockmovement", "orders.view_stockmovement"),
    ("Metal rates", "scale", "orders_metalrate", "orders.view_metalrate"),
    ("Ledger entries", "receipt_long", "khata_ledgertransaction", "khata.view_ledgertransaction"),
    ("Rows on pages", "manage_search", "khata_khatarow", "khata.view_khatarow"),
    ("Closed periods", "lock", "khata_periodclosing", "khata.view_periodclosing"),
    ("Learned words", "school", "drafts_learnedname", "drafts.view_learnedname"),
    ("Customers", "group", "customers_customer", "customers.view_customer"),
    ("Who still buys", "call", "orders_customerscore", "orders.view_customerscore"),
    ("Quick replies", "bolt", "whatsapp_quickreply", "whatsapp.view_quickreply"),
    ("Notices", "campaign", "whatsapp_notice", "whatsapp.view_notice"),
    ("Templates", "verified", "whatsapp_template", "whatsapp.view_template"),
)
_OWNER = (
    ("Shop", "storefront", "customers_shop", "customers.view_shop"),
    ("Users", "badge", "customers_user", "customers.view_user"),
    ("Inbound events", "inbox", "whatsapp_inboundevent", "customers.view_shop"),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's navigation for this user, with what waits counted beside its link."""
    home = {"title": "Home", "icon": "home", "link": reverse("admin:index")}
    waiting = _waiting() if request.user.has_perm("drafts.view_orderdraft") else {}
    return [
        {"items": [home, *_links(request, _DESK, waiting), *_demo(request)]},
        {"title": "Shop", "separator": True, "items": _links(request, _SHOP, {})},
        {"title": "Owner", "separator": True, "items": _links(request, _OWNER, {})},
    ]


def _demo(request: HttpRequest) -> list[Link]:
    """What only the demo has."""
    if settings.PARCHI_ENV != "demo" or not request.user.has_perm("whatsapp.change_chat"):
        return []
    return [{"title": "Simulator", "icon": "smartphone", "link": reverse("simulator")}]


def _links(request: HttpRequest, rows: Any, waiting: Mapping[str, int]) -> list[Link]:
    links = []
    for title, icon, name, permission in rows:
        if not request.user.has_perm(permission):
            continue
        link = {"title": title, "icon": icon, "link": reverse(f"admin:{name}_changelist")}
        if count := waiting.get(title):
            link |= {"badge": count, "badge_variant": "primary"}
        links.append(link)
    return links


def _waiting() -> dict[str, int]:
    return {
        **_to_review(),
        "Chats": Chat.objects.filter(unread_count__gt=0).count(),
        "Orders": Order.objects.filter(status=OrderStatus.PENDING).count(),
    }


def _to_review() -> dict[str, int]:
    """Drafts and ledger pages, in one query: every page of the desk asks."""
    drafts = OrderDraft.objects.filter(status=DraftStatus.OPEN)
    pages = KhataUpload.objects.filter(status=UploadStatus.READ)
    counts = (_counted(drafts, "Drafts"), _counted(pages, "Khata pages"))
    return dict(counts[0].union(counts[1]))


def _counted(rows: QuerySet[Any], name: str) -> Any:
    """The name with how many there are; no row where there are none."""
    named = rows.order_by().values(name=Value(name))
    return named.annotate(count=Count("pk")).values_list("name", "count")


# Per list: title and the query string of its saved view.
_TABS = {
    "orders.order": (
        ("All", ""),
        ("To confirm", "status__exact=pending"),
        ("To pack", "status__exact=confirmed"),
        ("On the way", "status__exact=shipped"),
        ("To be paid", "payment=due"),
    ),
    "orders.product": (("All", ""), ("Low on stock", "stock=low"), ("Out of stock", "stock=none")),
    "whatsapp.chat": (
        ("All", ""),
        ("Unread", "waits=unread"),
        ("Unanswered", "waits=unanswered"),
        ("Mine", "by=me"),
        ("Send failed", "waits=failed"),
    ),
    "whatsapp.outboxmessage": (
        ("Failed or unsure", ""),
        ("Waiting", "state=waiting"),
        ("All", "state=all"),
    ),
    "whatsapp.ordernotice": (("Not sent", ""), ("All", "state=all")),
    "khata.account": (
        ("Owe", ""),
        ("In advance", "standing=advance"),
        ("All", "standing=all"),
        ("Shop's own", "standing=shop"),
    ),
    "khata.khataupload": (
        ("To review", ""),
        ("Failed", "state=failed"),
        ("Posted", "state=posted"),
    ),
    "drafts.orderdraft": (
        ("To review", ""),
        ("Converted", "state=converted"),
        ("Discarded", "state=discarded"),
    ),
}


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's tabs: the saved views of each list, the open one marked."""
    return [
        {"models": [model], "items": [_tab(request, model, *row) for row in rows]}
        for model, rows in _TABS.items()
    ]


def _tab(request: HttpRequest, model: str, title: str, query: str) -> Link:
    link = reverse(f"admin:{model.replace('.', '_')}_changelist")
    pairs = request.GET.urlencode().split("&")
    saved = [row[1] for row in _TABS[model] if row[1]]
    shown = [query for query in saved if query in pairs]
    return {
        "title": title,
        "link": f"{link}?{query}" if query else link,
        "active": request.path == link and (query in shown if query else not shown),
    }
