"""Changing many prices by one rule: looked at first, then all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from customers.models import User
from customers.roles import Role
from orders.errors import AdminOnly, InvalidLine, PricesFarOff, StalePrices
from orders.locking import wait_at_most_ten_seconds
from orders.models import Category, PriceBasis, Product, ProductQuerySet
from orders.quantities import MAX_MONEY, PAISA, checked_number

MOST_PERCENT = Decimal(1000)
BATCH = 500


class PriceField(StrEnum):
    """Prices a piece (with bulk prices), or the making charges of what is weighed."""

    PRICE = "unit_price"
    MAKING = "making_charge"


class How(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """``value`` percent or rupees more (less where negative), then rounded to ``step`` rupees."""

    how: How
    value: Decimal
    step: Decimal = PAISA
    field: PriceField = PriceField.PRICE
    category: Category | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return ("unit_price", "bulk_price") if self.field == PriceField.PRICE else (self.field,)

    def __str__(self) -> str:
        sign = "%" if self.how == How.PERCENT else "₹"
        return f"{self.value:+f} {sign}, rounded to {self.step.normalize():f}"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One amount of one product before and after, in rupees."""

    product: Product
    column: str
    before: Decimal
    after: Decimal

    @property
    def is_far(self) -> bool:
        """At least twice what it was, or half of it: seldom meant, mostly a zero too many."""
        return self.before > 0 and not self.before < self.after * 2 < self.before * 4


def price_changes(rule: PriceRule) -> list[PriceChange]:
    """What the rule would change, by name; nothing is written. Raises InvalidLine."""
    _check(rule)
    return _changes(rule, list(_products(rule).order_by("name", "pk")))


def fingerprint(changes: Sequence[PriceChange]) -> str:
    """Names exactly these changes, so that what is applied is what was looked at."""
    rows = sorted((c.product.pk, c.column, str(c.before), str(c.after)) for c in changes)
    return sha256(repr(rows).encode()).hexdigest()


@transaction.atomic
def apply_prices(rule: PriceRule, *, seen: str, by: User, sure: bool = False) -> list[PriceChange]:
    """Change the prices, with the rule and who did it in each product's history.

    ``seen`` is the fingerprint of what was looked at, ``sure`` that prices which double or
    halve are meant. Raises AdminOnly, InvalidLine, PricesFarOff, and StalePrices where a
    price, or which products there are, changed since.
    """
    if by.role != Role.ADMIN:
        raise AdminOnly(_("Only an admin changes prices in bulk."))
    _check(rule)
    wait_at_most_ten_seconds()
    rows = _products(rule).select_for_update(of=("self",), no_key=True).order_by("pk")
    changes = _changes(rule, list(rows))
    if fingerprint(changes) != seen:
        raise StalePrices(_("Prices have changed since. Please look again."))
    if not sure and any(change.is_far for change in changes):
        raise PricesFarOff(_("Some prices would double or halve: say that this is meant."))
    _save(changes, rule, by=by)
    return changes


def _save(changes: Sequence[PriceChange], rule: PriceRule, *, by: User) -> None:
    products = {change.product.pk: change.product for change in changes}
    for change in changes:
        setattr(products[change.product.pk], change.column, change.after)
    bulk_update_with_history(
        list(products.values()),
        Product,
        list(rule.columns),
        batch_size=BATCH,
        default_user=by,
        default_change_reason=str(rule)[:100],
    )


def _check(rule: PriceRule) -> None:
    most = MOST_PERCENT if rule.how == How.PERCENT else MAX_MONEY
    checked_number(rule.value, step=PAISA, most=most, attr="value")
    if rule.value == 0:
        raise InvalidLine(_("Say how much more or less."), attr="value")
    if checked_number(rule.step, step=PAISA, most=MAX_MONEY, attr="step") <= 0:
        raise InvalidLine(_("Round to more than zero."), attr="step")


def _products(rule: PriceRule) -> ProductQuerySet:
    basis = PriceBasis.PIECE if rule.field == PriceField.PRICE else PriceBasis.GRAM
    products = Product.objects.on_sale().filter(price_basis=basis).select_related("category")
    return products.filter(category=rule.category) if rule.category else products


def _changes(rule: PriceRule, products: Sequence[Product]) -> list[PriceChange]:
    changes = []
    for product in products:
        for column in rule.columns:
            before = getattr(product, column)
            if before is None:
                continue
            after = _after(rule, before)
            if not _can_be(rule, before, after):
                sentence = _("The price of %(product)s would be %(price)s.")
                raise InvalidLine(sentence % {"product": product, "price": after}, attr="value")
            if after != before:
                changes.append(PriceChange(product, column, before, after))
    return changes


def _can_be(rule: PriceRule, before: Decimal, after: Decimal) -> bool:
    """Making may come to cost nothing; goods never do by a rule."""
    for_nothing = after == 0 < before and rule.field == PriceField.PRICE
    return 0 <= after <= MAX_MONEY and not for_nothing


def _after(rule: PriceRule, before: Decimal) -> Decimal:
    change = before * rule.value / 100 if rule.how == How.PERCENT else rule.value
    steps = ((before + change) / rule.step).quantize(Decimal(1), ROUND_HALF_UP)
    return (steps * rule.step).quantize(PAISA)
