"""The gallery on a product's page: pictures added, sorted, made the primary one, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.admin import refusals_shown
from customers.errors import DeskError
from customers.models import User
from orders.gallery import MOST_IMAGES, add_image, choose_primary, drop_image, order_images
from orders.models import Product


def pictures_panel(object_id: str) -> dict[str, Any]:
    """The product's gallery in its order, for its page."""
    if not object_id.isdecimal():
        return {}
    product = Product.objects.filter(pk=object_id).first()
    if product is None:
        return {}
    return {"product": product, "pictures": list(product.images.all()), "most": MOST_IMAGES}


def pictures_view(model_admin: Any, request: HttpRequest, product_id: int) -> HttpResponse:
    """POST does what the button says with the gallery, then the product is shown again."""
    product = get_object_or_404(Product.objects.on_sale(), pk=product_id)
    if not model_admin.has_change_permission(request, product):
        raise PermissionDenied
    if request.method == "POST":
        do, _sep, picture = request.POST.get("do", "").partition("-")
        act = _ACTS.get(do)
        if act is not None and picture.isdecimal() and len(picture) < 19:
            with refusals_shown(request):
                act(product, int(picture), request.user)  # type: ignore[arg-type]
        elif do == "add":
            _add(request, product)
    page = reverse("admin:orders_product_change", args=[product.pk])
    return redirect(f"{page}#pictures")


def _add(request: HttpRequest, product: Product) -> None:
    """Each file by itself: one that is refused is named and stops no other."""
    by: Any = request.user
    files = request.FILES.getlist("images")[:MOST_IMAGES]
    if not files:
        messages.error(request, _("Choose a picture first."))
    added = 0
    for file in files:
        try:
            add_image(product, file, by=by)
        except DeskError as error:
            messages.error(request, f"{file.name}: {error}")
        else:
            added += 1
    if added:
        said = ngettext("%(count)s picture is added.", "%(count)s pictures are added.", added)
        messages.success(request, said % {"count": added})


def _moved(by_places: int) -> Callable[[Product, int, User], None]:
    def move(product: Product, picture: int, by: User) -> None:
        order = list(product.images.values_list("pk", flat=True))
        at = order.index(picture) if picture in order else 0
        to = at + by_places
        if picture in order and 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
            order_images(product, order, by=by)

    return move


def _primary(product: Product, picture: int, by: User) -> None:
    choose_primary(product, picture, by=by)


def _drop(product: Product, picture: int, by: User) -> None:
    drop_image(product, picture, by=by)


_ACTS: dict[str, Callable[[Product, int, User], None]] = {
    "earlier": _moved(-1),
    "later": _moved(1),
    "primary": _primary,
    "drop": _drop,
}
