"""The HTTP paths of the staff's back office that are about products and orders."""

from django.urls import path

from orders.api import staff_gallery, staff_products

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
]
