"""Confirming e-mail and phone, forgotten passwords and usernames: what is sent and answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class _Body(serializers.Serializer[Any]):
    pass


class TokenSerializer(_Body):
    token = serializers.CharField(max_length=200)


class IdentifierSerializer(_Body):
    identifier = serializers.CharField(max_length=254, help_text="Username or e-mail")


class EmailSerializer(_Body):
    email = serializers.EmailField(max_length=254)


class PhoneSerializer(_Body):
    phone = serializers.CharField(max_length=32, help_text="Any notation")


class NewPasswordSerializer(TokenSerializer):
    password = serializers.CharField(max_length=4096, trim_whitespace=False)


class CodeSerializer(_Body):
    request_id = serializers.UUIDField()
    code = serializers.CharField(max_length=20)


class PhoneSessionSerializer(_Body):
    phone_session_token = serializers.CharField(max_length=200)


class NewPasswordByPhoneSerializer(PhoneSessionSerializer):
    password = serializers.CharField(max_length=4096, trim_whitespace=False)


class SaidSerializer(_Body):
    """The same whether there is such an account or not."""

    message = serializers.CharField()


class CodeAskedSerializer(SaidSerializer):
    request_id = serializers.UUIDField(help_text="To be sent with the code")
    expires_in = serializers.IntegerField(help_text="Seconds")


class PhoneSessionGivenSerializer(_Body):
    phone_session_token = serializers.CharField(help_text="Works once")
    expires_in = serializers.IntegerField(help_text="Seconds")


class MaskedUsernameSerializer(_Body):
    username = serializers.CharField(help_text="Part of it hidden")
