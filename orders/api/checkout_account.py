"""An account at the end of the checkout, over HTTP."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.api.serializers import ProfileSerializer
from customers.errors import AccountExists, InvalidInput, WeakPassword
from customers.models import User
from customers.throttling import RegisterThrottle
from orders.api.basket import WordsField
from orders.checkout_accounts import open_account


class CheckoutAccountSerializer(serializers.Serializer[Any]):
    """What the guest typed at the checkout, and a password; the e-mail becomes the username."""

    # As long as a username may be.
    email = serializers.EmailField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)
    delivery_name = serializers.CharField(max_length=120)
    delivery_address = serializers.CharField(max_length=200)
    delivery_city = serializers.CharField(max_length=80)
    delivery_state = serializers.CharField(max_length=80)
    delivery_zip = serializers.CharField(max_length=12)
    delivery_phone = WordsField(max_length=32)
    delivery_company = WordsField(max_length=120)
    order_number = WordsField(max_length=40)


class CheckoutAccountMadeSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    message = serializers.CharField()
    user = ProfileSerializer()
    order_linked = serializers.BooleanField(
        help_text="Whether the order is the account's already; else confirming the e-mail links it"
    )


@extend_schema(tags=["auth"])
class CheckoutAccountView(GenericAPIView[User]):
    """A buyer's account out of a guest's checkout, with the order that was just placed."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (RegisterThrottle,)
    serializer_class = CheckoutAccountSerializer

    @refuses(InvalidInput, AccountExists, WeakPassword)
    @extend_schema(
        operation_id="auth_register_at_checkout", responses={201: CheckoutAccountMadeSerializer}
    )
    def post(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        parts = {"line1": "address", "city": "city", "state": "state", "pincode": "zip"}
        made = open_account(
            email=sent["email"],
            password=sent["password"],
            name=sent["delivery_name"],
            phone=sent["delivery_phone"],
            company=sent["delivery_company"],
            address={part: sent[f"delivery_{name}"] for part, name in parts.items()},
            reference=sent["order_number"],
        )
        answer = {
            "success": True,
            "message": "The account is made. A mail that confirms the e-mail is on its way.",
            "user": ProfileSerializer(made.user).data,
            "order_linked": made.order is not None,
        }
        return Response(answer, status=201)
