"""Customers for staff: each view lets in, calls one rule, answers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import StaffPagination
from config.api.schema import refuses
from customers.api import people_serializers as serializers
from customers.api.people_filters import CustomerFilter
from customers.duplicates import duplicate_groups
from customers.erasing import erase_customer, erase_customers
from customers.errors import CustomerGone, InvalidInput
from customers.finding import search_customers
from customers.models import Customer
from customers.people import update_customer
from customers.permissions import IsAdmin, IsStaff
from orders.api.filters import OrderFilter
from orders.api.serializers import OrderSerializer
from orders.api.viewer import Viewer
from orders.buying import search_guests, with_purchases
from orders.models import Order

_MOST_FOUND = 10


def known_customers() -> QuerySet[Any]:
    """All that staff may see, with what an answer about one shows."""
    rows = with_purchases(Customer.objects.known().select_related("user"))
    return rows.prefetch_related("addresses", "aliases")


class CustomerPages(StaffPagination):
    list_name = "customers"


class OrderPages(StaffPagination):
    list_name = "orders"


class Customers(Viewer):
    """The customers there are; staff only."""

    permission_classes: tuple[type[BasePermission], ...] = (IsStaff,)
    serializer_class: type[Any] = serializers.StaffCustomerSerializer
    queryset = Customer.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return known_customers()

    def shown(self, customer_id: int) -> Any:
        """The customer as it is now."""
        return serializers.StaffCustomerSerializer(known_customers().get(pk=customer_id)).data


@extend_schema_view(get=extend_schema(tags=["customers"], operation_id="staff_customers"))
class CustomerListView(Customers, ListAPIView[Customer]):
    """The shop's customers, the newest first."""

    filterset_class = CustomerFilter
    pagination_class = CustomerPages

    def get_queryset(self) -> QuerySet[Any]:
        return known_customers().order_by("-created_at", "-pk")


@extend_schema(tags=["customers"])
class CustomerView(Customers):
    """One customer."""

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin()] if self.request.method == "DELETE" else [IsStaff()]

    @extend_schema(operation_id="staff_customer")
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @refuses(InvalidInput, CustomerGone)
    @extend_schema(
        operation_id="staff_customer_change",
        request=serializers.CustomerChangesSerializer,
        responses=serializers.ChangedCustomerSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named."""
        changes = self.read(serializers.CustomerChangesSerializer)
        changed = update_customer(self.get_object(), changes=changes, by=self.actor)
        return Response({"success": True, **self.shown(changed.pk)})

    @refuses(CustomerGone)
    @extend_schema(operation_id="staff_customer_erase", responses=serializers.ErasedSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Forget the person, for good: orders stay, unlinked and nameless."""
        erase_customer(pk, by=self.actor)
        return Response({"success": True, "deleted_id": pk})


@extend_schema(tags=["customers"])
class BulkDeleteView(Customers):
    """Forget many people at once, all or none."""

    permission_classes = (IsAdmin,)

    @refuses(CustomerGone)
    @extend_schema(
        operation_id="staff_customers_bulk_delete",
        request=serializers.BulkDeleteSerializer,
        responses=serializers.BulkDeletedSerializer,
    )
    def post(self, request: Request) -> Response:
        """Who is not there any more is passed over."""
        ids = self.read(serializers.BulkDeleteSerializer)["ids"]
        done = erase_customers(ids, by=self.actor)
        return Response({"success": True, "deleted": len(done), "deleted_ids": done})


@extend_schema_view(get=extend_schema(tags=["customers"], operation_id="staff_customer_orders"))
class CustomerOrdersView(Viewer, ListAPIView[Order]):
    """A customer's orders with their items, the newest first."""

    permission_classes = (IsStaff,)
    serializer_class = OrderSerializer
    pagination_class = OrderPages
    filterset_class = OrderFilter
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        customer = get_object_or_404(Customer.objects.known(), pk=self.kwargs["pk"])
        rows = Order.objects.filter(customer=customer).with_items()
        return rows.order_by("-created_at", "-pk")


@extend_schema(tags=["customers"])
class CustomerSearchView(Customers):
    """Who could be meant, to fill a form with: customers first, then earlier guests."""

    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="staff_customer_search",
        parameters=[serializers.SearchQuerySerializer],
        responses=serializers.FoundSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = serializers.SearchQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        words = asked.validated_data["q"]
        rows = Customer.objects.known().select_related("user").prefetch_related("addresses")
        found = [serializers.as_found(one) for one in search_customers(rows, words)[:_MOST_FOUND]]
        guests = search_guests(words, limit=_MOST_FOUND)
        found += [serializers.as_found_guest(order) for order in guests]
        return Response({"count": len(found), "next": None, "previous": None, "results": found})


@extend_schema(tags=["customers"])
class DuplicatesView(Customers):
    """Customers that may be one person, the surest kind of likeness first."""

    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="staff_customer_duplicates",
        parameters=[serializers.DuplicatesQuerySerializer],
        responses=serializers.DuplicatesSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = serializers.DuplicatesQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page, size = asked.validated_data["page"], asked.validated_data["page_size"]
        groups, total = duplicate_groups(
            by=asked.validated_data["by"], limit=size, offset=(page - 1) * size
        )
        ids = {pk for group in groups for pk in group.customer_ids}
        rows = known_customers().in_bulk(ids)
        found = [
            {
                "by": group.by,
                "value": group.value,
                "phone": group.value if group.by == "phone" else None,
                "customers": [rows[pk] for pk in group.customer_ids if pk in rows],
            }
            for group in groups
        ]
        body = {"duplicate_groups": found, "total_groups": total, "page": page, "page_size": size}
        return Response(serializers.DuplicatesSerializer(body).data)
