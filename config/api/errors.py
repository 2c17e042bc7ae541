"""From a rule's refusal to an HTTP answer: the one translator."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from psycopg import errors as pg
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import DetailDictMixin

from customers.errors import DeskError


class _Refusal(exceptions.APIException):
    """A DeskError in DRF's clothes; its data stands beside ``errors``."""

    def __init__(self, error: DeskError) -> None:
        super().__init__(str(error), error.code)
        self.status_code = error.status
        self.attr = error.attr
        self.data = error.data
        self.others = [
            {"code": other.code, "detail": str(other), "attr": other.attr} for other in error.others
        ]


class _Busy(exceptions.APIException):
    status_code = 503
    default_detail = "Somebody else is changing this right now. Please try again."
    default_code = "busy"
    wait = 1


class _TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = "The body is larger than 1 MiB."
    default_code = "too_large"


def _flat(exc: Any) -> exceptions.AuthenticationFailed:
    """simplejwt's error as one error; its own body would read as four fields' errors."""
    flat = exceptions.AuthenticationFailed(str(exc.detail["detail"]), str(exc.detail["code"]))
    flat.auth_header = getattr(exc, "auth_header", None)  # type: ignore[attr-defined]
    return flat


class _Handler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DeskError):
            return _Refusal(exc)
        if isinstance(exc, RequestDataTooBig):
            return _TooLarge()
        if isinstance(exc, OperationalError) and isinstance(
            exc.__cause__, pg.LockNotAvailable | pg.DeadlockDetected | pg.QueryCanceled
        ):
            return _Busy()
        if isinstance(exc, IntegrityError) and isinstance(exc.__cause__, pg.ForeignKeyViolation):
            return _Busy()  # what it refers to was merged or deleted this moment
        if isinstance(exc, DetailDictMixin):
            return _flat(exc)
        return super().convert_known_exceptions(exc)

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        body: dict[str, Any] = ExceptionFormatter(exc, self.context, self.exc).run()
        if isinstance(exc, _Refusal):
            body["errors"][0]["attr"] = exc.attr
            body["errors"] += exc.others
            if exc.status_code == 400:
                body["type"] = "validation_error"
            body.update(exc.data)
        return body


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: pages for the admin, the API's error body on every other path."""
    if request.path_info.startswith("/admin"):
        return page_not_found(request, exception)
    error = {"code": "not_found", "detail": "There is nothing here.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=404)


def exception_handler(exc: Exception, context: Any) -> Response | None:
    """DRF's EXCEPTION_HANDLER: drf-standardized-errors' body for everything."""
    return _Handler(exc, context).run()
