"""Products as CSV and XLSX, under the headers that import_products reads."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource
from import_export.widgets import Widget

from orders.models import Product

FORMATS = {"csv": CSV, "xlsx": XLSX}
# With these a spreadsheet takes a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TEXTS = ("sku", "barcode", "name", "description", "brand", "size", "color", "hsn_code")


class _Text(Widget):
    """Text that no spreadsheet runs."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        text = ", ".join(value) if isinstance(value, list) else str(value or "")
        return f"'{text}" if text.startswith(_FORMULA) else text


class ProductResource(ModelResource):
    """One row a product; sizes and colours name their parent by its SKU."""

    parent_sku = Field(attribute="parent__sku", column_name="parent_sku", widget=_Text())
    category = Field(attribute="category__name", column_name="category", widget=_Text())
    aliases = Field(attribute="aliases", column_name="aliases", widget=_Text())
    unit = Field(attribute="unit_id", column_name="unit")

    class Meta:
        model = Product
        fields = (
            *("sku", "parent_sku", "barcode", "name", "size", "color", "aliases", "category"),
            *("brand", "unit", "price_basis", "unit_price", "bulk_price", "bulk_quantity"),
            *("cost_price", "metal", "weight", "making_charge", "tax_rate", "hsn_code"),
            *("stock_quantity", "reorder_level", "has_variants", "is_featured", "description"),
        )
        export_order = fields

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in _TEXTS:
            self.fields[name].widget = _Text()


def export_file(products: QuerySet[Product], form: str) -> HttpResponse:
    """The listed products with their sizes and colours as a file to keep; Http404 else."""
    if form not in FORMATS:
        raise Http404
    listed = Q(pk__in=products.order_by().values("pk"))
    children = Q(parent__in=products.order_by().values("pk"))
    rows = Product.objects.on_sale().filter(listed | children)
    rows = rows.select_related("category", "parent").order_by(
        "name", F("parent").asc(nulls_first=True), "pk"
    )
    dataset = ProductResource().export(queryset=rows)
    kind = FORMATS[form]()
    name = f"products-{timezone.localdate()}.{form}"
    return HttpResponse(
        kind.export_data(dataset),
        content_type=kind.get_content_type(),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
