"""Accounts over HTTP: what is sent and what is answered."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from rest_framework import serializers
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.serializers import TokenRefreshSerializer

from customers.accounts import customer_id_of
from customers.models import User
from customers.roles import Role


class ProfileSerializer(serializers.ModelSerializer[User]):
    """An account as its owner sees it."""

    email = serializers.CharField(read_only=True, help_text="Empty where there is none")
    customer_id = serializers.SerializerMethodField()
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    email_verified = serializers.SerializerMethodField()
    phone_verified = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "email", "phone", "first_name", "last_name"]
        fields += ["role", "customer_id", "email_verified", "phone_verified"]
        read_only_fields = fields

    def get_customer_id(self, user: User) -> int | None:
        return customer_id_of(user)

    def get_email_verified(self, user: User) -> bool:
        return user.email_verified_at is not None

    def get_phone_verified(self, user: User) -> bool:
        return user.phone_verified_at is not None


class _Names(serializers.Serializer[User]):
    email = serializers.EmailField(max_length=254)
    phone = serializers.CharField(
        max_length=32, required=False, allow_null=True, allow_blank=True, help_text="Any notation"
    )
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)


class RegistrationSerializer(_Names):
    username = serializers.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    password = serializers.CharField(max_length=4096, write_only=True, trim_whitespace=False)


class ProfileChangesSerializer(_Names):
    """Fields that are fixed may be sent back unchanged; another value is refused."""

    email = serializers.EmailField(max_length=254, required=False)
    id = serializers.IntegerField(required=False)
    username = serializers.CharField(max_length=150, required=False)
    role = serializers.CharField(max_length=10, required=False)
    customer_id = serializers.IntegerField(required=False, allow_null=True)


class PasswordChangeSerializer(serializers.Serializer[User]):
    current_password = serializers.CharField(max_length=4096, trim_whitespace=False)
    new_password = serializers.CharField(max_length=4096, trim_whitespace=False)


class TokenPairSerializer(serializers.Serializer[Any]):
    """A short-lived access token, and the refresh token that gets the next pair."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshSerializer(TokenRefreshSerializer):
    """simplejwt's, which still takes a token from before a password change, and
    ends in a 500 when the account was deleted meanwhile."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        JWTAuthentication().get_user(self.token_class(attrs["refresh"]))
        return super().validate(attrs)
