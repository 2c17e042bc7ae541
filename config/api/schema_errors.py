"""The error answers of the OpenAPI document, as config/api/errors.py gives them."""

from __future__ import annotations

import inspect
from typing import Any

from customers.errors import DeskError

_TEXT = {"type": "string"}
_AMOUNT = {"type": "number", "format": "double"}


def _object(description: str, optional: tuple[str, ...] = (), /, **properties: Any) -> Any:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _list_of(component: str, description: str) -> dict[str, Any]:
    items = _TEXT if component == "string" else {"$ref": f"#/components/schemas/{component}"}
    return {"type": "array", "items": items, "description": description}


_PROBLEM: dict[str, Any] = {
    "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
    "errors": {**_list_of("ProblemDetail", "At least one."), "minItems": 1},
}
# What stands beside ``errors``, and which codes bring it along.
_DATA: dict[str, Any] = {
    "allowed": _list_of("string", "`move_not_allowed`, `unknown_status`: the statuses there are."),
    "lines": _list_of("ShortLine", "`short_stock`: every line of which there is too little."),
    "options": _list_of("VariantOption", "`variant_needed`, `no_such_variant`: what there is."),
    "entries": _list_of("LackingEntry", "`not_ready`, `already_in_ledger`: what each still needs."),
    "orders": _list_of("string", "`already_ordered`: the references of the message's orders."),
    "version": {"type": "integer", "description": "`stale_version`: the present one."},
    "reason": {**_TEXT, "description": "`unreadable_file`: in one word, for programs."},
    "transaction_id": {"type": "integer", "description": "`already_in_ledger`: where."},
    "closed_through": {"type": "string", "format": "date", "description": "`period_closed`."},
    "stock_quantity": {**_AMOUNT, "description": "`stale_count`: the present stock."},
}
ERROR_SCHEMAS: dict[str, Any] = {
    "ProblemDetail": _object(
        "One reason.",
        code={"type": "string", "description": "For programs."},
        detail={"type": "string", "description": "A sentence for people."},
        attr={"type": "string", "nullable": True, "description": "The field, `items.0.quantity`."},
    ),
    "Problem": _object("Why nothing was done.", **_PROBLEM),
    "Refusal": _object(
        "Why a rule said no, with the facts beside it.", tuple(_DATA), **_PROBLEM, **_DATA
    ),
    "ShortLine": _object(
        "What was asked for and what there is, in the product's unit.",
        product_id={"type": "integer"},
        product_name=_TEXT,
        wanted=_AMOUNT,
        available=_AMOUNT,
    ),
    "VariantOption": _object(
        "A size or colour that can be ordered.",
        product_id={"type": "integer"},
        size=_TEXT,
        color=_TEXT,
    ),
    "LackingEntry": _object(
        "A line or row and what it still needs: product, quantity, customer, date, amount, …",
        ("transaction_id",),
        id={"type": "integer"},
        missing={"type": "array", "items": _TEXT},
        transaction_id={"type": "integer", "description": "Where the ledger has it."},
    ),
}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer"},
        "required": True,
    }
}


def _body(component: str, code: str, detail: str, kind: str, **data: Any) -> dict[str, Any]:
    error = {"code": code, "detail": detail, "attr": None}
    return {
        "application/json": {
            "schema": {"$ref": f"#/components/schemas/{component}"},
            "example": {"type": kind, "errors": [error], **data},
        }
    }


def _response(name: str, description: str, code: str, detail: str, **more: Any) -> dict[str, Any]:
    kind = "server_error" if name == "Busy" else "client_error"
    body = _body("Problem", code, detail, kind)
    return {"x-name": name, "description": description, **more, "content": body}


ERROR_RESPONSES: dict[str, dict[str, Any]] = {
    "400": _response(
        "BadRequest",
        "The body, a filter or the address can't be meant; `attr` names the field.",
        "parse_error",
        "JSON parse error - Expecting value: line 1 column 1 (char 0)",
    ),
    "401": _response(
        "NotSignedIn",
        "No token, or one that is not valid (any more).",
        "not_authenticated",
        "Authentication credentials were not provided.",
    ),
    "403": _response(
        "NotAllowed",
        "The account's role may not do this (or a browser's session sent no CSRF token).",
        "permission_denied",
        "You do not have permission to perform this action.",
    ),
    "404": _response(
        "NotFound", "No such row or page, or not the caller's.", "not_found", "Not found."
    ),
    "406": _response(
        "NotAcceptable",
        "The Accept header wants something other than JSON.",
        "not_acceptable",
        "Could not satisfy the request Accept header.",
    ),
    "409": _response(
        "Conflict", "It doesn't fit the present state.", "conflict", "It doesn't fit."
    ),
    "413": _response(
        "TooLarge", "The body is too large.", "too_large", "The body is larger than 1 MiB."
    ),
    "415": _response(
        "NotJson",
        "The body is not of a content type that this path reads.",
        "unsupported_media_type",
        'Unsupported media type "text/plain" in request.',
    ),
    "429": _response(
        "TooOften",
        "Too many calls from this address or account.",
        "throttled",
        "Request was throttled. Expected available in 42 seconds.",
        headers=_RETRY,
    ),
    "503": _response(
        "Busy",
        "Somebody else holds a lock on the same rows; nothing was done.",
        "busy",
        "Somebody else is changing this right now. Please try again.",
        headers=_RETRY,
    ),
}


def refusal_response(status: str, errors: list[type[DeskError]]) -> dict[str, Any]:
    """The answer of a status, with the codes that this operation's rule may give."""
    codes = "\n".join(f"- `{error.code}`: {_sentence(error)}" for error in errors)
    first = errors[0]
    kind = "validation_error" if status == "400" else "client_error"
    return {
        "description": f"{ERROR_RESPONSES[status]['description']}\n\n{codes}",
        "content": _body("Refusal", first.code, _sentence(first), kind),
    }


def _sentence(error: type[DeskError]) -> str:
    return " ".join(inspect.cleandoc(error.__doc__ or "").split()).replace("``", "`")
