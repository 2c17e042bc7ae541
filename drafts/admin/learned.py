"""Words learned from corrections: looked at, mended, taken away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import DeskAdmin, errors_of_field
from config.templatetags.desk import when
from config.wording import goods_name
from drafts.learning import checked_key, correct_learned
from drafts.models import LearnedName


class LearnedNameForm(forms.ModelForm):
    """Words for one product or one customer."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and bool(self.instance_of("product")) != bool(
            self.instance_of("customer")
        ):
            for name in ("words", "product", "customer"):
                setattr(self.instance, name, self.cleaned_data[name])
            with errors_of_field(self, "words"):
                checked_key(self.instance)
        elif not self.errors:
            self.add_error(None, _("Choose a product or a customer, one of the two."))
        return cleaned

    def instance_of(self, name: str) -> Any:
        return self.cleaned_data.get(name)


@admin.register(LearnedName)
class LearnedNameAdmin(DeskAdmin):
    form = LearnedNameForm
    list_display = ("words", "means", "state", "taught", "refused", "used", "learned")
    list_filter = ("in_force",)
    list_select_related = ("product", "customer")
    search_fields = ("words", "product__name", "product__sku", "customer__name")
    search_help_text = gettext_lazy("Words, product, customer")
    autocomplete_fields = ("product", "customer")
    fields = ("words", "product", "customer")
    empty_title = gettext_lazy("No words learned yet")
    empty_note = gettext_lazy(
        "When you correct a line's product or client, the customer's own words for it are "
        "kept here and understood the next time."
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        correct_learned(obj, by=request.user)  # type: ignore[arg-type]

    @display(description=gettext_lazy("Means"))
    def means(self, name: LearnedName) -> str:
        return goods_name(name.product) if name.product else str(name.customer)

    @display(description=gettext_lazy("In force"), ordering="in_force")
    def state(self, name: LearnedName) -> SafeString:
        if name.in_force:
            return format_html('<span class="desk-mark desk-mark-ok">{}</span>', _("✓ in force"))
        why = _("fits others too") if name.contested else _("corrected both ways")
        return format_html('<span class="desk-mark desk-mark-warn">⚠ not yet: {}</span>', why)

    @display(description=gettext_lazy("Last taught"), ordering="updated_at")
    def learned(self, name: LearnedName) -> SafeString | str:
        return when(name.updated_at)
