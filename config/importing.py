"""The kinds of files that the desk imports, each with its importer."""

from __future__ import annotations

from customers.importing import CustomerImporter
from customers.imports.importer import Importer
from customers.imports.models import ImportKind
from orders.imports.orders import OrderImporter
from orders.imports.products import ProductImporter

_IMPORTERS: dict[str, type[Importer]] = {
    ImportKind.CUSTOMERS: CustomerImporter,
    ImportKind.PRODUCTS: ProductImporter,
    ImportKind.ORDERS: OrderImporter,
}


def importer_of(kind: str) -> Importer:
    """A fresh importer of a kind of file."""
    return _IMPORTERS[kind]()
