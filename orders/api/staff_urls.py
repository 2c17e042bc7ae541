"""The HTTP paths of the staff's back office that are about products and orders."""

from django.urls import path

from orders.api import staff_figures, staff_gallery, staff_orders, staff_products

urlpatterns = [
    path("inventory", staff_products.InventoryView.as_view(), name="staff-inventory"),
    path(
        "inventory/<int:pk>",
        staff_products.InventoryItemView.as_view(),
        name="staff-inventory-item",
    ),
    path("products", staff_products.StaffProductListView.as_view(), name="staff-products"),
    path("products/bulk", staff_products.StaffBulkView.as_view(), name="staff-products-bulk"),
    path("products/<int:pk>", staff_products.StaffProductView.as_view(), name="staff-product"),
    path("products/<int:pk>/image", staff_gallery.StaffImageView.as_view(), name="staff-image"),
    path("products/<int:pk>/images", staff_gallery.GalleryView.as_view(), name="staff-images"),
    path(
        "products/<int:pk>/images/reorder",
        staff_gallery.GalleryOrderView.as_view(),
        name="staff-images-reorder",
    ),
    path(
        "products/<int:pk>/images/<int:image_id>",
        staff_gallery.GalleryImageView.as_view(),
        name="staff-images-one",
    ),
    path(
        "products/<int:pk>/images/<int:image_id>/primary",
        staff_gallery.PrimaryImageView.as_view(),
        name="staff-images-primary",
    ),
    path("categories", staff_products.StaffCategoryListView.as_view(), name="staff-categories"),
    path(
        "categories/<int:pk>",
        staff_products.StaffCategoryView.as_view(),
        name="staff-category",
    ),
    path("orders", staff_orders.StaffOrderListView.as_view(), name="staff-orders"),
    path("orders/<uuid:pk>", staff_orders.StaffOrderView.as_view(), name="staff-order"),
    path("orders/<uuid:pk>/address", staff_orders.StaffAddressView.as_view(), name="staff-address"),
    path("orders/<uuid:pk>/notes", staff_orders.StaffNotesView.as_view(), name="staff-notes"),
    path("orders/<uuid:pk>/status", staff_orders.StaffStatusView.as_view(), name="staff-status"),
    path("orders/<uuid:pk>/mark-paid", staff_orders.MarkPaidView.as_view(), name="staff-mark-paid"),
    path(
        "orders/<uuid:pk>/apply-credit",
        staff_orders.ApplyCreditView.as_view(),
        name="staff-apply-credit",
    ),
    path("stats", staff_figures.StatsView.as_view(), name="staff-stats"),
    path("profit", staff_figures.ProfitView.as_view(), name="staff-profit"),
    path("performance", staff_figures.PerformanceView.as_view(), name="staff-performance"),
    path("sales-history", staff_figures.SalesHistoryView.as_view(), name="staff-sales-history"),
]
