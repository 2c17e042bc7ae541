"""What makes the OpenAPI document true: every error answer a view may give, numbers as sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import Direction
from drf_standardized_errors.openapi import AutoSchema as StandardizedAutoSchema
from rest_framework.authentication import SessionAuthentication
from rest_framework_simplejwt.views import TokenViewBase

from config.api.pagination import DeskPagination, StaffPagination
from config.api.schema_errors import ERROR_RESPONSES, ERROR_SCHEMAS, refusal_response
from customers.errors import DeskError

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


def refuses(*errors: type[DeskError]) -> Callable[[View], View]:
    """Name what the rule behind a view's method may refuse with, for the OpenAPI document."""

    def mark(method: View) -> View:
        vars(method)["refusals"] = errors
        return method

    return mark


class DeskAutoSchema(StandardizedAutoSchema):
    """Adds the error answers that the view's parts and its rule's refusals lead to.

    The base adds none, because our exception handler is not its own; and one body
    for all of them says more than a component a field.
    """

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses = SpectacularAutoSchema._get_response_bodies(self, direction)
        errors = {status: self._error(status) for status in self._error_statuses()}
        return dict(sorted({**errors, **responses}.items()))

    def _get_request_for_media_type(self, serializer: Any, direction: Direction = "request") -> Any:
        """A body whose class says ``partial_on_patch = False`` is asked for whole."""
        if self.method == "PATCH" and not getattr(serializer, "partial_on_patch", True):
            return self.resolve_serializer(serializer, direction).ref, True
        return super()._get_request_for_media_type(serializer, direction)

    def get_paginated_name(self, serializer_name: str) -> str:
        """One component a form of page: the back office's has other keys beside."""
        pages = getattr(self.view, "pagination_class", None) or DeskPagination
        prefix = "Staff" if issubclass(pages, StaffPagination) else ""
        return prefix + super().get_paginated_name(serializer_name)

    def _error_statuses(self) -> Iterator[str]:
        yield "400"  # a NUL in the path or query is refused everywhere
        yield "406"
        if self._should_add_http401_error_response() or isinstance(self.view, TokenViewBase):
            yield "401"
        if (
            self._should_add_http403_error_response()
            or self._checks_csrf()
            or self._refusals(HTTPStatus.FORBIDDEN)
        ):
            yield "403"
        if self._may_find_nothing() or self._refusals(HTTPStatus.NOT_FOUND):
            yield "404"
        if self._refusals(HTTPStatus.CONFLICT):
            yield "409"
        if self._get_request_body():
            yield from ("413", "415")
        if self._should_add_http429_error_response():
            yield "429"
        if self.method not in SAFE:
            yield "503"

    def _error(self, status: str) -> dict[str, Any]:
        refusals = self._refusals(HTTPStatus(int(status)))
        if refusals:
            return refusal_response(status, refusals)
        return {"$ref": f"#/components/responses/{ERROR_RESPONSES[status]['x-name']}"}

    def _refusals(self, status: HTTPStatus) -> list[type[DeskError]]:
        handler = getattr(self.view, self.method.lower(), None)
        return [error for error in getattr(handler, "refusals", ()) if error.status == status]

    def _checks_csrf(self) -> bool:
        """Whether a browser's session without Django's CSRF token would be turned away."""
        authenticators = self.view.get_authenticators()
        by_session = any(isinstance(one, SessionAuthentication) for one in authenticators)
        return self.method not in SAFE and by_session

    def _may_find_nothing(self) -> bool:
        """A path that names a row, or a list whose page may not be there."""
        parameters = self._get_parameters()
        return any(p["in"] == "path" or p["name"] in ("page", "cursor") for p in parameters)


def declare_errors(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Postprocessing hook: put the error answers where the operations refer to them."""
    components = result["components"]
    components["schemas"] = dict(sorted({**components["schemas"], **ERROR_SCHEMAS}.items()))
    components["responses"] = {
        response["x-name"]: {key: value for key, value in response.items() if key != "x-name"}
        for response in ERROR_RESPONSES.values()
    }
    return result


def describe_numbers(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Postprocessing hook: money and quantities.

    Sent, they may be a string of digits too; answered, the column's limits say nothing.
    """
    for name, component in result["components"]["schemas"].items():
        change = _or_digits if name.endswith("Request") else _unbounded
        properties = component.get("properties", {})
        properties.update(
            {
                key: change(value) if value.get("type") == "number" else value
                for key, value in properties.items()
            }
        )
    return result


def _unbounded(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if not key.lower().endswith("imum")}


def _or_digits(schema: dict[str, Any]) -> dict[str, Any]:
    beside = ("nullable", "description", "default")
    outside: dict[str, Any] = {key: schema[key] for key in beside if key in schema}
    number = {key: value for key, value in schema.items() if key not in outside}
    return {"anyOf": [number, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}], **outside}
