"""A desk as it is after years: a million orders, made by the database within minutes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models, transaction

from customers.bulk import take_keys
from customers.errors import Conflict, InvalidInput
from customers.imports.models import ImportJob, ImportKind, ImportStatus
from customers.matching.clients import sound_of_name
from customers.models import Customer
from orders.models import Order, OrderEvent, OrderItem, Payment, Product

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LINES = 5
MOST_ORDERS = 10_000_000
FIRST = "Asha Bharat Chandni Deepak Esha Farhan Gita Hari Indu Jatin Kavita Lata Mohan Nisha Omkar"
LAST = "Pawar Kulkarni Jadhav Bansal Mehta Rathod Solanki Trivedi Desai Naik Gowda Reddy Iyer Das"
GOODS = "Anklet Bangle Chain Dupatta Earring Frock Ghagra Haar Jhumka Kurta Lehenga Mala Nathni"
CITIES = "Pune Nashik Surat Rajkot Indore Jaipur Nagpur Mysuru Kochi Patna"

# An order's lines follow from its number n and theirs, k: so its sums can be worked out with it.
_LINES = f"""
    SELECT k, product, quantity, price, quantity * price AS money,
        round(quantity * price * 5 / 105, 2) AS tax
    FROM (
        SELECT k, 1 + mod(n + k, 3) AS quantity, product,
            49 + mod(product * 7919::bigint, 2000) AS price
        FROM (
            SELECT k, mod(n * {LINES} + k * 7, %(products)s) AS product
            FROM generate_series(1, {LINES}) AS k
        ) AS chosen
    ) AS priced
"""  # noqa: S608 - numbers of ours
_SUMS = f"""
    generate_series(1, %(orders)s) AS n, LATERAL (
        SELECT sum(money) AS money, sum(tax) AS tax, sum(quantity) AS pieces
        FROM ({_LINES}) AS lines
    ) AS sums
