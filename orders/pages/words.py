"""The words of the pages for customers, in the languages of words.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from customers.models import Customer, Shop

WORDS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def language_for(request: HttpRequest, customer: Customer | None) -> str:
    """The language that was chosen on the page, else the customer's, the browser's, the shop's."""
    chosen = request.POST.get("lang") or request.GET.get("lang")
    own = customer.language if customer else ""
    wanted = [chosen, own, *_accepted(request), Shop.current().language]
    return next((language for language in wanted if language in WORDS), "en")


def _accepted(request: HttpRequest) -> list[str]:
    header = request.headers.get("Accept-Language", "")
    return [code.split("-")[0] for code, _ in parse_accept_lang_header(header)]
