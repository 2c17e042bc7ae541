"""The HTTP paths of this app."""

from django.urls import include, path

from orders.api import checkout_account, esb, image_views, product_views, staff_gallery, views
from orders.pages.track import TrackPage

urlpatterns = [
    path("track", TrackPage.as_view(), name="track"),
    path(
        "api/auth/register/checkout",
        checkout_account.CheckoutAccountView.as_view(),
        name="register-at-checkout",
    ),
    path("api/products", product_views.ProductListView.as_view(), name="products"),
    path("api/products/featured", product_views.FeaturedView.as_view(), name="featured"),
    path("api/products/bulk", product_views.BulkView.as_view(), name="products-bulk"),
    path("api/products/<int:pk>", product_views.ProductView.as_view(), name="product"),
    path(
        "api/products/<int:pk>/stock",
        product_views.ProductStockView.as_view(),
        name="product-stock",
    ),
    path(
        "api/products/<int:pk>/image",
        image_views.ImageView.as_view(),
        name="product-image",
    ),
    path(
        "api/products/<int:pk>/thumbnail",
        image_views.ThumbnailView.as_view(),
        name="product-thumbnail",
    ),
    path(
        "api/products/<int:pk>/images/<int:image_id>",
        staff_gallery.PictureView.as_view(),
        name="product-gallery-image",
    ),
    path(
        "api/products/sku/<path:sku>",
        product_views.ProductBySkuView.as_view(),
        name="product-by-sku",
    ),
    path("api/staff/", include("orders.api.staff_urls")),
    path("api/categories", product_views.CategoryListView.as_view(), name="categories"),
    path("api/orders", views.OrderListView.as_view(), name="orders"),
    path("api/orders/my-orders", views.MyOrdersView.as_view(), name="my-orders"),
    path("api/orders/track", views.TrackView.as_view(), name="order-track"),
    path("api/orders/<uuid:pk>", views.OrderView.as_view(), name="order"),
    path("api/orders/<uuid:pk>/confirm", views.ConfirmView.as_view(), name="order-confirm"),
    path("api/orders/<uuid:pk>/cancel", views.CancelView.as_view(), name="order-cancel"),
    path("api/orders/<uuid:pk>/return", views.ReturnView.as_view(), name="order-return"),
    path("api/orders/<uuid:pk>/timeline", views.TimelineView.as_view(), name="order-timeline"),
    path("api/orders/<uuid:pk>/reorder", views.ReorderView.as_view(), name="order-reorder"),
    path("api/esb/v2/order/<uuid:order_id>", esb.EsbView.as_view(), name="esb-order"),
    path("_ah/api/esb/v2/order/<uuid:order_id>", esb.AhEsbView.as_view(), name="ah-esb-order"),
]