"""  # noqa: S608
_NUMBERS = "generate_series(1, %(orders)s) AS n"
_PLACED = "now() - (%(orders)s - n) * interval '1 minute'"
_ORDER_KEY = "md5('order' || n)::uuid"


def fill_shop(*, orders: int) -> dict[str, int]:
    """Fill an empty desk with so many orders of five lines, a fifth as many customers.

    The orders are those of an import: they took no stock, and told nobody; their sums,
    payments and timelines add up, but no row has a history. A million takes a quarter of an
    hour or more, mostly for the five million lines. Raises Conflict in production and in a desk
    that holds orders, products or customers; InvalidInput for a number that can't be meant.
    """
    if settings.PRODUCTION:
        raise Conflict("Invented orders have no place in production.")
    if not 1 <= orders <= MOST_ORDERS:
        raise InvalidInput(f"A number of orders from 1 to {MOST_ORDERS:,} is needed.")
    with transaction.atomic():
        if any(model.objects.exists() for model in (Order, Product, Customer)):
            raise Conflict("The desk holds data already. Fill a database of its own.")
        made = _fill(orders)
    with connection.cursor() as cursor:
        # Else the planner guesses until autovacuum comes by.
        for model in _FILLED:
            cursor.execute(f"ANALYZE {_table(model)}")
    return made


_FILLED: tuple[type[models.Model], ...] = (
    *(Customer, Product, Order, OrderItem, Payment, OrderEvent),
)


def _fill(orders: int) -> dict[str, int]:
    counts = {"customers": max(orders // 5, 1), "products": max(orders // 200, 20)}
    facts = {
        **counts,
        "orders": orders,
        "customer": take_keys(Customer, 1)[0],
        "goods": take_keys(Product, 1)[0],
        "job": _file(orders).pk,
        **_words("first", FIRST),
        **_words("last", LAST),
        **_words("thing", GOODS),
        **_words("city", CITIES),
    }
    with _quickly():
        for model, columns, source in _ROWS:
            _insert(model, columns, source, facts)
    for model in (Customer, Product):
        _move_sequence(model)
    return {**counts, "orders": orders, "items": orders * LINES}


def _words(name: str, words: str) -> dict[str, Any]:
    listed = words.split()
    return {name: listed, f"{name}_sound": [sound_of_name(word) for word in listed]}


def _file(orders: int) -> ImportJob:
    """What the orders came from, as far as the desk is told."""
    return ImportJob.objects.create(
        kind=ImportKind.ORDERS,
        status=ImportStatus.FINISHED,
        file_name="fill_shop",
        byte_count=0,
        row_count=orders * LINES,
        rows_done=orders * LINES,
        created_count=orders,
    )


def _pick(array: str, number: str) -> str:
    return f"(%({array})s::text[])[1 + mod({number}, cardinality(%({array})s::text[]))]"


def _name(number: str, *, kind: str = "") -> str:
    parts = [("first", number), ("last", f"{number} / 15"), ("last", f"{number} / 210")]
    return " || ' ' || ".join(_pick(f"{name}{kind}", which) for name, which in parts)


_BUYER = "mod(n, %(customers)s)"
_RARE = "array['pending', 'confirmed', 'shipped', 'cancelled']"
_STATUS = f"coalesce(({_RARE})[1 + mod(n, 50)], 'delivered')"
_PAID = "coalesce((array['unpaid', 'part_paid'])[1 + mod(n, 20)], 'paid')"
_ROWS: Sequence[tuple[type[models.Model], Mapping[str, str], str]] = (
    (
        Product,
        {
            "id": "%(goods)s + n",
            "sku": "'ITEM-' || n",
            "name": f"{_pick('thing', 'n')} || ' ' || n",
            "unit_price": "49 + mod(n * 7919::bigint, 2000)",
            "cost_price": "30 + mod(n * 7919::bigint, 2000) / 2",
            "tax_rate": "5",
            "created_at": "now()",
            "updated_at": "now()",
        },
        "generate_series(0, %(products)s - 1) AS n",
    ),
    (
        Customer,
        {
            "id": "%(customer)s + n",
            "name": _name("n"),
            "name_sound": _name("n", kind="_sound"),
            "phone": "'+9198' || (10000000 + n)",
            "created_at": "now() - n * interval '1 minute'",
            "updated_at": "now()",
        },
        "generate_series(0, %(customers)s - 1) AS n",
    ),
    (
        Order,
        {
            "id": _ORDER_KEY,
            "order_reference": "'LEG-' || upper(substr(md5(n::text), 1, 4) || '-'"
            " || substr(md5(n::text), 5, 5)) || n",
            "customer_id": f"%(customer)s + {_BUYER}",
            "customer_verified": "true",
            "customer_name": _name(_BUYER),
            "customer_phone": f"'+9198' || (10000000 + {_BUYER})",
            "address_city": _pick("city", _BUYER),
            "status": _STATUS,
            "payment_status": _PAID,
            "channel": "coalesce((array['counter', 'storefront'])[1 + mod(n, 10)], 'whatsapp')",
            "subtotal": "sums.money",
            "tax": "sums.tax",
            "total": "sums.money",
            "item_count": "sums.pieces",
            "imported_id": "%(job)s",
            "created_at": _PLACED,
            "updated_at": _PLACED,
        },
        _SUMS,
    ),
    (
        OrderItem,
        {
            "id": "md5(n || ' ' || k)::uuid",
            "order_id": _ORDER_KEY,
            "position": "k",
            "product_id": "%(goods)s + product",
            "product_name": f"{_pick('thing', 'product')} || ' ' || product",
            "quantity": "quantity",
            "unit_id": "'pc'",
            "unit_price": "price",
            "tax_rate": "5",
            "tax": "tax",
            "subtotal": "money",
        },
        f"{_NUMBERS}, LATERAL ({_LINES}) AS lines",
    ),
    (
        Payment,
        {
            "order_id": "id",
            "amount": "CASE payment_status WHEN 'paid' THEN total ELSE round(total / 2) END",
            "method": "'upi'",
            "created_at": "created_at",
        },
        "orders_order WHERE payment_status <> 'unpaid'",
    ),
    (
        OrderEvent,
        {
            "order_id": "id",
            "kind": "'imported'",
            "to_status": "status",
            "note": "'fill_shop'",
            "created_at": "created_at",
        },
        "orders_order",
    ),
)


def _insert(
    model: type[models.Model], given: Mapping[str, str], source: str, facts: Mapping[str, Any]
) -> None:
    """Rows whose columns are as given, and for the rest what the model begins with."""
    columns: dict[str, str] = {}
    values = dict(facts)
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.generated]
    for field in fields:
        default = f"default_{field.column}"
        if field.attname in given:
            columns[field.column] = given[field.attname]
        elif not isinstance(field, models.AutoField):
            values[default] = field.get_db_prep_save(field.get_default(), connection)
            columns[field.column] = f"%({default})s::{field.db_type(connection)}"
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(model)} ({names}) SELECT {', '.join(columns.values())}"  # noqa: S608
            f" FROM {source}",
            values,
        )


@contextmanager
def _quickly() -> Iterator[None]:
    """Without looking each key up, and with the indexes of words filled last: a tenth of it."""
    words = [
        (model, next(one for one in model._meta.indexes if one.name == name))
        for model, name in ((Order, "order_by_words"), (Customer, "customer_by_words"))
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for _model, index in words:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(index.name)}")
        yield
        for model, index in words:
            with connection.schema_editor() as editor:
                cursor.execute(str(index.create_sql(model, editor)))


def _move_sequence(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {_table(model)}",  # noqa: S608
            [model._meta.db_table],
        )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
