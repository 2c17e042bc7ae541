"""What an order in the list unfolds to: its lines and its note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from orders.models import Order


def lines(model_admin: Any, request: HttpRequest, order_id: UUID) -> HttpResponse:
    """A piece of HTML, for whoever may see the list."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    order = get_object_or_404(Order, pk=order_id)
    context = {"items": order.items.order_by("position"), "notes": order.notes}
    return render(request, "desk/order_lines.html", context)
