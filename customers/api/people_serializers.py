"""Customers for staff over HTTP: what is sent and what is answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.addresses import PARTS, main_address
from customers.duplicates import Likeness
from customers.merging import OTHERS, TEXTS
from customers.models import AddressKind, Customer, PaymentTerms
from customers.people import LONGEST_NAME, names_of
from orders.api.basket import LARGEST_ID, AddressField

LANGUAGES = [(code, code) for code, _ in settings.LANGUAGES]


class StaffAddressSerializer(serializers.Serializer[Any]):
    """An address in its parts."""

    kind = serializers.ChoiceField(choices=AddressKind.choices)
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    pincode = serializers.CharField()


class StaffCustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer as staff see one, with what they bought. Money in rupees."""

    first_name = serializers.SerializerMethodField(help_text="The name's first word")
    last_name = serializers.SerializerMethodField(help_text="The rest of the name")
    email = serializers.CharField(help_text="Empty where there is none")
    company_name = serializers.CharField(source="company")
    username = serializers.CharField(
        source="user.username", default=None, allow_null=True, help_text="Of the proven account"
    )
    preferred_language = serializers.ChoiceField(
        source="language",
        choices=LANGUAGES,
        allow_blank=True,
        help_text="Empty where it is not known",
    )
    shipping_address = serializers.SerializerMethodField()
    billing_address = serializers.SerializerMethodField()
    addresses = StaffAddressSerializer(many=True)
    aliases = serializers.SerializerMethodField(help_text="Other names")
    is_active = serializers.SerializerMethodField(help_text="Whether the account may sign in")
    payment_terms = serializers.ChoiceField(choices=PaymentTerms.choices)
    orders = serializers.IntegerField(source="order_count", help_text="How many")
    total_spent = serializers.DecimalField(16, 2, help_text="Cancelled and returned ones aside")
    last_order_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Customer
        fields = ["id", "name", "first_name", "last_name", "company_name", "username", "email"]
        fields += ["phone", "phone2", "shipping_address", "billing_address", "addresses", "aliases"]
        fields += ["preferred_language", "do_not_call", "payment_terms", "credit_limit", "notes"]
        fields += ["is_active", "orders", "total_spent", "last_order_at"]
        fields += ["created_at", "updated_at"]
        read_only_fields = fields

    def get_first_name(self, customer: Customer) -> str:
        return names_of(customer)[0]

    def get_last_name(self, customer: Customer) -> str:
        return names_of(customer)[1]

    def get_shipping_address(self, customer: Customer) -> str:
        return str(main_address(customer, AddressKind.SHIPPING) or "")

    def get_billing_address(self, customer: Customer) -> str:
        return str(main_address(customer, AddressKind.BILLING) or "")

    def get_aliases(self, customer: Customer) -> list[str]:
        return [alias.name for alias in customer.aliases.all()]

    def get_is_active(self, customer: Customer) -> bool:
        return customer.user is None or customer.user.is_active


class ChangedCustomerSerializer(StaffCustomerSerializer):
    """The customer after a change."""

    success = serializers.SerializerMethodField()

    class Meta(StaffCustomerSerializer.Meta):
        fields = ["success", *StaffCustomerSerializer.Meta.fields]
        read_only_fields = fields

    def get_success(self, customer: Customer) -> bool:
        return True


class CustomerChangesSerializer(serializers.Serializer[Customer]):
    """What is named changes; an empty text empties the field."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    first_name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    company_name = serializers.CharField(
        source="company", max_length=LONGEST_NAME, required=False, allow_blank=True
    )
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(
        max_length=32, required=False, allow_blank=True, allow_null=True, help_text="Any notation"
    )
    phone2 = serializers.CharField(
        max_length=32, required=False, allow_blank=True, allow_null=True, help_text="Any notation"
    )
    shipping_address = AddressField(required=False)
    billing_address = AddressField(required=False)
    preferred_language = serializers.ChoiceField(
        source="language", choices=LANGUAGES, required=False, allow_blank=True
    )
    do_not_call = serializers.BooleanField(required=False)
    payment_terms = serializers.ChoiceField(choices=PaymentTerms.choices, required=False)
    credit_limit = serializers.DecimalField(
        12, 2, min_value=0, required=False, allow_null=True, help_text="Rupees; null: none"
    )
    notes = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class FoundCustomerSerializer(serializers.Serializer[Any]):
    """A customer, or a guest of an earlier order, to fill a form with."""

    id = serializers.IntegerField(allow_null=True, help_text="Null: a guest")
    name = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()
    username = serializers.CharField(allow_null=True)
    company = serializers.CharField()
    company_name = serializers.CharField()
    phone = serializers.CharField(allow_null=True)
    email = serializers.CharField()
    shipping_address = serializers.CharField()
    address = serializers.CharField(help_text="The first line or two")
    city = serializers.CharField()
    state = serializers.CharField()
    zip = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """With ``source``, which is an attribute of every field's."""
        source = serializers.CharField(help_text="`registered` or `guest`")
        return {**super().get_fields(), "source": source}


