"""What a notice may say: variables named after the order's fields, and filling them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.wording import plain_number, rupees
from customers.models import Customer, Shop
from orders.models import Order
from whatsapp.errors import WrongVariables
from whatsapp.models import NoticeEvent

MOST_ITEMS = 5
# A template's parameters are short by nature; Gupshup refuses line breaks and tabs in them
# and runs of more than four spaces (Meta's error 132018), and an empty one.
PARAMETER_LIMIT = 300
NOTHING = "—"
_NAMED = re.compile(r"\{(\w+)\}")


def _items(order: Order) -> str:
    items = list(order.items.all())
    said = [f"{plain_number(item.quantity)} × {item.product_name}" for item in items[:MOST_ITEMS]]
    more = len(items) - MOST_ITEMS
    return ", ".join([*said, *([_("%(count)s more") % {"count": more}] if more > 0 else [])])


def _due(order: Order) -> Decimal:
    paid = order.payments.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return max(order.total - paid, Decimal(0))


_ORDER_FIELDS: dict[str, Callable[[Order], str]] = {
    "customer_name": lambda order: order.customer_name,
    "order_reference": lambda order: order.order_reference,
    "order_date": lambda order: date_format(timezone.localtime(order.created_at)),
    "items": _items,
    "item_count": lambda order: str(order.item_count),
    "total": lambda order: rupees(order.total),
    "amount_due": lambda order: rupees(_due(order)),
    "payment_status": lambda order: order.get_payment_status_display().lower(),
    "carrier": lambda order: order.carrier,
    "tracking_number": lambda order: order.tracking_number,
    "address": lambda order: order.customer_address,
    "shop_name": lambda order: Shop.current().name,
}
# What stands in a message in place of the code, which is put in as it leaves (whatsapp/codes.py).
CODE = "••••••"
_CODE_FIELDS = ("code", "shop_name")
_REMINDER_FIELDS = ("customer_name", "amount_due", "shop_name")


def variables_of(event: str) -> tuple[str, ...]:
    """The names that a notice of this event may use."""
    if event == NoticeEvent.ACCOUNT_CODE:
        return _CODE_FIELDS
    return _REMINDER_FIELDS if event == NoticeEvent.PAYMENT_REMINDER else tuple(_ORDER_FIELDS)


def order_values(order: Order) -> dict[str, str]:
    """Each variable as it reads for the order, in the language now on; empty for what it lacks."""
    return {name: value(order) for name, value in _ORDER_FIELDS.items()}


def reminder_values(customer: Customer, amount: Decimal) -> dict[str, str]:
    """The variables of a payment reminder over so many rupees."""
    shop = Shop.current().name
    return {"customer_name": customer.name, "amount_due": rupees(amount), "shop_name": shop}


def code_values() -> dict[str, str]:
    """The variables of a message with a code, the code itself left out."""
    return {"code": CODE, "shop_name": Shop.current().name}


# Filling in ------------------------------------------------------------------------------


def check_words(event: str, text: str, variables: Sequence[str]) -> None:
    """Refuse names that no notice of this event knows; raises WrongVariables."""
    known = variables_of(event)
    for attr, names in (("text", _NAMED.findall(text)), ("variables", variables)):
        if unknown := [name for name in names if name not in known]:
            sentence = _("Not known here: %(names)s. Known: %(names2)s.") % {
                "names": ", ".join(unknown),
                "names2": ", ".join(known),
            }
            raise WrongVariables(sentence, attr=attr)


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in, without lines whose variables are all empty."""
    lines = (_fill_line(line, values) for line in text.splitlines())
    return "\n".join(line for line in lines if line is not None).strip()


def _fill_line(line: str, values: Mapping[str, str]) -> str | None:
    names = _NAMED.findall(line)
    if names and not any(values.get(name) for name in names):
        return None
    return _NAMED.sub(lambda match: values.get(match[1], ""), line)


def parameters(variables: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The values of a template's {{1}}, {{2}} …, each on one line and none of them empty."""
    flat = (" ".join(values.get(name, "").split()) for name in variables)
    return [_cut(value) or NOTHING for value in flat]


def _cut(value: str) -> str:
    return value if len(value) <= PARAMETER_LIMIT else f"{value[: PARAMETER_LIMIT - 1]}…"
