"""The catalogue: open to read, written by staff; each view calls one rule."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.errors import FixedField, InvalidInput
from customers.permissions import IsAdmin, IsStaff
from orders import products, stock
from orders.api import serializers, shelf
from orders.api.filters import ProductFilter
from orders.api.viewer import Viewer
from orders.catalogue import catalogue
from orders.errors import (
    AdminOnly,
    InvalidLine,
    NotStocked,
    ProductGone,
    ShortStock,
    StaleCount,
    Taken,
)
from orders.models import Category, Product
from orders.pricing import rates_on


class CatalogueView(Viewer):
    """Products on sale, as today's rates price them; anyone reads, staff write."""

    serializer_class = serializers.ProductSerializer
    queryset = Product.objects.none()

    def get_queryset(self) -> QuerySet[Product]:
        self.rates = rates_on()
        return catalogue(self.rates)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "rates": getattr(self, "rates", {})}

    def get_permissions(self) -> list[BasePermission]:
        if self.request.method in SAFE_METHODS:
            return [AllowAny()]
        return [IsAdmin()] if self.request.method == "DELETE" else [IsStaff()]

    def shown(self, product: Product) -> Any:
        """The product as the catalogue shows it now."""
        fresh = self.get_queryset().get(pk=product.pk)
        return self.get_serializer(fresh).data


@extend_schema(tags=["products"])
class ProductListView(CatalogueView, ListAPIView[Product]):
    """What the shop sells: single products, and parents with their sizes and colours."""

    filterset_class = ProductFilter

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset.filter(parent__isnull=True))

    @refuses(InvalidInput, InvalidLine, Taken, NotStocked)
    @extend_schema(
        operation_id="products_create",
        request=shelf.NewProductSerializer,
        responses={201: serializers.ProductSerializer},
    )
    def post(self, request: Request) -> Response:
        """Put a product on the shelf: a single one, a parent with `variants`, or a size."""
        fields = self.read(shelf.NewProductSerializer)
        product = products.create_product(
            fields,
            parent_id=fields.pop("parent_id", None),
            variants=fields.pop("variants", ()),
            by=self.actor,
        )
        return Response(self.shown(product), status=201)


@extend_schema_view(get=extend_schema(operation_id="products_featured"))
@extend_schema(tags=["products"])
class FeaturedView(CatalogueView, ListAPIView[Product]):
    """What the shop puts forward."""

    filterset_class = ProductFilter

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset.filter(parent__isnull=True, is_featured=True))


@extend_schema(tags=["products"])
class ProductView(CatalogueView, RetrieveAPIView[Product]):
    """A product, a size or colour of one included."""

    @refuses(InvalidInput, InvalidLine, Taken, FixedField, ProductGone)
    @extend_schema(
        operation_id="products_change",
        request=shelf.ProductChangesSerializer,
        responses=serializers.ProductSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Change what is named and leave the rest."""
        changes = self.read(shelf.ProductChangesSerializer)
        return Response(
            self.shown(products.update_product(self.get_object(), changes, by=self.actor))
        )

    @refuses(ProductGone)
    @extend_schema(operation_id="products_archive", responses={204: None})
    def delete(self, request: Request, pk: Any) -> Response:
        """Archive: gone from lists and ordering, kept in orders and stock movements."""
        products.archive_product(self.get_object(), by=self.actor)
        return Response(status=204)


@extend_schema(tags=["products"])
class ProductStockView(CatalogueView):
    """The stock of one product, moved by hand."""

    @refuses(InvalidLine, ShortStock, StaleCount, NotStocked)
    @extend_schema(
        operation_id="products_stock",
        request=shelf.StockChangeSerializer,
        responses=serializers.ProductSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Add or take off `delta`, or set what was `counted` where it is still `expected`."""
        product = self.get_object()
        change = self.read(shelf.StockChangeSerializer)
        act = stock.adjust_stock if "delta" in change else stock.count_stock
        act(product, by=self.actor, **change)
        return Response(self.shown(product))


@extend_schema(tags=["products"])
class BulkView(Viewer):
    """Many products at once; prices by an admin only."""

    permission_classes = (IsStaff,)

    @refuses(AdminOnly)
    @extend_schema(
        operation_id="products_bulk",
        request=shelf.BulkSerializer,
        responses=shelf.BulkOutcomeSerializer,
    )
    def post(self, request: Request) -> Response:
        """Change each product named by id or SKU; a row that is refused spoils no other."""
        rows, errors = shelf.read_rows(request.data)
        return Response(shelf.outcome(products.change_products(rows, by=self.actor), errors))


@extend_schema_view(get=extend_schema(operation_id="products_by_sku"))
@extend_schema(tags=["products"])
class ProductBySkuView(CatalogueView, RetrieveAPIView[Product]):
    """The product with this SKU."""

    lookup_field = "sku"


@extend_schema(tags=["products"])
class CategoryListView(ListAPIView[Category]):
    """The shop's categories by name."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.CategorySerializer
    queryset = Category.objects.all()
