"""/wa/chats: conversations, answers to customers, and what is made of their messages."""

from __future__ import annotations

from typing import Any, cast

import django_filters as filters
from django.db.models.functions import Coalesce
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.models import Customer, User, WhatsAppIdentity
from drafts import editing, ordering
from drafts.analysis_facts import analysis_facts
from drafts.errors import AlreadyOrdered, NothingToRead, NotReady, SeveralClients
from drafts.models import Analysis
from drafts.order_facts import order_facts
from orders.api.filters import LONGEST_SEARCH, TrueFalseFilter
from orders.errors import InvalidLine, NoPrice, NoSuchVariant, VariantNeeded
from whatsapp.api import chat_serializers as shapes
from whatsapp.api.chat_order_serializers import AnalyseAnswerSerializer, CreateOrderAnswerSerializer
from whatsapp.chats import answer, find_chats
from whatsapp.errors import WindowClosed
from whatsapp.models import Chat, Message

SESSION = OpenApiParameter(
    "provider_session_id", OpenApiTypes.STR, description="Answered as it came."
)
ORDERING = (AlreadyOrdered, SeveralClients, NotReady, NoPrice)
PLACING = (InvalidInput, InvalidLine, VariantNeeded, NoSuchVariant)
# What CreateOrderSerializer takes for the sake of callers and the desk has no place for.
NOT_KEPT = ("shipping", "payment", "tags", "metadata")


class ChatFilter(filters.FilterSet):
    search = filters.CharFilter(
        method="by_search",
        max_length=LONGEST_SEARCH,
        help_text="A name's part, a phone's digits, or words that were said",
    )
    unread = TrueFalseFilter(method="by_unread")

    class Meta:
        model = Chat
        fields: list[str] = []

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        return find_chats(rows, value)

    def by_unread(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(unread_count__gt=0) if value == "true" else rows.filter(unread_count=0)


class StaffView(GenericAPIView[Any]):
    """Who is signed in, and the body checked."""

    queryset: Any = Chat.objects.select_related("identity__customer")
    serializer_class: type[BaseSerializer[Any]] = shapes.ChatSerializer

    @property
    def by(self) -> User:
        return cast(User, self.request.user)

    def body(self, kind: type[BaseSerializer[Any]]) -> dict[str, Any]:
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def page(self, rows: Any, kind: type[BaseSerializer[Any]]) -> Response:
        return self.get_paginated_response(kind(self.paginate_queryset(rows), many=True).data)


@extend_schema(tags=["whatsapp"])
class ChatListView(StaffView):
    """The conversations, the one with the newest message first."""

    filterset_class = ChatFilter

    def get_queryset(self) -> Any:
        newest = Coalesce("last_message_at", "created_at")
        return super().get_queryset().annotate(newest=newest).order_by("-newest", "-pk")

    @extend_schema(
        operation_id="wa_chats_list", responses=shapes.ChatSerializer(many=True), filters=True
    )
    def get(self, request: Request) -> Response:
        """A page of chats."""
        return self.page(self.filter_queryset(self.get_queryset()), shapes.ChatSerializer)


@extend_schema(tags=["whatsapp"])
class MessageListView(StaffView):
    """The messages of one chat."""

    filter_backends = ()

    @extend_schema(
        operation_id="wa_messages_list", responses=shapes.MessageSerializer(many=True), filters=True
    )
    def get(self, request: Request, pk: int) -> Response:
        """A page of them, the newest first."""
        rows = Message.objects.filter(chat=self.get_object()).select_related(
            "analysis", "draft_message", "about", "chat__identity__customer"
        )
        return self.page(rows.order_by("-happened_at", "-pk"), shapes.MessageSerializer)

    @refuses(WindowClosed)
    @extend_schema(
        operation_id="wa_messages_create",
        request=shapes.ReplySerializer,
        responses={200: shapes.MessageSerializer, 201: shapes.MessageSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send the customer a text; 200 where this `clientMessageId` was sent before."""
        chat, sent = self.get_object(), self.body(shapes.ReplySerializer)
        key = sent.get("client_message_id", "")
        message, is_new = answer(chat, sent["text"], key=key, by=self.by)
        return Response(shapes.MessageSerializer(message).data, 201 if is_new else 200)


class MessageView(StaffView):
    """One message of a chat, or 404."""

    queryset = Message.objects.select_related(
        "chat__identity__customer", "draft_message__draft__chat", "analysis"
    )
    filter_backends = ()

    def message(self) -> Message:
        chat, pk = self.kwargs["pk"], self.kwargs["message_id"]
        return get_object_or_404(self.get_queryset(), chat=chat, pk=pk)

    def facts(self, message: Message) -> dict[str, Any] | None:
        """The message's reading as it is now; None of what the shop sent."""
        rows = Analysis.objects.filter(message=message).select_related(
            "message__chat__identity__customer",
            "message__draft_message__draft__chat",
            "message__about",
        )
        analysis = rows.first()
        session = self.request.query_params.get("provider_session_id")
        return analysis_facts(analysis, session_id=session) if analysis else None


@extend_schema(tags=["whatsapp"])
class AnalyzeView(MessageView):
    """Reading a message again."""

    @refuses(NothingToRead)
    @extend_schema(
        operation_id="wa_analyze",
        parameters=[SESSION],
        request=None,
        responses={202: AnalyseAnswerSerializer},
    )
    def post(self, request: Request, pk: int, message_id: int) -> Response:
        """Have the worker read it; what it reads replaces the lines of an open draft."""
        message = self.message()
        editing.reread_message(message, by=self.by)
        done = {"status": True, "data": {"analysis": self.facts(message)}}
        return Response(AnalyseAnswerSerializer(done).data, 202)


@extend_schema(tags=["whatsapp"])
class CreateOrderView(MessageView):
    """An order straight from a message."""

    @refuses(*PLACING, *ORDERING)
    @extend_schema(
        operation_id="wa_create_order",
        parameters=[SESSION],
        request=shapes.CreateOrderSerializer,
        responses=CreateOrderAnswerSerializer,
    )
    def post(self, request: Request, pk: int, message_id: int) -> Response:
        """Make one pending order of `items`, or of the message's draft."""
        message, sent = self.message(), self.body(shapes.CreateOrderSerializer)
        order = ordering.order_from_message(
            message,
            _wanted(sent.get("items")),
            customer=_customer(sent),
            notes=sent["notes"],
            warnings=[f"{name} was sent and is not kept." for name in NOT_KEPT if sent.get(name)],
            allow_duplicate=sent["allow_duplicate"],
            by=self.by,
        )
        data = {"order": order_facts(order, message), "analysis": self.facts(message)}
        return Response(CreateOrderAnswerSerializer({"status": True, "data": data}).data)


def _wanted(items: list[dict[str, Any]] | None) -> list[ordering.WantedLine] | None:
    if items is None:
        return None
    return [
        ordering.WantedLine(item["product_id"], item["quantity"], item["variant_note"])
        for item in items
    ]


def _customer(sent: dict[str, Any]) -> Customer | None:
    """The customer named, or the one behind the WhatsApp identity named."""
    if pk := sent.get("customer_id"):
        found = Customer.objects.filter(pk=pk).first()
        if found is None:
            raise InvalidInput("There is no such customer.", attr="customer_id")
        return found
    if pk := sent.get("contact_id"):
        identity = WhatsAppIdentity.objects.filter(pk=pk).select_related("customer").first()
        if identity is None:
            raise InvalidInput("There is no such contact.", attr="contact_id")
        return identity.customer
    return None
