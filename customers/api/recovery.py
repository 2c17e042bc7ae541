"""Confirming an e-mail or phone, and getting back in without the password or the username."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers import account_messages, recovery
from customers.api import recovery_serializers as bodies
from customers.api.serializers import ProfileSerializer
from customers.errors import (
    InvalidInput,
    InvalidToken,
    NoSingleAccount,
    WeakPassword,
    WrongCode,
)
from customers.models import AccountMessageKind, User
from customers.throttling import RECOVER_THROTTLES, RecoverAddressThrottle

MAILED = "If an account has this name or e-mail, a mail is on its way to it."
CODE_SENT = "If an account has this phone, a code is on its way to it on WhatsApp."
DONE = "The new password is set. Please sign in with it."


class _Door(GenericAPIView[User]):
    """Anybody's; a stale token in the header must not stop anybody from getting back in."""

    authentication_classes: tuple[type[Any], ...] = ()
    permission_classes: tuple[type[BasePermission], ...] = (AllowAny,)
    throttle_classes: Any = (RecoverAddressThrottle,)

    def read(self) -> dict[str, Any]:
        """What was sent, checked."""
        body = self.get_serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return cast(dict[str, Any], body.validated_data)


class _OwnDoor(GenericAPIView[User]):
    permission_classes = (IsAuthenticated,)

    @property
    def account(self) -> User:
        return cast(User, self.request.user)


@extend_schema(tags=["auth"])
class VerifyEmailView(_Door):
    """Confirm an e-mail by the link's token; past orders with it show in the account then."""

    serializer_class = bodies.TokenSerializer

    @refuses(InvalidToken)
    @extend_schema(operation_id="auth_email_verify", responses=bodies.SaidSerializer)
    def post(self, request: Request) -> Response:
        recovery.verify_email(self.read()["token"])
        return Response({"message": "The e-mail is confirmed."})


@extend_schema(tags=["auth"])
class ResendVerificationView(_OwnDoor):
    """Send the link that confirms the account's e-mail once more."""

    throttle_classes = RECOVER_THROTTLES

    @extend_schema(
        operation_id="auth_email_resend", request=None, responses={202: bodies.SaidSerializer}
    )
    def post(self, request: Request) -> Response:
        recovery.ask_to_verify(self.account)
        return Response({"message": "A mail is on its way."}, status=202)


@extend_schema(tags=["auth"])
class ForgotPasswordView(_Door):
    """Mail a link for a new password; the answer is the same for unknown names."""

    throttle_classes = RECOVER_THROTTLES
    serializer_class = bodies.IdentifierSerializer

    @extend_schema(operation_id="auth_password_forgot", responses={202: bodies.SaidSerializer})
    def post(self, request: Request) -> Response:
        recovery.ask_for_reset(self.read()["identifier"])
        return Response({"message": MAILED}, status=202)


@extend_schema(tags=["auth"])
class ResetPasswordView(_Door):
    """Set a new password by the link's token; all tokens given before end."""

    serializer_class = bodies.NewPasswordSerializer

    @refuses(InvalidToken, WeakPassword)
    @extend_schema(operation_id="auth_password_reset", responses=bodies.SaidSerializer)
    def post(self, request: Request) -> Response:
        sent = self.read()
        recovery.reset_password(sent["token"], password=sent["password"])
        return Response({"message": DONE})


@extend_schema(tags=["auth"])
class ForgotUsernameView(_Door):
    """Mail the username, part of it hidden; the answer is the same for unknown e-mails."""

    throttle_classes = RECOVER_THROTTLES
    serializer_class = bodies.EmailSerializer

    @extend_schema(operation_id="auth_username_forgot", responses={202: bodies.SaidSerializer})
    def post(self, request: Request) -> Response:
        recovery.ask_for_username(self.read()["email"])
        return Response({"message": MAILED}, status=202)


@extend_schema(tags=["auth"])
class PhoneCodeView(_Door):
    """Send a code over WhatsApp to a buyer's phone; the answer is the same for unknown ones."""

    throttle_classes = RECOVER_THROTTLES
    serializer_class = bodies.PhoneSerializer

    @refuses(InvalidInput)
    @extend_schema(operation_id="auth_phone_code", responses={202: bodies.CodeAskedSerializer})
    def post(self, request: Request) -> Response:
        asked = recovery.ask_for_code(self.read()["phone"])
        lasts = account_messages.LASTS[AccountMessageKind.PHONE_CODE]
        answer = {"message": CODE_SENT, "request_id": asked.pk}
        return Response({**answer, "expires_in": int(lasts.total_seconds())}, status=202)


@extend_schema(tags=["auth"])
class PhoneVerifyView(_Door):
    """Change the code for a session of the phone, which one of the calls below uses up.

    Five tries; a wrong code and a phone that nobody has are answered alike.
    """

    serializer_class = bodies.CodeSerializer

    @refuses(WrongCode)
    @extend_schema(operation_id="auth_phone_verify", responses=bodies.PhoneSessionGivenSerializer)
    def post(self, request: Request) -> Response:
        sent = self.read()
        token = account_messages.change_code(str(sent["request_id"]), sent["code"].strip())
        lasts = int(account_messages.SESSION_LASTS.total_seconds())
        return Response({"phone_session_token": token, "expires_in": lasts})


@extend_schema(tags=["auth"])
class ResetByPhoneView(_Door):
    """Set a new password by a phone's session; all tokens given before end."""

    serializer_class = bodies.NewPasswordByPhoneSerializer

    @refuses(InvalidToken, NoSingleAccount, WeakPassword)
    @extend_schema(operation_id="auth_password_reset_by_phone", responses=bodies.SaidSerializer)
    def post(self, request: Request) -> Response:
        sent = self.read()
        recovery.reset_by_phone(sent["phone_session_token"], password=sent["password"])
        return Response({"message": DONE})


@extend_schema(tags=["auth"])
class UsernameByPhoneView(_Door):
    """The username of who has the phone, part of it hidden."""

    serializer_class = bodies.PhoneSessionSerializer

    @refuses(InvalidToken, NoSingleAccount)
    @extend_schema(operation_id="auth_username_by_phone", responses=bodies.MaskedUsernameSerializer)
    def post(self, request: Request) -> Response:
        return Response(
            {"username": recovery.username_by_phone(self.read()["phone_session_token"])}
        )


@extend_schema(tags=["auth"])
class ConfirmPhoneView(_OwnDoor):
    """Confirm the account's phone by its session; past orders with it show in the account then."""

    throttle_classes = (RecoverAddressThrottle,)
    serializer_class = bodies.PhoneSessionSerializer

    @refuses(InvalidToken)
    @extend_schema(operation_id="auth_phone_confirm", responses=ProfileSerializer)
    def post(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        session = body.validated_data["phone_session_token"]
        return Response(ProfileSerializer(recovery.confirm_phone(self.account, session)).data)
