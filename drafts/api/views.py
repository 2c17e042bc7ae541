"""The review of drafts over HTTP, for the shop's staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from customers.errors import InvalidInput, StaleVersion
from customers.models import User
from drafts import closing, conversion, deciding, editing
from drafts.api import serializers
from drafts.api.schema import documented
from drafts.errors import ChangeDecided, ChangeOutdated, NotReady, WasSplit
from drafts.models import DraftEntry, OrderDraft
from orders.errors import InvalidLine, NoSuchVariant, SlipTaken, VariantNeeded

PAGE = OpenApiParameter(
    "page", OpenApiTypes.INT, description="Answer pages of {count, next, previous, results}."
)
PAGE_SIZE = OpenApiParameter("page_size", OpenApiTypes.INT, description="At most 200.")
LIST_OR_PAGE = PolymorphicProxySerializer(
    component_name="DraftListOrPage",
    serializers=[serializers.DraftSerializer(many=True), serializers.DraftPageSerializer],
    resource_type_field_name=None,
    many=False,
)
CHANGING = (InvalidInput, StaleVersion)
WRITING_A_LINE = (*CHANGING, InvalidLine, VariantNeeded, NoSuchVariant, SlipTaken)
DECLINING = (InvalidInput, StaleVersion, ChangeDecided)
ACCEPTING = (*DECLINING, ChangeOutdated, InvalidLine, VariantNeeded, NoSuchVariant)
CONVERTING = (StaleVersion, NotReady)


class DraftView(GenericAPIView[OrderDraft]):
    """What the paths of one draft share: an open draft, or 404."""

    queryset = OrderDraft.objects.open().with_lines()
    serializer_class: type[BaseSerializer[Any]] = serializers.DraftSerializer
    filter_backends = ()

    @property
    def by(self) -> User:
        """Who is signed in; only staff get this far."""
        return cast(User, self.request.user)

    def body(self, kind: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def shown(self, draft: OrderDraft, *, code: int = status.HTTP_200_OK) -> Response:
        """The draft as it is now."""
        fresh = OrderDraft.objects.with_lines().get(pk=draft.pk)
        return Response(serializers.DraftSerializer(fresh).data, code)

    def entry(self) -> DraftEntry:
        """The line that the path names, or 404."""
        entries = DraftEntry.objects.filter(draft=self.get_object())
        return get_object_or_404(entries, pk=self.kwargs["entry_id"])


class DraftListView(DraftView):
    """Drafts that wait for review."""

    @documented(
        LIST_OR_PAGE,
        parameters=[PAGE, PAGE_SIZE],
        operation_id="order_drafts_list",
    )
    def get(self, request: Request) -> Response:
        """All of them in a bare array, oldest first; with ``page`` a page of them."""
        drafts = self.get_queryset()
        if "page" not in request.query_params:
            return Response(self.get_serializer(drafts, many=True).data)
        page = self.paginate_queryset(drafts)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DraftDetailView(DraftView):
    """One draft with its lines."""

    @documented(serializers.DraftSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The draft."""
        return Response(self.get_serializer(self.get_object()).data)

    @documented(serializers.DraftSerializer, serializers.DraftChangesSerializer, errors=CHANGING)
    def put(self, request: Request, pk: int) -> Response:
        """Change notes or customer; what is not sent stays."""
        return self._update()

    @documented(serializers.DraftSerializer, serializers.DraftChangesSerializer, errors=CHANGING)
    def patch(self, request: Request, pk: int) -> Response:
        """The same as PUT."""
        return self._update()

    @documented(None, code=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Discard the draft: gone from here, kept in the database."""
        closing.discard_draft(self.get_object(), by=self.by)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _update(self) -> Response:
        draft, changes = self.get_object(), self.body(serializers.DraftChangesSerializer)
        version = changes.pop("version", None)
        return self.shown(editing.update_draft(draft, changes, version=version, by=self.by))


class EntryListView(DraftView):
    """The lines of a draft."""

    @documented(
        serializers.SavedEntrySerializer,
        serializers.EntryChangesSerializer,
        code=201,
        errors=WRITING_A_LINE,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a line at the end."""
        draft, changes = self.get_object(), self.body(serializers.EntryChangesSerializer)
        version = changes.pop("version", None)
        entry = editing.add_entry(draft, changes, version=version, by=self.by)
        return Response(serializers.SavedEntrySerializer(entry).data, status.HTTP_201_CREATED)


class EntryView(DraftView):
    """One line of a draft."""

    @documented(
        serializers.SavedEntrySerializer,
        serializers.EntryChangesSerializer,
        errors=WRITING_A_LINE,
    )
    def put(self, request: Request, pk: int, entry_id: int) -> Response:
        """Change the line; what is not sent stays."""
        return self._update()

    @documented(
        serializers.SavedEntrySerializer,
        serializers.EntryChangesSerializer,
        errors=WRITING_A_LINE,
    )
    def patch(self, request: Request, pk: int, entry_id: int) -> Response:
        """The same as PUT."""
        return self._update()

    @documented(None, code=204)
    def delete(self, request: Request, pk: int, entry_id: int) -> Response:
        """Take the line away."""
        editing.remove_entry(self.entry(), by=self.by)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _update(self) -> Response:
        entry, changes = self.entry(), self.body(serializers.EntryChangesSerializer)
        version = changes.pop("version", None)
        saved = editing.update_entry(entry, changes, version=version, by=self.by)
        return Response(serializers.SavedEntrySerializer(saved).data)


class EntryClientView(DraftView):
    """The customer whom a line is for."""

    @documented(serializers.SavedEntrySerializer, serializers.VersionedSerializer, errors=CHANGING)
    def post(self, request: Request, pk: int, entry_id: int) -> Response:
        """Make a customer of the line's client name and attach it."""
        entry, sent = self.entry(), self.body(serializers.VersionedSerializer)
        saved = editing.make_client(entry, version=sent.get("version"), by=self.by)
        return Response(serializers.SavedEntrySerializer(saved).data)


class RecalculateView(DraftView):
    """The slip numbers of a draft."""

    @documented(serializers.DraftSerializer, serializers.VersionedSerializer, errors=CHANGING)
    def post(self, request: Request, pk: int) -> Response:
        """Give the lines fresh consecutive slip numbers in their order."""
        draft, sent = self.get_object(), self.body(serializers.VersionedSerializer)
        return self.shown(editing.recalculate_slips(draft, version=sent.get("version"), by=self.by))


class RereadView(DraftView):
    """Reading a draft's messages again."""

    @documented(
        serializers.DraftSerializer,
        serializers.VersionedSerializer,
        code=202,
        errors=(*CHANGING, WasSplit),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have the worker read them; the version rises once more when it has."""
        draft, sent = self.get_object(), self.body(serializers.VersionedSerializer)
        draft = editing.reread(draft, version=sent.get("version"), by=self.by)
        return self.shown(draft, code=status.HTTP_202_ACCEPTED)


class ChangeView(DraftView):
    """A change of a line that a later message asks for."""

    def decided(self, rule: Callable[..., Any]) -> Response:
        """The draft after the rule."""
        draft, sent = self.get_object(), self.body(serializers.VersionedSerializer)
        rule(draft, self.kwargs["change_id"], version=sent.get("version"), by=self.by)
        return self.shown(draft)


class AcceptChangeView(ChangeView):
    """Accepting a change."""

    @documented(serializers.DraftSerializer, serializers.VersionedSerializer, errors=ACCEPTING)
    def post(self, request: Request, pk: int, change_id: int) -> Response:
        """Change the line as the message asks; accepted again, nothing happens."""
        return self.decided(deciding.accept_change)


class DeclineChangeView(ChangeView):
    """Declining a change."""

    @documented(serializers.DraftSerializer, serializers.VersionedSerializer, errors=DECLINING)
    def post(self, request: Request, pk: int, change_id: int) -> Response:
        """Leave the line as it is; declined again, nothing happens."""
        return self.decided(deciding.decline_change)


class ConvertView(DraftView):
    """From a draft to orders."""

    queryset = OrderDraft.objects.all()

    @documented(serializers.ConvertedSerializer, serializers.ConvertSerializer, errors=CONVERTING)
    def post(self, request: Request, pk: int) -> Response:
        """Make one pending order a client; again: the same orders.

        With ``confirm`` each order is confirmed by itself and reported.
        """
        draft, sent = self.get_object(), self.body(serializers.ConvertSerializer)
        rule = conversion.convert_and_confirm if sent["confirm"] else conversion.convert_draft
        done = rule(draft, version=sent.get("version"), by=self.by)
        result = {"draft_id": draft.pk, "orders": conversion.orders_of(draft)}
        if sent["confirm"]:
            result["confirmations"] = done
        context = self.get_serializer_context()
        return Response(serializers.ConvertedSerializer(result, context=context).data)
