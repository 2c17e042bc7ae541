"""The demo's shop and its customers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from config.demo.data import load
from customers.models import Customer, CustomerAlias, PaymentTerms, Shop, User


def welcome_customers() -> list[tuple[Customer, int]]:
    """Make the shop's row and the customers; each with how often it orders."""
    data = load("people")
    shop = Shop.current()
    shop.name, shop.address = data["shop"]["name"], data["shop"]["address"]
    shop.save()
    customers = [(_customer(row), int(row["weight"])) for row in data["customer"]]
    first = customers[0][0]
    first.user = User.objects.get(username="buyer")
    first.save()
    return customers


def is_demo_shop() -> bool:
    """Whether the customers of people.toml are this desk's."""
    return Customer.objects.filter(phone=load("people")["customer"][0]["phone"]).exists()


def _customer(row: dict[str, Any]) -> Customer:
    limit = row.get("limit")
    customer = Customer.objects.create(
        name=row["name"],
        company=row.get("company", ""),
        phone=row["phone"],
        payment_terms=row.get("terms", PaymentTerms.CASH),
        credit_limit=Decimal(limit) if limit else None,
    )
    CustomerAlias.objects.bulk_create(
        CustomerAlias(customer=customer, name=alias) for alias in row["aliases"]
    )
    return customer
