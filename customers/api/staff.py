"""The shop's staff over HTTP: admins keep the accounts, each keeps the own one."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import StaffPagination
from config.api.schema import refuses
from customers import accounts, staff
from customers.api import staff_serializers as serializers
from customers.errors import (
    AccountExists,
    AccountGone,
    InvalidInput,
    LastAdmin,
    OwnAccount,
    WeakPassword,
    WrongPassword,
)
from customers.models import User
from customers.permissions import IsAdmin, IsStaff
from customers.throttling import PasswordThrottle


class UserPages(StaffPagination):
    list_name = "users"


class _Accounts(GenericAPIView[User]):
    permission_classes: tuple[type[BasePermission], ...] = (IsAdmin,)
    serializer_class: type[Any] = serializers.StaffUserSerializer
    filter_backends = ()
    queryset = User.objects.none()

    def get_queryset(self) -> QuerySet[User]:
        return staff.staff_accounts()

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def read(self, body: type[Any]) -> dict[str, Any]:
        """What was sent, checked."""
        serializer = body(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)

    def shown(self, user: User, *, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=user.pk)
        return Response(self.get_serializer(fresh).data, status=status)


@extend_schema_view(get=extend_schema(operation_id="staff_users"))
@extend_schema(tags=["staff"])
class StaffUserListView(_Accounts, ListAPIView[User]):
    """Everybody who works at the desk, or did."""

    pagination_class = UserPages

    @refuses(InvalidInput, AccountExists, WeakPassword)
    @extend_schema(
        operation_id="staff_users_add",
        request=serializers.NewStaffSerializer,
        responses={201: serializers.StaffUserSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an account for somebody; a seller's where no role is sent."""
        sent = self.read(serializers.NewStaffSerializer)
        return self.shown(staff.make_staff(**sent, by=self.actor), status=201)


@extend_schema_view(get=extend_schema(operation_id="staff_user"))
@extend_schema(tags=["staff"])
class StaffUserView(_Accounts, RetrieveAPIView[User]):
    """One account."""

    @refuses(InvalidInput, AccountExists, WeakPassword, LastAdmin, OwnAccount, AccountGone)
    @extend_schema(
        operation_id="staff_users_change",
        request=serializers.StaffChangesSerializer,
        responses=serializers.StaffUserSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Change names, e-mail, role, password, or end it with `is_active` false."""
        changes = self.read(serializers.StaffChangesSerializer)
        return self.shown(staff.change_staff(self.get_object(), changes, by=self.actor))

    @refuses(LastAdmin, OwnAccount, AccountGone)
    @extend_schema(
        operation_id="staff_users_deactivate", responses={200: serializers.StaffMessageSerializer}
    )
    def delete(self, request: Request, pk: Any) -> Response:
        """Deactivate: nobody signs in by it any more; what it did keeps its name."""
        user = staff.deactivate_staff(self.get_object(), by=self.actor)
        return Response({"message": f"{user.username} is deactivated."})


@extend_schema(tags=["staff"])
class StaffMeView(_Accounts):
    """The own account."""

    permission_classes = (IsStaff,)
    serializer_class = serializers.OwnProfileSerializer

    @extend_schema(operation_id="staff_me", responses=serializers.OwnProfileSerializer)
    def get(self, request: Request) -> Response:
        return self.shown(self.actor)

    @refuses(InvalidInput, AccountExists)
    @extend_schema(
        operation_id="staff_me_change",
        request=serializers.OwnChangesSerializer,
        responses=serializers.OwnProfileSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change the own names and e-mail; the role is an admin's to change."""
        changes = self.read(serializers.OwnChangesSerializer)
        return self.shown(accounts.update_profile(self.actor, changes=changes))


@extend_schema(tags=["staff"])
class StaffPasswordView(_Accounts):
    """The own password; all tokens given before end, so sign in again."""

    permission_classes = (IsStaff,)
    throttle_classes = (PasswordThrottle,)

    @refuses(WrongPassword, WeakPassword)
    @extend_schema(
        operation_id="staff_me_password",
        request=serializers.OwnPasswordSerializer,
        responses=serializers.StaffMessageSerializer,
    )
    def post(self, request: Request) -> Response:
        sent = self.read(serializers.OwnPasswordSerializer)
        accounts.change_password(
            self.actor, current=sent["current_password"], new=sent["new_password"]
        )
        return Response({"message": "The password is changed. Sign in again."})
