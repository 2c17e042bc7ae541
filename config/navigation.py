"""The sidebar by the day's work, and the tabs over the lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload, UploadStatus
from orders.models import Order, OrderStatus
from whatsapp.models import Chat

Link = dict[str, Any]
# Beyond that a badge says no more, however many there are.
MOST_WAITING = 999

# Title, icon, URL name, the permission that shows it.
_DESK = (
    (_("Drafts"), "rate_review", "drafts_orderdraft", "drafts.view_orderdraft"),
    (_("Chats"), "chat", "whatsapp_chat", "whatsapp.view_chat"),
    (_("Orders"), "shopping_bag", "orders_order", "orders.view_order"),
    (_("Khata"), "menu_book", "khata_account", "khata.view_account"),
    (_("Khata pages"), "document_scanner", "khata_khataupload", "khata.view_khataupload"),
    (_("Outbox"), "outbox", "whatsapp_outboxmessage", "whatsapp.view_outboxmessage"),
    (_("Order notices"), "notifications", "whatsapp_ordernotice", "whatsapp.view_ordernotice"),
)
_SHOP = (
    (_("Products"), "inventory_2", "orders_product", "orders.view_product"),
    (_("Stock movements"), "swap_vert", "orders_stockmovement", "orders.view_stockmovement"),
    (_("Metal rates"), "scale", "orders_metalrate", "orders.view_metalrate"),
    (
        _("Ledger entries"),
        "receipt_long",
        "khata_ledgertransaction",
        "khata.view_ledgertransaction",
    ),
    (_("Rows on pages"), "manage_search", "khata_khatarow", "khata.view_khatarow"),
    (_("Closed periods"), "lock", "khata_periodclosing", "khata.view_periodclosing"),
    (_("Learned words"), "school", "drafts_learnedname", "drafts.view_learnedname"),
    (_("Customers"), "group", "customers_customer", "customers.view_customer"),
    (_("Who still buys"), "call", "orders_customerscore", "orders.view_customerscore"),
    (_("Quick replies"), "bolt", "whatsapp_quickreply", "whatsapp.view_quickreply"),
    (_("Notices"), "campaign", "whatsapp_notice", "whatsapp.view_notice"),
    (_("Templates"), "verified", "whatsapp_template", "whatsapp.view_template"),
)
_OWNER = (
    (_("Shop"), "storefront", "customers_shop", "customers.view_shop"),
    (_("Users"), "badge", "customers_user", "customers.view_user"),
    (_("Imports"), "upload_file", "customers_importjob", "customers.view_importjob"),
    (_("Messages to staff"), "campaign", "customers_staffalert", "customers.view_staffalert"),
    (_("Inbound events"), "inbox", "whatsapp_inboundevent", "customers.view_shop"),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation for this user as templates/unfold/helpers/app_list.html draws it.

    What waits is counted beside its link, and the link to where the reader is knows it.
    """
    index = reverse("admin:index")
    home = {"title": _("Home"), "icon": "home", "link": index, "active": request.path == index}
    waiting = _waiting() if request.user.has_perm("drafts.view_orderdraft") else {}
    return [
        {"items": [home, *_links(request, _DESK, waiting), *_demo(request)]},
        {"title": _("Shop"), "items": _links(request, _SHOP, {})},
        {"title": _("Owner"), "items": _links(request, _OWNER, {})},
    ]


def _demo(request: HttpRequest) -> list[Link]:
    """What only the demo has."""
    if settings.PARCHI_ENV != "demo" or not request.user.has_perm("whatsapp.change_chat"):
        return []
    return [_link(request, _("Simulator"), "smartphone", reverse("simulator"))]


def _links(request: HttpRequest, rows: Any, waiting: Mapping[str, int]) -> list[Link]:
    links = []
    for title, icon, name, permission in rows:
        if not request.user.has_perm(permission):
            continue
        link = _link(request, title, icon, reverse(f"admin:{name}_changelist"))
        links.append(link | {"badge": waiting.get(name, 0)})
    return links


def _link(request: HttpRequest, title: Any, icon: str, link: str) -> Link:
    return {"title": title, "icon": icon, "link": link, "active": request.path.startswith(link)}


def _waiting() -> dict[str, int]:
    return {
        **_counts(),
        "orders_order": Order.objects.filter(status=OrderStatus.PENDING)[:MOST_WAITING].count(),
    }


def _counts() -> dict[str, int]:
    """Drafts, ledger pages and unread chats, in one query: every page of the desk asks."""
    drafts = _counted(OrderDraft.objects.filter(status=DraftStatus.OPEN), "drafts_orderdraft")
    pages = _counted(KhataUpload.objects.filter(status=UploadStatus.READ), "khata_khataupload")
    chats = _counted(Chat.objects.filter(unread_count__gt=0), "whatsapp_chat")
    return dict(drafts.union(pages, chats, all=True))


def _counted(rows: QuerySet[Any], name: str) -> Any:
    """The name with how many there are; no row where there are none."""
    named = rows.order_by().values(name=Value(name))
    return named.annotate(count=Count("pk")).values_list("name", "count")


# Per list: title and the query string of its saved view.
_TABS = {
    "orders.order": (
        (_("All"), ""),
        (_("To confirm"), "status__exact=pending"),
        (_("To pack"), "status__exact=confirmed"),
        (_("On the way"), "status__exact=shipped"),
        (_("To be paid"), "payment=due"),
    ),
    "orders.product": (
        (_("All"), ""),
        (_("Low on stock"), "stock=low"),
        (_("Out of stock"), "stock=none"),
    ),
    "whatsapp.chat": (
        (_("All"), ""),
        (_("Unread"), "waits=unread"),
        (_("Unanswered"), "waits=unanswered"),
        (_("Mine"), "by=me"),
        (_("Send failed"), "waits=failed"),
    ),
    "whatsapp.outboxmessage": (
        (_("Failed or unsure"), ""),
        (_("Waiting"), "state=waiting"),
        (_("All"), "state=all"),
    ),
    "whatsapp.ordernotice": ((_("Not sent"), ""), (_("All"), "state=all")),
    "khata.account": (
        (_("Owe"), ""),
        (_("In advance"), "standing=advance"),
        (_("All"), "standing=all"),
        (_("Shop's own"), "standing=shop"),
    ),
    "khata.khataupload": (
        (_("To review"), ""),
        (_("Failed"), "state=failed"),
        (_("Posted"), "state=posted"),
    ),
    "drafts.orderdraft": (
        (_("To review"), ""),
        (_("Converted"), "state=converted"),
        (_("Discarded"), "state=discarded"),
    ),
}


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's tabs: the saved views of the list that is shown, the open one marked.

    None of the other lists, which no page would draw.
    """
    return [
        {"models": [model], "items": [_tab(request, model, *row) for row in rows]}
        for model, rows in _TABS.items()
        if request.path == _list_of(model)
    ]


def _list_of(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def _tab(request: HttpRequest, model: str, title: Any, query: str) -> Link:
    link = _list_of(model)
    pairs = request.GET.urlencode().split("&")
    saved = [row[1] for row in _TABS[model] if row[1]]
    shown = [query for query in saved if query in pairs]
    return {
        "title": title,
        "link": f"{link}?{query}" if query else link,
        "active": query in shown if query else not shown,
    }
