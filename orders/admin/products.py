"""Products: prices and words are edited here, stock only through the rules of orders/stock.py."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminImageFieldWidget,
    UnfoldAdminTextInputWidget,
)

from config.admin import DeskAdmin, errors_of_field
from config.saved_views_page import KeepsViews
from config.wording import goods_name, plain_number, rupees
from customers.models import User
from customers.roles import Role
from orders.admin.counting import counting_page, found
from orders.admin.product_file import export_file
from orders.admin.product_pictures import pictures_panel, pictures_view
from orders.admin.product_stock import stock_panel, stock_view
from orders.admin.repricing import repricing_page
from orders.admin.stock_filter import StockFilter
from orders.catalogue import search_products
from orders.images import keep_image, prepared_image, remove_image
from orders.models import PriceBasis, Product
from orders.pricing import price_expression, rates_on
from orders.quantities import MAX_STOCK, checked_quantity
from orders.stock import open_stock

# A child begins with what it shares with its parent.
INHERITED = (
    "name",
    "category",
    "brand",
    "unit",
    "price_basis",
    "unit_price",
    "bulk_price",
    "bulk_quantity",
    "cost_price",
    "weight",
    "metal",
    "making_charge",
    "tax_rate",
    "hsn_code",
)


class AnotherPicture(UnfoldAdminImageFieldWidget):
    """Only the choice of a file: the gallery beneath shows pictures and takes them away."""

    def is_initial(self, value: Any) -> bool:
        return False


class ProductForm(forms.ModelForm):
    """Names what does not go together beside its field; the database holds the same."""

    opening_stock = forms.DecimalField(
        label=gettext_lazy("Opening stock"),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        required=False,
        help_text=gettext_lazy("How many stand on the shelf today"),
        widget=UnfoldAdminDecimalFieldWidget,
    )

    class Meta:
        widgets = {"image": AnotherPicture}
        labels = {"sku": gettext_lazy("SKU"), "color": gettext_lazy("Colour")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("reorder_level", "weight", "bulk_quantity"):
            if (value := self.initial.get(name)) is not None:
                self.initial[name] = plain_number(value)

    def clean_image(self) -> Any:
        """What was uploaded, as it may be kept; else what the form's own check made of it."""
        sent = self.cleaned_data.get("image")
        if isinstance(sent, UploadedFile):
            with errors_of_field(self, "image"):
                return prepared_image(sent)
        return sent

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("price_basis") == PriceBasis.GRAM and not data.get("metal"):
            self.add_error("metal", _("A price by weight needs the metal."))
        if (data.get("bulk_price") is None) != (data.get("bulk_quantity") is None):
            self.add_error("bulk_quantity", _("A bulk price needs the quantity it begins at."))
        if data.get("has_variants") and data.get("opening_stock"):
            self.add_error("opening_stock", _("Its sizes and colours have the stock, not itself."))
        if data.get("opening_stock") and data.get("unit"):
            with errors_of_field(self, "opening_stock"):
                checked_quantity(data["opening_stock"], unit=data["unit"], most=MAX_STOCK)
        if data.get("has_variants") and data.get("parent"):
            self.add_error("parent", _("A size or colour has no sizes or colours of its own."))
        if data.get("parent") and self._twin(data):
            self.add_error("size", _("There is this size and colour already."))
        return data

    def _twin(self, data: dict[str, Any]) -> bool:
        fields = {name: data.get(name) or "" for name in ("size", "color")}
        twins = Product.objects.on_sale().filter(parent=data["parent"], **fields)
        return twins.exclude(pk=self.instance.pk).exists()


