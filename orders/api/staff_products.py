"""The staff's shelf over HTTP: inventory, products, categories; each view calls one rule."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import StaffPagination
from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.permissions import IsAdmin, IsStaff
from orders import categories, inventory, products
from orders.api import shelf, staff_shelf
from orders.api.filters import KeyFilter, ProductFilter
from orders.api.viewer import Viewer
from orders.errors import (
    AdminOnly,
    CategoryGone,
    CategoryInUse,
    InvalidLine,
    NotStocked,
    ProductGone,
    ShortStock,
    StaleCount,
    Taken,
)
from orders.models import Category, Product
from orders.pricing import rates_on

EDITS = (InvalidInput, InvalidLine, Taken, ProductGone, ShortStock, StaleCount, NotStocked)


class ProductPages(StaffPagination):
    list_name = "products"


class CurrentPages(ProductPages):
    """The list of products calls its page ``current_page`` too."""

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["current_page"] = response.data["page"]
        return response

    def get_paginated_response_schema(self, schema: Any) -> Any:
        page = super().get_paginated_response_schema(schema)
        page["required"] += ["current_page"]
        page["properties"]["current_page"] = {
            "type": "integer",
            "nullable": True,
            "description": "`page` once more.",
        }
        return page


class StaffProductFilter(ProductFilter):
    category_id = KeyFilter("category", help_text="A category's id")


class ShelfView(Viewer):
    """All products, archived ones too, as today's rates price them."""

    serializer_class: type[Any] = staff_shelf.StaffProductSerializer
    queryset = Product.objects.none()

    def get_queryset(self) -> QuerySet[Product]:
        self.rates = rates_on()
        return inventory.shelf(self.rates)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "rates": getattr(self, "rates", {})}

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin()] if self.request.method == "DELETE" else [IsStaff()]

    def shown(self, product: Product) -> Any:
        """The product as it is now."""
        fresh = self.get_queryset().get(pk=product.pk)
        return staff_shelf.StaffProductSerializer(fresh, context=self.get_serializer_context()).data

    def saved(self, product: Product, *, status: int = 200) -> Response:
        return Response({"success": True, "product": self.shown(product)}, status=status)


@extend_schema_view(get=extend_schema(operation_id="staff_inventory"))
@extend_schema(tags=["inventory"])
class InventoryView(ShelfView, ListAPIView[Product]):
    """What is stocked: single products, sizes and colours, by name."""

    serializer_class = staff_shelf.StaffVariantSerializer
    pagination_class = ProductPages
    filterset_class = StaffProductFilter

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        stocked = queryset.filter(has_variants=False, archived_at=None)
        return super().filter_queryset(stocked.prefetch_related(None))


