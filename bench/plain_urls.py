"""Orders, customers and products in Django's own admin, each as its tutorial registers a model."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from customers.models import Customer
from orders.models import Order, OrderItem, Product


class Lines(admin.TabularInline):
    model = OrderItem
    extra = 0
    raw_id_fields = ("product", "unit")


@admin.register(Order)
class PlainOrders(admin.ModelAdmin):
    list_display = (
        *("order_reference", "customer_name", "customer_phone", "created_at", "status"),
        *("payment_status", "channel", "item_count", "total"),
    )
    list_filter = ("status", "payment_status", "channel", "created_at")
    search_fields = ("order_reference", "customer_phone", "customer_name")
    raw_id_fields = ("customer", "user", "taken_by", "assigned_to", "back_order_of")
    inlines = (Lines,)


@admin.register(Customer)
class PlainCustomers(admin.ModelAdmin):
    list_display = ("name", "company", "phone", "email")
    search_fields = ("name", "company", "phone", "email")


@admin.register(Product)
class PlainProducts(admin.ModelAdmin):
    list_display = ("sku", "name", "unit_price", "stock_quantity", "in_stock")
    list_filter = ("price_basis", "category")
    search_fields = ("sku", "name", "barcode")


urlpatterns = [path("admin/", admin.site.urls)]