@admin.register(Product)
class ProductAdmin(KeepsViews, DeskAdmin):
    form = ProductForm
    formfield_overrides = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}
    list_display = ("product", "category", "price", "stock", "reorder_at")
    list_filter = (("category", RelatedDropdownFilter), StockFilter, "is_featured")
    list_filter_submit = True
    list_select_related = ("category", "unit")
    search_fields = ("name", "sku", "barcode", "aliases", "variants__sku", "variants__barcode")
    search_help_text = gettext_lazy("Name, other words, SKU, barcode")
    autocomplete_fields = ("category", "parent")
    change_form_outer_before_template = "desk/product_stock.html"
    change_form_outer_after_template = "desk/product_pictures.html"
    list_before_template = "desk/product_tools.html"
    actions = None
    empty_title = gettext_lazy("No products yet")
    empty_note = gettext_lazy("What the shop sells: the desk matches customers' words to these.")
    empty_command = "python manage.py seed_demo"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "sku"),
                    "aliases",
                    ("category", "brand"),
                    ("unit", "barcode"),
                    ("reorder_level", "is_featured"),
                )
            },
        ),
        (
            gettext_lazy("Price"),
            {
                "fields": (
                    ("price_basis", "unit_price"),
                    ("metal", "weight", "making_charge"),
                    ("bulk_price", "bulk_quantity"),
                    ("cost_price", "tax_rate", "hsn_code"),
                )
            },
        ),
        (
            gettext_lazy("Sizes and colours"),
            {"fields": ("has_variants", ("parent", "size", "color"))},
        ),
        (gettext_lazy("Shown in the shop"), {"fields": ("description", "image")}),
    )
    add_fieldsets = (
        fieldsets[0],
        (gettext_lazy("Stock"), {"fields": ("opening_stock",)}),
        *fieldsets[1:],
    )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Without the join to the children that made Django sort out doubles."""
        return search_products(queryset, search_term), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products = Product.objects.on_sale().with_stock().select_related("category", "unit")
        if not request.resolver_match or request.resolver_match.url_name not in _LISTS:
            return products
        # Low and sold-out ones are sizes and colours too, so those lists show them one by one.
        listed = products if "stock" in request.GET else products.heads()
        return listed.annotate(price_today=price_expression(rates_on()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A product that has moved can't become a parent: parents have no stock.
        return ("has_variants", "parent") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        parent = request.GET.get("parent", "")
        if not parent.isdecimal():
            return dict(super().get_changeform_initial_data(request))
        shared = Product.objects.on_sale().filter(pk=parent).values(*INHERITED).first() or {}
        return {"parent": parent, **shared}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:product_id>/stock/", wrap(self.stock_view), name="orders_product_stock"),
            path(
                "<int:product_id>/pictures/",
                wrap(partial(pictures_view, self)),
                name="orders_product_pictures",
            ),
            path("count/", wrap(self.count), name="orders_product_count"),
            path("count/find/", wrap(self.count_find), name="orders_product_count_find"),
            path("prices/", wrap(self.prices), name="orders_product_prices"),
            path("export/<str:form>/", wrap(self.export), name="orders_product_export"),
            *super().get_urls(),
        ]

    def stock_view(self, request: HttpRequest, product_id: int) -> HttpResponse:
        return stock_view(self, request, product_id)

    def count(self, request: HttpRequest) -> HttpResponse:
        return counting_page(self, request)

    def count_find(self, request: HttpRequest) -> HttpResponse:
        return found(self, request)

    def prices(self, request: HttpRequest) -> HttpResponse:
        return repricing_page(self, request)

    def export(self, request: HttpRequest, form: str) -> HttpResponse:
        """The list as it is filtered, for who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export_file(self.get_changelist_instance(request).get_queryset(request), form)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_reprice = getattr(request.user, "role", "") == Role.ADMIN
        may_count = self.has_change_permission(request)
        tools = {"may_reprice": may_reprice, "may_count": may_count}
        return super().changelist_view(request, {**(extra_context or {}), **tools})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        panels = {"stock": stock_panel(object_id), "gallery": pictures_panel(object_id)}
        context = {**(extra_context or {}), **panels}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.image = form.initial.get("image") or ""  # the rule below puts the new one
        super().save_model(request, obj, form, change)
        if "image" in form.changed_data:
            _put_image(obj, form.cleaned_data["image"], by=request.user)  # type: ignore[arg-type]
        opening = form.cleaned_data.get("opening_stock")
        if not change and opening:
            open_stock(obj, quantity=opening, by=request.user)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=gettext_lazy("Product"), ordering="name")
    def product(self, product: Product) -> SafeString:
        return format_html('{} <span class="desk-dim">{}</span>', goods_name(product), product.sku)

    @display(description=gettext_lazy("Price"), ordering="price_today")
    def price(self, product: Any) -> str:
        if product.price_today is not None:
            return rupees(product.price_today, paise=True)
        if product.has_variants:
            return _("by size")
        return _("no rate or weight") if product.price_basis == PriceBasis.GRAM else _("no price")

    @display(description=gettext_lazy("Stock"))
    def stock(self, product: Any) -> SafeString:
        return stock_words(product, product.total_stock)

    @display(description=gettext_lazy("Reorder at"), ordering="reorder_level")
    def reorder_at(self, product: Product) -> str:
        return plain_number(product.reorder_level) if product.reorder_level else "—"


def _put_image(product: Product, picture: ContentFile[bytes] | bool, *, by: User) -> None:
    """The form says False where the box to take the picture away was ticked."""
    if isinstance(picture, ContentFile):
        keep_image(product, picture, by=by)
    else:
        remove_image(product, by=by)


_LISTS = ("orders_product_changelist", "orders_product_export")


def stock_words(product: Product, left: Decimal) -> SafeString:
    """``3 pc`` with a mark and word where it is low or gone."""
    state = ""
    if left <= 0:
        state = _("none left")
    elif product.reorder_level > 0 and left <= product.reorder_level:
        state = _("low")
    text = f"{plain_number(left)} {product.unit_id}"
    if not state:
        return format_html("{}", text)
    return format_html('<span class="desk-mark desk-mark-warn">{}</span> {}', state, text)
