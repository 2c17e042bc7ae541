"""The demo's templates, chosen for their notices, and customers who agreed to hear."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from config.demo.data import load
from customers.consent import record_opt_in
from customers.models import ConsentSource, Customer
from whatsapp.models import NoticeWording, Template, TemplateCategory, TemplateState


@transaction.atomic
def word_notices() -> None:
    """Choose templates for some notices; a few customers have ticked the box."""
    content = load("notices")
    for row in content["template"]:
        _choose(row)
    for customer in Customer.objects.filter(phone__in=content["agreed"]):
        record_opt_in(customer, how=ConsentSource.CHECKBOX)


def _choose(row: dict[str, Any]) -> None:
    template = Template.objects.create(
        gupshup_id=f"demo-{row['name']}-{row['language']}",
        name=row["name"],
        language=row["language"],
        category=TemplateCategory.UTILITY,
        body=row["body"],
        state=row.get("state", TemplateState.APPROVED),
        reason=row.get("reason", ""),
        synced_at=timezone.now(),
    )
    wordings = NoticeWording.objects.filter(notice__event=row["event"], language=row["language"])
    wordings.update(template=template, variables=row["variables"])
