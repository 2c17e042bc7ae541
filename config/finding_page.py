"""What Ctrl+K shows while somebody types (templates/desk/found.html)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.finding import counted, find_everywhere


@require_GET
def find_page(request: HttpRequest) -> HttpResponse:
    """A piece of a page: what ``?q=`` finds, grouped, never kept by a browser or a proxy."""
    text = request.GET.get("q", "")
    groups = find_everywhere(request, text)
    context = {"groups": groups, "text": text.strip(), "counted": counted(groups)}
    answer = TemplateResponse(request, "desk/found.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
