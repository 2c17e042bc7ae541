"""A product's gallery over HTTP: staff write it, anyone is shown its pictures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.permissions import IsStaff
from orders import gallery, images
from orders.api import staff_shelf
from orders.api.image_views import AnyPicture, ImageParser, names_webp, picture_answer
from orders.api.serializers import ImageSerializer
from orders.api.staff_products import ShelfView
from orders.errors import ImageGone, ImageRefused, ProductGone
from orders.models import ProductImage


class _Uploads(ShelfView):
    parser_classes = (ImageParser,)

    def get_permissions(self) -> list[BasePermission]:
        return [IsStaff()]

    def with_primary(self, product: Any) -> Response:
        shown = self.shown(product)
        return Response({"success": True, "image_url": shown["image_url"], "product": shown})


@extend_schema(tags=["inventory"])
class StaffImageView(_Uploads):
    """The picture that a product is shown by."""

    @refuses(ImageRefused, ProductGone)
    @extend_schema(
        operation_id="staff_products_image",
        request={"multipart/form-data": ImageSerializer},
        responses=staff_shelf.SavedPrimarySerializer,
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Keep the picture in place of the primary one."""
        file = self.read(ImageSerializer)["image"]
        return self.with_primary(images.store_image(self.get_object(), file, by=self.actor))

    @refuses(ProductGone)
    @extend_schema(
        operation_id="staff_products_image_drop",
        responses={200: staff_shelf.SavedPrimarySerializer},
    )
    def delete(self, request: Request, pk: Any) -> Response:
        """Take the primary picture away; the next of the gallery takes its place."""
        return self.with_primary(images.remove_image(self.get_object(), by=self.actor))


@extend_schema(tags=["inventory"])
class GalleryView(_Uploads):
    """All pictures of a product, in their order."""

    @extend_schema(operation_id="staff_products_images", responses=staff_shelf.GallerySerializer)
    def get(self, request: Request, pk: Any) -> Response:
        product = self.get_object()
        rows = product.images.select_related("product")
        shown = staff_shelf.ProductImageSerializer(rows, many=True, context={"request": request})
        return Response({"images": shown.data})

    @refuses(ImageRefused, ProductGone)
    @extend_schema(
        operation_id="staff_products_images_add",
        request={"multipart/form-data": ImageSerializer},
        responses={201: staff_shelf.SavedImageSerializer},
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Add a picture at the end; the first one is the primary one."""
        file = self.read(ImageSerializer)["image"]
        picture = gallery.add_image(self.get_object(), file, by=self.actor)
        context = {"request": request}
        image = staff_shelf.ProductImageSerializer(picture, context=context).data
        body = {"success": True, "image": image, "product": self.shown(picture.product)}
        return Response(body, status=201)


@extend_schema(tags=["inventory"])
class GalleryOrderView(ShelfView):
    """The order of a product's pictures."""

    @refuses(InvalidInput, ProductGone)
    @extend_schema(
        operation_id="staff_products_images_reorder",
        request=staff_shelf.ImageOrderSerializer,
        responses=staff_shelf.SavedProductSerializer,
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Sort them: `order` names each once."""
        order = self.read(staff_shelf.ImageOrderSerializer)["order"]
        return self.saved(gallery.order_images(self.get_object(), order, by=self.actor))


@extend_schema(tags=["inventory"])
class PrimaryImageView(ShelfView):
    """Which picture a product is shown by."""

    @refuses(ImageGone, ProductGone)
    @extend_schema(
        operation_id="staff_products_images_primary",
        request=None,
        responses=staff_shelf.SavedProductSerializer,
    )
    def post(self, request: Request, pk: Any, image_id: int) -> Response:
        return self.saved(gallery.choose_primary(self.get_object(), image_id, by=self.actor))


@extend_schema(tags=["inventory"])
class GalleryImageView(ShelfView):
    """One picture of a product."""

    def get_permissions(self) -> list[BasePermission]:
        return [IsStaff()]

    @refuses(ImageGone, ProductGone)
    @extend_schema(
        operation_id="staff_products_images_drop",
        responses={200: staff_shelf.SavedProductSerializer},
    )
    def delete(self, request: Request, pk: Any, image_id: int) -> Response:
        """Take it away; where it was the primary one, the next takes its place."""
        return self.saved(gallery.drop_image(self.get_object(), image_id, by=self.actor))


@extend_schema(tags=["products"])
class PictureView(GenericAPIView[ProductImage]):
    """A picture of a product's gallery, at most 800 pixels a side."""

    permission_classes = (AllowAny,)
    content_negotiation_class = AnyPicture
    queryset = ProductImage.objects.none()

    @refuses(ProductGone)
    @extend_schema(
        operation_id="products_gallery_image",
        responses={
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (200, "image/webp"): OpenApiTypes.BINARY,
            304: None,
        },
    )
    def get(self, request: Request, pk: Any, image_id: int) -> HttpResponse:
        """WebP where `Accept` names it, else JPEG."""
        picture = get_object_or_404(ProductImage, pk=image_id, product=pk)
        webp = names_webp(request._request)
        return picture_answer(
            request, images.small_picture(picture.image.name or "", webp=webp), webp
        )
