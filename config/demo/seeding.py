"""Filling an empty desk with the demo shop."""

from __future__ import annotations

from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from config.demo.accounts import open_accounts
from config.demo.chats import talk
from config.demo.khata import photograph_page
from config.demo.month import live_a_month
from config.demo.notices import word_notices
from config.demo.old_books import bring_over
from config.demo.past_orders import bring_past_orders
from config.demo.people import is_demo_shop, welcome_customers
from config.demo.shelf import fill_shelf
from customers.errors import Conflict, InvalidInput
from customers.models import Customer, User
from orders.models import Product
from orders.scoring import compute_scores
from whatsapp.models import Chat


def seed_demo(*, password: str | None = None) -> dict[str, Any]:
    """Make the demo's accounts and, in a desk without products and customers, its shop.

    A desk that holds anything is left as it is, so running it again changes
    nothing but, where one is given, the three accounts' password.
    Raises Conflict in production, InvalidInput for an empty password.
    """
    if settings.PRODUCTION:
        raise Conflict("The demo's accounts and orders have no place in production.")
    if password is not None and not password.strip():
        raise InvalidInput("The password is empty.", attr="password")
    report: dict[str, Any] = {"accounts": open_accounts(password), **_open_shop()}
    if _is_silent():
        # Not in the same transaction: reading commits its claim before it reads.
        seller = User.objects.get(username="seller")
        report["open_drafts"] = talk(by=seller)
        photograph_page(by=seller)
        report["past_orders"] = bring_past_orders(by=seller)
        # Last, so that nobody is told now of the orders of a month.
        word_notices()
        compute_scores()
    return report


@transaction.atomic
def _open_shop() -> dict[str, Any]:
    """Catalogue, customers and a month of orders, all or nothing."""
    if Product.objects.exists() or Customer.objects.exists():
        return {"seeded": False}
    chance = Random(20251115)  # noqa: S311
    products = fill_shelf(chance)
    customers = welcome_customers()
    bring_over(customers, by=User.objects.get(username="seller"))
    orders = live_a_month(customers, chance, by=User.objects.get(username="seller"))
    return {
        "seeded": True,
        "products": products,
        "customers": len(customers),
        "orders": orders,
    }


def _is_silent() -> bool:
    """The demo's customers are here and nobody wrote yet: also after a break in between."""
    return is_demo_shop() and not Chat.objects.exists()