@extend_schema(tags=["inventory"])
class InventoryItemView(ShelfView):
    """One product's stock and prices."""

    @refuses(*EDITS)
    @extend_schema(
        operation_id="staff_inventory_change",
        request=staff_shelf.InventoryChangeSerializer,
        responses=staff_shelf.SavedProductSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Set what is there or add `delta`, each on record with who and why, and prices."""
        changes = self.read(staff_shelf.InventoryChangeSerializer)
        return self.saved(inventory.edit_item(self.get_object(), changes, by=self.actor))


@extend_schema_view(get=extend_schema(operation_id="staff_products"))
@extend_schema(tags=["inventory"])
class StaffProductListView(ShelfView, ListAPIView[Product]):
    """Single products, and parents with their sizes and colours; archived ones too."""

    pagination_class = CurrentPages
    filterset_class = StaffProductFilter

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset.filter(parent__isnull=True))

    @refuses(InvalidInput, InvalidLine, Taken, NotStocked)
    @extend_schema(
        operation_id="staff_products_add",
        request=staff_shelf.StaffNewProductSerializer,
        responses={201: staff_shelf.SavedProductSerializer},
    )
    def post(self, request: Request) -> Response:
        """Put a product on the shelf; `stock_quantity` opens its stock."""
        fields = self.read(staff_shelf.StaffNewProductSerializer)
        more = {"parent_id": fields.pop("parent_id", None), "variants": fields.pop("variants", ())}
        return self.saved(inventory.add_item(fields, by=self.actor, **more), status=201)


@extend_schema_view(get=extend_schema(operation_id="staff_product"))
@extend_schema(tags=["inventory"])
class StaffProductView(ShelfView, RetrieveAPIView[Product]):
    """One product, archived or not."""

    @refuses(*EDITS)
    @extend_schema(
        operation_id="staff_products_change",
        request=staff_shelf.StaffProductChangesSerializer,
        responses=staff_shelf.SavedProductSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Change what is named and leave the rest; another stock counts as a stock count."""
        changes = self.read(staff_shelf.StaffProductChangesSerializer)
        return self.saved(inventory.edit_item(self.get_object(), changes, by=self.actor))

    @refuses(ProductGone)
    @extend_schema(
        operation_id="staff_products_archive", responses={200: staff_shelf.DoneSerializer}
    )
    def delete(self, request: Request, pk: Any) -> Response:
        """Archive: gone from lists and ordering, kept in orders and stock movements."""
        product = self.get_object()
        products.archive_product(product, by=self.actor)
        return Response({"success": True, "message": f"{product.name} is archived."})


@extend_schema(tags=["inventory"])
class StaffBulkView(Viewer):
    """Many products at once; prices by an admin only."""

    permission_classes = (IsStaff,)

    @refuses(AdminOnly)
    @extend_schema(
        operation_id="staff_products_bulk",
        request=staff_shelf.StaffBulkSerializer,
        responses=staff_shelf.SavedRowsSerializer,
    )
    def post(self, request: Request) -> Response:
        """Save each product named by id or SKU; a row that is refused spoils no other."""
        rows, errors = shelf.read_rows(request.data, staff_shelf.StaffBulkProductSerializer)
        done = shelf.outcome(inventory.save_edits(rows, by=self.actor), errors)
        return Response(staff_shelf.summary(done))


# Categories ----------------------------------------------------------------------------------


class _Categories(Viewer):
    queryset = Category.objects.annotate(product_count=Count("products"))
    serializer_class = staff_shelf.StaffCategorySerializer
    pagination_class = None
    filter_backends = ()

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin()] if self.request.method == "DELETE" else [IsStaff()]

    def shown(self, category: Category, *, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=category.pk)
        return Response(self.get_serializer(fresh).data, status=status)


@extend_schema(tags=["inventory"])
class StaffCategoryListView(_Categories):
    """The shop's categories, with how many products are in each."""

    @extend_schema(
        operation_id="staff_categories",
        responses=staff_shelf.CategoriesSerializer,
    )
    def get(self, request: Request) -> Response:
        rows = self.get_serializer(self.get_queryset(), many=True).data
        return Response({"categories": rows})

    @refuses(InvalidInput, Taken)
    @extend_schema(
        operation_id="staff_categories_add",
        request=staff_shelf.CategoryNameSerializer,
        responses={201: staff_shelf.StaffCategorySerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a category; its slug is made of the name."""
        sent = self.read(staff_shelf.CategoryNameSerializer)
        return self.shown(categories.make_category(**sent, by=self.actor), status=201)


@extend_schema(tags=["inventory"])
class StaffCategoryView(_Categories):
    """One category."""

    @refuses(InvalidInput, Taken, CategoryGone)
    @extend_schema(
        operation_id="staff_categories_rename",
        request=staff_shelf.CategoryNameSerializer,
        responses=staff_shelf.StaffCategorySerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Give it another name; its slug stays."""
        sent = self.read(staff_shelf.CategoryNameSerializer)
        return self.shown(categories.rename_category(self.get_object(), **sent, by=self.actor))

    @refuses(CategoryGone, CategoryInUse)
    @extend_schema(operation_id="staff_categories_drop", responses={204: None})
    def delete(self, request: Request, pk: Any) -> Response:
        """Take it away; 409 while products are in it."""
        categories.drop_category(self.get_object(), by=self.actor)
        return Response(status=204)
