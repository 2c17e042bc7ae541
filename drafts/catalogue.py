"""The shop's products and customers as readers see them, kept in memory until they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DecimalField,
    F,
    Func,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Concat

from customers.matching.clients import KnownClients
from customers.models import Customer, CustomerAlias
from drafts.matching.products import ProductIndex
from drafts.models import LearnedName
from drafts.reading.types import CatalogueProduct, KnownClient
from orders.models import Product

SLOW_BUILD = 0.5

T = TypeVar("T")


class Kept(Generic[T]):
    """A value built from the database, built anew when ``version`` answers something else.

    One that takes SLOW_BUILD seconds or more (tens of thousands of customers) is kept for
    ten times as long as it took, so that each new sender does not cost a build.
    """

    def __init__(
        self,
        version: Callable[[], Any],
        build: Callable[[], T],
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._version, self._build, self._clock = version, build, clock
        self._lock = Lock()
        self._kept: tuple[Any, T] | None = None
        self._good_until = 0.0

    def get(self) -> T:
        """The value, as of now or a little earlier."""
        version = self._version()
        with self._lock:
            kept = self._kept
            if kept is not None and (kept[0] == version or self._clock() < self._good_until):
                return kept[1]
            value = self._timed_build()
            self._kept = (version, value)
            return value

    def _timed_build(self) -> T:
        began = self._clock()
        value = self._build()
        took = self._clock() - began
        self._good_until = self._clock() + (10 * took if took >= SLOW_BUILD else 0)
        return value


def product_index() -> ProductIndex:
    """Every product on sale, parents with their sizes and colours; two queries when unchanged."""
    return _products.get()


def known_clients() -> KnownClients:
    """Every customer by name, company and aliases; three queries when unchanged."""
    return _clients.get()


# The sum and not the latest: of two savers the one who began first may commit last.
_TIMES = Sum(
    Func(
        "updated_at",
        template="EXTRACT(EPOCH FROM %(expressions)s)",
        output_field=DecimalField(max_digits=30, decimal_places=6),
    )
)


def _product_version() -> tuple[Any, ...]:
    on_sale = Count("pk", filter=Q(archived_at__isnull=True))
    found = Product.objects.aggregate(Count("pk"), times=_TIMES, on_sale=on_sale)
    return (*found.values(), *_learned_version(product__isnull=False))


def _client_version() -> tuple[Any, ...]:
    customers = Customer.objects.aggregate(Count("pk"), times=_TIMES)
    # An alias has no time of its own; the sum of its texts' hashes shows a renamed one too.
    text = Concat(Cast("customer_id", CharField()), Value(":"), F("name"))
    digest = Func(text, function="hashtext", output_field=BigIntegerField())
    aliases = CustomerAlias.objects.aggregate(Count("pk"), digest=Sum(digest))
    return (*customers.values(), *aliases.values(), *_learned_version(customer__isnull=False))


def _learned_version(**of: bool) -> tuple[Any, ...]:
    names = LearnedName.objects.filter(in_force=True, **of)
    return tuple(names.aggregate(Count("pk"), times=_TIMES).values())


def _build_products() -> ProductIndex:
    on_sale = Product.objects.on_sale()
    sizes, colors = _options(on_sale.filter(parent__isnull=False).order_by("pk"))
    heads = on_sale.heads().select_related("category").order_by("pk")
    learned = _learned("product")
    return ProductIndex(_catalogue_product(head, sizes, colors, learned) for head in heads)


def _learned(of: str) -> dict[int, list[str]]:
    """The learned words in force by product or customer."""
    words: dict[int, list[str]] = defaultdict(list)
    names = LearnedName.objects.filter(in_force=True).exclude(**{of: None}).order_by("pk")
    for pk, said in names.values_list(of, "words"):
        words[pk].append(said)
    return words


def _catalogue_product(
    head: Product,
    sizes: dict[int, dict[str, None]],
    colors: dict[int, dict[str, None]],
    learned: dict[int, list[str]],
) -> CatalogueProduct:
    return CatalogueProduct(
        sku=head.sku,
        name=head.name,
        aliases=tuple(head.aliases),
        learned=tuple(learned.get(head.pk, ())),
        category=head.category.name if head.category else "",
        price=head.unit_price,
        unit=head.unit_id or "pc",
        sizes=tuple(sizes.get(head.pk, ())),
        colors=tuple(colors.get(head.pk, ())),
    )


def _options(
    children: Iterable[Product],
) -> tuple[dict[int, dict[str, None]], dict[int, dict[str, None]]]:
    """Sizes and colours by parent, each once, in the children's order."""
    sizes: dict[int, dict[str, None]] = defaultdict(dict)
    colors: dict[int, dict[str, None]] = defaultdict(dict)
    for child in children:
        if child.parent_id is None:
            continue
        if child.size:
            sizes[child.parent_id][child.size] = None
        if child.color:
            colors[child.parent_id][child.color] = None
    return sizes, colors


def _build_clients() -> KnownClients:
    aliases: dict[int, list[str]] = defaultdict(list)
    for customer_id, name in CustomerAlias.objects.values_list("customer_id", "name"):
        aliases[customer_id].append(name)
    for customer_id, names in _learned("customer").items():
        aliases[customer_id].extend(names)
    rows = Customer.objects.order_by("pk").values_list("pk", "name", "company", "phone")
    return KnownClients(
        KnownClient(
            id=str(pk),
            name=name,
            aliases=tuple(filter(None, (company, *aliases.get(pk, ())))),
            phone=phone,
        )
        for pk, name, company, phone in rows
    )


_products = Kept(_product_version, _build_products)
_clients = Kept(_client_version, _build_clients)
