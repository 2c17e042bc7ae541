"""Signing in and the own account."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.views import (
    TokenBlacklistView,
    TokenObtainPairView,
    TokenRefreshView,
)

from config.api.schema import refuses
from customers import accounts
from customers.api import serializers
from customers.errors import (
    AccountExists,
    FixedField,
    InvalidInput,
    WeakPassword,
    WrongPassword,
)
from customers.models import User
from customers.throttling import (
    LOGIN_THROTTLES,
    AddressThrottle,
    PasswordThrottle,
    RegisterThrottle,
)


def _account(request: Request) -> User:
    """Who is signed in; the views that ask stand behind IsAuthenticated."""
    return cast(User, request.user)


class TokenView(TokenObtainPairView):
    """Sign in with a username or e-mail and the password."""

    throttle_classes = LOGIN_THROTTLES

    @extend_schema(tags=["auth"], responses=serializers.TokenPairSerializer)
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().post(request, *args, **kwargs)


class RefreshView(TokenRefreshView):
    """The next pair of tokens; the refresh token that was sent is used up."""

    serializer_class = serializers.RefreshSerializer
    throttle_classes = (AddressThrottle,)

    @extend_schema(tags=["auth"], responses=serializers.TokenPairSerializer)
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().post(request, *args, **kwargs)


class BlacklistView(TokenBlacklistView):
    """Sign out: the refresh token that was sent is no longer taken."""

    throttle_classes = (AddressThrottle,)

    @extend_schema(tags=["auth"], responses={200: {"type": "object"}})
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().post(request, *args, **kwargs)


@extend_schema(tags=["auth"])
class RegisterView(GenericAPIView[User]):
    """A new account, a buyer's."""

    # A stale token in the header must not stop anybody from registering.
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (RegisterThrottle,)
    serializer_class = serializers.RegistrationSerializer

    @refuses(InvalidInput, AccountExists, WeakPassword)
    @extend_schema(responses={201: serializers.ProfileSerializer})
    def post(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = accounts.register_buyer(**body.validated_data)
        return Response(serializers.ProfileSerializer(user).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["auth"])
class MeView(GenericAPIView[User]):
    """The account that is signed in."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.ProfileChangesSerializer

    @extend_schema(responses=serializers.ProfileSerializer)
    def get(self, request: Request) -> Response:
        return Response(serializers.ProfileSerializer(_account(request)).data)

    @refuses(InvalidInput, AccountExists, FixedField)
    @extend_schema(responses=serializers.ProfileSerializer)
    def patch(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = accounts.update_profile(_account(request), changes=body.validated_data)
        return Response(serializers.ProfileSerializer(user).data)


@extend_schema(tags=["auth"])
class PasswordView(GenericAPIView[User]):
    """Change the own password; all tokens given before end, so sign in again."""

    permission_classes = (IsAuthenticated,)
    throttle_classes = (PasswordThrottle,)
    serializer_class = serializers.PasswordChangeSerializer

    @refuses(WrongPassword, WeakPassword)
    @extend_schema(responses={204: None})
    def post(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        accounts.change_password(
            _account(request), current=sent["current_password"], new=sent["new_password"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
