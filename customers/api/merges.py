"""Merging customers over HTTP, and parting them again; for admins."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.api import people_serializers as serializers
from customers.api.people import Customers
from customers.errors import CustomerGone, InvalidInput, MergeFinal
from customers.merging import merge_customers, undo_merge
from customers.models import CustomerMerge
from customers.permissions import IsAdmin


@extend_schema(tags=["customers"])
class MergeView(Customers):
    """Make one customer of two that are one person."""

    permission_classes = (IsAdmin,)

    @refuses(InvalidInput, CustomerGone)
    @extend_schema(
        operation_id="staff_customers_merge",
        request=serializers.MergeSerializer,
        responses=serializers.MergedSerializer,
    )
    def post(self, request: Request) -> Response:
        """All that the merged one has becomes the kept one's, in one transaction."""
        body = serializers.MergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = merge_customers(**body.rule_data(), by=self.actor)
        kept = self.shown(done.customer.pk)
        return Response(
            {
                "success": True,
                "kept_id": done.merge.kept_id,
                "merged_id": done.merge.gone_id,
                "orders_moved": done.merge.order_count,
                "combined_order_count": kept["orders"],
                "combined_total_spent": kept["total_spent"],
                "kept_customer": kept,
                "undo_id": done.merge.pk,
                "undo_until": done.merge.undo_until,
            }
        )


@extend_schema(tags=["customers"])
class UndoMergeView(Customers):
    """Part two customers again, within a day of the merge."""

    permission_classes = (IsAdmin,)

    @refuses(CustomerGone, MergeFinal, InvalidInput)
    @extend_schema(
        operation_id="staff_customers_merge_undo",
        request=None,
        responses=serializers.PartedSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Both are as they were; what was done for the kept one since stays there."""
        gone = undo_merge(pk, by=self.actor)
        kept_id = CustomerMerge.objects.values_list("kept_id", flat=True).get(pk=pk)
        return Response(
            {
                "success": True,
                "kept_customer": self.shown(kept_id),
                "merged_customer": self.shown(gone.pk),
            }
        )
