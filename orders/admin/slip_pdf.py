"""Slips with prices and packing lists with boxes to tick, on rolls of 58 and 80 mm and on A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.paper import Paper
from config.wording import plain_number, rupees
from customers.models import Shop
from customers.shopkeeping import logo_file
from customers.speaking import language_of
from orders.models import Order, OrderItem

TALLEST = 3000.0  # millimetres, as are all lengths here


class PaperSize(models.TextChoices):
    MM58 = "58", gettext_lazy("58 mm roll")
    MM80 = "80", gettext_lazy("80 mm roll")
    A4 = "a4", gettext_lazy("A4")


class Sheet(models.TextChoices):
    SLIP = "slip", gettext_lazy("Slip")
    PACKING = "packing", gettext_lazy("Packing list")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A paper's width and margin, and the size of its letters in points."""

    width: float
    margin: float
    size: float


_CUTS = {
    PaperSize.MM58: _Cut(58, 3, 7.5),
    PaperSize.MM80: _Cut(80, 4, 9),
    PaperSize.A4: _Cut(210, 15, 11),
}


def sheets_pdf(orders: Sequence[Order], sheet: Sheet, size: PaperSize) -> bytes:
    """One page an order (on A4 more, where it is long), each as long as what stands on it.

    ``orders`` come with their items, payments and customer.
    """
    shop, cut = Shop.current(), _CUTS[size]
    logo = logo_file(shop) if size == PaperSize.A4 else None  # a roll's head is for words
    paper = Paper(margin=cut.margin)
    paper.set_title(str(sheet.label))
    for order in orders:
        with translation.override(_language(order, sheet, shop)):
            if size == PaperSize.A4:
                paper.set_auto_page_break(True, cut.margin)
                paper.add_page(format="A4")
            else:
                length = max(_length(order, sheet, shop, cut), cut.width)
                paper.add_page(format=(cut.width, length))
            _draw(paper, order, sheet, shop, cut, logo=logo)
    return bytes(paper.output())


def _language(order: Order, sheet: Sheet, shop: Shop) -> str:
    """A slip speaks to the customer, a packing list to whoever prints it."""
    if sheet == Sheet.SLIP:
        return language_of(order.customer, shop=shop)
    return translation.get_language() or shop.staff_language


def _length(order: Order, sheet: Sheet, shop: Shop, cut: _Cut) -> float:
    """How long a strip the order takes: it is drawn once on one that is long enough."""
    trial = Paper((cut.width, TALLEST), margin=cut.margin)
    trial.add_page()
    _draw(trial, order, sheet, shop, cut)
    return float(trial.y) + cut.margin + 4


def _draw(
    paper: Paper, order: Order, sheet: Sheet, shop: Shop, cut: _Cut, *, logo: bytes | None = None
) -> None:
    with paper.beside(logo):
        _shop(paper, sheet, shop, cut)
    _head(paper, order, sheet, cut)
    for item in order.items.all():
        if sheet == Sheet.PACKING:
            _packed(paper, item, cut)
        else:
            _priced(paper, item, cut)
    _rule(paper)
    if sheet == Sheet.SLIP:
        _sums(paper, order, cut)
    else:
        pieces = _("%(count)s pieces") % {"count": order.item_count}
        paper.say(pieces, size=cut.size, bold=True)
    if order.notes:
        paper.ln(1)
        paper.say(order.notes, size=cut.size)


def _shop(paper: Paper, sheet: Sheet, shop: Shop, cut: _Cut) -> None:
    paper.say(shop.name, size=cut.size * 1.4, bold=True)
    if sheet == Sheet.SLIP:
        for line in shop.address.splitlines():
            paper.say(line, size=cut.size * 0.9)


def _head(paper: Paper, order: Order, sheet: Sheet, cut: _Cut) -> None:
    paper.ln(1)
    placed = date_format(timezone.localtime(order.created_at), "DATETIME_FORMAT")
    _pair(paper, order.order_reference, placed, cut, bold=True)
    if sheet == Sheet.PACKING:
        paper.say(_("Packing list"), size=cut.size)
    who = "  ".join(filter(None, (order.customer_name, order.customer_phone)))
    paper.say(who, size=cut.size)
    if order.customer_address:
        paper.say(order.customer_address, size=cut.size)
    _rule(paper)


def _priced(paper: Paper, item: OrderItem, cut: _Cut) -> None:
    paper.say(_goods(item), size=cut.size)
    each = f"{plain_number(item.quantity)} {item.unit_id} × {rupees(item.unit_price, paise=True)}"
    _pair(paper, each, rupees(item.subtotal, paise=True), cut)


def _packed(paper: Paper, item: OrderItem, cut: _Cut) -> None:
    """A box to tick, how many, and of what; its lines under each other beside the box."""
    side, left = cut.size * 0.4, paper.l_margin
    top = paper.y
    paper.rect(left, top + 0.6, side, side)
    paper.set_left_margin(left + side + 2)
    paper.set_xy(left + side + 2, top)
    many = f"{plain_number(item.quantity)} {item.unit_id}"
    paper.say(f"{many}  ×  {_goods(item)}", size=cut.size * 1.1, bold=True)
    paper.set_left_margin(left)
    paper.set_x(left)
    paper.ln(1)


def _goods(item: OrderItem) -> str:
    """The goods with size, colour and weight, the slip number behind."""
    words = item.product_name.split()
    traits = [t for t in (item.selected_size, item.selected_color) if t and t not in words]
    if item.weight:
        traits.append(f"{plain_number(item.weight)} g")
    slip = f"[{item.slip_number}]" if item.slip_number else ""
    return " ".join(filter(None, (item.product_name, *traits, slip)))


def _sums(paper: Paper, order: Order, cut: _Cut) -> None:
    paid = sum((payment.amount for payment in order.payments.all()), start=order.total * 0)
    rows = [
        (_("Discount"), -order.discount),
        (_("Delivery"), order.delivery_fee),
        (_("Came back"), -order.returned_total),
    ]
    for label, amount in rows:
        if amount:
            _pair(paper, label, _money(amount), cut)
    _pair(paper, _("Total"), _money(order.owed), cut, bold=True)
    if order.tax:
        _pair(paper, _("Tax contained"), _money(order.tax), cut)
    if paid:
        _pair(paper, _("Paid"), _money(paid), cut)
        _pair(paper, _("To be paid"), _money(max(order.owed - paid, paid * 0)), cut, bold=True)


def _money(amount: object) -> str:
    """The fonts have no mathematical minus."""
    return rupees(amount, paise=True).replace("\u2212", "-")  # type: ignore[arg-type]


def _pair(paper: Paper, left: str, right: str, cut: _Cut, *, bold: bool = False) -> None:
    """Words at the left edge and a figure at the right one, on two lines where one is too short."""
    height = cut.size * 0.55
    paper.set_font("Noto", style="B" if bold else "", size=cut.size)
    paper.shape(left + right)
    if paper.get_string_width(left) + paper.get_string_width(right) + 2 > paper.epw:
        paper.multi_cell(0, height, left, new_x="LMARGIN", new_y="NEXT")
        left = ""
    paper.cell(paper.epw / 2, height, left)
    paper.cell(paper.epw / 2, height, right, align="R", new_x="LMARGIN", new_y="NEXT")


def _rule(paper: Paper) -> None:
    paper.ln(1)
    paper.line(paper.l_margin, paper.y, paper.w - paper.r_margin, paper.y)
    paper.ln(1.2)
