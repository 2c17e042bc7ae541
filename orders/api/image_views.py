"""Product images: uploaded by staff, shown to anyone."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from orders import images
from orders.api import serializers
from orders.api.product_views import CatalogueView
from orders.errors import ImageRefused, ProductGone
from orders.models import Product

FORM_AROUND_IT = 64 * 1024


class _TooLarge(APIException):
    status_code = 413
    default_detail = f"The image is larger than {images.MAX_BYTES >> 20} MB."
    default_code = "too_large"


class ImageParser(MultiPartParser):
    """Refuses a body that can't be an image of the size allowed before reading it."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > images.MAX_BYTES + FORM_AROUND_IT:
            raise _TooLarge
        return super().parse(stream, media_type, parser_context)


@extend_schema(tags=["products"])
class ImageView(CatalogueView):
    """The product's picture."""

    parser_classes = (ImageParser,)

    @refuses(ImageRefused, ProductGone)
    @extend_schema(
        operation_id="products_image",
        request={"multipart/form-data": serializers.ImageSerializer},
        responses=serializers.ProductSerializer,
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Keep the picture, upright and without its metadata, in place of the one before."""
        file = self.read(serializers.ImageSerializer)["image"]
        return Response(self.shown(images.store_image(self.get_object(), file, by=self.actor)))


class AnyPicture(BaseContentNegotiation):
    """A picture is answered whatever is accepted, as browsers' img does; errors are JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(tags=["products"])
class ThumbnailView(GenericAPIView[Product]):
    """The product's picture, at most 800 pixels a side; archived ones stand in orders still."""

    permission_classes = (AllowAny,)
    content_negotiation_class = AnyPicture
    queryset = Product.objects.select_related("parent")

    @refuses(ProductGone)
    @extend_schema(
        operation_id="products_thumbnail",
        responses={
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (200, "image/webp"): OpenApiTypes.BINARY,
            304: None,
        },
    )
    def get(self, request: Request, pk: Any) -> HttpResponse:
        """WebP where `Accept` names it, else JPEG."""
        product = get_object_or_404(Product.objects.select_related("parent"), pk=pk)
        webp = names_webp(request._request)
        return picture_answer(request, images.thumbnail_name(product, webp=webp), webp)


def picture_answer(request: Request, name: str, webp: bool) -> HttpResponse:
    """The stored thumbnail of this name, or 304 for whoever has it already."""
    etag = quote_etag(hashlib.sha256(name.encode()).hexdigest()[:32])
    answer = get_conditional_response(request._request, etag=etag) or _picture(name, webp)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=3600"
    patch_vary_headers(answer, ["Accept"])
    return answer


def names_webp(request: HttpRequest) -> bool:
    """Whether Accept names WebP."""
    return any(
        (kind.main_type, kind.sub_type) == ("image", "webp") and kind.quality > 0
        for kind in request.accepted_types
    )


def _picture(name: str, webp: bool) -> HttpResponse:
    content = images.read_thumbnail(name)
    return HttpResponse(content, content_type="image/webp" if webp else "image/jpeg")
