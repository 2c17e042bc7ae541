"""Staff accounts as admins see and write them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from rest_framework import serializers

from customers.models import User
from customers.roles import STAFF_CHOICES, Role
from customers.staff import split_name


class StaffUserSerializer(serializers.ModelSerializer[User]):
    """An account of somebody who works at the desk, or did."""

    email = serializers.CharField(read_only=True, help_text="Empty where there is none")
    full_name = serializers.CharField(source="get_full_name", read_only=True)
    role = serializers.ChoiceField(choices=STAFF_CHOICES, read_only=True)
    created_at = serializers.DateTimeField(source="date_joined", read_only=True)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = ["id", "username", "email", "full_name", "first_name", "last_name", "role"]
        fields += ["is_active", "created_at", "updated_at"]
        read_only_fields = fields


class _NamesSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    full_name = serializers.CharField(
        max_length=150,
        required=False,
        allow_blank=True,
        help_text="Both names in one; first_name and last_name go before it",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "full_name" in attrs:
            first, last = split_name(attrs.pop("full_name"))
            attrs = {"first_name": first, "last_name": last, **attrs}
        return attrs


def _password() -> serializers.CharField:
    return serializers.CharField(max_length=4096, write_only=True, trim_whitespace=False)


class NewStaffSerializer(_NamesSerializer):
    username = serializers.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    password = _password()
    role = serializers.ChoiceField(choices=STAFF_CHOICES, default=Role.SELLER)


class StaffChangesSerializer(_NamesSerializer):
    """What may be changed; whatever is left out stays."""

    role = serializers.ChoiceField(choices=STAFF_CHOICES, required=False)
    is_active = serializers.BooleanField(required=False, help_text="false ends the account")
    password = serializers.CharField(
        max_length=4096, write_only=True, required=False, trim_whitespace=False
    )


class OwnChangesSerializer(_NamesSerializer):
    """The own profile; ``new_email`` is another name of ``email``."""

    new_email = serializers.EmailField(max_length=254, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "new_email" in attrs:
            attrs = {"email": attrs.pop("new_email"), **attrs}
        return attrs


class OwnProfileSerializer(StaffUserSerializer):
    success = serializers.BooleanField(default=True, read_only=True)

    class Meta(StaffUserSerializer.Meta):
        fields = ["success", *StaffUserSerializer.Meta.fields]
        read_only_fields = fields


class OwnPasswordSerializer(serializers.Serializer[Any]):
    current_password = _password()
    new_password = _password()
    confirm_password = _password()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["confirm_password"] != attrs["new_password"]:
            raise serializers.ValidationError({"confirm_password": "The two are not the same."})
        return attrs


class StaffMessageSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