class DuplicateGroupSerializer(serializers.Serializer[Any]):
    """Customers that share a number, an e-mail, or a name that sounds alike."""

    by = serializers.ChoiceField(choices=Likeness.choices)
    value = serializers.CharField(help_text="What they share")
    phone = serializers.CharField(allow_null=True, help_text="The number, where it is one")
    customers = StaffCustomerSerializer(many=True, help_text="At most 20 of them")


class DuplicatesSerializer(serializers.Serializer[Any]):
    duplicate_groups = DuplicateGroupSerializer(many=True)
    total_groups = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class DuplicatesQuerySerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(choices=Likeness.choices, required=False, default="")
    page = serializers.IntegerField(min_value=1, max_value=500, required=False, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=200, required=False, default=50)


class SearchQuerySerializer(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, help_text="Words of the name or firm, or a phone")


def as_found(customer: Customer) -> dict[str, Any]:
    """A customer of the shop's, for FoundCustomerSerializer."""
    first, last = names_of(customer)
    address = main_address(customer, AddressKind.SHIPPING)
    parts = {name: getattr(address, name, "") for name in PARTS}
    return {
        "id": customer.pk,
        "source": "registered",
        **_called(customer.name, first, last, customer.company),
        "username": customer.user.username if customer.user else None,
        "phone": customer.phone,
        "email": customer.email,
        "shipping_address": str(address or ""),
        **_place(parts),
    }


def as_found_guest(order: Any) -> dict[str, Any]:
    """Who typed this into the checkout; it proves nothing."""
    first, _, last = order.customer_name.partition(" ")
    parts = {name: getattr(order, f"address_{name}") for name in PARTS}
    return {
        "id": None,
        "source": "guest",
        **_called(order.customer_name, first, last, ""),
        "username": None,
        "phone": order.customer_phone or None,
        "email": order.customer_email,
        "shipping_address": order.customer_address,
        **_place(parts),
    }


def _called(name: str, first: str, last: str, company: str) -> dict[str, str]:
    names = {"name": name, "first_name": first, "last_name": last, "full_name": name}
    return {**names, "company": company, "company_name": company}


def _place(parts: dict[str, str]) -> dict[str, str]:
    lines = ", ".join(filter(None, (parts["line1"], parts["line2"])))
    return {
        "address": lines,
        "city": parts["city"],
        "state": parts["state"],
        "zip": parts["pincode"],
    }


class FoundSerializer(serializers.Serializer[Any]):
    """At most twenty, never a second page."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = FoundCustomerSerializer(many=True)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 254}]})
class ChosenTextField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, str) and len(data) <= 254:
            return data
        if isinstance(data, int) and not isinstance(data, bool):
            return data
        raise serializers.ValidationError("A customer's id or a text is needed.", "invalid")


class ChosenSerializer(serializers.Serializer[Any]):
    """Whose value counts, by field: the id of one of the two, or for a text the value itself."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {name: ChosenTextField(required=False) for name in TEXTS}
        fields["company_name"] = fields.pop("company")
        for name in OTHERS:
            fields[name] = serializers.IntegerField(required=False)
        return fields


class MergeSerializer(serializers.Serializer[Any]):
    keep_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    merge_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    chosen = ChosenSerializer(required=False)

    def rule_data(self) -> dict[str, Any]:
        """As merge_customers takes it."""
        sent = dict(self.validated_data)
        chosen = dict(sent.pop("chosen", {}))
        if "company_name" in chosen:
            chosen["company"] = chosen.pop("company_name")
        return {**sent, "chosen": chosen}


class MergedSerializer(serializers.Serializer[Any]):
    """What became of the two; the merge can be undone until then."""

    success = serializers.BooleanField()
    kept_id = serializers.IntegerField()
    merged_id = serializers.IntegerField()
    orders_moved = serializers.IntegerField()
    combined_order_count = serializers.IntegerField()
    combined_total_spent = serializers.DecimalField(16, 2)
    kept_customer = StaffCustomerSerializer()
    undo_id = serializers.IntegerField()
    undo_until = serializers.DateTimeField()


class PartedSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    kept_customer = StaffCustomerSerializer()
    merged_customer = StaffCustomerSerializer()


class ErasedSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    deleted_id = serializers.IntegerField()


class BulkDeleteSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        min_length=1,
        max_length=200,
    )


class BulkDeletedSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    deleted = serializers.IntegerField(help_text="How many")
    deleted_ids = serializers.ListField(child=serializers.IntegerField())
