"""Catalogues and customers from JSON files, for reading without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from .types import CatalogueProduct, KnownClient

T = TypeVar("T")


class FileProblem(Exception):
    """A file that cannot be used; the text says which and why."""


def load_products(path: Path) -> list[CatalogueProduct]:
    """The products of a JSON list of {sku, name, aliases, category, price, unit, sizes, colors}.

    Only sku and name are needed. Raises FileProblem.
    """
    return _load(path, _product)


def load_clients(path: Path) -> list[KnownClient]:
    """The customers of a JSON list of {id, name, aliases, phone}. Raises FileProblem."""
    return _load(path, _client)


def _load(path: Path, build: Callable[[dict[str, Any]], T]) -> list[T]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise FileProblem(f"{path}: {problem.strerror or problem}") from problem
    except ValueError as problem:
        raise FileProblem(f"{path}: not JSON ({problem})") from problem
    if not isinstance(rows, list):
        raise FileProblem(f"{path}: a JSON list is needed")
    return [_row(path, number, row, build) for number, row in enumerate(rows, 1)]


def _row(path: Path, number: int, row: Any, build: Callable[[dict[str, Any]], T]) -> T:
    try:
        return build(row)
    except (KeyError, TypeError, AttributeError, InvalidOperation) as problem:
        raise FileProblem(f"{path}: entry {number} is not usable ({problem!r})") from problem


def _product(row: dict[str, Any]) -> CatalogueProduct:
    price = row.get("price")
    return CatalogueProduct(
        sku=str(row["sku"]),
        name=str(row["name"]),
        aliases=_texts(row, "aliases"),
        category=str(row.get("category") or ""),
        price=Decimal(str(price)) if price is not None else None,
        unit=str(row.get("unit") or "pc"),
        sizes=_texts(row, "sizes"),
        colors=_texts(row, "colors"),
    )


def _client(row: dict[str, Any]) -> KnownClient:
    phone = row.get("phone")
    return KnownClient(
        id=str(row["id"]),
        name=str(row["name"]),
        aliases=_texts(row, "aliases"),
        phone=str(phone) if phone else None,
    )


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(text) for text in row.get(key) or ())
